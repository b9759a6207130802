// An intent: the call that is about to be made, written into the record before it is made. It stays until the outcome is
// saved; one that is found there may have been carried out. And the calls that rest.

import * as z from 'zod/mini';
import { intended, madeOnce } from './effect.ts';
import { at, id, kept } from './fields.ts';

const saved = {
  id,
  at,
  /** Asked again: an earlier try may have been carried out. */
  again: z.optional(z.boolean()),
};

export const intent = kept({ ...saved, effect: intended });

/** An unanswered one that something more urgent overtook. */
export const suspended = kept({ ...saved, effect: madeOnce });

/** Mutating calls that were asked for lately, and until when the same one rests: after acceptance too, for what EC2 accepts
 * may take minutes to show. `call`: kind and targets of one, or a kind alone, which rests after any call of it was refused. */
const call = kept({
  call: z.string(),
  firstAt: at,
  at,
  times: z.int().check(z.gte(0)),
  until: at,
});

export const calls = z.optional(z.array(call));

export type Intent = z.infer<typeof intent>;
export type Suspended = z.infer<typeof suspended>;
