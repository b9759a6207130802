// backup and backup-delete: both only write into the record. The loop makes the snapshot; the sweep deletes one behind its
// own fences.

import type { CommandAnswer } from '../answer/done.ts';
import { hours, type Instant, iso, since } from '../base/time.ts';
import { MANUAL_BACKUPS } from '../decide/turn/limits.ts';
import { isInPlace } from '../decide/volume/final.ts';
import { isInUse } from '../decide/volume/retention.ts';
import type { TableDeps } from '../loop/deps.ts';
import type { RecordBody, Snapshot } from '../record/record.ts';
import { midMove, refused } from './data-commands.ts';
import { type Edit, editRecord, heldRefusal, invalidRefusal } from './edit.ts';

/** More than this many within an hour is a script gone wild; the region charges for each. */
const BACKUPS_AN_HOUR = 4;

const labelOf = (label: string | undefined, now: string): string =>
  label ?? `manual ${now.slice(0, 16).replace('T', ' ')}`;

export const backup = (deps: TableDeps, workload: string, label?: string): Promise<CommandAnswer> =>
  editRecord(deps, workload, (body): Edit => {
    if (body.hold) return heldRefusal(workload, body);
    if (body.backupRequest) return { says: 'already so: a backup is asked for' };
    const own = body.snapshots.filter((one) => one.label !== undefined && one.state !== 'error');
    const pending = own.find((one) => one.state === 'pending');
    if (pending) return { says: `already so: ${pending.snapshotId} is being made` };
    if (body.intent?.effect.kind === 'snapshot' && body.intent.effect.label !== undefined)
      return { says: 'already so: a backup is being made' };
    const busy = midMove(workload, body);
    if (busy) return busy;
    if (!body.volume || body.provedGeneration < 1)
      return refused(workload, 'there is no data yet: it was never started');
    const now = deps.clock.now();
    if (own.filter((one) => since(one.startedAt, now) < hours(1)).length >= BACKUPS_AN_HOUR)
      return refused(workload, `${BACKUPS_AN_HOUR} backups were made within the last hour: try again later`);
    if (own.length >= MANUAL_BACKUPS) {
      const says = `${own.length} manual backups exist, which is the limit: an owner has to delete one first`;
      return refused(workload, says);
    }
    const name = labelOf(label, iso(now));
    const of = body.owner
      ? 'of the running volume: consistent as after a power cut'
      : 'of the volume at rest';
    const says = `makes the snapshot “${name}” ${of}; it is kept until an owner deletes it`;
    return { body: { ...body, backupRequest: { at: now, label: name } }, says };
  });

/** Rule 7 and S20, as far as the record tells; the sweep sees to the rest. */
const notToDelete = (body: RecordBody, one: Snapshot, now: Instant): string | undefined => {
  const { snapshotId, generation } = one;
  if (one.state === 'pending') return `${snapshotId} is still being made`;
  if (isInUse(body, one))
    return `${snapshotId} is in use by a move, by a restore or by a volume that has not started yet`;
  if (isInPlace(body, one, now))
    return `${snapshotId} is kept in the place of ${one.volumeId} until the days of that volume are over`;
  const others = body.snapshots.filter(
    (other) => other !== one && other.state === 'completed' && other.deleteRequestedAt === undefined,
  );
  if (others.length === 0) return `${snapshotId} is the last copy, which is never deleted`;
  if (!others.some((other) => other.generation >= generation))
    return `${snapshotId} is the only snapshot of generation ${generation} or later: make another backup first`;
  return undefined;
};

export interface DeleteRequest {
  workload: string;
  snapshotId: string;
  /** The id typed once more. */
  confirm: string;
}

export const deleteBackup = (deps: TableDeps, request: DeleteRequest): Promise<CommandAnswer> => {
  const { workload, snapshotId, confirm } = request;
  return editRecord(deps, workload, (body): Edit => {
    if (confirm !== snapshotId)
      return invalidRefusal(workload, {
        path: 'confirm',
        expected: `the snapshot id typed again: ${snapshotId}`,
      });
    if (body.hold || body.recover) return heldRefusal(workload, body);
    const one = body.snapshots.find((other) => other.snapshotId === snapshotId);
    if (!one) return invalidRefusal(workload, { path: 'snapshotId', expected: `a snapshot of ${workload}` });
    if (one.deleteRequestedAt !== undefined) return { says: `already so: ${snapshotId} is being deleted` };
    const why =
      one.state === 'completed' || one.state === 'pending'
        ? notToDelete(body, one, deps.clock.now())
        : undefined;
    if (why) return refused(workload, why);
    const now = deps.clock.now();
    const snapshots = body.snapshots.map((other) =>
      other === one ? { ...one, deleteRequestedAt: now } : other,
    );
    const named = one.label === undefined ? one.kind : `“${one.label}”`;
    return {
      body: { ...body, snapshots },
      says: `deletes ${snapshotId} (${named}, ${iso(one.startedAt)}) permanently, within minutes`,
    };
  });
};
