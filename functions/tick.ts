// Each minute: wakes the workloads that are due. A late tick only looks later; a missed one is made good by the next.

import { tick } from '../shared/loop/wake.ts';
import { type Handler, type Runtime, wrap } from './runtime/handler.ts';
import { lambdaRuntime } from './runtime/lambda.ts';

export const createHandler = (runtime: Runtime): Handler =>
  wrap(runtime, async (deps) => {
    const woken = await tick(deps);
    deps.metrics.count('WorkloadsWoken', woken.length);
    return { woken };
  });

export const handler = createHandler(lambdaRuntime());
