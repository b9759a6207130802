// The data volume of a new workload: created blank, in the zone of an instance that runs.

import { hash } from '../../base/hash.ts';
import { add, type Instant, type Ms, since } from '../../base/time.ts';
import { type SnapshotTagRole, TAG, type VolumeTagRole } from '../../port/tags.ts';
import type { RecordBody } from '../../record/record.ts';
import {
  alert,
  type Context,
  enter,
  intend,
  isPending,
  refusedLately,
  type Step,
  seeInstance,
  seeVolume,
  type View,
  wait,
} from '../turn/context.ts';
import { isFailedBlank, isUnusedBlank, isVolumeGone } from '../turn/contradiction.ts';
import { fenced, hold } from '../turn/fence.ts';
import {
  BLANK_DEADLINE,
  FAILED_VOLUMES,
  LOOK_SLOWLY,
  VOLUME_PAUSE,
  VOLUME_PAUSE_MAX,
  VOLUMES_PER_DATASET,
} from '../turn/limits.ts';
import { isGoneFor, missedAgain } from '../turn/missing.ts';
import { restKind } from '../turn/pace.ts';
import { known } from '../turn/reading.ts';
import { adoptGiven, finishAdopted } from './adopt.ts';

const ENDED: ReadonlySet<string> = new Set(['error', 'deleting', 'deleted']);

export const dataTags = (
  ctx: View,
  role: VolumeTagRole | SnapshotTagRole,
  generation: number,
): Record<string, string> => ({
  [TAG.project]: ctx.settings.project,
  [TAG.workload]: ctx.name,
  [TAG.dataset]: ctx.r.dataset.id,
  [TAG.role]: role,
  [TAG.generation]: String(generation),
  Name: `spotkeep ${ctx.name} generation ${generation}`,
});

/**
 * Blank volumes of zones that were left, or whose format was not confirmed: before there is data none may be deleted (rule
 * 7), and the service is to start. From three on the next is made ten minutes after the last; fifteen are a hold.
 */
const tooManyLeft = (ctx: Context): boolean => {
  const { r, now } = ctx;
  const left = r.lineage.filter((one) => {
    const seen = one.role === 'deleted' ? undefined : seeVolume(ctx, one.volumeId);
    return seen?.kind === 'seen' && !ENDED.has(seen.view.state);
  });
  if (left.length < VOLUMES_PER_DATASET) return false;
  const text = `${left.length} new volumes could not be brought into use: ${left.map((one) => one.volumeId).join(', ')}`;
  if (left.length >= FAILED_VOLUMES) {
    hold(ctx, { code: 'volumes-fail', evidence: text });
    return true;
  }
  alert(ctx, 'volumes-left', text);
  const last = Math.max(...left.map((one) => one.since)) as Instant;
  if (since(last, now) >= VOLUME_PAUSE_MAX) return false;
  wait(ctx, 'retry', 'another try with a new volume', (VOLUME_PAUSE_MAX - since(last, now)) as Ms);
  return true;
};

/** Capacity first, then data: the blank volume is created in the zone of a candidate that runs. */
const createBlank = (ctx: Context): Step | undefined => {
  const { r } = ctx;
  const { volume } = ctx.definition;
  const { candidate } = r;
  if (volume.kind !== 'new' || !candidate?.instanceId) return undefined;
  const seen = seeInstance(ctx, candidate.instanceId);
  if (seen.kind !== 'seen' || seen.view.state !== 'running') return undefined;
  if (refusedLately(ctx, 'create-volume') || !fenced(ctx)) return undefined;
  if (tooManyLeft(ctx)) return undefined;
  enter(ctx, 'creating', `create a blank volume in ${candidate.zone}`);
  r.lastGeneration += 1;
  return intend(
    ctx,
    {
      kind: 'create-volume',
      purpose: 'blank',
      generation: r.lastGeneration,
      request: {
        token: hash(`volume ${ctx.fresh.id}`),
        zone: candidate.zone,
        sizeGiB: volume.sizeGiB,
        type: volume.type,
        iops: volume.iops,
        throughputMiBps: volume.throughputMiBps,
        kmsKeyId: volume.kmsKeyId,
        tags: dataTags(ctx, 'active', r.lastGeneration),
      },
    },
    `create a blank volume of ${volume.sizeGiB} GiB in ${candidate.zone}`,
  );
};

