// A definition becomes a workload, or changes one.

import { apply } from '../shared/operate/apply.ts';
import { type Handler, type Runtime, wrap } from './runtime/handler.ts';
import { runParsed } from './runtime/invoked.ts';
import { lambdaRuntime } from './runtime/lambda.ts';

export const createHandler = (runtime: Runtime): Handler =>
  wrap(runtime, (deps, raw) => runParsed(deps, 'apply', raw, (command) => apply(deps, command)));

export const handler = createHandler(lambdaRuntime());
