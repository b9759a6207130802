// An operator moves a workload to another zone.

import { move } from '../shared/operate/data-commands.ts';
import { type Handler, type Runtime, wrap } from './runtime/handler.ts';
import { runParsed } from './runtime/invoked.ts';
import { lambdaRuntime } from './runtime/lambda.ts';

export const createHandler = (runtime: Runtime): Handler =>
  wrap(runtime, (deps, raw) =>
    runParsed(deps, 'move', raw, (command) => move(deps, command.workload, command.zone)),
  );

export const handler = createHandler(lambdaRuntime());
