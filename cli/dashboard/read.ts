// What the page shows, asked of the functions: status at every look; history and plan when the status changed, and once a
// minute, because they cost more and say nothing new otherwise.

import { historyShape } from '../../shared/answer/history.ts';
import { planShape } from '../../shared/answer/plan.ts';
import { isUnread, type WorkloadStatus } from '../../shared/answer/status.ts';
import { type Ms, minutes } from '../../shared/base/time.ts';
import { accept, type Session } from '../session/session.ts';
import { listWorkloads } from '../session/workload.ts';
import type { Beside } from './view/beside.ts';
import { unreadView, type WorkloadView, workloadView } from './view/view.ts';

/** The most that the function gives: some weeks of an ordinary service. */
const HISTORY_LIMIT = 500;
const ANEW_AFTER: Ms = minutes(1);

export function createReader(session: Session): () => Promise<readonly WorkloadView[]> {
  const known = new Map<string, Beside & { of: string }>();

  const beside = async (workload: WorkloadStatus): Promise<Beside> => {
    const before = known.get(workload.name);
    const now = session.outside.clock.now();
    const of = lasting(workload);
    if (before !== undefined && before.of === of && now - before.at < ANEW_AFTER) return before;
    const [history, plan] = await Promise.all([
      session.call('history', { workload: workload.name, limit: HISTORY_LIMIT }),
      session.call('plan', { workload: workload.name }),
    ]);
    const parsed = accept('history', historyShape, history);
    const read = {
      history: parsed,
      plan: accept('plan', planShape, plan),
      cut: parsed.entries.length >= HISTORY_LIMIT,
      at: now,
      of,
    };
    known.set(workload.name, read);
    return read;
  };
  return async () => {
    const workloads = await listWorkloads(session);
    const names = new Set(workloads.map(({ name }) => name));
    for (const name of known.keys()) if (!names.has(name)) known.delete(name);
    return Promise.all(
      workloads.map(async (one) => (isUnread(one) ? unreadView(one) : workloadView(one, await beside(one)))),
    );
  };
}

/** The status without what changes by itself from look to look. */
function lasting({ health: _health, incident, owner, ...rest }: WorkloadStatus): string {
  const { grantUntil: _grant, ...of } = owner ?? {};
  const phases = Array.isArray(incident?.phases) ? incident.phases.length : 0;
  return JSON.stringify([rest, of, incident?.kind, incident?.at, phases]);
}
