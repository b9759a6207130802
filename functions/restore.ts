// An operator puts the data of an earlier snapshot in place of the present data.

import { restore } from '../shared/act/operate.ts';
import { runParsed } from './invoked.ts';
import { lambdaRuntime } from './lambda.ts';
import { type Handler, type Runtime, wrap } from './runtime.ts';

export const createHandler = (runtime: Runtime): Handler =>
  wrap(runtime, (deps, raw) => runParsed(deps, 'restore', raw, (command) => restore(deps, command)));

export const handler = createHandler(lambdaRuntime());
