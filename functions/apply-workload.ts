// A definition becomes a workload, or changes one.

import { apply } from '../shared/act/apply.ts';
import { runParsed } from './invoked.ts';
import { lambdaRuntime } from './lambda.ts';
import { type Handler, type Runtime, wrap } from './runtime.ts';

export const createHandler = (runtime: Runtime): Handler =>
  wrap(runtime, (deps, raw) => runParsed(deps, 'apply', raw, (command) => apply(deps, command)));

export const handler = createHandler(lambdaRuntime());
