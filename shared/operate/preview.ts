// plan: what the planner would do now, on the record and the region as they are. The very planner of the loop, asked
// without writing anything and without the right to change anything.

import type { Refusal } from '../answer/done.ts';
import type { PlanAnswer } from '../answer/plan.ts';
import { iso } from '../base/time.ts';
import { plan } from '../decide/plan.ts';
import type { Deps } from '../loop/deps.ts';
import { observe } from '../loop/observe.ts';
import { load } from '../loop/store.ts';
import { createCalendar } from '../schedule/calendar.ts';
import { unreadableRefusal } from './edit.ts';

export type PreviewDeps = Omit<Deps, 'bus'>;

export const preview = async (deps: PreviewDeps, workload: string): Promise<PlanAnswer | Refusal> => {
  const loaded = await load(deps, workload);
  if (loaded.kind === 'absent')
    return { ok: false, code: 'not-found', workload, says: `there is no workload ${workload}` };
  if (loaded.kind === 'refused') return unreadableRefusal(workload, loaded);
  const { body } = loaded;
  const tableId = { kind: 'read' as const, value: await deps.records.tableId() };
  const reading = await observe(deps, {
    first: true,
    name: workload,
    record: body,
    snapshots: true,
    tableId,
  });
  const now = deps.clock.now();
  const planned = plan({
    name: workload,
    record: body,
    reading,
    now,
    calendar: createCalendar(body.definition.schedule),
    fresh: { id: deps.ids.ulid(), uuid: deps.ids.uuid() },
    settings: deps.settings,
    may: { delete: false },
  });
  const { hold } = planned.record;
  return {
    ok: true,
    workload,
    state: planned.record.state,
    effect: planned.effect,
    reason: planned.reason,
    nextCheckAt: iso(planned.nextCheckAt),
    settled: planned.settled,
    waits: planned.waits.map((wait) => ({ ...wait, until: iso(wait.until) })),
    waitingFor: planned.waitsFor && { ...planned.waitsFor, until: iso(planned.waitsFor.until) },
    hold: hold && { code: hold.code, at: iso(hold.at), evidence: hold.evidence },
    underWay: body.lease !== undefined && body.lease.until > now,
  };
};
