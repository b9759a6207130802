// A volume that exists and is taken as it is: it gets its role and its number, and a host looks at it before anything is
// written on it.

import { since } from '../../base/time.ts';
import type { VolumeView } from '../../port/cloud.ts';
import { type Context, intend, rests, type Step, seeVolume, type View, wait } from '../turn/context.ts';
import { isAdoptionUnread } from '../turn/contradiction.ts';
import { fenced } from '../turn/fence.ts';
import { generationIn } from '../turn/generation.ts';
import { TAG_AGAIN } from '../turn/limits.ts';
import { known } from '../turn/reading.ts';

/**
 * The highest number that the volume, what was taken of it, or anything of the dataset that it was a home of carries, in any
 * project. The number it gets is above them, so that whoever has the volume in a record of theirs sees that it is not theirs
 * any more.
 */
const highestAround = ({ reading }: View, given: VolumeView): number | undefined => {
  const volumes = known(reading.volumes);
  const snapshots = known(reading.snapshots);
  if (!volumes || !snapshots) return undefined;
  const former = given.tags.dataset;
  const related = [...volumes, ...snapshots].filter(
    (one) => one.volumeId === given.volumeId || (former !== undefined && one.tags.dataset === former),
  );
  return Math.max(0, ...related.map(({ tags }) => generationIn(tags)));
};

/** The contradictions were checked before: the volume is there, ours to touch, and attached to no instance. */
export const adoptGiven = (ctx: Context): Step | undefined => {
  const { r, now } = ctx;
  const { volume } = ctx.definition;
  if (volume.kind !== 'adopt' || !fenced(ctx)) return undefined;
  const seen = seeVolume(ctx, volume.volumeId);
  if (seen.kind !== 'seen') return wait(ctx, 'reading', 'a reading of the volume to adopt');
  const { view } = seen;
  const highest = highestAround(ctx, view);
  if (highest === undefined) return wait(ctx, 'reading', 'a reading of the snapshots of the volume to adopt');
  r.lastGeneration = Math.max(r.lastGeneration, highest) + 1;
  r.generation = r.lastGeneration;
  r.volume = {
    volumeId: view.volumeId,
    zone: view.zone,
    createdAt: view.createdAt,
    fresh: false,
    adopted: { since: now, askedAt: now },
  };
  r.dataset.sizeGiB = view.sizeGiB;
  r.dataset.formatted = true;
  r.dataset.adopting = 'inspect';
  return intend(ctx, roleOf(ctx, view.volumeId), `adopt ${view.volumeId}`);
};

const roleOf = ({ r }: View, volumeId: string) =>
  ({ kind: 'tag-volume', volumeId, role: 'active', generation: r.generation }) as const;

/** Role and generation of the adopted volume are asked for until they are read back: the call may have been cut. */
export const finishAdopted = (ctx: Context): Step | undefined => {
  const { r, now } = ctx;
  if (!r.volume?.adopted || r.hold || !isAdoptionUnread(ctx)) return undefined;
  if (since(r.volume.adopted.askedAt, now) < TAG_AGAIN) return wait(ctx, 'tag', 'the role tag');
  const effect = roleOf(ctx, r.volume.volumeId);
  if (!fenced(ctx) || rests(ctx, effect)) return undefined;
  r.volume.adopted.askedAt = now;
  return intend(ctx, effect, `adopt ${r.volume.volumeId}`);
};
