// `spotkeep destroy NAME`: ends a workload for good. The name is typed once more; the final snapshot always stays.

import type { WorkloadStatus } from '../../../shared/answer/status.ts';
import { hours } from '../../../shared/base/time.ts';
import { type Action, flag, option } from '../../session/action.ts';
import { badInput } from '../../session/exit.ts';
import { typedOnceMore } from '../../session/question.ts';
import { request } from '../../session/request.ts';
import { readName, readWritable } from '../../session/workload.ts';
import { statusText } from '../../wording/workload-text.ts';

const DESTROY_LIMIT = hours(8);

export const run: Action = async (session, typed) => {
  const { outside, globals } = session;
  const workload = readName(typed.args[0]);
  const keepSnapshots = !flag(typed, 'deleteSnapshots');
  const before = await readWritable(session, workload);
  if (before.owner !== undefined || before.wanted === 'run')
    throw badInput(
      `${workload} ${before.owner ? 'runs' : 'is to run'}: nothing that runs is destroyed`,
      `spotkeep stop ${workload}`,
    );
  if (!globals.json) {
    const snapshots = keepSnapshots ? 'its snapshots stay' : 'its snapshots are deleted too';
    outside.out(
      `${[...statusText(before, outside.clock.now(), outside.style), '', `A final snapshot is taken and stays. Its volumes are deleted once their days of retention are over; ${snapshots}.`].join('\n')}\n`,
    );
  }
  await typedOnceMore(session, {
    wanted: workload,
    given: option(typed, 'confirm'),
    flag: '--confirm',
    question: `Type the name of the workload to destroy it`,
  });
  return request(session, typed, {
    function: 'destroy',
    payload: { workload, confirm: workload, keepSnapshots },
    before,
    until: {
      goal: 'destroyed',
      limit: DESTROY_LIMIT,
      done: (one) => one === undefined || finished(one),
    },
  });
};

/** The final snapshot is there and the volume is the sweep's: the rest is a matter of days. */
const finished = ({ destroyed }: WorkloadStatus): boolean =>
  destroyed?.finishedAt !== undefined || destroyed?.handedOverAt !== undefined;
