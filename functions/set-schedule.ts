// An operator replaces a workload's schedule.

import { setSchedule } from '../shared/operate/day-commands.ts';
import { type Handler, type Runtime, wrap } from './runtime/handler.ts';
import { runParsed } from './runtime/invoked.ts';
import { lambdaRuntime } from './runtime/lambda.ts';

export const createHandler = (runtime: Runtime): Handler =>
  wrap(runtime, (deps, raw) =>
    runParsed(deps, 'set-schedule', raw, (command) => setSchedule(deps, command.workload, command.schedule)),
  );

export const handler = createHandler(lambdaRuntime());
