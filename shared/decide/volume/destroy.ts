// Destroy: a last snapshot of the volume at rest, then the volume is the sweep's, days later. The record stays, so that
// no replayed event, late call or old definition brings the workload back. Of a destroyed workload the sweep may take its
// volumes once the final snapshot is there and their days are over, and the other snapshots where the operator said so; the
// final snapshot stays: never the last copy.

import { since } from '../../base/time.ts';
import type { Lineage, RecordBody, Snapshot } from '../../record/record.ts';
import {
  type Context,
  emit,
  isPending,
  liveAttachments,
  note,
  refusedLately,
  type Step,
  seeVolume,
  wait,
} from '../turn/context.ts';
import { fenced } from '../turn/fence.ts';
import { LOOK_RARELY, LOOK_SLOWLY, SNAPSHOTS_APART } from '../turn/limits.ts';
import { takeSnapshot } from './backup.ts';

type Destroyed = NonNullable<RecordBody['destroyed']>;
type Volume = NonNullable<RecordBody['volume']>;

const finalIsThere = ({ destroyed, snapshots }: RecordBody): boolean =>
  destroyed?.handedOverAt !== undefined &&
  snapshots.some((one) => one.snapshotId === destroyed.snapshotId && one.state === 'completed');

/** By its record, without the days, which are counted as for every superseded volume. */
export const mayGoOfDestroyed = (r: RecordBody, one: Lineage): boolean => {
  if (r.volume || r.owner || r.leaving.some((former) => former.wasOwner)) return false;
  if (r.destroyed?.handedOverAt === undefined) return false;
  // A volume that was never anybody's home has nothing on it.
  return one.promoted ? finalIsThere(r) : true;
};

export const surplusOfDestroyed = (r: RecordBody): Snapshot[] =>
  r.destroyed?.keepSnapshots || !finalIsThere(r)
    ? []
    : r.snapshots.filter((one) => one.snapshotId !== r.destroyed?.snapshotId && one.state !== 'pending');

const handOver = (ctx: Context, destroyed: Destroyed, volume: Volume, promoted: boolean): Step => {
  const { r, now } = ctx;
  const { volumeId, zone } = volume;
  r.lineage.push({
    generation: r.generation,
    volumeId,
    zone,
    role: 'superseded',
    since: now,
    promoted,
    finalSnapshotId: promoted ? destroyed.snapshotId : undefined,
  });
  r.volume = undefined;
  r.backupDue = false;
  r.backupRequest = undefined;
  destroyed.handedOverAt = now;
  const detail = { volumeId, snapshotId: destroyed.snapshotId };
  note(ctx, 'destroyed', { reason: `${volumeId} is left to the sweep`, detail });
  emit(ctx, 'Destroyed', detail);
  return { reason: `${volumeId} is left to the sweep` };
};

const finish = (ctx: Context, destroyed: Destroyed): Step | undefined => {
  const { r, now } = ctx;
  if (destroyed.handedOverAt === undefined) {
    destroyed.handedOverAt = now;
    return { reason: 'there is no volume to take care of' };
  }
  const left = r.lineage.some((one) => one.role !== 'deleted' && one.keep !== 'person');
  if (left || surplusOfDestroyed(r).length > 0) return undefined;
  destroyed.finishedAt = now;
  note(ctx, 'destroy-finished', { reason: 'nothing of it is left but its last snapshots', detail: {} });
  return { reason: 'destroyed' };
};

export const destroyStep = (ctx: Context): Step | undefined => {
  const { r, now } = ctx;
  const { destroyed, volume } = r;
  if (!destroyed || destroyed.finishedAt !== undefined || r.hold) return undefined;
  if (r.owner || r.candidate || r.migration) return wait(ctx, 'end', 'its instances to end', LOOK_RARELY);
  // How often they are looked for is said where they are ended.
  if (r.leaving.length > 0) return undefined;
  if (!volume) return finish(ctx, destroyed);
  if (!fenced(ctx)) return undefined;
  const seen = seeVolume(ctx, volume.volumeId);
  if (seen.kind !== 'seen' || liveAttachments(seen.view).length > 0)
    return wait(ctx, 'detach', 'the volume to be free for its last snapshot', LOOK_SLOWLY);
  // Never formatted: there is nothing to keep of it.
  if (volume.fresh && !r.dataset.formatted && r.dataset.formatSentAt === undefined)
    return handOver(ctx, destroyed, volume, false);
  const final = r.snapshots.find((one) => one.snapshotId === destroyed.snapshotId);
  if (final?.state === 'completed') return handOver(ctx, destroyed, volume, true);
  if (final?.state === 'pending') return wait(ctx, 'snapshot', 'the last snapshot', LOOK_RARELY);
  const tried = r.lastBackupAt;
  if (isPending(ctx, 'snapshot') || refusedLately(ctx, 'snapshot')) return undefined;
  if (tried !== undefined && tried >= destroyed.at && since(tried, now) < SNAPSHOTS_APART)
    return wait(ctx, 'retry', 'another try at the last snapshot', LOOK_RARELY);
  return takeSnapshot(ctx, 'backup', volume.volumeId);
};
