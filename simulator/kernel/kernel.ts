// Virtual time. One queue of things that happen; handlers of the product are ordinary async functions whose every wait
// (a call, a sleep) ends in this queue. After an event that resolved something, all promises are let run out
// before time moves on: so the same seed gives the same run, whatever the machine does.

import TinyQueue from 'tinyqueue';
import { add, type Instant, type Ms } from '../../shared/base/time.ts';
import type { Clock } from '../../shared/port/clock.ts';

interface Entry {
  at: Instant;
  seq: number;
  run: (() => void) | undefined;
  quiet: boolean;
}

const STEPS_A_BATCH = 64;

export interface Timer {
  cancel(): void;
}

export class Kernel implements Clock {
  #now: Instant;
  #seq = 0;
  #woken = false;
  /** Things that happened so far, without the quiet ones: where it is the same, nothing has changed. */
  happened = 0;
  readonly #queue = new TinyQueue<Entry>([], (a, b) => a.at - b.at || a.seq - b.seq);
  /** True while some task of the product runs without waiting for anything in this queue (first-time imports, …). */
  readonly busy = new Set<() => boolean>();

  constructor(start: Instant) {
    this.#now = start;
  }

  now(): Instant {
    return this.#now;
  }

  /** When the next thing happens, for a driver that follows a wall clock; undefined when nothing is planned. */
  next(): Instant | undefined {
    return this.#queue.peek()?.at;
  }

  /** `quiet`: a look that comes round and, left alone, changes nothing. */
  at(when: Instant, run: () => void, quiet = false): Timer {
    const whole = Math.round(when) as Instant;
    const entry: Entry = { at: Math.max(whole, this.#now) as Instant, seq: this.#seq++, run, quiet };
    this.#queue.push(entry);
    return {
      cancel: () => {
        entry.run = undefined;
      },
    };
  }

  after(duration: Ms, run: () => void, quiet = false): Timer {
    return this.at(add(this.#now, duration), run, quiet);
  }

  /** Says that promises were resolved or a task was begun: time stands still until they have run out. */
  woke(): void {
    this.#woken = true;
  }

  sleep(duration: Ms): Promise<void> {
    return new Promise((resolve) => {
      this.after(duration, () => {
        this.woke();
        resolve();
      });
    });
  }

  /** Some task of the product has more to do before time may move on. */
  #isBusy(): boolean {
    for (const isBusy of this.busy) if (isBusy()) return true;
    return false;
  }

  /** Lets things happen until one of them resolved something; false when nothing more is due. */
  #advance(until: Instant, stop: () => boolean): boolean {
    for (;;) {
      const next = this.#queue.peek();
      if (!next || next.at > until || stop()) return false;
      this.#queue.pop();
      if (!next.run) continue;
      this.#now = next.at;
      if (!next.quiet) this.happened += 1;
      next.run();
      if (this.#woken) return true;
    }
  }

  /**
   * Lets everything due up to and including `until` happen; `stop` is asked between events. Between two macrotasks all
   * promises run out; several are queued at a time, because a turn of Node's event loop costs more than most events.
   */
  runUntil(until: Instant, stop: () => boolean = () => false): Promise<void> {
    return new Promise((resolve, reject) => {
      let over = false;
      const go = (): void => {
        if (this.#advance(until, stop)) return;
        over = true;
        if (this.#now < until && !stop()) this.#now = until;
        resolve();
      };
      const step = (): void => {
        if (over || this.#isBusy()) return;
        this.#woken = false;
        try {
          go();
        } catch (error) {
          over = true;
          reject(error);
        }
      };
      const batch = (): void => {
        if (over) return;
        for (let steps = 0; steps < STEPS_A_BATCH; steps += 1) setImmediate(step);
        setImmediate(batch);
      };
      // Nothing was resolved yet: what is due happens at once.
      if (!this.#woken) go();
      batch();
    });
  }
}
