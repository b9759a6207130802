// Running programs, and undoing what was done: whatever a test leaves (process, mount, loop device, cgroup) is
// registered when it is made and undone in reverse order, also when the run is interrupted.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';

export interface ShellResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface ShellOptions {
  input?: string;
  env?: Record<string, string>;
  timeoutMs?: number;
}

/** Ends when the program's output is closed. A time-out kills it and answers code 124. */
export function run(command: string, args: string[], options: ShellOptions = {}): Promise<ShellResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...options.env },
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, options.timeoutMs ?? 120_000);
    child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({
        code: late ? 124 : (code ?? 137),
        stdout: Buffer.concat(out).toString(),
        stderr: Buffer.concat(err).toString(),
      });
    });
    child.stdin?.end(options.input);
  });
}

/** As `run`, but anything but code 0 is an error. */
export async function must(command: string, args: string[], options: ShellOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${code}\n${stderr}${stdout}`);
  return stdout.trim();
}

/** For undoing: no promises, no surprise when there is nothing to undo. */
export function quietly(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function until(
  what: string,
  limitMs: number,
  check: () => Promise<boolean> | boolean,
): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await check())) {
    if (performance.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`);
    await sleep(30);
  }
}

export class Undo {
  private readonly steps = new Map<symbol, () => void>();

  /** Returns what undoes it early. */
  add(step: () => void): () => void {
    const key = Symbol('undo');
    const once = () => {
      if (this.steps.delete(key)) step();
    };
    this.steps.set(key, step);
    return once;
  }

  all(): void {
    for (const [key, step] of [...this.steps].reverse()) {
      this.steps.delete(key);
      step();
    }
  }
}

export function endProcess(child: ChildProcess): void {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
}
