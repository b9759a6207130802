// An operator wants a snapshot now.

import { backup } from '../shared/operate/data-commands.ts';
import { type Handler, type Runtime, wrap } from './runtime/handler.ts';
import { runParsed } from './runtime/invoked.ts';
import { lambdaRuntime } from './runtime/lambda.ts';

export const createHandler = (runtime: Runtime): Handler =>
  wrap(runtime, (deps, raw) => runParsed(deps, 'backup', raw, (command) => backup(deps, command.workload)));

export const handler = createHandler(lambdaRuntime());
