// What happened to a workload, and its incidents phase by phase. Reads only.

import { type HistoryDeps, history } from '../shared/operate/history.ts';
import { type Handler, type Runtime, wrap } from './runtime/handler.ts';
import { runParsed } from './runtime/invoked.ts';

export const createHandler = (runtime: Runtime<HistoryDeps>): Handler =>
  wrap(runtime, (deps, raw) => runParsed(deps, 'history', raw, (command) => history(deps, command)));
