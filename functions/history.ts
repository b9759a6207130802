// What happened to a workload, and its incidents phase by phase. Reads only.

import { history } from '../shared/operate/history.ts';
import { type Handler, type Runtime, wrap } from './runtime/handler.ts';
import { runParsed } from './runtime/invoked.ts';
import { lambdaRuntime } from './runtime/lambda.ts';

export const createHandler = (runtime: Runtime): Handler =>
  wrap(runtime, (deps, raw) => runParsed(deps, 'history', raw, (command) => history(deps, command)));

export const handler = createHandler(lambdaRuntime());
