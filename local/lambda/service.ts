// Lambda: synchronous invocations, the queue of asynchronous ones with their retries, ages and destinations, concurrency,
// containers that are kept and reused. The queue itself is the region's (events/asks.ts); this is who works on it.

import { randomUUID } from 'node:crypto';
import type { Ask, Ending } from '../events/asks.ts';
import type { LambdaFunction, Stack } from '../stack/types.ts';
import { type InvocationEnd, Sandbox } from './sandbox.ts';

export interface ServiceDeps {
  stack: Stack;
  /** Directory of an unpacked zip. */
  taskRoot: (zip: string) => string;
  environment: (fn: LambdaFunction) => Record<string, string>;
  /** Functions run at the same time without a reservation. */
  unreserved: number;
  now: () => number;
  pace: () => number;
  /** The region's moment until which nothing may run; 0 for none. */
  downUntil: () => number;
  ended: (id: number, ending: Ending) => Promise<void>;
  onLog: (functionName: string, text: string) => void;
  onEnded: (fn: LambdaFunction, outcome: InvocationEnd, ms: number) => void;
}

export interface Counts {
  invocations: number;
  errors: number;
  throttles: number;
}

/** "Error handling for an asynchronous invocation": a minute before the first retry, two before the second. */
const RETRY_MS = [60_000, 120_000];
/** A container without work is let go after this long. */
const KEEP_IDLE_MS = 300_000;
/** An ask that finds no free container looks again after this long. */
const THROTTLED_MS = 250;

export class LambdaService {
  readonly #deps: ServiceDeps;
  readonly #idle = new Map<string, Sandbox[]>();
  readonly #busy = new Set<Sandbox>();
  readonly counts = new Map<string, Counts>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #closed = false;

  constructor(deps: ServiceDeps) {
    this.#deps = deps;
    this.#later(KEEP_IDLE_MS / 5, () => this.#letGo());
  }

  find(name: string): LambdaFunction | undefined {
    return this.#deps.stack.functions.find((fn) => fn.name === name || fn.arn === name);
  }

  countsOf(fn: LambdaFunction): Counts {
    const found = this.counts.get(fn.name) ?? { invocations: 0, errors: 0, throttles: 0 };
    this.counts.set(fn.name, found);
    return found;
  }

  containers(): { functionName: string; pid: number | undefined; busy: boolean }[] {
    const idle = [...this.#idle.values()].flat();
    const shown = (busy: boolean) => (one: Sandbox) => ({ functionName: one.fn.name, pid: one.pid, busy });
    return [...[...this.#busy].map(shown(true)), ...idle.map(shown(false))];
  }

  /** Room for one more call of this function? */
  #hasRoom(fn: LambdaFunction): boolean {
    const running = [...this.#busy];
    if (fn.reserved !== undefined) return running.filter((one) => one.fn === fn).length < fn.reserved;
    return running.filter((one) => one.fn.reserved === undefined).length < this.#deps.unreserved;
  }

  /** Undefined when it was throttled. */
  async invoke(
    fn: LambdaFunction,
    event: string,
    requestId: string = randomUUID(),
  ): Promise<InvocationEnd | undefined> {
    const counts = this.countsOf(fn);
    if (this.#closed || !this.#hasRoom(fn) || this.#deps.downUntil() > this.#deps.now()) {
      counts.throttles += 1;
      return undefined;
    }
    counts.invocations += 1;
    const sandbox = this.#take(fn);
    this.#busy.add(sandbox);
    const began = this.#deps.now();
    const outcome = await sandbox.invoke({ requestId, event });
    this.#busy.delete(sandbox);
    if (!sandbox.dead && !this.#closed)
      this.#idle.set(fn.name, [...(this.#idle.get(fn.name) ?? []), sandbox]);
    if (outcome.kind === 'error') counts.errors += 1;
    this.#deps.onEnded(fn, outcome, this.#deps.now() - began);
    return outcome;
  }

  #take(fn: LambdaFunction): Sandbox {
    const kept = this.#idle.get(fn.name) ?? [];
    for (let one = kept.pop(); one; one = kept.pop()) if (!one.dead) return one;
    return new Sandbox({
      fn,
      taskRoot: this.#deps.taskRoot(fn.zip),
      environment: this.#deps.environment(fn),
      onLog: (text) => this.#deps.onLog(fn.name, text),
    });
  }

  /** Works on one asynchronous invocation until it is done or given up. */
  submit(ask: Ask, tries = 0): void {
    if (this.#closed) return;
    void this.#work(ask, tries);
  }

  async #work(ask: Ask, tries: number): Promise<void> {
    const fn = this.find(ask.functionName);
    const { now, ended, pace } = this.#deps;
    if (!fn)
      return ended(ask.id, {
        kind: 'failed',
        condition: 'EventAgeExceeded',
        error: 'no such function',
        tries,
      });
    const { maxAgeMs, retries } = fn.asynchronous;
    if (now() - ask.acceptedAt > maxAgeMs)
      return ended(ask.id, {
        kind: 'failed',
        condition: 'EventAgeExceeded',
        error: 'the event is too old',
        tries,
      });
    const outcome = await this.invoke(fn, ask.payload, ask.requestId);
    // A region that ends keeps what it did not finish: it is run again after the restart.
    if (this.#closed) return;
    if (!outcome) return this.#later(THROTTLED_MS, () => this.submit(ask, tries));
    if (outcome.kind === 'answer') return ended(ask.id, { kind: 'done' });
    const tried = tries + 1;
    const error = `${outcome.error.errorType}: ${outcome.error.errorMessage}`;
    if (tried > retries)
      return ended(ask.id, { kind: 'failed', condition: 'RetriesExhausted', error, tries: tried });
    this.#later((RETRY_MS[tries] ?? 120_000) * pace(), () => this.submit(ask, tried));
  }

  #later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#closed) run();
    }, ms);
    this.#timers.add(timer);
  }

  #letGo(): void {
    const before = this.#deps.now() - KEEP_IDLE_MS;
    for (const [name, kept] of this.#idle) {
      for (const one of kept) if (one.idleSince < before) one.kill();
      this.#idle.set(
        name,
        kept.filter((one) => !one.dead),
      );
    }
    this.#later(KEEP_IDLE_MS / 5, () => this.#letGo());
  }

  /** Takes nothing more; what fails from here on is not held against it. */
  refuse(): void {
    this.#closed = true;
  }

  /** Ends all containers and waits until they are gone. */
  async close(): Promise<void> {
    this.refuse();
    for (const timer of this.#timers) clearTimeout(timer);
    const all = [...this.#busy, ...[...this.#idle.values()].flat()];
    for (const one of all) one.kill();
    await Promise.all(all.map((one) => one.exited));
  }
}
