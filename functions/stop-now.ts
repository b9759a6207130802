// An operator stops a workload now, until a time.

import { stopNow } from '../shared/act/run-command.ts';
import { runParsed } from './invoked.ts';
import { lambdaRuntime } from './lambda.ts';
import { type Handler, type Runtime, wrap } from './runtime.ts';

export const createHandler = (runtime: Runtime): Handler =>
  wrap(runtime, (deps, raw) =>
    runParsed(deps, 'stop-now', raw, (command) => stopNow(deps, command.workload, command.until)),
  );

export const handler = createHandler(lambdaRuntime());
