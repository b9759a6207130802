// An operator recovers workloads whose table was restored.

import { recover } from '../shared/operate/data-commands.ts';
import { type Handler, type Runtime, wrap } from './runtime/handler.ts';
import { runParsed } from './runtime/invoked.ts';
import { lambdaRuntime } from './runtime/lambda.ts';

export const createHandler = (runtime: Runtime): Handler =>
  wrap(runtime, (deps, raw) =>
    runParsed(deps, 'recover', raw, (command) => recover(deps, command.workload, command.ended)),
  );

export const handler = createHandler(lambdaRuntime());
