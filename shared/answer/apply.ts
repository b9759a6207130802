// What apply-workload answers when it is only asked what it would do; otherwise it answers as every command (done.ts).

import * as z from 'zod/mini';
import { loweringShape } from './done.ts';

export const differenceShape = z.looseObject({
  /** `capacity.zones[0].zone`; of lists each element. */
  path: z.string(),
  from: z.optional(z.unknown()),
  to: z.optional(z.unknown()),
});

export const noticeShape = z.looseObject({
  path: z.string(),
  kind: z.enum(['warning', 'echo', 'ask']),
  text: z.string(),
});

export const dryRunShape = z.looseObject({
  ok: z.literal(true),
  changed: z.literal(false),
  dryRun: z.literal(true),
  workload: z.string(),
  state: z.string(),
  says: z.string(),
  /** There is no such workload yet. */
  created: z.boolean(),
  changes: z.array(differenceShape),
  warnings: z.array(noticeShape),
  retention: z.optional(loweringShape),
});

export type Difference = z.infer<typeof differenceShape>;
export type DryRun = z.infer<typeof dryRunShape>;
