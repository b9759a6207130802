// The real outside: this process's terminal, files, clock; prompts; AWS through its SDK. Prompts and
// SDK are loaded when they are first needed: most starts need neither.

import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { styleText } from 'node:util';
import { instant } from '../../shared/base/time.ts';
import { type Colour, speaksUnicode } from '../../text/style.ts';
import { EXIT } from '../session/exit.ts';
import type { Outside } from '../session/outside.ts';

/** Files a definition names are read and written as UTF-8. */
export function terminal(argv: readonly string[]): Outside {
  const { env, stdin, stdout, stderr } = process;
  const plain = argv.includes('--no-color');
  return {
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    interactive: stdin.isTTY === true && stdout.isTTY === true,
    live: stderr.isTTY === true && stdout.isTTY === true,
    columns: stdout.columns ?? 100,
    style: {
      paint: (colour: Colour, text) => (plain ? text : styleText(colour, text, { stream: stdout })),
      unicode: speaksUnicode(env, process.platform),
    },
    env,
    clock: {
      now: () => instant(Date.now()),
      sleep: async (duration) => {
        await pause(duration);
      },
    },
    get timeZone() {
      return new Intl.DateTimeFormat().resolvedOptions().timeZone;
    },
    files: { read, create },
    person: {
      confirm: async (question) => (await import('./prompts.ts')).confirm(question),
      text: async (question, hint) => (await import('./prompts.ts')).text(question, hint),
      choose: async (question, choices) => (await import('./prompts.ts')).choose(question, choices),
    },
    onInterrupt,
    connect: async (connection) => (await import('./connect.ts')).connect(connection, env),
  };
}

/** One Ctrl-C may come twice: from the terminal to the whole group, and passed on by a wrapper (scripts/run.mjs). */
const ECHO_MS = 1_000;

function onInterrupt(then: () => void): () => void {
  const heard = (): void => {
    then();
    const since = Date.now();
    // The command is ending; whoever presses again, later, means it.
    process.on('SIGINT', () => {
      if (Date.now() - since > ECHO_MS) process.exit(EXIT.interrupted);
    });
  };
  process.once('SIGINT', heard);
  return () => {
    process.off('SIGINT', heard);
  };
}

/** What cannot be read is for the caller to say, with the name it was asked by. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

function create(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
