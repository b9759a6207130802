// `spotkeep backup list NAME`: the snapshots that are kept, newest first.

import { table } from '../../../text/table.ts';
import type { Action } from '../../session/action.ts';
import { readName, readWorkload } from '../../session/workload.ts';
import { instantOf, when } from '../../wording/when.ts';

export const run: Action = async (session, typed) => {
  const { outside } = session;
  const workload = await readWorkload(session, readName(typed.args[0]));
  const snapshots = (workload.snapshots ?? []).toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
  const told = { now: outside.clock.now(), timeZone: workload.timeZone };
  const rows = snapshots.map(({ snapshotId, kind, state, startedAt, generation, volumeId }) => {
    const at = instantOf(startedAt);
    return [
      snapshotId,
      kind,
      state,
      String(generation ?? ''),
      volumeId ?? '',
      at === undefined ? startedAt : when(at, told),
    ];
  });
  const head = ['SNAPSHOT', 'KIND', 'STATE', 'GENERATION', 'OF VOLUME', 'TAKEN'];
  const none = [`${workload.name} has no snapshots yet: spotkeep backup create ${workload.name}`];
  return {
    json: { name: workload.name, keep: workload.backups?.keep, snapshots },
    lines: rows.length > 0 ? table(head, rows, outside.style) : none,
  };
};
