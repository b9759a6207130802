// What the commands that change a workload answer, and how each of them refuses. One schema: operate makes it, the command
// and the page parse it. Fields that a later version adds pass through untouched.

import * as z from 'zod/mini';

const text = z.optional(z.string());

/** Retention that was lowered: from when on, and what would be deleted of what there is now. */
export const loweringShape = z.looseObject({
  /** ISO instant; until then the previous rules apply as well. */
  effectiveAt: z.string(),
  /** What is kept until then. */
  keeps: z.looseObject({
    daily: z.number(),
    weekly: z.number(),
    monthly: z.number(),
    supersededDays: z.number(),
  }),
  snapshots: z.array(z.string()),
  volumes: z.array(z.string()),
});

export const doneShape = z.looseObject({
  ok: z.literal(true),
  /** False: it was so already. */
  changed: z.boolean(),
  workload: z.string(),
  state: z.string(),
  /** One plain sentence. */
  says: z.string(),
  /** ISO instant. */
  until: text,
  retention: z.optional(loweringShape),
});

export const REFUSAL_CODES = [
  'not-found',
  'held',
  'invalid',
  'busy',
  'unreadable',
  'refused',
  'loss',
  'destroyed',
] as const;

export const refusalShape = z.looseObject({
  ok: z.literal(false),
  /** One of REFUSAL_CODES; a later version may know more. */
  code: z.string(),
  workload: text,
  says: text,
  /** `invalid`: the field and what was expected there. */
  path: text,
  expected: text,
  /** `invalid` of a whole request: every field that is wrong. */
  problems: z.optional(z.array(z.looseObject({ path: z.string(), expected: z.string(), found: text }))),
  /** `loss`: what would be lost, ISO instants. */
  window: z.optional(z.looseObject({ from: z.string(), to: z.string() })),
});

export type Lowering = z.infer<typeof loweringShape>;
export type Done = z.infer<typeof doneShape>;
export type RefusalCode = (typeof REFUSAL_CODES)[number];
/** As operate makes it: with one of the known codes, and a sentence. */
export interface Refusal extends z.infer<typeof refusalShape> {
  code: RefusalCode;
  workload: string;
  says: string;
}
export type CommandAnswer = Done | Refusal;
