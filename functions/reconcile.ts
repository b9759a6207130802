// The loop's front door: every event but warnings, and our own `Reconcile Requested`.

import { parseEvent } from '../shared/event/parse.ts';
import { loop } from '../shared/loop/loop.ts';
import { awaitsCommand, noteEvent, workloadOf } from '../shared/loop/wake.ts';
import { type Handler, leaveAt, type Runtime, wrap } from './runtime/handler.ts';
import { tellIgnored } from './runtime/ignored.ts';

export const createHandler = (runtime: Runtime): Handler =>
  wrap(runtime, async (deps, raw, call) => {
    const event = parseEvent(raw, { ...runtime.expected(), now: deps.clock.now() });
    if (event.kind === 'ignored') return tellIgnored(deps, event);
    const workload = await workloadOf(deps, event);
    if (workload === undefined) return { kind: 'foreign', reason: 'no workload of ours' };
    if (event.kind === 'command' && !(await awaitsCommand(deps, workload, event.commandId)))
      return { kind: 'known', reason: 'its answer is known' };
    await noteEvent(deps, workload, event);
    return loop(deps, { name: workload, leaveAt: leaveAt(deps, call), mayDelete: false });
  });
