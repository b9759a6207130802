// What the records say of one workload or all.

import { type StatusDeps, status } from '../shared/operate/status.ts';
import { type Handler, type Runtime, wrap } from './runtime/handler.ts';
import { runParsed } from './runtime/invoked.ts';

export const createHandler = (runtime: Runtime<StatusDeps>): Handler =>
  wrap(runtime, (deps, raw) => runParsed(deps, 'status', raw, (command) => status(deps, command.workload)));
