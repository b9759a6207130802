// Migration: the same data in another zone, by snapshot. Capacity first; then only when every former owner is proved
// dead and the source is frozen; promote is one conditional write; after it there is only forward.

import { later, since } from '../../base/time.ts';
import type { SnapshotView, VolumeView } from '../../port/cloud.ts';
import type { Migration } from '../../record/record.ts';
import { isUnproved } from '../instance/leaving.ts';
import {
  type Context,
  emit,
  enter,
  intend,
  isPending,
  isWanted,
  note,
  phase,
  refusedLately,
  rests,
  type Step,
  seeVolume,
  type View,
  wait,
} from '../turn/context.ts';
import { hold } from '../turn/fence.ts';
import {
  COPY_DEADLINE,
  FAILED_SNAPSHOTS,
  LOOK_OFTEN,
  LOOK_SELDOM,
  SNAPSHOT_NEAR,
  TAG_AGAIN,
} from '../turn/limits.ts';
import { isGoneFor, missedAgain } from '../turn/missing.ts';
import { known } from '../turn/reading.ts';
import { copyMismatch, createCopy, goTo, retryCopy } from './copy.ts';
import { isOfDataset, restored } from './restore.ts';
import { abortMigration, freeze, releaseAfterLong, sourceIsFree, whileRefused } from './source.ts';

const secure = (ctx: Context, migration: Migration): Step | undefined => {
  const { candidate, owner } = ctx.r;
  // A restore stays in its zone: what it waits for is no instance.
  if (!candidate && !migration.restore)
    return abortMigration(ctx, migration, 'its instance was lost before anything moved');
  if (!migration.restore && candidate?.launchedAt === undefined)
    return wait(ctx, 'launch', 'the instance in the target zone');
  if (owner && !owner.draining) return wait(ctx, 'launch', `an instance ready in ${migration.toZone}`);
  const effect = { kind: 'tag-volume', volumeId: migration.fromVolume, role: 'frozen' } as const;
  if (!sourceIsFree(ctx) || rests(ctx, effect)) return undefined;
  goTo(ctx, migration, 'freezing');
  migration.frozenAt = ctx.now;
  enter(ctx, 'snapshotting', `move the data from ${migration.fromZone} to ${migration.toZone}`);
  return intend(ctx, effect, `freeze ${migration.fromVolume}`);
};

/** Why the snapshot cannot become the copy; undefined: it can, or it has to be waited for. */
const unfitSnapshot = (
  { r }: View,
  migration: Migration,
  view: SnapshotView | undefined,
): string | undefined => {
  if (migration.restore) return undefined;
  const recorded = r.snapshots.find((one) => one.snapshotId === migration.snapshotId);
  if (recorded?.state === 'error' || view?.state === 'error') return 'failed';
  // An answer that was lost for long may name one of an earlier move, from before what was written since.
  if (view && view.tags.migration !== migration.migrationId) return 'is not of this move';
  return undefined;
};

const snapshotAgain = (ctx: Context, migration: Migration, why: string): Step => {
  const id = migration.snapshotId;
  migration.snapshotId = undefined;
  migration.snapshotAttempt += 1;
  goTo(ctx, migration, 'freezing');
  note(ctx, 'snapshot-failed', { reason: `${id} ${why}`, detail: {} });
  if (migration.snapshotAttempt >= FAILED_SNAPSHOTS) {
    const evidence = `${migration.snapshotAttempt} snapshots of ${migration.fromVolume} in a row could not be used, ${id} last: look at the KMS key and the snapshot quota`;
    return hold(ctx, { code: 'snapshots-fail', evidence });
  }
  return { reason: `${id} ${why}: another snapshot` };
};

/**
 * An instance stands ready where the data is to go. Without one the copy is not made and not promoted: the zone may have
 * lost its capacity meanwhile, and a volume that was never started on keeps every other from being deleted.
 */
const isAwaited = (ctx: View, { restore, toZone }: Migration): boolean => {
  const { candidate } = ctx.r;
  if (restore || !isWanted(ctx)) return true;
  return candidate?.onlineAt !== undefined && !candidate.interrupted && candidate.zone === toZone;
};

