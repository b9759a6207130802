// An operator moves a workload to another zone.

import type { TableDeps } from '../shared/loop/deps.ts';
import { move } from '../shared/operate/data-commands.ts';
import { type Handler, type Runtime, wrap } from './runtime/handler.ts';
import { runParsed } from './runtime/invoked.ts';

export const createHandler = (runtime: Runtime<TableDeps>): Handler =>
  wrap(runtime, (deps, raw) =>
    runParsed(deps, 'move', raw, (command) => move(deps, command.workload, command.zone)),
  );
