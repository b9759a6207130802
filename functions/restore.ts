// An operator puts the data of an earlier snapshot in place of the present data.

import type { TableDeps } from '../shared/loop/deps.ts';
import { restore } from '../shared/operate/data-commands.ts';
import { type Handler, type Runtime, wrap } from './runtime/handler.ts';
import { runParsed } from './runtime/invoked.ts';

export const createHandler = (runtime: Runtime<TableDeps>): Handler =>
  wrap(runtime, (deps, raw) => runParsed(deps, 'restore', raw, (command) => restore(deps, command)));
