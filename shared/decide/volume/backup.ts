// Snapshots beside migrations: a backup after each stop, a base at least once a day so that a migration's own snapshot is
// small, and manual ones. None is ever promoted. Which of them are recovery points: point.ts.

import { add, hours, type Instant, type Ms, ms, since } from '../../base/time.ts';
import { everyHours } from '../../definition/backups.ts';
import { TAG } from '../../port/tags.ts';
import type { Effect } from '../../record/effect.ts';
import type { RecordBody, Snapshot } from '../../record/record.ts';
import {
  alert,
  type Context,
  intend,
  isWanted,
  liveAttachments,
  refusedLately,
  rests,
  type Step,
  seeVolume,
  type View,
  wait,
} from '../turn/context.ts';
import { fenced } from '../turn/fence.ts';
import {
  BASE_AGAIN,
  LOOK_SELDOM,
  POINT_EARLY,
  SNAPSHOT_PAUSE,
  SNAPSHOT_PAUSE_MAX,
  SNAPSHOTS_APART,
} from '../turn/limits.ts';
import { isGoneFor, missedAgain } from '../turn/missing.ts';
import { restKind } from '../turn/pace.ts';
import { known } from '../turn/reading.ts';
import { dataTags } from './ensure.ts';
import { holdsEverything, isPoint } from './point.ts';

type Volume = NonNullable<RecordBody['volume']>;

/** Label of a manual backup that was requested from a version without labels. */
const NO_LABEL = 'manual';

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
  if (one.label !== undefined) {
    if (!r.destroyed) r.backupRequest ??= { at: now, label: one.label };
  } else if (one.kind === 'backup') r.backupDue = true;
  const pause = Math.min(SNAPSHOT_PAUSE_MAX, SNAPSHOT_PAUSE * 3 ** failedInARow(r.snapshots)) as Ms;
  restKind(r, 'snapshot', now, add(now, pause));
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

/** `label`: a manual one. `repeat`: nothing was written since an earlier one. */
export const takeSnapshot = (
  ctx: Context,
  purpose: 'backup' | 'base',
  volumeId: string,
  { label, repeat }: { label?: string; repeat?: boolean } = {},
): Step | undefined => {
  const { r } = ctx;
  if (refusedLately(ctx, 'snapshot') || !fenced(ctx)) return undefined;
  const effect: Effect = {
    kind: 'snapshot',
    purpose,
    volumeId,
    ...ofGeneration(r),
    label,
    repeat: repeat ? true : undefined,
    description: `spotkeep ${ctx.name} ${purpose}`,
    tags: {
      ...dataTags(ctx, purpose, r.generation),
      [TAG.intent]: ctx.fresh.id,
      // By it, a recovery from the region's tags tells manual backups from the others.
      ...(label === undefined ? {} : { [TAG.label]: label }),
    },
  };
  if (rests(ctx, effect)) return undefined;
  if (label === undefined) r.lastBackupAt = ctx.now;
  return intend(
    ctx,
    effect,
    label === undefined ? `${purpose} snapshot of ${volumeId}` : `backup “${label}” of ${volumeId}`,
  );
};

/** Asked for a moment ago. The wait brings the next look: a service at rest is looked at every ten minutes otherwise. */
const askedLately = (ctx: Context, tried: Instant | undefined): boolean => {
  if (tried === undefined || since(tried, ctx.now) >= SNAPSHOTS_APART) return false;
  wait(ctx, 'retry', 'a backup', ms(SNAPSHOTS_APART - since(tried, ctx.now)));
  return true;
};

const isFree = (ctx: Context, volumeId: string): boolean => {
  const seen = seeVolume(ctx, volumeId);
  if (seen.kind === 'seen' && liveAttachments(seen.view).length === 0) return true;
  wait(ctx, 'detach', 'the volume to be free for its backup');
  return false;
};

/** Of a running service it is what a power cut would leave; at rest it is clean. */
const manual = (ctx: Context, { volumeId }: Volume): Step | undefined => {
  const { backupRequest: request } = ctx.r;
  if (!request || askedLately(ctx, ctx.r.lastBackupAt) || askedLately(ctx, request.triedAt)) return undefined;
  if (!ctx.r.owner && !isFree(ctx, volumeId)) return undefined;
  const step = takeSnapshot(ctx, 'backup', volumeId, { label: request.label ?? NO_LABEL });
  if (step) ctx.r.backupRequest = { ...request, triedAt: ctx.now };
  return step;
};

/** Start of the newest that the schedule made. Moves snapshot another volume, and manual backups count apart. */
const newestOwn = ({ snapshots }: RecordBody): number | undefined => {
  const own = snapshots.filter(
    (one) => one.state !== 'error' && one.kind !== 'migration' && one.label === undefined,
  );
  return own.length > 0 ? Math.max(...own.map((one) => one.startedAt)) : undefined;
};

/** Running or not: a move that comes is quick only with a snapshot of the day. */
const base = (ctx: Context, { volumeId }: Volume): Step | undefined => {
  const { r, now } = ctx;
  if (r.snapshots.some((one) => one.state === 'pending')) return undefined;
  const tried = r.lastBackupAt;
  const newest = newestOwn(r);
  // A failed one is tried again after an hour, not at once.
  const failed = tried !== undefined && (newest === undefined || newest < tried - SNAPSHOTS_APART);
  if (failed && since(tried, now) < BASE_AGAIN) return undefined;
  const { backups } = ctx.definition;
  if (newest !== undefined && now - newest < hours(everyHours(backups)) - POINT_EARLY) return undefined;
  // Hours that end before the next try bring the snapshot after the stop, which is clean.
  const end = r.owner && backups.afterStop ? ctx.wanted.until : undefined;
  if (end !== undefined && since(now, end) < BASE_AGAIN) return undefined;
  const repeat = r.snapshots.some((one) => isPoint(one) && holdsEverything(r, one));
  return takeSnapshot(ctx, 'base', volumeId, { repeat });
};

/** Only in rest: never between the steps of a saga, and not of a volume nothing was ever written to. */
export const backupStep = (ctx: Context): Step | undefined => {
  const { r } = ctx;
  if (!r.volume || r.hold || r.migration || r.candidate || r.provedGeneration < 1) return undefined;
  const asked = r.backupDue === true || r.backupRequest !== undefined;
  if (asked && !r.owner && r.leaving.length === 0) {
    if (!r.backupDue) return manual(ctx, r.volume);
    if (askedLately(ctx, r.lastBackupAt) || !isFree(ctx, r.volume.volumeId)) return undefined;
    return takeSnapshot(ctx, 'backup', r.volume.volumeId);
  }
  const resting = r.owner
    ? r.owner.startedAt !== undefined && !r.owner.draining && !r.owner.interruption
    : !isWanted(ctx);
  if (!resting) return undefined;
  return r.owner && r.backupRequest ? manual(ctx, r.volume) : base(ctx, r.volume);
};
