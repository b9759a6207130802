// An operator wants a snapshot now.

import type { TableDeps } from '../shared/loop/deps.ts';
import { backup } from '../shared/operate/backup-commands.ts';
import { type Handler, type Runtime, wrap } from './runtime/handler.ts';
import { runParsed } from './runtime/invoked.ts';

export const createHandler = (runtime: Runtime<TableDeps>): Handler =>
  wrap(runtime, (deps, raw) =>
    runParsed(deps, 'backup', raw, (command) => backup(deps, command.workload, command.label)),
  );
