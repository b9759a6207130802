// An operator recovers workloads whose table was restored.

import type { TableDeps } from '../shared/loop/deps.ts';
import { recover } from '../shared/operate/data-commands.ts';
import { type Handler, type Runtime, wrap } from './runtime/handler.ts';
import { runParsed } from './runtime/invoked.ts';

export const createHandler = (runtime: Runtime<TableDeps>): Handler =>
  wrap(runtime, (deps, raw) =>
    runParsed(deps, 'recover', raw, (command) => recover(deps, command.workload, command.ended)),
  );
