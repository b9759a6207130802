// An operator destroys a workload. Nothing is deleted here: that is the sweep's, days later.

import { destroy } from '../shared/act/operate.ts';
import { runParsed } from './invoked.ts';
import { lambdaRuntime } from './lambda.ts';
import { type Handler, type Runtime, wrap } from './runtime.ts';

export const createHandler = (runtime: Runtime): Handler =>
  wrap(runtime, (deps, raw) => runParsed(deps, 'destroy', raw, (command) => destroy(deps, command)));

export const handler = createHandler(lambdaRuntime());
