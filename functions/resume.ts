// An operator ends a hold.

import type { TableDeps } from '../shared/loop/deps.ts';
import { resume } from '../shared/operate/day-commands.ts';
import { type Handler, type Runtime, wrap } from './runtime/handler.ts';
import { runParsed } from './runtime/invoked.ts';

export const createHandler = (runtime: Runtime<TableDeps>): Handler =>
  wrap(runtime, (deps, raw) => runParsed(deps, 'resume', raw, (command) => resume(deps, command.workload)));