/** One more that failed while it was created: the next is made after a pause, and after many only by the operator's word. */
export const volumeFailed = (ctx: Context, volumeId: string): void => {
  const { r, now } = ctx;
  r.failedVolumes += 1;
  const pause = Math.min(VOLUME_PAUSE_MAX, VOLUME_PAUSE * 3 ** (r.failedVolumes - 1)) as Ms;
  restKind(r, 'create-volume', now, add(now, pause));
  const evidence = `${r.failedVolumes} new volumes in a row failed while they were created, ${volumeId} last: look at the KMS key and the EBS quotas`;
  if (r.failedVolumes >= FAILED_VOLUMES) hold(ctx, { code: 'volumes-fail', evidence });
  else if (r.failedVolumes >= 3) alert(ctx, 'volumes-fail', evidence);
};

/** Errors of the key show as a volume in `error`, or as one that is in no listing any more. */
const vanishedBlank = (ctx: Context, volume: NonNullable<RecordBody['volume']>): boolean => {
  const seen = seeVolume(ctx, volume.volumeId);
  if (!isUnusedBlank(ctx) || seen.kind === 'unknown') return false;
  if (!isVolumeGone(seen)) {
    volume.missing = undefined;
    return false;
  }
  volume.missing = missedAgain(volume.missing, ctx.now);
  if (isGoneFor(volume.missing, ctx.now)) return true;
  wait(ctx, 'listing', `${volume.volumeId} to be listed`, LOOK_SLOWLY);
  return false;
};

/** A volume that failed while it was created had nothing on it: the next try makes another. */
const failedBlank = (ctx: Context): Step | undefined => {
  const { r } = ctx;
  if (!r.volume?.fresh || r.owner || r.dataset.formatSentAt !== undefined) return undefined;
  const seen = seeVolume(ctx, r.volume.volumeId);
  const gone = (seen.kind === 'seen' && seen.view.state === 'error') || vanishedBlank(ctx, r.volume);
  const late =
    seen.kind === 'seen' &&
    seen.view.state === 'creating' &&
    since(r.volume.createdAt, ctx.now) > BLANK_DEADLINE;
  if (!gone && !late) return undefined;
  leaveBehind(ctx, r.generation, r.volume);
  volumeFailed(ctx, r.volume.volumeId);
  r.volume = undefined;
  return { reason: 'the new volume could not be created: another is' };
};

/** The same, where the answer of its creation was lost and with it its id. */
const failedUnanswered = (ctx: Context): Step | undefined => {
  const { r } = ctx;
  if (r.intent) return undefined;
  const failed = known(ctx.reading.volumes)?.find((volume) => isFailedBlank(ctx, volume));
  if (!failed) return undefined;
  leaveBehind(ctx, failed.tags.generation ?? r.lastGeneration, failed);
  volumeFailed(ctx, failed.volumeId);
  return { reason: `${failed.volumeId} failed while it was created: another is` };
};

/** A volume that was made and never became the dataset's home: the sweep takes it. */
export const leaveBehind = (
  { r, now }: Pick<Context, 'r' | 'now'>,
  generation: number,
  { volumeId, zone }: { volumeId: string; zone: string },
): void => {
  r.lineage.push({ generation, volumeId, zone, role: 'superseded', since: now, promoted: false });
};

export const ensureVolume = (ctx: Context): Step | undefined => {
  const broken = failedBlank(ctx) ?? failedUnanswered(ctx) ?? finishAdopted(ctx);
  if (broken) return broken;
  if (ctx.r.volume || ctx.r.owner || ctx.r.hold || ctx.r.destroyed) return undefined;
  // One whose id is not known yet would be lost.
  if (isPending(ctx, 'create-volume', 'earlier-volume')) return undefined;
  return ctx.definition.volume.kind === 'new' ? createBlank(ctx) : adoptGiven(ctx);
};
