// A local region in a process of its own, as a person starts it; killed or ended as the case asks.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const MAIN = fileURLToPath(new URL('../../local/main.ts', import.meta.url));

const stateShape = z.looseObject({
  now: z.number(),
  containers: z.array(z.object({ functionName: z.string(), pid: z.optional(z.number()), busy: z.boolean() })),
  functions: z.array(z.looseObject({ name: z.string(), invocations: z.number(), errors: z.number() })),
  queued: z.number(),
  deadLetters: z.record(z.string(), z.array(z.unknown())),
  problems: z.array(z.string()),
  instances: z.array(z.looseObject({ id: z.string(), state: z.string(), zone: z.string() })),
  volumes: z.array(
    z.looseObject({ id: z.string(), state: z.string(), zone: z.string(), role: z.optional(z.string()) }),
  ),
  workloads: z.array(
    z.object({
      name: z.string(),
      state: z.string(),
      acknowledged: z.number(),
      found: z.number(),
      writing: z.optional(z.string()),
    }),
  ),
  violations: z.array(z.unknown()),
});

export type RegionState = z.infer<typeof stateShape>;

export interface ProcessOptions {
  latency: string;
  state?: string;
  port?: number;
  packageDirectory: string;
}

/** The environment that its clients are given; nothing of the person's own. */
export const clientEnvironment = (endpoint: string): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: mkdtempOnce(),
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: 'eu-west-1',
  AWS_DEFAULT_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'AKIALOCALTEST',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_PAGER: '',
  AWS_MAX_ATTEMPTS: '1',
});

const mkdtempOnce = (): string => path.join(tmpdir(), 'spotkeep-local-home');

export class LocalProcess {
  readonly #options: ProcessOptions;
  #child: ChildProcess | undefined;
  output = '';
  endpoint = '';

  constructor(options: ProcessOptions) {
    this.#options = options;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('the region does not run');
    return pid;
  }

  async start(): Promise<void> {
    const { latency, state, port = 0, packageDirectory } = this.#options;
    const args = [
      '--port',
      String(this.#port() ?? port),
      '--latency',
      latency,
      '--package-dir',
      packageDirectory,
      '--no-package',
    ];
    const child = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        MAIN,
        ...args,
        ...(state === undefined ? [] : ['--state', state]),
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#child = child;
    let fresh = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
        fresh += text;
      });
    const began = Date.now();
    while (!/answers at (\S+)/.test(fresh)) {
      if (child.exitCode !== null) throw new Error(`the region ended with ${child.exitCode}: ${fresh}`);
      if (Date.now() - began > 60_000) throw new Error(`the region did not start: ${fresh}`);
      await wait(50);
    }
    this.endpoint = /answers at (\S+)/.exec(fresh)?.[1] ?? '';
  }

  /** After a restart the clients expect it where it was. */
  #port(): string | undefined {
    return this.endpoint === '' ? undefined : new URL(this.endpoint).port;
  }

  async state(): Promise<RegionState> {
    const response = await fetch(`${this.endpoint}/_spotkeep/state`);
    return stateShape.parse(await response.json());
  }

  async trouble(body: Record<string, unknown>): Promise<{ status: number; text: string }> {
    const response = await fetch(`${this.endpoint}/_spotkeep/trouble`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    return { status: response.status, text: await response.text() };
  }

  /** Asks again and again until it holds; fails with what was last seen. */
  async until(what: string, seconds: number, holds: (state: RegionState) => boolean): Promise<RegionState> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const state = await this.state();
      if (holds(state)) return state;
      if (Date.now() > end) {
        const { workloads, instances, volumes, problems } = state;
        const seen = JSON.stringify({ workloads, instances, volumes, problems });
        throw new Error(`${what}: not within ${seconds} s: ${seen}\n${this.output.slice(-2_000)}`);
      }
      await wait(200);
    }
  }

  /** Whoever had these process ids is gone, or goes within a few seconds. */
  async gone(pids: readonly (number | undefined)[]): Promise<boolean> {
    const end = Date.now() + 5_000;
    while (Date.now() < end) {
      if (!pids.some((pid) => pid !== undefined && isAlive(pid))) return true;
      await wait(50);
    }
    return false;
  }

  async end(signal: 'SIGINT' | 'SIGKILL'): Promise<number | null> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    child.kill(signal);
    // As it comes to a whole group, passed on by a wrapper.
    if (signal === 'SIGINT') child.kill(signal);
    return ended;
  }
}

/** A directory for the time of `run`. */
export const inDirectory = async <T>(run: (directory: string) => Promise<T>): Promise<T> => {
  const directory = mkdtempSync(path.join(tmpdir(), 'spotkeep-local-'));
  try {
    return await run(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // ESRCH: it is gone.
    return false;
  }
};
