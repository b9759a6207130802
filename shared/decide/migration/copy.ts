// The copy a migration makes: of the source's kind, key and at least its size, held to that before it is promoted; made
// again under another number when it fails.

import { hash } from '../../base/hash.ts';
import type { VolumeView } from '../../port/cloud.ts';
import { TAG } from '../../port/tags.ts';
import type { Migration } from '../../record/record.ts';
import { type Context, enter, intend, type Step, type View } from '../turn/context.ts';
import { dataTags, leaveBehind, volumeFailed } from '../volume/ensure.ts';

export const goTo = (ctx: Context, migration: Migration, next: Migration['phase']): void => {
  migration.phase = next;
  migration.phaseAt = ctx.now;
  migration.copyMissing = undefined;
};

/** Copies type, size, encryption and key of the source; never smaller, and as large as the definition now says. */
export const createCopy = (ctx: Context, migration: Migration, source: VolumeView): Step => {
  const { definition } = ctx;
  const wantedSize = definition.volume.kind === 'new' ? definition.volume.sizeGiB : source.sizeGiB;
  goTo(ctx, migration, 'copying');
  // Every try has a number of its own: one whose answer was lost may have made a volume that carries the last one.
  if (migration.volumeAttempt > 0) {
    ctx.r.lastGeneration += 1;
    migration.newGeneration = ctx.r.lastGeneration;
  }
  migration.volumeAttempt += 1;
  enter(ctx, 'copying', `create the volume in ${migration.toZone}`);
  const sizeGiB = Math.max(source.sizeGiB, wantedSize);
  return intend(
    ctx,
    copyEffect(ctx, migration, { ...source, sizeGiB }),
    `create generation ${migration.newGeneration} in ${migration.toZone}`,
  );
};

export const copyEffect = (ctx: View, migration: Migration, source: VolumeView) => ({
  kind: 'create-volume' as const,
  purpose: 'migration' as const,
  generation: migration.newGeneration,
  migrationId: migration.migrationId,
  request: {
    token: hash(`copy ${migration.migrationId} ${migration.volumeAttempt}`),
    zone: migration.toZone,
    sizeGiB: source.sizeGiB,
    type: source.type,
    iops: source.type === 'gp2' || source.type === 'st1' || source.type === 'sc1' ? undefined : source.iops,
    throughputMiBps: source.type === 'gp3' ? source.throughputMiBps : undefined,
    kmsKeyId: source.kmsKeyId,
    snapshotId: migration.snapshotId,
    initializationRateMiBps: 300,
    tags: {
      ...dataTags(ctx, 'migrating', migration.newGeneration),
      [TAG.migration]: migration.migrationId,
    },
  },
});

/** The copy is what it must be: from this snapshot, in this zone, of the source's kind and key, not smaller. */
export const copyMismatch = (
  copy: VolumeView,
  source: VolumeView,
  migration: Migration,
): string | undefined => {
  if (copy.snapshotId !== migration.snapshotId) return `it is from ${copy.snapshotId ?? 'no snapshot'}`;
  if (copy.zone !== migration.toZone) return `it is in ${copy.zone}`;
  if (copy.sizeGiB < source.sizeGiB) return `it has ${copy.sizeGiB} GiB`;
  if (copy.type !== source.type) return `it is ${copy.type}`;
  if (!copy.encrypted) return 'it is not encrypted';
  if (source.encrypted && copy.kmsKeyId !== source.kmsKeyId) return 'it has another key';
  return undefined;
};

/** A copy that is not going to be promoted. */
export const leaveCopy = (ctx: Context, { newVolumeId, newGeneration, toZone }: Migration): void => {
  if (newVolumeId) leaveBehind(ctx, newGeneration, { volumeId: newVolumeId, zone: toZone });
};

export const retryCopy = (ctx: Context, migration: Migration, why: string): Step => {
  leaveCopy(ctx, migration);
  if (migration.newVolumeId) volumeFailed(ctx, migration.newVolumeId);
  migration.newVolumeId = undefined;
  goTo(ctx, migration, 'snapshotting');
  return { reason: `${why}: another copy` };
};
