// An operator destroys a workload. Nothing is deleted here: that is the sweep's, days later.

import { destroy } from '../shared/operate/data-commands.ts';
import { type Handler, type Runtime, wrap } from './runtime/handler.ts';
import { runParsed } from './runtime/invoked.ts';
import { lambdaRuntime } from './runtime/lambda.ts';

export const createHandler = (runtime: Runtime): Handler =>
  wrap(runtime, (deps, raw) => runParsed(deps, 'destroy', raw, (command) => destroy(deps, command)));

export const handler = createHandler(lambdaRuntime());
