// The source of a migration: proved free of every owner, frozen, its snapshot asked for; and given back when the move is
// given up.

import { since } from '../../base/time.ts';
import { TAG } from '../../port/tags.ts';
import type { Effect } from '../../record/effect.ts';
import type { Migration } from '../../record/record.ts';
import { discardCandidate } from '../instance/leaving.ts';
import {
  alert,
  type Context,
  intend,
  liveAttachments,
  note,
  refusedLately,
  rests,
  type Step,
  seeVolume,
  wait,
} from '../turn/context.ts';
import { fenced } from '../turn/fence.ts';
import { CANDIDATE_KEPT, LOOK_SOON, MOVE_WAITS, TAG_AGAIN } from '../turn/limits.ts';
import { ofGeneration } from '../volume/backup.ts';
import { dataTags } from '../volume/ensure.ts';
import { goTo, leaveCopy } from './copy.ts';

/** Back to the source: it is thawed before anybody is let near it, the number is burned, the snapshot stays a base. */
export const abortMigration = (ctx: Context, migration: Migration, why: string): Step => {
  const { r } = ctx;
  leaveCopy(ctx, migration);
  // In the other zone it would be in the way of one at home.
  if (r.candidate?.instanceId && r.candidate.zone !== migration.fromZone)
    discardCandidate(ctx, r.candidate, why);
  r.migration = undefined;
  r.moveRequest = undefined;
  note(ctx, 'migration-aborted', { reason: why, detail: { migrationId: migration.migrationId } });
  if (migration.requested)
    alert(ctx, 'request-given-up', `${migration.restore ? 'the restore' : 'the move'} was given up: ${why}`);
  return { reason: `migration given up: ${why}` };
};

/** Every former owner proved dead, no owner, nothing attached. The last owner alone is not enough. */
export const sourceIsFree = (ctx: Context): boolean => {
  const { r } = ctx;
  if (r.owner) return false;
  if (r.leaving.some((one) => one.wasOwner)) {
    wait(ctx, 'proof', 'every former owner to be proved dead', LOOK_SOON);
    return false;
  }
  const seen = r.volume ? seeVolume(ctx, r.volume.volumeId) : undefined;
  if (seen?.kind !== 'seen' || liveAttachments(seen.view).length > 0 || seen.view.state !== 'available') {
    wait(ctx, 'detach', 'the volume to be free');
    return false;
  }
  return fenced(ctx);
};

/**
 * The instance in the target zone is not paid for without end. Counted since the source was frozen: that one snapshot
 * failed and another was begun is no reason to wait longer.
 */
export const releaseAfterLong = (ctx: Context, migration: Migration, why: string): Step | undefined => {
  const { candidate } = ctx.r;
  if (since(migration.frozenAt ?? migration.phaseAt, ctx.now) < CANDIDATE_KEPT) return undefined;
  if (candidate && candidate.zone !== migration.toZone) return undefined;
  // Where it is gone already, home is asked again anyway.
  migration.candidateReleasedAt ??= ctx.now;
  return candidate && discardCandidate(ctx, candidate, `${why}; it is sought again at the end`);
};

/** The next call was refused (a quota, a right, a key): home is asked again meanwhile, and a request has an end. */
export const whileRefused = (ctx: Context, migration: Migration): Step | undefined => {
  migration.refusedSince ??= ctx.now;
  if (migration.requested && since(migration.refusedSince, ctx.now) >= MOVE_WAITS)
    return abortMigration(ctx, migration, 'what it needs was refused for two hours');
  return releaseAfterLong(ctx, migration, 'what the move needs is refused');
};

export const freeze = (ctx: Context, migration: Migration): Step | undefined => {
  const { r } = ctx;
  if (!sourceIsFree(ctx)) return undefined;
  const seen = seeVolume(ctx, migration.fromVolume);
  if (seen.kind !== 'seen') return wait(ctx, 'reading', 'a reading of the source');
  if (seen.view.tags.role !== 'frozen') {
    if (since(migration.frozenAt ?? migration.phaseAt, ctx.now) < TAG_AGAIN)
      return wait(ctx, 'tag', 'the frozen tag');
    const effect = { kind: 'tag-volume', volumeId: migration.fromVolume, role: 'frozen' } as const;
    if (rests(ctx, effect)) return undefined;
    migration.frozenAt = ctx.now;
    return intend(ctx, effect, `freeze ${migration.fromVolume} again`);
  }
  if (migration.restore) {
    goTo(ctx, migration, 'snapshotting');
    return { reason: `${migration.fromVolume} is frozen: ${migration.snapshotId} takes its place` };
  }
  if (refusedLately(ctx, 'snapshot')) return whileRefused(ctx, migration);
  const effect: Effect = {
    kind: 'snapshot',
    purpose: 'migration',
    volumeId: migration.fromVolume,
    ...ofGeneration(r),
    migrationId: migration.migrationId,
    description: `spotkeep ${ctx.name} migration ${migration.migrationId}`,
    tags: {
      ...dataTags(ctx, 'migration', r.generation),
      [TAG.migration]: migration.migrationId,
      [TAG.intent]: ctx.fresh.id,
    },
  };
  if (rests(ctx, effect)) return undefined;
  goTo(ctx, migration, 'snapshotting');
  migration.snapshotId = undefined;
  return intend(ctx, effect, `snapshot ${migration.fromVolume}`);
};
