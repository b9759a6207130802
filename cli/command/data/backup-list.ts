// `spotkeep backup list NAME`: how far back one can go, tier by tier, and the snapshots that are kept, newest first.

import type { WorkloadStatus } from '../../../shared/answer/status.ts';
import { table } from '../../../text/table.ts';
import type { Action } from '../../session/action.ts';
import { readName, readWorkload } from '../../session/workload.ts';
import { loweringText } from '../../wording/retention.ts';
import { instantOf, type ToldAt, when } from '../../wording/when.ts';

type Snapshot = NonNullable<WorkloadStatus['snapshots']>[number];

const whenText = (text: string, told: ToldAt): string => {
  const at = instantOf(text);
  return at === undefined ? text : when(at, told);
};

/** `weekly 3 of 4, back to Mon 2 Mar 18:00 …`; a tier that keeps nothing is left out. */
const tierLines = ({ backups }: WorkloadStatus, told: ToldAt): string[] => {
  const tiers = Object.entries(backups?.tiers ?? {}).filter(([, { keep }]) => keep > 0);
  const manual = backups?.manual;
  return [
    ...tiers.map(([tier, { keep, kept, oldestAt }]) => {
      const back = oldestAt === undefined ? '' : `, back to ${whenText(oldestAt, told)}`;
      return `${tier} ${kept} of ${keep}${back}`;
    }),
    ...(manual && manual.kept > 0 ? [`manual ${manual.kept} of at most ${manual.most}`] : []),
  ];
};

const keptAs = ({ label, tiers = [], deleteRequestedAt }: Snapshot): string => {
  if (deleteRequestedAt !== undefined) return 'being deleted';
  return label === undefined ? tiers.join(', ') : `“${label}”`;
};

export const run: Action = async (session, typed) => {
  const { outside } = session;
  const workload = await readWorkload(session, readName(typed.args[0]));
  const { backups } = workload;
  const snapshots = (workload.snapshots ?? []).toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
  const told = { now: outside.clock.now(), timeZone: workload.timeZone };
  const rows = snapshots.map((one) => [
    one.snapshotId,
    one.kind,
    one.state,
    String(one.generation ?? ''),
    one.volumeId ?? '',
    whenText(one.startedAt, told),
    keptAs(one),
  ]);
  const head = ['SNAPSHOT', 'KIND', 'STATE', 'GENERATION', 'OF VOLUME', 'TAKEN', 'KEPT AS'];
  const none = [`${workload.name} has no snapshots yet: spotkeep backup create ${workload.name}`];
  const lowering = backups?.lowering;
  return {
    json: {
      name: workload.name,
      keep: backups?.keep,
      snapshots,
      everyHours: backups?.everyHours,
      tiers: backups?.tiers,
      manual: backups?.manual,
      ...(lowering && { lowering }),
    },
    lines:
      rows.length > 0
        ? [
            ...table(head, rows, outside.style),
            '',
            ...tierLines(workload, told),
            ...(lowering ? [loweringText(lowering, told)] : []),
          ]
        : none,
  };
};
