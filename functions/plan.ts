// What would be done for a workload now, and why. Reads only.

import { preview } from '../shared/act/preview.ts';
import { runParsed } from './invoked.ts';
import { lambdaRuntime } from './lambda.ts';
import { type Handler, type Runtime, wrap } from './runtime.ts';

export const createHandler = (runtime: Runtime): Handler =>
  wrap(runtime, (deps, raw) => runParsed(deps, 'plan', raw, (command) => preview(deps, command.workload)));

export const handler = createHandler(lambdaRuntime());
