// Orphans and retention. The only function whose role may delete.

import { loop } from '../shared/loop/loop.ts';
import { endOrphans, hasSurplus } from '../shared/loop/wake.ts';
import { type Handler, leaveAt, type Runtime, wrap } from './runtime/handler.ts';

export const createHandler = (runtime: Runtime): Handler =>
  wrap(runtime, async (deps, _event, call) => {
    const failures: unknown[] = [];
    const orphans = await endOrphans(deps, failures);
    deps.metrics.count('OrphansEnded', orphans.length);
    const until = leaveAt(deps, call);
    const ends: Record<string, string> = {};
    for (const name of await deps.records.listNames()) {
      if (deps.clock.now() >= until) break;
      try {
        if (await hasSurplus(deps, name))
          ends[name] = (await loop(deps, { name, leaveAt: until, mayDelete: true })).kind;
      } catch (error) {
        failures.push(error);
      }
    }
    // One that fails keeps none of the others waiting; the call fails in the end, so that the alarm fires.
    if (failures.length > 0) throw failures[0];
    return { orphans, ends };
  });
