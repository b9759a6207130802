// `spotkeep start NAME [--until T]`: runs it now, and waits until it serves.

import { readUntil } from '../../input/until.ts';
import { type Action, option } from '../../session/action.ts';
import { request } from '../../session/request.ts';
import { heldError } from '../../session/wait.ts';
import { readName, readWritable } from '../../session/workload.ts';

export const run: Action = async (session, typed) => {
  const workload = readName(typed.args[0]);
  const until = readUntil(option(typed, 'until'), session.outside.clock.now());
  const before = await readWritable(session, workload);
  if (before.hold) throw heldError(before);
  return request(session, typed, {
    function: 'start-now',
    payload: { workload, ...(until !== undefined && { until }) },
    before,
    until: {
      goal: 'serving',
      done: (one) => one?.state === 'serving' && one.owner?.servingSince !== undefined,
    },
  });
};
