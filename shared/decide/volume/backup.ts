// Snapshots beside migrations: a backup after each stop, a base a day so that a migration's own snapshot is small.
// Neither is ever promoted.

import { add, type Ms, ms, since } from '../../base/time.ts';
import { TAG } from '../../port/tags.ts';
import type { RecordBody, Snapshot } from '../../record/record.ts';
import {
  alert,
  type Context,
  intend,
  isWanted,
  liveAttachments,
  refusedLately,
  type Step,
  seeVolume,
  type View,
  wait,
} from '../turn/context.ts';
import { fenced } from '../turn/fence.ts';
import {
  BASE_AGAIN,
  BASE_SNAPSHOT_EVERY,
  LOOK_SELDOM,
  SNAPSHOT_PAUSE,
  SNAPSHOT_PAUSE_MAX,
  SNAPSHOTS_APART,
} from '../turn/limits.ts';
import { isGoneFor, missedAgain } from '../turn/missing.ts';
import { known } from '../turn/reading.ts';
import { dataTags } from './ensure.ts';

/** Failed since the last that was completed: each of them makes the pause before the next longer. */
const failedInARow = (snapshots: readonly Snapshot[]): number => {
  const last = Math.max(
    0,
    ...snapshots.filter((one) => one.state === 'completed').map((one) => one.startedAt),
  );
  return snapshots.filter((one) => one.state === 'error' && one.startedAt > last).length;
};

const failed = (ctx: Context, one: Snapshot, why: string): Snapshot => {
  const { r, now } = ctx;
  alert(ctx, 'backup-failed', `snapshot ${one.snapshotId} of ${one.volumeId} ${why}`);
  if (one.kind === 'backup') r.backupDue = true;
  const pause = Math.min(SNAPSHOT_PAUSE_MAX, SNAPSHOT_PAUSE * 3 ** failedInARow(r.snapshots)) as Ms;
  r.refusal = { effect: 'snapshot', until: add(now, pause) };
  return { ...one, state: 'error', missing: undefined };
};

/** Does anything wait for this one, or is a copy made of it? */
const isAwaited = ({ r }: View, one: Snapshot): boolean =>
  one.state === 'pending' || (one.state === 'completed' && one.snapshotId === r.migration?.snapshotId);

/** Brings the recorded snapshots up to what the region says. */
export const followSnapshots = (ctx: Context): void => {
  const seen = known(ctx.reading.snapshots);
  if (!seen) return;
  const { r, now } = ctx;
  r.snapshots = r.snapshots.map((one): Snapshot => {
    if (!isAwaited(ctx, one)) return one;
    const view = seen.find((snapshot) => snapshot.snapshotId === one.snapshotId);
    if (!view) {
      const missing = missedAgain(one.missing, now);
      return isGoneFor(missing, now) ? failed(ctx, one, 'is in no listing any more') : { ...one, missing };
    }
    if (view.state === 'pending') return { ...one, missing: undefined };
    if (view.state === 'completed') return { ...one, state: 'completed', missing: undefined };
    return failed(ctx, one, 'failed');
  });
  if (r.snapshots.some((one) => one.state === 'pending')) wait(ctx, 'snapshot', 'a snapshot', LOOK_SELDOM);
};

/** Of the volume as the record has it now, for an answer that comes after the record has gone on. */
export const ofGeneration = ({ generation, provedGeneration }: RecordBody) => ({
  generation,
  unproved: provedGeneration === generation ? undefined : true,
});

export const takeSnapshot = (
  ctx: Context,
  purpose: 'backup' | 'base',
  volumeId: string,
): Step | undefined => {
  const { r } = ctx;
  if (refusedLately(ctx, 'snapshot') || !fenced(ctx)) return undefined;
  r.lastBackupAt = ctx.now;
  return intend(
    ctx,
    {
      kind: 'snapshot',
      purpose,
      volumeId,
      ...ofGeneration(r),
      description: `spotkeep ${ctx.name} ${purpose}`,
      tags: { ...dataTags(ctx, purpose, r.generation), [TAG.intent]: ctx.fresh.id },
    },
    `${purpose} snapshot of ${volumeId}`,
  );
};

/** Only in rest: never between the steps of a saga, and not of a volume nothing was ever written to. */
export const backupStep = (ctx: Context): Step | undefined => {
  const { r, now } = ctx;
  if (!r.volume || r.hold || r.migration || r.candidate || r.provedGeneration < 1) return undefined;
  const tried = r.lastBackupAt;
  if (tried !== undefined && since(tried, now) < SNAPSHOTS_APART) {
    // Nothing else would look again soon: a service at rest is looked at each five minutes.
    return r.backupDue || r.backupRequest
      ? wait(ctx, 'retry', 'a backup', ms(SNAPSHOTS_APART - since(tried, now)))
      : undefined;
  }
  if ((r.backupDue || r.backupRequest) && !r.owner && r.leaving.length === 0) {
    const seen = seeVolume(ctx, r.volume.volumeId);
    if (seen.kind !== 'seen' || liveAttachments(seen.view).length > 0)
      return wait(ctx, 'detach', 'the volume to be free for its backup');
    return takeSnapshot(ctx, 'backup', r.volume.volumeId);
  }
  const resting = r.owner
    ? r.owner.startedAt !== undefined && !r.owner.draining && !r.owner.interruption
    : !isWanted(ctx);
  // A backup by hand of a running service is what a power cut would leave; after a stop it is clean.
  if (resting && r.owner && r.backupRequest) return takeSnapshot(ctx, 'backup', r.volume.volumeId);
  if (!resting || r.snapshots.some((one) => one.state === 'pending')) return undefined;
  const last = r.snapshots.filter((one) => one.state !== 'error').map((one) => one.startedAt);
  const newest = last.length > 0 ? Math.max(...last) : undefined;
  // A failed one is tried again after an hour, not at once.
  if (tried !== undefined && since(tried, now) < BASE_AGAIN) return undefined;
  if (newest !== undefined && now - newest < BASE_SNAPSHOT_EVERY) return undefined;
  return takeSnapshot(ctx, 'base', r.volume.volumeId);
};
