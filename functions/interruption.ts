// Interruption warnings and rebalance recommendations: a note beside the record, a wake-up, nothing else. They must
// never queue behind a loop.

import { parseEvent } from '../shared/event/parse.ts';
import type { TableDeps } from '../shared/loop/deps.ts';
import { wakeSoon } from '../shared/loop/tell.ts';
import { noteEvent, workloadOf } from '../shared/loop/wake.ts';
import { type Handler, type Runtime, wrap } from './runtime/handler.ts';
import { tellIgnored } from './runtime/ignored.ts';

export const createHandler = (runtime: Runtime<Omit<TableDeps, 'readings'>>): Handler =>
  wrap(runtime, async (deps, raw) => {
    const event = parseEvent(raw, { ...runtime.expected(), now: deps.clock.now() });
    if (event.kind === 'ignored') return tellIgnored(deps, event);
    const workload = await workloadOf(deps, event);
    if (workload === undefined) return { noted: false, reason: 'no workload of ours' };
    const noted = await noteEvent(deps, workload, event);
    await wakeSoon(deps, workload);
    deps.log.info('noted', { workload, operation: event.kind, reason: 'event from EC2' });
    return { noted, workload };
  });
