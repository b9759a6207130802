// An owner deletes a backup. Nothing is deleted here: the sweep does, behind its own fences.

import type { TableDeps } from '../shared/loop/deps.ts';
import { deleteBackup } from '../shared/operate/backup-commands.ts';
import { type Handler, type Runtime, wrap } from './runtime/handler.ts';
import { runParsed } from './runtime/invoked.ts';

export const createHandler = (runtime: Runtime<TableDeps>): Handler =>
  wrap(runtime, (deps, raw) =>
    runParsed(deps, 'backup-delete', raw, (command) => deleteBackup(deps, command)),
  );
