// What is deleted, and when: superseded volumes (rule 7) and snapshots past their retention. Only the sweep's role may
// delete, only what this record names, never the active, the migrating or the last copy.

import { days, type Instant, since } from '../../base/time.ts';
import type { Lineage, RecordBody, Snapshot } from '../../record/record.ts';
import {
  type Context,
  intend,
  isWanted,
  liveAttachments,
  note,
  rests,
  type Step,
  seeVolume,
  type View,
  wait,
} from '../turn/context.ts';
import { fenced } from '../turn/fence.ts';
import {
  COUNTED_OVER,
  DELETE_AGAIN,
  DELETIONS_PER_HOUR,
  LOOK_SELDOM,
  TAG_AGAIN_AT_REST,
  UNPROMOTED_KEPT,
} from '../turn/limits.ts';
import { known } from '../turn/reading.ts';
import { isCrowded } from '../turn/room.ts';
import { mayGoOfDestroyed } from './destroy.ts';
import { finalOf, mayMakeRoom, takePlace } from './final.ts';
import { losesByRules, surplusSnapshots } from './retention.ts';
import { afterUpgrade, rulesNow } from './rules.ts';

const completedOf = (r: RecordBody, generation: number): Snapshot[] =>
  r.snapshots.filter((one) => one.state === 'completed' && one.generation >= generation);

/** Seen this turn, not only remembered: it may have been deleted by hand. */
const isThere = (ctx: View, one: Snapshot): boolean =>
  known(ctx.reading.snapshots)?.some(
    (view) => view.snapshotId === one.snapshotId && view.state === 'completed',
  ) === true;

/** Rule 7 without the days and without what only the region can tell. */
const mayGoByRecord = (r: RecordBody, one: Lineage): boolean => {
  if (one.keep === 'person') return false;
  if (r.destroyed) return mayGoOfDestroyed(r, one);
  if (one.volumeId === r.volume?.volumeId || one.volumeId === r.migration?.newVolumeId) return false;
  if (one.volumeId === r.migration?.fromVolume || !r.volume) return false;
  if (r.leaving.some((former) => former.volumeId === one.volumeId)) return false;
  const isProved = r.provedGeneration === r.generation;
  // A copy that was never the dataset's home (blank, aborted) held nothing the active volume does not have.
  if (!one.promoted) return isProved && r.provedGeneration >= 1;
  return isProved && r.provedGeneration > one.generation && completedOf(r, one.generation).length > 0;
};

/** What has its records when it is gone: the final snapshot of a destroyed one, or one of its generation or a later. */
const stillKept = (r: RecordBody, { generation }: Lineage): Snapshot[] =>
  completedOf(r, generation).filter((one) => !r.destroyed || one.snapshotId === r.destroyed.snapshotId);

/** Rule 7, seen in the region: the snapshots it asks for are there, nothing holds the volume. */
const mayGo = (ctx: Context, one: Lineage): boolean => {
  const { r } = ctx;
  if (!mayGoByRecord(r, one)) return false;
  const early = one.promoted && !isOldEnough(r, one, ctx.now);
  const final = early ? finalOf(r, one) : undefined;
  if (early && !(final && isThere(ctx, final))) return false;
  if (one.promoted && !stillKept(r, one).some((snapshot) => isThere(ctx, snapshot))) return false;
  const seen = seeVolume(ctx, one.volumeId);
  if (seen.kind !== 'seen' || liveAttachments(seen.view).length > 0) return false;
  const active = r.volume && seeVolume(ctx, r.volume.volumeId);
  return !active || (active.kind === 'seen' && active.view.state !== 'error');
};

const due = (ctx: Context, one: Lineage): boolean => {
  if (one.role === 'deleting') return true;
  if (one.role !== 'superseded' || !one.tagged || !mayGo(ctx, one)) return false;
  return isTime(ctx.r, one, ctx.now);
};

const isOldEnough = (r: RecordBody, one: Lineage, now: Instant): boolean =>
  since(one.since, now) >= (one.promoted ? days(rulesNow(r, now).supersededDays) : UNPROMOTED_KEPT);

/** Its days are over; or its place is needed, and its final snapshot is kept for as many days instead. */
const isTime = (r: RecordBody, one: Lineage, now: Instant): boolean => {
  if (isOldEnough(r, one, now)) return true;
  if (r.destroyed) return false;
  return one.promoted ? mayMakeRoom(r, one) : isCrowded(r);
};

/** A hold, a migration or no home at all: nothing is deleted. */
const mayDelete = (r: RecordBody): boolean =>
  !r.hold && !r.migration && (r.volume !== undefined || r.destroyed !== undefined);

/** The tiers would delete what a version before them kept, and the seven days have not started. */
const isUpgradeDue = (r: RecordBody, now: Instant): boolean =>
  r.retention === undefined && losesByRules(r, now).length > 0;

