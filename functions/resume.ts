// An operator ends a hold.

import { resume } from '../shared/act/run-command.ts';
import { runParsed } from './invoked.ts';
import { lambdaRuntime } from './lambda.ts';
import { type Handler, type Runtime, wrap } from './runtime.ts';

export const createHandler = (runtime: Runtime): Handler =>
  wrap(runtime, (deps, raw) => runParsed(deps, 'resume', raw, (command) => resume(deps, command.workload)));

export const handler = createHandler(lambdaRuntime());