const awaitSnapshot = (ctx: Context, migration: Migration): Step | undefined => {
  const { r } = ctx;
  if (!migration.snapshotId) {
    if (isPending(ctx, 'snapshot')) return wait(ctx, 'answer', 'the snapshot’s answer');
    goTo(ctx, migration, 'freezing');
    return { reason: 'no snapshot was made: again' };
  }
  const snapshots = known(ctx.reading.snapshots);
  const snapshot = snapshots?.find((one) => one.snapshotId === migration.snapshotId);
  const recorded = r.snapshots.find((one) => one.snapshotId === migration.snapshotId);
  const isTold = snapshot !== undefined || recorded?.state !== 'completed';
  if (migration.restore && isTold && !isOfDataset(ctx, migration.snapshotId, snapshot))
    return abortMigration(ctx, migration, `${migration.snapshotId} is no completed snapshot of this dataset`);
  const why = unfitSnapshot(ctx, migration, snapshot);
  if (why) return snapshotAgain(ctx, migration, why);
  if (snapshot?.state !== 'completed') {
    // Seen unfinished: its call was not refused. A reading that failed says nothing of it.
    if (snapshot) migration.refusedSince = undefined;
    const lasts = since(migration.frozenAt ?? migration.phaseAt, ctx.now);
    const released = releaseAfterLong(ctx, migration, 'the snapshot takes long');
    if (released) return released;
    return wait(
      ctx,
      'snapshot',
      'the snapshot',
      lasts > SNAPSHOT_NEAR ? LOOK_SELDOM : LOOK_OFTEN,
      snapshot?.progressPercent ?? 0,
    );
  }
  const source = seeVolume(ctx, migration.fromVolume);
  if (source.kind !== 'seen' || !sourceIsFree(ctx)) return wait(ctx, 'reading', 'a reading of the source');
  r.snapshots = r.snapshots.map((one) =>
    one.snapshotId === snapshot.snapshotId ? { ...one, state: 'completed' } : one,
  );
  if (refusedLately(ctx, 'create-volume')) return whileRefused(ctx, migration);
  // One that was refused is asked for again first: an instance for it would be paid for in vain.
  if (migration.refusedSince === undefined && !isAwaited(ctx, migration))
    return wait(ctx, 'launch', `an instance ready in ${migration.toZone}`);
  return createCopy(ctx, migration, source.view);
};

/**
 * Which generation's marker is on the copy. A source that was promoted and never seen started still has its own
 * parent's, or its own where a start was cut before it could answer.
 */
const markersOf = (r: Context['r'], { restore }: Migration): { generation: number; or?: number[] } => {
  if (restore) return { generation: restore.generation };
  const parent = r.volume?.parent;
  if (!parent || r.provedGeneration === r.generation) return { generation: r.generation };
  return { generation: parent.generation, or: [...(parent.or ?? []), r.generation].slice(-5) };
};

const promote = (ctx: Context, migration: Migration, copy: VolumeView): Step => {
  const { r, now } = ctx;
  const old = r.volume;
  if (old) {
    r.lineage.push({
      generation: r.generation,
      volumeId: old.volumeId,
      zone: old.zone,
      role: 'superseded',
      since: now,
      promoted: true,
      unproved: r.provedGeneration === r.generation ? undefined : true,
      // What a restore leaves behind is on no other volume, and on no snapshot yet.
      ...(migration.restore ? { keep: 'days' } : { finalSnapshotId: migration.snapshotId }),
    });
  }
  r.volume = {
    volumeId: copy.volumeId,
    zone: copy.zone,
    createdAt: now,
    parent: {
      ...markersOf(r, migration),
      migrationId: migration.migrationId,
      snapshotId: migration.snapshotId,
    },
    migrationId: migration.migrationId,
    fresh: false,
  };
  r.dataset.sizeGiB = copy.sizeGiB;
  r.generation = migration.newGeneration;
  goTo(ctx, migration, 'promoted');
  enter(ctx, 'promoting', `${copy.volumeId} becomes the data volume`);
  return { reason: `promote ${copy.volumeId} to generation ${r.generation}` };
};

