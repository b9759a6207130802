// `spotkeep backup create NAME`: makes a snapshot now under a label, and waits until it is complete.

import type { WorkloadStatus } from '../../../shared/answer/status.ts';
import { hours } from '../../../shared/base/time.ts';
import { shown } from '../../../shared/definition/problem.ts';
import { backupLabel } from '../../../shared/definition/read/leaf.ts';
import { type Action, option } from '../../session/action.ts';
import { badInput } from '../../session/exit.ts';
import { request } from '../../session/request.ts';
import { readName, readWritable } from '../../session/workload.ts';

/** "Several hours" happens, as the EBS User Guide has it of first snapshots. */
const BACKUP_LIMIT = hours(8);

/** Start of the newest manual backup: Spotkeep may make another snapshot at the same time. */
const newest = ({ snapshots }: WorkloadStatus): string =>
  snapshots
    .filter(({ label, state }) => label !== undefined && state === 'completed')
    .map(({ startedAt }) => startedAt)
    .toSorted()
    .at(-1) ?? '';

const isAskedFor = ({ backups, snapshots }: WorkloadStatus): boolean =>
  backups.requestedAt !== undefined ||
  snapshots.some(({ label, state }) => label !== undefined && state === 'pending');

export const run: Action = async (session, typed) => {
  const workload = readName(typed.args[0]);
  const label = option(typed, 'label');
  if (label !== undefined) {
    const read = backupLabel.safeParse(label);
    if (!read.success)
      throw badInput(`--label: expected ${read.error.issues[0]?.message}, found ${shown(label)}`);
  }
  const before = await readWritable(session, workload);
  return request(session, typed, {
    function: 'backup',
    payload: { workload, ...(label !== undefined && { label }) },
    before,
    until: {
      goal: 'backed up',
      limit: BACKUP_LIMIT,
      done: (one) => one !== undefined && !isAskedFor(one) && newest(one) > newest(before),
    },
  });
};
