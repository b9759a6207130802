// Role tags of volumes at rest: a thawed source is active again, what was left behind says so. The sweep's role may tag
// `deleting` only what another role tagged `superseded`: a deletion takes two that agree.

import { since } from '../../base/time.ts';
import { type Context, intend, note, rests, type Step, seeVolume, wait } from '../turn/context.ts';
import { fenced } from '../turn/fence.ts';
import { TAG_AGAIN, TAG_AGAIN_AT_REST } from '../turn/limits.ts';
import { isGoneFor, missedAgain } from '../turn/missing.ts';

/** A frozen source without a migration (an abort) is thawed before anything else may have it. */
export const thaw = (ctx: Context): Step | undefined => {
  const { r } = ctx;
  if (r.migration || !r.volume || r.hold) return undefined;
  const seen = seeVolume(ctx, r.volume.volumeId);
  if (seen.kind !== 'seen' || seen.view.tags.role !== 'frozen' || !fenced(ctx)) return undefined;
  if (r.thawedAt !== undefined && since(r.thawedAt, ctx.now) < TAG_AGAIN)
    return wait(ctx, 'tag', 'the role tag');
  const effect = { kind: 'tag-volume', volumeId: r.volume.volumeId, role: 'active' } as const;
  if (rests(ctx, effect)) return undefined;
  r.thawedAt = ctx.now;
  return intend(ctx, effect, `thaw ${r.volume.volumeId}: the migration was given up`);
};

/** What was deleted by hand takes no place any more. */
export const followLineage = (ctx: Context): void => {
  const { r, now } = ctx;
  r.lineage = r.lineage.map((one) => {
    if (one.role !== 'superseded') return one;
    const seen = seeVolume(ctx, one.volumeId);
    if (seen.kind === 'unknown') return one;
    if (seen.kind === 'seen' && seen.view.state !== 'deleted')
      return one.missing ? { ...one, missing: undefined } : one;
    const missing = missedAgain(one.missing, now);
    if (!isGoneFor(missing, now)) return { ...one, missing };
    note(ctx, 'volume-deleted', {
      reason: `${one.volumeId} is in no listing any more`,
      detail: { volumeId: one.volumeId },
    });
    return { ...one, role: 'deleted', since: now, missing: undefined };
  });
};

/** Volumes of the lineage that are no longer anybody's home are tagged so. */
export const tagSuperseded = (ctx: Context): Step | undefined => {
  const { r, now, may } = ctx;
  if (may.delete || r.migration || r.hold) return undefined;
  for (const one of r.lineage) {
    if (one.role !== 'superseded' || one.tagged) continue;
    const seen = seeVolume(ctx, one.volumeId);
    if (seen.kind !== 'seen' || seen.view.state === 'deleted') continue;
    if (seen.view.tags.role === 'superseded') {
      one.tagged = true;
      continue;
    }
    const effect = { kind: 'tag-volume', volumeId: one.volumeId, role: 'superseded' } as const;
    if (one.askedAt !== undefined && since(one.askedAt, now) < TAG_AGAIN_AT_REST) {
      wait(ctx, 'tag', 'the role tag of a volume that was left', TAG_AGAIN_AT_REST);
      continue;
    }
    if (rests(ctx, effect)) continue;
    if (!fenced(ctx)) return undefined;
    one.askedAt = now;
    return intend(ctx, effect, `tag ${one.volumeId} as superseded`);
  }
  return undefined;
};
