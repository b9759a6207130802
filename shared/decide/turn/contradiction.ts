// What of a reading cannot be true together with the record.

import { since } from '../../base/time.ts';
import type { VolumeView } from '../../port/cloud.ts';
import type { HoldCode } from '../../record/codes.ts';
import { launchesOf } from '../../record/named.ts';
import { liveAttachments, type Seen, seeVolume, type View } from './context.ts';
import { generationIn, isPromoted } from './generation.ts';
import { ADOPTION_TAGS } from './limits.ts';
import { isOurs, oursOf, unnamed } from './ours.ts';
import { known } from './reading.ts';

export interface Contradiction {
  code: HoldCode;
  evidence: string;
}

const generationOf = (volume: VolumeView): number => volume.tags.generation ?? Number.NaN;

const aboutTable = ({ reading, r }: View): Contradiction | undefined => {
  const tableId = known(reading.tableId);
  if (tableId === undefined || tableId === r.tableId) return undefined;
  return {
    code: 'table-restored',
    evidence: `the record was written in table ${r.tableId}, this is ${tableId}`,
  };
};

/**
 * A blank volume that failed while it was created and whose answer was lost: its number was given out by this record,
 * nothing was ever on it, and none can be put there.
 */
export const isFailedBlank = ({ r, settings }: View, volume: VolumeView): boolean =>
  volume.state === 'error' &&
  volume.tags.project === settings.project &&
  volume.tags.dataset === r.dataset.id &&
  r.provedGeneration === 0 &&
  !r.volume &&
  !r.dataset.formatted &&
  generationOf(volume) <= r.lastGeneration &&
  r.lineage.every((one) => one.volumeId !== volume.volumeId);

/** Made by this record, and nothing was ever put on it: where it is gone nothing is lost (volume.ts makes another). */
export const isUnusedBlank = ({ r }: View): boolean =>
  r.volume?.fresh === true &&
  !r.dataset.formatted &&
  r.dataset.formatSentAt === undefined &&
  r.provedGeneration === 0 &&
  !r.owner;

/** Adopted a moment ago, looked at by no host yet and assigned to no instance: its tags are still being written (volume.ts). */
export const isUntouchedAdoption = ({ r, now }: View): boolean =>
  r.dataset.adopting === 'inspect' &&
  !r.owner &&
  !r.migration &&
  r.volume?.adopted !== undefined &&
  since(r.volume.adopted.since, now) < ADOPTION_TAGS;

/** Until its tags are read back nothing else is done with it. */
export const isAdoptionUnread = (ctx: View): boolean => {
  if (!isUntouchedAdoption(ctx) || !ctx.r.volume) return false;
  const seen = seeVolume(ctx, ctx.r.volume.volumeId);
  if (seen.kind !== 'seen') return true;
  return seen.view.tags.role !== 'active' || generationOf(seen.view) !== ctx.r.generation;
};

/** In no complete listing, or on its way out. */
export const isVolumeGone = (seen: Seen<VolumeView>): boolean =>
  seen.kind === 'absent' ||
  (seen.kind === 'seen' && (seen.view.state === 'deleted' || seen.view.state === 'deleting'));

/** What has to be true of a volume before it is adopted. */
const aboutAdoption = (ctx: View): Contradiction | undefined => {
  const { r, settings } = ctx;
  const { volume } = ctx.definition;
  if (volume.kind !== 'adopt' || r.owner || r.destroyed) return undefined;
  const seen = seeVolume(ctx, volume.volumeId);
  if (isVolumeGone(seen)) return { code: 'volume-missing', evidence: `${volume.volumeId} is in no listing` };
  if (seen.kind !== 'seen') return undefined;
  const { tags, state } = seen.view;
  if (tags.project !== settings.project) {
    return {
      code: 'adopt-untagged',
      evidence: `tag ${volume.volumeId} with spotkeep:project=${settings.project}: without it nothing of ours may touch it`,
    };
  }
  const holder = liveAttachments(seen.view)[0];
  if (holder)
    return { code: 'adopt-attached', evidence: `${volume.volumeId} is attached to ${holder.instanceId}` };
  if (state === 'error') return { code: 'volume-error', evidence: `${volume.volumeId} is in state error` };
  if (!ctx.definition.capacity.zones.some(({ zone }) => zone === seen.view.zone)) {
    return {
      code: 'adopt-zone',
      evidence: `${volume.volumeId} is in ${seen.view.zone}, and the definition names no subnet there`,
    };
  }
  const newer = newerThan(ctx, seen.view);
  if (newer) {
    return {
      code: 'adopt-older',
      evidence: `${volume.volumeId} is generation ${generationIn(tags)} of a dataset of which ${newer.volumeId} is generation ${generationIn(newer.tags)}`,
    };
  }
  return undefined;
};

