// What the plan function answers: the planner's answer on the record and the region as they are, nothing done.

import * as z from 'zod/mini';

/** `step` is a code (shared/record/waits.ts), `what` the same in words. */
const waitShape = z.looseObject({
  step: z.optional(z.string()),
  what: z.string(),
  until: z.string(),
  percent: z.optional(z.number()),
});

export const planShape = z.looseObject({
  ok: z.literal(true),
  workload: z.string(),
  state: z.string(),
  /** The next call to the region, if one is due; its other fields are those of the call. */
  effect: z.optional(z.looseObject({ kind: z.string() })),
  reason: z.string(),
  nextCheckAt: z.string(),
  settled: z.boolean(),
  waits: z.array(waitShape),
  /** The one of `waits` that `reason` tells of; absent where something else is the reason. */
  waitingFor: z.optional(waitShape),
  hold: z.optional(z.looseObject({ code: z.string(), at: z.string(), evidence: z.string() })),
  /** A loop is at work on it now: what is shown may be done already. */
  underWay: z.boolean(),
});

export type PlanAnswer = z.infer<typeof planShape>;
