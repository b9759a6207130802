// An operator wants a snapshot now.

import { backup } from '../shared/act/operate.ts';
import { runParsed } from './invoked.ts';
import { lambdaRuntime } from './lambda.ts';
import { type Handler, type Runtime, wrap } from './runtime.ts';

export const createHandler = (runtime: Runtime): Handler =>
  wrap(runtime, (deps, raw) => runParsed(deps, 'backup', raw, (command) => backup(deps, command.workload)));

export const handler = createHandler(lambdaRuntime());
