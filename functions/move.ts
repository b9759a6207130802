// An operator moves a workload to another zone.

import { move } from '../shared/act/operate.ts';
import { runParsed } from './invoked.ts';
import { lambdaRuntime } from './lambda.ts';
import { type Handler, type Runtime, wrap } from './runtime.ts';

export const createHandler = (runtime: Runtime): Handler =>
  wrap(runtime, (deps, raw) =>
    runParsed(deps, 'move', raw, (command) => move(deps, command.workload, command.zone)),
  );

export const handler = createHandler(lambdaRuntime());
