// What the records say of one workload or all.

import { status } from '../shared/act/status.ts';
import { runParsed } from './invoked.ts';
import { lambdaRuntime } from './lambda.ts';
import { type Handler, type Runtime, wrap } from './runtime.ts';

export const createHandler = (runtime: Runtime): Handler =>
  wrap(runtime, (deps, raw) => runParsed(deps, 'status', raw, (command) => status(deps, command.workload)));

export const handler = createHandler(lambdaRuntime());
