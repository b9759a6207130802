// Rule 11 and the other contradictions: what must be true before anything touches the data. A contradiction that
// stays over three reads and five minutes becomes a hold; until then the loop only waits, because Describe calls are
// eventually consistent and may go back in time.

import { seconds, since } from '../../base/time.ts';
import type { VolumeView } from '../../port/cloud.ts';
import type { RecordBody } from '../../record/record.ts';
import {
  type Context,
  emit,
  enter,
  liveAttachments,
  note,
  type Seen,
  type Step,
  seeVolume,
  wait,
} from './context.ts';
import { ADOPTION_TAGS, SUSPICION_LASTS, SUSPICION_READS } from './limits.ts';
import { known } from './reading.ts';

export interface Contradiction {
  code: string;
  evidence: string;
}

const PROMOTED_ROLES = new Set(['active', 'frozen', 'superseded']);

const generationOf = (volume: VolumeView): number => Number(volume.tags['spotkeep:generation'] ?? Number.NaN);

const aboutTable = ({ world, r }: Context): Contradiction | undefined => {
  const tableId = known(world.tableId);
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
export const isFailedBlank = ({ r }: Context, volume: VolumeView): boolean =>
  volume.state === 'error' &&
  volume.tags['spotkeep:dataset'] === r.dataset.id &&
  r.provedGeneration === 0 &&
  !r.volume &&
  !r.dataset.formatted &&
  generationOf(volume) <= r.lastGeneration &&
  r.lineage.every((one) => one.volumeId !== volume.volumeId);

/** Made by this record, and nothing was ever put on it: where it is gone nothing is lost (volume.ts makes another). */
export const isUnusedBlank = ({ r }: Context): boolean =>
  r.volume?.fresh === true &&
  !r.dataset.formatted &&
  r.dataset.formatSentAt === undefined &&
  r.provedGeneration === 0 &&
  !r.owner;

/** Adopted a moment ago, looked at by no host yet and given to nobody: its tags are still being written (volume.ts). */
export const isUntouchedAdoption = ({ r, now }: Context): boolean =>
  r.dataset.adopting === 'inspect' &&
  !r.owner &&
  !r.migration &&
  r.volume?.adopted !== undefined &&
  since(r.volume.adopted.since, now) < ADOPTION_TAGS;

/** Until its tags are read back nothing else is done with it. */
export const isAdoptionUnread = (ctx: Context): boolean => {
  if (!isUntouchedAdoption(ctx) || !ctx.r.volume) return false;
  const seen = seeVolume(ctx, ctx.r.volume.volumeId);
  if (seen.kind !== 'seen') return true;
  return seen.view.tags['spotkeep:role'] !== 'active' || generationOf(seen.view) !== ctx.r.generation;
};

/** In no complete listing, or on its way out. */
export const isGone = (seen: Seen<VolumeView>): boolean =>
  seen.kind === 'absent' ||
  (seen.kind === 'seen' && (seen.view.state === 'deleted' || seen.view.state === 'deleting'));

/** What has to be true of a volume before it is adopted. */
const aboutAdoption = (ctx: Context): Contradiction | undefined => {
  const { r, settings } = ctx;
  const { volume } = ctx.definition;
  if (volume.kind !== 'adopt' || r.owner || r.destroyed) return undefined;
  const seen = seeVolume(ctx, volume.volumeId);
  if (isGone(seen)) return { code: 'volume-missing', evidence: `${volume.volumeId} is in no listing` };
  if (seen.kind !== 'seen') return undefined;
  const { tags, state } = seen.view;
  if (tags['spotkeep:project'] !== settings.project) {
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
  return undefined;
};

const aboutVolumes = (ctx: Context): Contradiction | undefined => {
  const volumes = known(ctx.world.volumes);
  const { r } = ctx;
  if (!volumes) return undefined;
  for (const volume of volumes) {
    const role = volume.tags['spotkeep:role'] ?? '';
    const mine = volume.tags['spotkeep:dataset'] === r.dataset.id;
    const named =
      r.lineage.some((one) => one.volumeId === volume.volumeId) ||
      volume.volumeId === r.migration?.newVolumeId;
    if (isFailedBlank(ctx, volume)) continue;
    const intended = String(generationOf(volume)) === r.intent?.targets.generation;
    if (mine && PROMOTED_ROLES.has(role) && generationOf(volume) > r.generation && !intended && !named) {
      return {
        code: 'newer-volume',
        evidence: `${volume.volumeId} is generation ${generationOf(volume)}, the record is at ${r.generation}`,
      };
    }
  }
  if (!r.volume) return aboutAdoption(ctx);
  const active = volumes.find((volume) => volume.volumeId === r.volume?.volumeId);
  if (isUnusedBlank(ctx) && isGone(seeVolume(ctx, r.volume.volumeId))) return undefined;
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
      evidence: `${active.volumeId} is tagged ${active.tags['spotkeep:generation'] ?? 'without generation'}, the record is at ${r.generation}`,
    };
  }
  return aboutHolder(ctx, active);
};

