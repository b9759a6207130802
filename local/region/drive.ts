// Real time for the simulated region: its virtual clock follows the wall clock, and everything that comes from outside
// (a call, trouble, the end of an invocation) takes effect in one order, at one virtual moment each, and is written to the
// journal before it is answered. Replaying the journal is the same loop without the wall clock.

import type { Instant } from '../../shared/base/time.ts';
import type { Kernel } from '../../simulator/kernel/kernel.ts';
import type { Journal } from './journal.ts';

/** The wall clock and its timer, so that tests can bring their own. */
export interface Wall {
  now: () => number;
  /** Calls back once, after so many milliseconds; returns how to cancel. */
  after: (ms: number, run: () => void) => () => void;
}

interface Input {
  /** Written with its time to the journal; undefined for a read. */
  line: Record<string, unknown> | undefined;
  apply: () => unknown;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/** Longest time between two looks at the clock: a laptop that slept wakes up with a jump. */
const LOOK_MS = 1_000;

export class Drive {
  readonly #kernel: Kernel;
  readonly #journal: Journal;
  readonly #wall: Wall;
  readonly #onDefect: (error: unknown) => void;
  #inputs: Input[] = [];
  #running: Promise<void> | undefined;
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(deps: { kernel: Kernel; journal: Journal; wall: Wall; onDefect: (error: unknown) => void }) {
    this.#kernel = deps.kernel;
    this.#journal = deps.journal;
    this.#wall = deps.wall;
    this.#onDefect = deps.onDefect;
  }

  /** Takes effect at the region's present moment; settles when it is on the disk. */
  async change<T>(line: Record<string, unknown>, apply: () => T): Promise<T> {
    return this.#post(line, apply);
  }

  /** From inside a region's event: takes effect now, and is written in its place among the others. */
  note(line: Record<string, unknown>): void {
    this.#journal.append({ t: this.#kernel.now(), ...line }).catch(this.#onDefect);
  }

  /** Nothing is written: `apply` must change nothing and draw no chance. */
  async read<T>(apply: () => T): Promise<T> {
    return this.#post(undefined, apply);
  }

  #post<T>(line: Record<string, unknown> | undefined, apply: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      // The value that comes out is the one `apply` of this very call gave.
      const settle = (value: unknown): void => resolve(value as T);
      this.#inputs.push({ line, apply, resolve: settle, reject });
      this.wake();
    });
  }

  /** Lets what is due happen. */
  wake(): void {
    if (this.#stopped || this.#running) return;
    this.#cancel?.();
    this.#running = this.#turn().catch(this.#onDefect);
  }

  async #turn(): Promise<void> {
    try {
      do {
        await this.#kernel.runUntil(Math.max(this.#kernel.now(), this.#wall.now()) as Instant);
        for (let input = this.#inputs.shift(); input; input = this.#inputs.shift()) await this.#take(input);
      } while (this.#isDue());
    } finally {
      this.#running = undefined;
      this.#sleep();
    }
  }

  async #take(input: Input): Promise<void> {
    const at = this.#kernel.now();
    let settle: () => void;
    try {
      const value = input.apply();
      settle = () => input.resolve(value);
    } catch (error) {
      settle = () => input.reject(error);
    }
    if (input.line) {
      // Not awaited here: the next input may go on while this one is being written, in the same order.
      this.#journal.append({ t: at, ...input.line }).then(settle, input.reject);
      await this.#kernel.runUntil(at);
    } else settle();
  }

  #isDue(): boolean {
    const next = this.#kernel.next();
    return this.#inputs.length > 0 || (next !== undefined && next <= this.#wall.now());
  }

  #sleep(): void {
    if (this.#stopped) return;
    const next = this.#kernel.next();
    const until = next === undefined ? LOOK_MS : Math.max(0, next - this.#wall.now());
    this.#cancel = this.#wall.after(Math.min(LOOK_MS, until), () => this.wake());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#running;
  }
}