/** Might anything of this record be deleted now? Asked of the record alone, before the region is. */
export const mayHaveSurplus = (r: RecordBody, now: Instant): boolean =>
  mayDelete(r) &&
  (surplusSnapshots(r, now).length > 0 ||
    isUpgradeDue(r, now) ||
    r.lineage.some(
      (one) =>
        one.role === 'deleting' ||
        (one.role === 'superseded' && isTime(r, one, now) && mayGoByRecord(r, one)),
    ));

const deleteVolume = (ctx: Context, one: Lineage): Step | undefined => {
  const { r, now } = ctx;
  const seen = seeVolume(ctx, one.volumeId);
  if (seen.kind === 'unknown') return undefined;
  const gone = seen.kind === 'absent' || seen.view.state === 'deleted' || seen.view.state === 'deleting';
  if (gone && one.role === 'deleting') {
    r.lineage = r.lineage.map((other) =>
      other === one ? { ...one, role: 'deleted' as const, since: now } : other,
    );
    note(ctx, 'volume-deleted', {
      reason: `superseded ${one.volumeId} is gone`,
      detail: { volumeId: one.volumeId },
    });
    return { reason: `${one.volumeId} is gone` };
  }
  if (gone || seen.kind !== 'seen' || !mayGo(ctx, one) || !fenced(ctx)) return undefined;
  if (one.role !== 'deleting' || seen.view.tags.role !== 'deleting') {
    const effect = { kind: 'tag-volume', volumeId: one.volumeId, role: 'deleting' } as const;
    if (one.askedAt !== undefined && since(one.askedAt, now) < TAG_AGAIN_AT_REST)
      return wait(ctx, 'tag', 'the role tag of a volume that goes', LOOK_SELDOM);
    if (rests(ctx, effect)) return undefined;
    if (one.promoted && !isOldEnough(r, one, now)) takePlace(r, one);
    r.lineage = r.lineage.map((other) =>
      other === one ? { ...one, role: 'deleting' as const, askedAt: now } : other,
    );
    return intend(ctx, effect, `${one.volumeId} (generation ${one.generation}) is no longer needed`);
  }
  if (one.deleteAskedAt !== undefined && since(one.deleteAskedAt, now) < DELETE_AGAIN)
    return wait(ctx, 'limit', 'a deletion', LOOK_SELDOM);
  const effect = { kind: 'delete-volume', volumeId: one.volumeId } as const;
  if (rests(ctx, effect)) return undefined;
  r.lineage = r.lineage.map((other) => (other === one ? { ...one, deleteAskedAt: now } : other));
  r.deletions = [...r.deletions.filter((at) => since(at, now) < COUNTED_OVER), now];
  return intend(ctx, effect, `delete ${one.volumeId}`);
};

/** A completed one goes only while another that stays is there, of its generation or a later one (rule 7). */
const mayLose = (ctx: View, one: Snapshot, surplus: readonly Snapshot[]): boolean =>
  (one.state !== 'completed' && !isThere(ctx, one)) ||
  ctx.r.snapshots.some(
    (other) => other.generation >= one.generation && !surplus.includes(other) && isThere(ctx, other),
  );

const deleteSnapshot = (ctx: Context, one: Snapshot): Step | undefined => {
  const { r, now } = ctx;
  const effect = { kind: 'delete-snapshot', snapshotId: one.snapshotId } as const;
  if (rests(ctx, effect)) return undefined;
  r.deletions = [...r.deletions.filter((at) => since(at, now) < COUNTED_OVER), now];
  const why = one.deleteRequestedAt === undefined ? 'past its retention' : 'an owner deleted it';
  return intend(ctx, effect, `delete snapshot ${one.snapshotId}: ${why}`);
};

const beginUpgrade = (ctx: Context): Step => {
  const { r, now } = ctx;
  const ids = losesByRules(r, now).map(({ snapshotId }) => snapshotId);
  r.retention = afterUpgrade(r, now);
  const reason = 'backups are kept by day from now on: in seven days the sweep deletes those beyond';
  note(ctx, 'retention', { reason, detail: { snapshots: ids, until: r.retention?.until } });
  return { reason };
};

export const sweepStep = (ctx: Context): Step | undefined => {
  const { r, now, may } = ctx;
  if (!may.delete || !mayDelete(r)) return undefined;
  // What makes room is the only thing that may go while the service waits for a pool, and never during a start.
  const down = isWanted(ctx) && r.owner?.startedAt === undefined;
  if (down && (r.owner || r.candidate)) return undefined;
  if (r.deletions.filter((at) => since(at, now) < COUNTED_OVER).length >= DELETIONS_PER_HOUR)
    return undefined;
  const oldest = r.lineage.toSorted((a, b) => a.generation - b.generation);
  for (const one of oldest) {
    if (!due(ctx, one)) continue;
    const step = deleteVolume(ctx, one);
    if (step) return step;
  }
  if (down) return undefined;
  if (isUpgradeDue(r, now)) return beginUpgrade(ctx);
  const surplus = surplusSnapshots(r, now);
  const gone = surplus.find((one) => mayLose(ctx, one, surplus));
  if (gone && fenced(ctx)) return deleteSnapshot(ctx, gone);
  return undefined;
};
