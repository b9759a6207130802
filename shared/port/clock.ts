// Time and chance as what they are: something from outside.

import type { Instant, Ms } from '../base/time.ts';

/** Time as a dependency: the wall clock in Lambda, the virtual one in the simulated region. */
export interface Clock {
  now(): Instant;
  /** Resolves after `duration`; never rejects. */
  sleep(duration: Ms): Promise<void>;
}

/** Chance as a dependency. Ids must be random, never counted: counted ids fork the data after a table restore. */
export interface Ids {
  /** 26 characters, Crockford base 32, sortable by the clock. */
  ulid(): string;
  /** Lower-case UUID version 4 (file systems). */
  uuid(): string;
}
