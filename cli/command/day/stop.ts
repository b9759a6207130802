// `spotkeep stop NAME [--until T]`: drains and stops it, and waits until nothing runs.

import { readUntil } from '../../input/until.ts';
import { type Action, option } from '../../session/action.ts';
import { request } from '../../session/request.ts';
import { readName, readWritable } from '../../session/workload.ts';

export const run: Action = async (session, typed) => {
  const workload = readName(typed.args[0]);
  const until = readUntil(option(typed, 'until'), session.outside.clock.now());
  return request(session, typed, {
    function: 'stop-now',
    payload: { workload, ...(until !== undefined && { until }) },
    before: await readWritable(session, workload),
    until: { goal: 'stopped', done: (one) => one?.state === 'parked' && one.owner === undefined },
  });
};
