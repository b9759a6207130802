// Codes of what a workload waits for. They stand in records, in `status`, `plan` and every JSON output; programs read the
// code, people the words beside it. A word may change at any time, a code may not.

import * as z from 'zod/mini';
import { at } from './fields.ts';

export const WAIT_STEPS = [
  /** Every capacity pool that may be tried is in backoff. */
  'capacity',
  /** No launch before a time: a quota of the account, or a launch that failed. */
  'launch-pause',
  /** As many launches within an hour as Spotkeep makes. */
  'launch-limit',
  /** An instance that is ready in the zone the data goes to. */
  'launch',
  /** The SSM agent of a new instance. */
  'agent',
  /** A document on the instance. */
  'format',
  'adopt',
  'start',
  'stop',
  'probe',
  'attach',
  /** The volume has to be attached to no instance. */
  'detach',
  /** An instance whose termination was requested. */
  'end',
  /** The confirmed termination of an instance that owned the volume. */
  'proof',
  'snapshot',
  /** The volume made of the snapshot. */
  'copy',
  'address',
  /** A call whose outcome is not known. */
  'answer',
  /** A read that failed, or one more read. */
  'reading',
  /** EC2 does not list a resource yet. */
  'listing',
  /** EC2 does not show a tag yet. */
  'tag',
  /** What was read contradicts the record: it is read again. */
  'second-look',
  /** The region has to stay without instances of the workload for a while. */
  'quiet',
  /** The next try at a call that was refused or failed. */
  'retry',
  /** A limit of Spotkeep's own on volumes or deletions. */
  'limit',
] as const;

export type WaitStep = (typeof WAIT_STEPS)[number];

/** Earlier versions wrote no step; one of a later version is no reason not to read its record. */
export const waiting = z.object({
  step: z.catch(z.optional(z.enum(WAIT_STEPS)), undefined),
  what: z.string(),
  since: at,
});
