// `spotkeep backup create NAME`: a snapshot now, and waits until it is complete.

import type { WorkloadStatus } from '../../../shared/answer/status.ts';
import { hours } from '../../../shared/base/time.ts';
import type { Action } from '../../session/action.ts';
import { request } from '../../session/request.ts';
import { readName, readWritable } from '../../session/workload.ts';

/** "Several hours" happens, as the EBS User Guide has it of first snapshots. */
const BACKUP_LIMIT = hours(8);

const completed = ({ snapshots }: WorkloadStatus): number =>
  snapshots.filter(({ kind, state }) => kind === 'backup' && state === 'completed').length;
const newest = ({ snapshots }: WorkloadStatus): string =>
  snapshots.reduce(
    (last, { startedAt, kind }) => (kind === 'backup' && startedAt > last ? startedAt : last),
    '',
  );

export const run: Action = async (session, typed) => {
  const workload = readName(typed.args[0]);
  const before = await readWritable(session, workload);
  return request(session, typed, {
    function: 'backup',
    payload: { workload },
    before,
    until: {
      goal: 'backed up',
      limit: BACKUP_LIMIT,
      done: (one) =>
        one !== undefined &&
        one.backups?.pending !== true &&
        one.backups?.requestedAt === undefined &&
        completed(one) > 0 &&
        (newest(one) > newest(before) || before.backups?.pending === true),
    },
  });
};
