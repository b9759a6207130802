// What a call does with what was decided in a turn: pure, so that each case is a line of a table and not a path through
// calls. The loop carries it out.

import { type Instant, type Ms, seconds, since } from '../base/time.ts';
import type { Plan } from '../decide/plan.ts';
import type { RecordBody } from '../record/record.ts';

/** A wait longer than this is left to wakeAt and to events: a call that sleeps is paid for. */
const LONG_WAIT = seconds(20);
/** Between two turns at most: notices that came meanwhile are read this soon. */
const TURN_PAUSE = seconds(5);
/** A turn's calls are over in less than this as a rule: so much of the lease has to be left when the next one begins. */
const LEASE_SPARE = seconds(5);

export type Move =
  /** What is due is another call's: the sweep may only delete, or the time is up. */
  | { kind: 'leave-to-loop' }
  /** Nothing to do and nothing to write. */
  | { kind: 'end' }
  /** Saves, gives the lease back and leaves; `wake`: another call is to go on at once. */
  | { kind: 'leave'; wake: boolean }
  /** Looks again without a write. */
  | { kind: 'look'; after: Ms }
  /** Saves under the lease, then looks again. */
  | { kind: 'save'; after: Ms }
  /** Saves the intent under the lease, then makes the call. */
  | { kind: 'perform' };

/** The call, and the record as it was read for this turn. */
export interface Situation {
  /** By which name this call holds leases. */
  by: string;
  /** Turns made, this one included. */
  turns: number;
  leaveAt: Instant;
  mayDelete: boolean;
  lease: RecordBody['lease'];
  wakeAt: Instant | undefined;
  /** The reading left out what was not needed until now. */
  partial: boolean;
}

type Decided = Pick<Plan, 'effect' | 'sweeps' | 'settled' | 'waits' | 'changed' | 'nextCheckAt'>;

export const nextMove = (planned: Decided, run: Situation, now: Instant): Move => {
  const isOver = now >= run.leaveAt;
  // Calls that are refused or lost again and again would keep this one until it is killed.
  const isLate = planned.effect !== undefined && run.turns > 1 && isOver;
  if (isLate || (run.mayDelete && !planned.sweeps)) return { kind: 'leave-to-loop' };
  if (planned.effect) return { kind: 'perform' };
  const pause = since(now, planned.nextCheckAt);
  // What the answer to a probe leaves to be done (the day's snapshot) is decided from a whole reading, and at once.
  const rests = planned.settled && !(run.partial && planned.waits.length > 0);
  if (rests || pause > LONG_WAIT || isOver) {
    const isWritten = !planned.changed && run.lease === undefined && run.wakeAt === planned.nextCheckAt;
    return isWritten ? { kind: 'end' } : { kind: 'leave', wake: isOver && !planned.settled };
  }
  const after = Math.max(0, Math.min(pause, TURN_PAUSE)) as Ms;
  // Nothing changed and the lease lasts beyond the pause: the next look needs no write.
  const { lease } = run;
  const lasts = lease?.by === run.by && lease.until - now > after + LEASE_SPARE;
  return { kind: !planned.changed && lasts ? 'look' : 'save', after };
};
