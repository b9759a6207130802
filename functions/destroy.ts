// An operator destroys a workload. Nothing is deleted here: that is the sweep's, days later.

import type { TableDeps } from '../shared/loop/deps.ts';
import { destroy } from '../shared/operate/data-commands.ts';
import { type Handler, type Runtime, wrap } from './runtime/handler.ts';
import { runParsed } from './runtime/invoked.ts';

export const createHandler = (runtime: Runtime<TableDeps>): Handler =>
  wrap(runtime, (deps, raw) => runParsed(deps, 'destroy', raw, (command) => destroy(deps, command)));
