// A record that would be too large to be saved loses what can be had again, before anything waits for it: first what the
// host answered last, which the next probe answers again, then what is only remembered for speed or for people. What
// the safety of the data rests on is never dropped.

import { jsonBytes } from '../base/json-bytes.ts';
import { RECORD_BYTES } from '../port/records.ts';
import type { RecordBody } from './record.ts';

/** Enough of a list to go on with. */
const FEW = 5;

const STEPS: readonly (readonly [what: string, without: (body: RecordBody) => RecordBody])[] = [
  ['unkeptBinds', (body) => ({ ...body, unkeptBinds: undefined })],
  ['health', (body) => ({ ...body, health: undefined })],
  ['unavailablePools', (body) => ({ ...body, unavailablePools: body.unavailablePools.slice(-FEW) })],
  [
    'incident.phases',
    (body) =>
      body.incident
        ? { ...body, incident: { ...body.incident, phases: body.incident.phases.slice(0, FEW) } }
        : body,
  ],
  [
    'deleted volumes',
    (body) => ({ ...body, lineage: body.lineage.filter(({ role }) => role !== 'deleted') }),
  ],
  ['alertedAt', (body) => ({ ...body, alertedAt: undefined })],
];

/** As it is where it fits. `dropped`: what went, in order. */
export const fitted = (body: RecordBody): { body: RecordBody; dropped: string[] } => {
  const dropped: string[] = [];
  let made = body;
  for (const [what, without] of STEPS) {
    if (jsonBytes(made) <= RECORD_BYTES) break;
    made = without(made);
    dropped.push(what);
  }
  return { body: made, dropped };
};
