// An operator replaces a workload's schedule.

import type { TableDeps } from '../shared/loop/deps.ts';
import { setSchedule } from '../shared/operate/day-commands.ts';
import { type Handler, type Runtime, wrap } from './runtime/handler.ts';
import { runParsed } from './runtime/invoked.ts';

export const createHandler = (runtime: Runtime<TableDeps>): Handler =>
  wrap(runtime, (deps, raw) =>
    runParsed(deps, 'set-schedule', raw, (command) => setSchedule(deps, command.workload, command.schedule)),
  );
