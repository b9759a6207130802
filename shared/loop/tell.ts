// What leaves the loop besides effects: events on the project's own bus, history items, wake-ups.

import type { Plan } from '../decide/plan.ts';
import type { EventType } from '../port/bus.ts';
import type { Deps } from './deps.ts';

export interface ToldPlan {
  name: string;
  version: number;
  planned: Pick<Plan, 'events' | 'history'>;
}

/** Events first: a lost history item is a gap in a report, a lost `Held` is an operator not alerted. */
export const publishPlan = async (
  deps: Pick<Deps, 'bus' | 'records' | 'clock'>,
  { name, version, planned }: ToldPlan,
): Promise<void> => {
  if (planned.events.length > 0) await deps.bus.publish(planned.events);
  const at = deps.clock.now();
  for (const { kind, reason, detail } of planned.history) {
    await deps.records.appendHistory({ workload: name, version, at, kind, reason, detail });
  }
};

export const RECONCILE_REQUESTED: EventType = 'Reconcile Requested';

/** A wake-up for each of these workloads through the bus: other calls take over. */
export const wakeSoon = ({ bus }: Pick<Deps, 'bus'>, ...names: readonly string[]): Promise<void> =>
  bus.publish(names.map((workload) => ({ detailType: RECONCILE_REQUESTED, detail: { workload } })));
