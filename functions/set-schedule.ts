// An operator replaces a workload's schedule.

import { setSchedule } from '../shared/act/run-command.ts';
import { runParsed } from './invoked.ts';
import { lambdaRuntime } from './lambda.ts';
import { type Handler, type Runtime, wrap } from './runtime.ts';

export const createHandler = (runtime: Runtime): Handler =>
  wrap(runtime, (deps, raw) =>
    runParsed(deps, 'set-schedule', raw, (command) => setSchedule(deps, command.workload, command.schedule)),
  );

export const handler = createHandler(lambdaRuntime());
