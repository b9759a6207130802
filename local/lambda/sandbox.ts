// One Lambda container: a Node process with a bundle in it, kept between invocations, killed when its time is over.

import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';
import type { LambdaFunction } from '../stack/types.ts';

const BOOTSTRAP = fileURLToPath(new URL('bootstrap.ts', import.meta.url));
/** Lambda gives initialisation ten seconds; a laptop that is busy otherwise takes longer than Lambda's machines. */
const INIT_MS = 30_000;
/** What Lambda shows of a log with an answer (`LogType: Tail`). */
const LOG_TAIL_BYTES = 4_096;

const errorShape = z.object({ errorType: z.string(), errorMessage: z.string(), trace: z.array(z.string()) });
const messageShape = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ initError: errorShape }),
  z.object({ requestId: z.string(), payload: z.string() }),
  z.object({ requestId: z.string(), error: errorShape }),
]);

export interface InvocationError {
  errorType: string;
  errorMessage: string;
  trace?: readonly string[];
}

type Ended = { kind: 'answer'; payload: string } | { kind: 'error'; error: InvocationError };
export type InvocationEnd = Ended & { log: string };

export interface SandboxOptions {
  fn: LambdaFunction;
  /** Where the zip is unpacked. */
  taskRoot: string;
  environment: Record<string, string>;
  onLog: (text: string) => void;
}

export interface Invocation {
  requestId: string;
  /** JSON text. */
  event: string;
}

export class Sandbox {
  readonly fn: LambdaFunction;
  readonly #child: ChildProcess;
  readonly #ready: Promise<InvocationError | undefined>;
  #settle: ((ended: Ended) => void) | undefined;
  #log = '';
  dead = false;
  exited: Promise<void>;
  /** When it last ended an invocation, for letting idle ones go. */
  idleSince = Date.now();

  constructor(options: SandboxOptions) {
    const { fn, taskRoot, environment } = options;
    this.fn = fn;
    const home = path.join(taskRoot, '.home');
    mkdirSync(home, { recursive: true });
    this.#child = fork(BOOTSTRAP, [], {
      cwd: taskRoot,
      // The user's own profile and credentials must not get in.
      env: { ...environment, HOME: home, PATH: process.env.PATH ?? '' },
      execArgv: [
        '--disable-warning=ExperimentalWarning',
        `--max-old-space-size=${Math.round(fn.memoryMb * 0.9)}`,
      ],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A group of its own: Ctrl-C is for the region, which ends its containers itself.
      detached: true,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8');
      stream?.on('data', (text: string) => {
        this.#log = (this.#log + text).slice(-LOG_TAIL_BYTES);
        options.onLog(text);
      });
    }
    this.#ready = new Promise((resolve) => {
      const late = setTimeout(() => {
        this.kill();
        resolve({ errorType: 'Sandbox.Timedout', errorMessage: 'Initialisation took too long' });
      }, INIT_MS);
      const settled = (error: InvocationError | undefined): void => {
        clearTimeout(late);
        resolve(error);
      };
      this.#child.on('message', (raw) => this.#hear(raw, settled));
      this.#child.on('exit', () => settled(undefined));
    });
    this.exited = new Promise((resolve) => {
      this.#child.on('exit', (code, signal) => {
        this.dead = true;
        const why = signal ? `signal: ${signal.replace('SIG', '').toLowerCase()}` : `exit status ${code}`;
        this.#end({
          kind: 'error',
          error: { errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with error: ${why}` },
        });
        resolve();
      });
    });
    // A channel that breaks is followed by the exit, which is answered there.
    this.#child.on('error', (error) => options.onLog(`${String(error)}\n`));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  #hear(raw: unknown, settled: (error: InvocationError | undefined) => void): void {
    const message = messageShape.safeParse(raw);
    if (!message.success) return;
    const { data } = message;
    if ('ready' in data) settled(undefined);
    else if ('initError' in data) settled(data.initError);
    else if ('payload' in data) this.#end({ kind: 'answer', payload: data.payload });
    else this.#end({ kind: 'error', error: data.error });
  }

  #end(ended: Ended): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(ended);
  }

  async invoke({ requestId, event }: Invocation): Promise<InvocationEnd> {
    this.#log = '';
    const broken = await this.#ready;
    if (broken) {
      this.kill();
      return { kind: 'error', error: broken, log: this.#log };
    }
    const { timeoutMs } = this.fn;
    const outcome = await new Promise<Ended>((resolve) => {
      if (this.dead)
        return resolve({
          kind: 'error',
          error: { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited before it was ready' },
        });
      const over = setTimeout(() => {
        const seconds = (timeoutMs / 1000).toFixed(2);
        this.#end({
          kind: 'error',
          error: {
            errorType: 'Sandbox.Timedout',
            errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
          },
        });
        this.kill();
      }, timeoutMs);
      this.#settle = (ended) => {
        clearTimeout(over);
        resolve(ended);
      };
      this.#child.send({ requestId, event, deadline: Date.now() + timeoutMs, functionArn: this.fn.arn });
    });
    this.idleSince = Date.now();
    return { ...outcome, log: this.#log };
  }

  kill(): void {
    this.dead = true;
    this.#child.kill('SIGKILL');
  }
}
