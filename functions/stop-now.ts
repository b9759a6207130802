// An operator stops a workload now, until a time.

import type { TableDeps } from '../shared/loop/deps.ts';
import { stopNow } from '../shared/operate/day-commands.ts';
import { type Handler, type Runtime, wrap } from './runtime/handler.ts';
import { runParsed } from './runtime/invoked.ts';

export const createHandler = (runtime: Runtime<TableDeps>): Handler =>
  wrap(runtime, (deps, raw) =>
    runParsed(deps, 'stop-now', raw, (command) => stopNow(deps, command.workload, command.until)),
  );
