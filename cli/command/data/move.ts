// `spotkeep move NAME --zone Z`: takes the data to another zone by snapshot, and waits until it serves, or rests, there.

import { hours } from '../../../shared/base/time.ts';
import { shown } from '../../../shared/definition/problem.ts';
import { zoneName } from '../../../shared/definition/read/leaf.ts';
import { type Action, option } from '../../session/action.ts';
import { badInput } from '../../session/exit.ts';
import { request } from '../../session/request.ts';
import { heldError } from '../../session/wait.ts';
import { readName, readWritable } from '../../session/workload.ts';

/** A full snapshot runs at about 100 MiB/s. */
const MOVE_LIMIT = hours(8);

export const run: Action = async (session, typed) => {
  const workload = readName(typed.args[0]);
  const zone = option(typed, 'zone') ?? '';
  const read = zoneName.safeParse(zone);
  if (!read.success)
    throw badInput(`--zone: expected ${read.error.issues[0]?.message}, found ${shown(zone)}`);
  const before = await readWritable(session, workload);
  if (before.hold) throw heldError(before);
  return request(session, typed, {
    function: 'move',
    payload: { workload, zone },
    before,
    until: {
      goal: `in ${zone}`,
      limit: MOVE_LIMIT,
      done: (one) =>
        one !== undefined &&
        one.volume?.zone === zone &&
        one.move === undefined &&
        one.migration === undefined &&
        (one.state === 'parked' || one.state === 'serving'),
    },
  });
};
