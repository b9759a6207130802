// `spotkeep stop NAME [--until T]`: drains and stops it, and waits until nothing runs.

import { minutes, seconds } from '../../shared/port/time.ts';
import { type Action, option, secondsOption, waits } from '../action.ts';
import { doneShape } from '../command-answer.ts';
import { accept } from '../session.ts';
import { saidIn } from '../text/when.ts';
import { statusText } from '../text/workload-text.ts';
import { readUntil } from '../until.ts';
import { waitFor } from '../wait.ts';
import { readName, readWritable } from '../workload.ts';

/** A stop has its grace, the instance minutes to end. */
const STOP_LIMIT = minutes(15);

export const run: Action = async (session, typed) => {
  const { clock, style } = session.outside;
  const workload = readName(typed.args[0] ?? '');
  const until = readUntil(option(typed, 'until'), clock.now());
  const limit = seconds(secondsOption(typed, 'timeout', STOP_LIMIT / 1000));
  const before = await readWritable(session, workload);
  const payload = { workload, ...(until !== undefined && { until }) };
  const answer = accept('stop-now', doneShape, await session.call('stop-now', payload));
  const said = saidIn(answer.says, { now: clock.now(), timeZone: before.timeZone });
  if (!waits(typed)) return { json: answer, lines: [`${workload}: ${said}`] };
  if (!session.globals.json) session.outside.err(`${workload}: ${said}\n`);
  const after = await waitFor(session, {
    workload,
    goal: 'stopped',
    limit,
    done: (one) => one?.state === 'parked' && one.owner === undefined,
  });
  return { json: { ...answer, status: after }, lines: after ? statusText(after, clock.now(), style) : [] };
};
