// `spotkeep start NAME [--until T]`: runs it now, and waits until it serves.

import { seconds } from '../../shared/port/time.ts';
import { type Action, option, secondsOption, waits } from '../action.ts';
import { doneShape } from '../command-answer.ts';
import { accept } from '../session.ts';
import { saidIn } from '../text/when.ts';
import { statusText } from '../text/workload-text.ts';
import { readUntil } from '../until.ts';
import { heldError, WAIT_LIMIT, waitFor } from '../wait.ts';
import { readName, readWritable } from '../workload.ts';

export const run: Action = async (session, typed) => {
  const { clock, style } = session.outside;
  const workload = readName(typed.args[0] ?? '');
  const until = readUntil(option(typed, 'until'), clock.now());
  const limit = seconds(secondsOption(typed, 'timeout', WAIT_LIMIT / 1000));
  const before = await readWritable(session, workload);
  if (before.hold) throw heldError(before);
  const payload = { workload, ...(until !== undefined && { until }) };
  const answer = accept('start-now', doneShape, await session.call('start-now', payload));
  const said = saidIn(answer.says, { now: clock.now(), timeZone: before.timeZone });
  if (!waits(typed)) return { json: answer, lines: [`${workload}: ${said}`] };
  if (!session.globals.json) session.outside.err(`${workload}: ${said}\n`);
  const after = await waitFor(session, {
    workload,
    goal: 'serving',
    limit,
    done: (one) => one?.state === 'serving' && one.owner?.servingSince !== undefined,
  });
  return { json: { ...answer, status: after }, lines: after ? statusText(after, clock.now(), style) : [] };
};
