// What happened to a workload, and its incidents phase by phase. Reads only.

import { history } from '../shared/act/history.ts';
import { runParsed } from './invoked.ts';
import { lambdaRuntime } from './lambda.ts';
import { type Handler, type Runtime, wrap } from './runtime.ts';

export const createHandler = (runtime: Runtime): Handler =>
  wrap(runtime, (deps, raw) => runParsed(deps, 'history', raw, (command) => history(deps, command)));

export const handler = createHandler(lambdaRuntime());
