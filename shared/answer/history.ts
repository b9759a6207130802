// What the history function answers: what the control plane noted, and incidents with their phases in seconds.

import * as z from 'zod/mini';

const text = z.optional(z.string());

/** `seconds`: to the next phase; of the last one to the end of the incident, or to now. */
export const phaseShape = z.looseObject({ name: z.string(), at: z.string(), seconds: z.number() });

const incidentShape = z.looseObject({
  /** 1 is the newest. */
  number: z.number(),
  id: z.string(),
  kind: z.string(),
  at: z.string(),
  zoneFrom: z.string(),
  zoneTo: text,
  /** Absent while it lasts. */
  endedAt: text,
  outcome: text,
  /** From its beginning to its end, or to now. */
  seconds: z.number(),
  phases: z.array(phaseShape),
});

const entryShape = z.looseObject({
  version: z.number(),
  at: z.string(),
  kind: z.string(),
  reason: z.string(),
  detail: z._default(z.record(z.string(), z.unknown()), {}),
});

export const historyShape = z.looseObject({
  ok: z.literal(true),
  workload: z.string(),
  /** Newest first. */
  entries: z.array(entryShape),
  incidents: z.array(incidentShape),
});

export type Phase = z.infer<typeof phaseShape>;
export type Incident = z.infer<typeof incidentShape>;
export type HistoryRow = z.infer<typeof entryShape>;
export type HistoryAnswer = z.infer<typeof historyShape>;
