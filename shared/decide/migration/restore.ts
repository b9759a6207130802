// Restore: the data of an earlier snapshot takes the place of the present data, under a new generation. It is a migration
// whose snapshot is given and whose zone is the present one: the same fences (every former owner proved dead, the source
// frozen), the same checks of the copy, the same promote. What it leaves behind is kept as a superseded volume.

import { add, type Instant, later, since } from '../../base/time.ts';
import type { SnapshotView } from '../../port/cloud.ts';
import type { Migration, RecordBody, Snapshot } from '../../record/record.ts';
import { mayBeEmptied } from '../instance/choose.ts';
import { alert, type Context, emit, note, phase, type Step, type View, wait } from '../turn/context.ts';
import { fenced } from '../turn/fence.ts';
import {
  LOOK_RARELY,
  LOOK_SELDOM,
  MOVE_WAITS,
  ROOM_WAITED_FOR,
  SNAPSHOT_LOOKED_FOR,
} from '../turn/limits.ts';
import { known } from '../turn/reading.ts';
import { hasRoomForRequest } from '../turn/room.ts';
import { holdsEverything } from '../volume/point.ts';

export interface LossWindow {
  from: Instant;
  to: Instant;
}

/** What was written after this snapshot and is not on it; undefined when that is nothing for sure. */
export const lossOf = (r: RecordBody, one: Snapshot, now: Instant): LossWindow | undefined => {
  const living = r.owner !== undefined || r.leaving.some((former) => former.wasOwner);
  const until = living ? now : (r.writtenUntil ?? now);
  return holdsEverything(r, one) ? undefined : { from: one.startedAt, to: later(until, one.startedAt) };
};

/**
 * As the region shows it: completed, and of the very volume it was recorded for, which EC2 says and no caller can change. Its
 * tags neither prove nor disprove anything.
 */
export const isOfDataset = (
  ctx: View,
  snapshotId: string | undefined,
  view: SnapshotView | undefined,
): boolean => {
  const recorded = ctx.r.snapshots.find((one) => one.snapshotId === snapshotId);
  return recorded !== undefined && view?.state === 'completed' && view.volumeId === recorded.volumeId;
};

const giveUp = (ctx: Context, why: string): Step => {
  ctx.r.restoreRequest = undefined;
  alert(ctx, 'request-given-up', `the restore was given up: ${why}`);
  return { reason: `restore given up: ${why}` };
};

const begin = (ctx: Context, recorded: Snapshot, acceptLoss: boolean | undefined): Step | undefined => {
  const { r, now } = ctx;
  if (!r.volume) return giveUp(ctx, 'there is no volume to take the place of');
  r.lastGeneration += 1;
  r.migration = {
    migrationId: ctx.fresh.id,
    newGeneration: r.lastGeneration,
    fromVolume: r.volume.volumeId,
    fromZone: r.volume.zone,
    toZone: r.volume.zone,
    phase: 'securing',
    startedAt: now,
    phaseAt: now,
    reason: `the operator requested the data of ${recorded.snapshotId}`,
    requested: true,
    snapshotId: recorded.snapshotId,
    snapshotAttempt: 0,
    volumeAttempt: 0,
    restore: { generation: recorded.generation, acceptLoss },
  };
  r.snapshots = r.snapshots.map((one) => (one === recorded ? { ...one, state: 'completed' } : one));
  r.restoreRequest = undefined;
  r.moveRequest = undefined;
  note(ctx, 'restore', {
    reason: `the data of ${recorded.snapshotId} takes the place of ${r.volume.volumeId}`,
    detail: { snapshotId: recorded.snapshotId, generation: recorded.generation, takenAt: recorded.startedAt },
  });
  return { reason: `restore ${recorded.snapshotId} as generation ${r.lastGeneration}` };
};

/** Everything is looked at once more before the service is stopped for it. */
export const restoreStep = (ctx: Context): Step | undefined => {
  const { r, now } = ctx;
  const { restoreRequest: request } = r;
  if (!request || r.migration || r.hold || !fenced(ctx)) return undefined;
  const snapshots = known(ctx.reading.snapshots);
  if (!snapshots) return wait(ctx, 'reading', 'a reading of the snapshots');
  const recorded = r.snapshots.find((one) => one.snapshotId === request.snapshotId);
  const view = snapshots.find((one) => one.snapshotId === request.snapshotId);
  if (!recorded || recorded.unproved) return giveUp(ctx, `${request.snapshotId} is not one to restore from`);
  if (!isOfDataset(ctx, request.snapshotId, view)) {
    if (since(request.at, now) < SNAPSHOT_LOOKED_FOR)
      return wait(ctx, 'listing', `${request.snapshotId} to be listed as completed`);
    return giveUp(ctx, `${request.snapshotId} is no completed snapshot of this dataset`);
  }
  if (lossOf(r, recorded, now) && !request.acceptLoss)
    return giveUp(ctx, 'something was written since, and its loss was not accepted');
  if (!hasRoomForRequest(r)) {
    if (now < add(request.at, ROOM_WAITED_FOR))
      return wait(ctx, 'limit', 'a volume left behind to be deleted', LOOK_RARELY);
    return giveUp(ctx, 'the dataset has as many volumes as it may have');
  }
  // The service would be stopped for it: one that no listing shows must have been proved to have ended before.
  if (!mayBeEmptied(ctx)) {
    if (since(request.at, now) < MOVE_WAITS)
      return wait(ctx, 'proof', 'the proof that a former owner ended', LOOK_SELDOM);
    return giveUp(ctx, 'nothing proves that a former owner ended');
  }
  return begin(ctx, recorded, request.acceptLoss);
};

/** The last word of a migration that was a restore. */
export const restored = (ctx: Context, migration: Migration): Step => {
  const { r } = ctx;
  phase(ctx, 'restored');
  const detail = { snapshotId: migration.snapshotId, generation: r.generation, left: migration.fromVolume };
  note(ctx, 'restored', { reason: `the data is that of ${migration.snapshotId} now`, detail });
  emit(ctx, 'Restored', detail);
  return { reason: `the data is that of ${migration.snapshotId} now` };
};
