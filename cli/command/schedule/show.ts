// `spotkeep schedule show NAME`: the schedule as it was written, and whether it holds just now.

import type { Action } from '../../session/action.ts';
import { readName, readWorkload, scheduleOf } from '../../session/workload.ts';
import { scheduleText } from '../../wording/schedule-text.ts';
import { instantOf, when } from '../../wording/when.ts';

export const run: Action = async (session, typed) => {
  const { outside } = session;
  const workload = await readWorkload(session, readName(typed.args[0]));
  const schedule = scheduleOf(workload);
  const { override, timeZone, name } = workload;
  const until = instantOf(override?.until);
  const over =
    override && until !== undefined
      ? [
          `  ${override.kind === 'run' ? 'runs' : 'stopped'} until ${when(until, { now: outside.clock.now(), timeZone })}, whatever the schedule says`,
        ]
      : [];
  return {
    json: { name, schedule, ...(override && { override }) },
    lines: [outside.style.paint('bold', name), ...scheduleText(schedule, outside.style), ...over],
  };
};