const awaitCopy = (ctx: Context, migration: Migration): Step | undefined => {
  if (!migration.newVolumeId) {
    if (isPending(ctx, 'create-volume', 'earlier-volume'))
      return wait(ctx, 'answer', 'the new volume’s answer');
    return retryCopy(ctx, migration, 'no volume was made');
  }
  migration.refusedSince = undefined;
  const copy = seeVolume(ctx, migration.newVolumeId);
  const source = seeVolume(ctx, migration.fromVolume);
  if (copy.kind === 'absent') {
    migration.copyMissing = missedAgain(migration.copyMissing, ctx.now);
    if (isGoneFor(migration.copyMissing, ctx.now))
      return retryCopy(ctx, migration, `${migration.newVolumeId} is in no listing`);
  }
  if (copy.kind !== 'seen' || source.kind !== 'seen')
    return wait(ctx, 'reading', 'a reading of both volumes');
  migration.copyMissing = undefined;
  if (copy.view.state === 'error') return retryCopy(ctx, migration, `${copy.view.volumeId} failed`);
  if (copy.view.state === 'creating') {
    // The call may have been made again long after the phase began.
    if (since(later(migration.phaseAt, copy.view.createdAt), ctx.now) > COPY_DEADLINE)
      return retryCopy(ctx, migration, 'it never became available');
    return wait(ctx, 'copy', 'the new volume');
  }
  // On its way out, or attached by hand: whatever it is, it is not what was made.
  if (copy.view.state !== 'available')
    return retryCopy(ctx, migration, `${copy.view.volumeId} is ${copy.view.state}`);
  const wrong = copyMismatch(copy.view, source.view, migration);
  // Hours do not end a requested one: a wrong copy does, and the operator is alerted.
  if (wrong && migration.requested) return abortMigration(ctx, migration, `${copy.view.volumeId}: ${wrong}`);
  if (wrong) return hold(ctx, { code: 'copy-mismatch', evidence: `${copy.view.volumeId}: ${wrong}` });
  if (!sourceIsFree(ctx)) return undefined;
  if (!isAwaited(ctx, migration)) return wait(ctx, 'launch', `an instance ready in ${migration.toZone}`);
  return promote(ctx, migration, copy.view);
};

/** Role and generation of the new home are written and read back before anybody becomes its owner. */
const finishPromoted = (ctx: Context, migration: Migration): Step | undefined => {
  const { r } = ctx;
  if (!r.volume) return undefined;
  const seen = seeVolume(ctx, r.volume.volumeId);
  if (seen.kind !== 'seen') return wait(ctx, 'reading', 'a reading of the new volume');
  const { tags } = seen.view;
  if (tags.role === 'active' && tags.generation === r.generation) {
    r.migration = undefined;
    if (migration.restore) return restored(ctx, migration);
    r.lastMoveAt = ctx.now;
    r.refusedSince = undefined;
    r.moveRequest = undefined;
    phase(ctx, 'moved');
    note(ctx, 'moved', {
      reason: migration.reason,
      detail: { from: migration.fromZone, to: migration.toZone, generation: r.generation },
    });
    emit(ctx, 'Moved', { from: migration.fromZone, to: migration.toZone, generation: r.generation });
    return { reason: `the data is in ${migration.toZone} now` };
  }
  if (migration.taggedAt !== undefined && since(migration.taggedAt, ctx.now) < TAG_AGAIN)
    return wait(ctx, 'tag', 'the role tag');
  const { volumeId } = r.volume;
  const effect = { kind: 'tag-volume', volumeId, role: 'active', generation: r.generation } as const;
  if (rests(ctx, effect)) return undefined;
  migration.taggedAt = ctx.now;
  return intend(ctx, effect, `tag ${volumeId} as active`);
};

/** The old zone gave an instance before the data had come: it stays where it is. */
const wentHome = ({ r }: View, migration: Migration): boolean =>
  r.candidate?.instanceId !== undefined && r.candidate.zone === migration.fromZone && !migration.restore;

export const migrationStep = (ctx: Context): Step | undefined => {
  const { migration } = ctx.r;
  if (!migration || ctx.r.hold) return undefined;
  if (migration.phase === 'promoted') return finishPromoted(ctx, migration);
  // A copy whose id is not known yet would be lost.
  if (isPending(ctx, 'create-volume', 'earlier-volume'))
    return wait(ctx, 'answer', 'the new volume’s answer');
  if (!isWanted(ctx) && !migration.requested) return abortMigration(ctx, migration, 'its hours are over');
  if (wentHome(ctx, migration))
    return abortMigration(ctx, migration, `${migration.fromZone} has capacity again`);
  const unproved = ctx.r.leaving.find((one) => isUnproved(ctx, one));
  if (unproved && migration.phase === 'securing')
    return abortMigration(ctx, migration, `nothing proves that ${unproved.instanceId} ended`);
  if (migration.phase === 'securing') return secure(ctx, migration);
  if (migration.phase === 'freezing') return freeze(ctx, migration);
  if (migration.phase === 'snapshotting') return awaitSnapshot(ctx, migration);
  return awaitCopy(ctx, migration);
};
