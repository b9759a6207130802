// An operator ends a hold.

import { resume } from '../shared/operate/day-commands.ts';
import { type Handler, type Runtime, wrap } from './runtime/handler.ts';
import { runParsed } from './runtime/invoked.ts';
import { lambdaRuntime } from './runtime/lambda.ts';

export const createHandler = (runtime: Runtime): Handler =>
  wrap(runtime, (deps, raw) => runParsed(deps, 'resume', raw, (command) => resume(deps, command.workload)));

export const handler = createHandler(lambdaRuntime());
