// Each minute: wakes the workloads that are due. A late tick only looks later; a missed one is made good by the next.

import type { Deps } from '../shared/loop/deps.ts';
import { tick } from '../shared/loop/wake.ts';
import { type Handler, type Runtime, wrap } from './runtime/handler.ts';

export const createHandler = (
  runtime: Runtime<Pick<Deps, 'records' | 'bus' | 'clock' | 'metrics'>>,
): Handler =>
  wrap(runtime, async (deps) => {
    const woken = await tick(deps);
    deps.metrics.count('WorkloadsWoken', woken.length);
    return { woken };
  });
