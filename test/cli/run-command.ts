// Runs the `spotkeep` command in a process of its own, as typed, without a terminal.

import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { ROOT } from '../../infra/package/osls.ts';

export interface Ran {
  exit: number | null;
  out: string;
  err: string;
}

export interface Step {
  argv: string[];
  exit?: number;
  /** In what was written to either stream. */
  says?: RegExp;
  /** Ctrl-C once this was said. */
  interruptAt?: RegExp;
}

const COMMAND = path.join(ROOT, 'scripts', 'spotkeep.mjs');
/** Longer than any step takes, so that a caller always ends. */
const STEP_LIMIT_MS = 600_000;

export function runCommand(step: Step, place: { cwd: string; env: NodeJS.ProcessEnv }): Promise<Ran> {
  const child = spawn(process.execPath, [COMMAND, ...step.argv], {
    ...place,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ran: Ran = { exit: null, out: '', err: '' };
  let interrupted = false;
  const heard = (): void => {
    if (interrupted || step.interruptAt?.test(ran.out + ran.err) !== true) return;
    interrupted = true;
    child.kill('SIGINT');
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    ran.out += text;
    heard();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    ran.err += text;
    heard();
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), STEP_LIMIT_MS);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exit) => {
      clearTimeout(limit);
      resolve({ ...ran, exit });
    });
  });
}
