// What the plan function answers: the planner's answer on the record and the region as they are, nothing done.

import * as z from 'zod/mini';

export const planShape = z.looseObject({
  ok: z.literal(true),
  workload: z.string(),
  state: z.string(),
  /** The next call to the region, if one is due; its other fields are those of the call. */
  effect: z.optional(z.looseObject({ kind: z.string() })),
  reason: z.string(),
  nextCheckAt: z.string(),
  settled: z.boolean(),
  waits: z.array(z.looseObject({ what: z.string(), until: z.string() })),
  hold: z.optional(z.looseObject({ code: z.string(), at: z.string(), evidence: z.string() })),
  /** A loop is at work on it now: what is shown may be done already. */
  underWay: z.boolean(),
});

export type PlanAnswer = z.infer<typeof planShape>;
