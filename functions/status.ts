// What the records say of one workload or all.

import { status } from '../shared/operate/status.ts';
import { type Handler, type Runtime, wrap } from './runtime/handler.ts';
import { runParsed } from './runtime/invoked.ts';
import { lambdaRuntime } from './runtime/lambda.ts';

export const createHandler = (runtime: Runtime): Handler =>
  wrap(runtime, (deps, raw) => runParsed(deps, 'status', raw, (command) => status(deps, command.workload)));

export const handler = createHandler(lambdaRuntime());