/** A volume that was promoted after this one, in whatever project: this one's data is the older. */
const newerThan = ({ reading }: View, given: VolumeView): VolumeView | undefined => {
  const datasetId = given.tags.dataset;
  if (datasetId === undefined) return undefined;
  return known(reading.volumes)?.find(
    (one) =>
      one.tags.dataset === datasetId &&
      one.state !== 'deleted' &&
      isPromoted(one) &&
      generationIn(one.tags) > generationIn(given.tags),
  );
};

const aboutVolumes = (ctx: View): Contradiction | undefined => {
  const volumes = known(ctx.reading.volumes);
  const { r } = ctx;
  if (!volumes) return undefined;
  for (const volume of volumes) {
    const mine = volume.tags.dataset === r.dataset.id;
    const named =
      r.lineage.some((one) => one.volumeId === volume.volumeId) ||
      volume.volumeId === r.migration?.newVolumeId;
    if (isFailedBlank(ctx, volume)) continue;
    const asked = r.intent?.effect;
    const makes = asked?.kind === 'create-volume' || asked?.kind === 'earlier-volume';
    const intended = makes && asked.generation === generationOf(volume);
    if (mine && isPromoted(volume) && generationOf(volume) > r.generation && !intended && !named) {
      return {
        code: 'newer-volume',
        evidence: `${volume.volumeId} is generation ${generationOf(volume)}, the record is at ${r.generation}`,
      };
    }
  }
  if (!r.volume) return aboutAdoption(ctx);
  const active = volumes.find((volume) => volume.volumeId === r.volume?.volumeId);
  if (isUnusedBlank(ctx) && isVolumeGone(seeVolume(ctx, r.volume.volumeId))) return undefined;
  if (!active || active.state === 'deleted' || active.state === 'deleting') {
    return {
      code: 'volume-missing',
      evidence: `${r.volume.volumeId} is ${active?.state ?? 'in no listing'}`,
    };
  }
  if (active.state === 'error')
    return { code: 'volume-error', evidence: `${active.volumeId} is in state error` };
  if (active.multiAttach)
    return { code: 'multi-attach', evidence: `${active.volumeId} has Multi-Attach enabled` };
  if (generationOf(active) !== r.generation && !isUntouchedAdoption(ctx)) {
    return {
      code: 'generation-mismatch',
      evidence: `${active.volumeId} is tagged ${active.tags.generation ?? active.tags.generationText ?? 'without generation'}, the record is at ${r.generation}`,
    };
  }
  return aboutHolder(ctx, active);
};

const aboutHolder = ({ r }: View, active: VolumeView): Contradiction | undefined => {
  const insiders = new Set([r.owner?.instanceId, ...r.leaving.map((one) => one.instanceId)]);
  const stranger = liveAttachments(active).find((attachment) => !insiders.has(attachment.instanceId));
  if (!stranger) return undefined;
  return {
    code: 'volume-held-by-other',
    evidence: `${active.volumeId} is ${stranger.state} to ${stranger.instanceId}`,
  };
};

/** One of ours whose launch no record knows. What is not ours is left alone, unless it has the volume. */
const aboutInstances = (ctx: View): Contradiction | undefined => {
  const { reading, r } = ctx;
  const launches = known(reading.knownLaunches);
  const recorded = launchesOf(r);
  const ours = oursOf(ctx);
  for (const instance of unnamed(known(reading.instances) ?? [], r, ours)) {
    if (instance.state === 'shutting-down' || recorded.has(instance.launchId ?? '')) continue;
    if (!isOurs(instance, ours)) continue;
    // Without the list of launches nothing can be said: the caller reads it whenever a launch is not in the record.
    if (launches === undefined || launches.includes(instance.launchId ?? '')) continue;
    return {
      code: 'unknown-instance',
      evidence: `${instance.instanceId} is of this stack and carries this workload's tags with launch ${instance.launchId ?? 'none'}, which no record knows`,
    };
  }
  return undefined;
};

export const contradiction = (ctx: View): Contradiction | undefined =>
  aboutTable(ctx) ?? aboutVolumes(ctx) ?? aboutInstances(ctx);