const aboutHolder = ({ r }: Context, active: VolumeView): Contradiction | undefined => {
  const insiders = new Set([r.owner?.instanceId, ...r.leaving.map((one) => one.instanceId)]);
  const stranger = liveAttachments(active).find((attachment) => !insiders.has(attachment.instanceId));
  if (!stranger) return undefined;
  return {
    code: 'volume-held-by-other',
    evidence: `${active.volumeId} is ${stranger.state} to ${stranger.instanceId}`,
  };
};

/** The launches that the record names. An instance without a launch is of none of them. */
export const launchesOf = (r: RecordBody): Set<string> => {
  const launches = [r.owner, r.candidate, ...r.leaving].flatMap((one) => (one ? [one.launchId] : []));
  return new Set(launches);
};

const aboutInstances = ({ world, r, name }: Context): Contradiction | undefined => {
  const launches = known(world.knownLaunches);
  const recorded = launchesOf(r);
  for (const instance of known(world.instances) ?? []) {
    const gone = instance.state === 'terminated' || instance.state === 'shutting-down';
    const mine = instance.workload === name;
    if (gone || !mine || recorded.has(instance.launchId ?? '')) continue;
    // Without the list of launches nothing can be said: the caller reads it whenever a launch is not in the record.
    if (launches === undefined || launches.includes(instance.launchId ?? '')) continue;
    return {
      code: 'unknown-instance',
      evidence: `${instance.instanceId} carries this workload's tag with launch ${instance.launchId ?? 'none'}, which no record knows`,
    };
  }
  return undefined;
};

export const contradiction = (ctx: Context): Contradiction | undefined =>
  aboutTable(ctx) ?? aboutVolumes(ctx) ?? aboutInstances(ctx);

export const hold = (ctx: Context, { code, evidence }: Contradiction): Step => {
  ctx.r.hold = { code, at: ctx.now, evidence };
  ctx.r.suspicion = undefined;
  enter(ctx, 'held', `${code}: ${evidence}`);
  emit(ctx, 'Held', { code, evidence });
  note(ctx, 'hold', { reason: evidence, detail: { code } });
  return { reason: `held: ${code}: ${evidence}` };
};

/** A hold outlasts the drain of its instance: what people see then is the hold again. */
export const backToHeld = (ctx: Context): void => {
  const { hold: held, owner } = ctx.r;
  if (held && !owner?.draining) enter(ctx, 'held', `${held.code}: ${held.evidence}`);
};

/** Counts contradictory reads; the third over five minutes holds. Clears itself when the world agrees again. */
export const suspect = (ctx: Context): Step | undefined => {
  const { r, now } = ctx;
  if (r.hold) return undefined;
  const found = contradiction(ctx);
  if (!found) {
    const readAll = ctx.world.volumes.kind === 'read' && ctx.world.instances.kind === 'read';
    if (readAll && r.suspicion) r.suspicion = undefined;
    return undefined;
  }
  const before = r.suspicion?.code === found.code ? r.suspicion : undefined;
  // Each read counts once a minute at most: a loop that turns every second must not make three reads of one moment.
  const counts = !before || since(before.lastAt, now) >= 60_000;
  r.suspicion = {
    code: found.code,
    evidence: found.evidence,
    firstAt: before?.firstAt ?? now,
    lastAt: counts ? now : before.lastAt,
    reads: (before?.reads ?? 0) + (counts ? 1 : 0),
  };
  if (r.suspicion.reads >= SUSPICION_READS && since(r.suspicion.firstAt, now) >= SUSPICION_LASTS)
    return hold(ctx, found);
  return undefined;
};

/**
 * May this turn touch the data? False (and waiting) while a read failed, a contradiction stands, or the table's or the
 * volume's identity has not been seen this turn.
 */
export const fenced = (ctx: Context): boolean => {
  const { r, world } = ctx;
  if (r.hold || r.suspicion) {
    if (r.suspicion) wait(ctx, `a second look: ${r.suspicion.evidence}`, seconds(20));
    return false;
  }
  if (world.tableId.kind !== 'read' || world.volumes.kind !== 'read' || world.instances.kind !== 'read') {
    wait(ctx, 'a complete reading of the region');
    return false;
  }
  if (r.volume && seeVolume(ctx, r.volume.volumeId).kind !== 'seen') {
    wait(ctx, 'the data volume to be listed');
    return false;
  }
  return true;
};
