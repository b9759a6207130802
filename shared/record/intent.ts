// An intent: the call that is about to be made, written into the record before it is made. It stays until the outcome is
// saved; one that is found there may have been carried out.

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

export type Intent = z.infer<typeof intent>;
export type Suspended = z.infer<typeof suspended>;
