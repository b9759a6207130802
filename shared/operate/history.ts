// history: what the control plane noted of a workload, and its incidents with their phases in seconds. Read only.

import * as z from 'zod/mini';
import type { Refusal } from '../answer/done.ts';
import type { HistoryAnswer, HistoryRow, Incident, Phase } from '../answer/history.ts';
import { type Instant, instant, iso } from '../base/time.ts';
import type { Deps } from '../loop/deps.ts';
import { type LoadDeps, load } from '../loop/store.ts';
import type { HistoryEntry } from '../port/records.ts';
import type { RecordBody } from '../record/record.ts';
import { invalidRefusal, unreadableRefusal } from './edit.ts';

/** Entries read when incidents are looked for: weeks of a service that is often interrupted. */
const SCANNED = 1_000;
const SHOWN = 100;

const ended = z.looseObject({
  id: z.string(),
  kind: z.string(),
  at: z.number(),
  zoneFrom: z.string(),
  zoneTo: z.optional(z.string()),
  endedAt: z.optional(z.number()),
  outcome: z.optional(z.string()),
  phases: z.array(z.object({ name: z.string(), at: z.number() })),
});
type Ended = z.infer<typeof ended>;

const inSeconds = (from: number, to: number): number => Math.max(0, Math.round((to - from) / 100) / 10);

/** A phase lasts to the next one; the last to the end, or to now. */
export const withSeconds = (phases: Ended['phases'], end: number): Phase[] =>
  phases.map(({ name, at }, index) => ({
    name,
    at: iso(instant(at)),
    seconds: inSeconds(at, phases[index + 1]?.at ?? end),
  }));

const viewOf = (one: Ended, number: number, now: Instant): Incident => {
  const end = one.endedAt ?? now;
  return {
    number,
    id: one.id,
    kind: one.kind,
    at: iso(instant(one.at)),
    zoneFrom: one.zoneFrom,
    zoneTo: one.zoneTo,
    endedAt: one.endedAt === undefined ? undefined : iso(instant(one.endedAt)),
    outcome: one.outcome,
    seconds: inSeconds(one.at, end),
    phases: withSeconds(one.phases, end),
  };
};

const incidentsIn = (entries: HistoryEntry[], body: RecordBody): Ended[] => {
  const over = entries
    .filter((entry) => entry.kind === 'incident')
    .map((entry) => ended.safeParse(entry.detail))
    .flatMap((parsed) => (parsed.success ? [parsed.data] : []));
  return body.incident ? [body.incident, ...over] : over;
};

const entryView = ({ version, at, kind, reason, detail }: HistoryEntry): HistoryRow => ({
  version,
  at: iso(at),
  kind,
  reason,
  detail,
});

export interface HistoryRequest {
  workload: string;
  incident?: number | string;
  limit?: number;
}

/** With `incident`: that one, and what was noted from its beginning to its end. */
export type HistoryDeps = LoadDeps & Pick<Deps, 'clock' | 'log'>;

export const history = async (
  deps: HistoryDeps,
  request: HistoryRequest,
): Promise<HistoryAnswer | Refusal> => {
  const { workload, incident, limit = SHOWN } = request;
  const loaded = await load(deps, workload);
  if (loaded.kind === 'absent')
    return { ok: false, code: 'not-found', workload, says: `there is no workload ${workload}` };
  if (loaded.kind === 'refused') return unreadableRefusal(workload, loaded);
  const now = deps.clock.now();
  const scanned = await deps.records.history(workload, Math.max(SCANNED, limit));
  const found = incidentsIn(scanned, loaded.body);
  const numbered = found.map((one, index) => ({ one, view: viewOf(one, index + 1, now) }));
  if (incident === undefined) {
    const entries = scanned.slice(0, limit).map(entryView);
    return { ok: true, workload, entries, incidents: numbered.map(({ view }) => view) };
  }
  const wanted = numbered.find(({ view }) => view.number === incident || view.id === incident);
  if (!wanted) {
    const expected = found.length === 0 ? 'nothing: there was no incident' : `1 to ${found.length}, or an id`;
    return invalidRefusal(workload, { path: 'incident', expected });
  }
  const { one, view } = wanted;
  const during = scanned.filter((entry) => entry.at >= one.at && entry.at <= (one.endedAt ?? now));
  return { ok: true, workload, entries: during.slice(0, limit).map(entryView), incidents: [view] };
};
