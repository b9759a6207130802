// An operator recovers workloads whose table was restored.

import { recover } from '../shared/act/operate.ts';
import { runParsed } from './invoked.ts';
import { lambdaRuntime } from './lambda.ts';
import { type Handler, type Runtime, wrap } from './runtime.ts';

export const createHandler = (runtime: Runtime): Handler =>
  wrap(runtime, (deps, raw) =>
    runParsed(deps, 'recover', raw, (command) => recover(deps, command.workload, command.ended)),
  );

export const handler = createHandler(lambdaRuntime());
