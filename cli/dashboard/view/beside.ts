// What the page shows beside a status.

import * as z from 'zod/mini';
import type { Instant } from '../../../shared/base/time.ts';

export const historyShape = z.looseObject({
  ok: z.literal(true),
  entries: z.array(
    z.looseObject({
      at: z.string(),
      kind: z.string(),
      reason: z.string(),
      detail: z._default(z.record(z.string(), z.unknown()), {}),
    }),
  ),
  incidents: z.array(
    z.looseObject({
      number: z.number(),
      id: z.string(),
      kind: z.string(),
      at: z.string(),
      zoneFrom: z.optional(z.string()),
      zoneTo: z.optional(z.string()),
      endedAt: z.optional(z.string()),
      outcome: z.optional(z.string()),
      phases: z.array(z.looseObject({ name: z.string(), at: z.string() })),
    }),
  ),
});

export const planShape = z.looseObject({
  ok: z.literal(true),
  reason: z.string(),
  waits: z.optional(z.array(z.looseObject({ what: z.string(), until: z.string() }))),
});

export type History = z.infer<typeof historyShape>;
export type PlanAnswer = z.infer<typeof planShape>;

/** What was asked beside the status, and when. */
export interface Beside {
  history: History;
  plan: PlanAnswer;
  /** Whether the history may reach further back than it was read. */
  cut: boolean;
  at: Instant;
}
