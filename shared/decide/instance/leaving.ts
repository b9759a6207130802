// Instances that are to end: former owners, discarded candidates. Each is ended until its death is proved.

import { add, later, since } from '../../base/time.ts';
import type { Candidate, Leaving } from '../../record/record.ts';
import { alert, type Context, type Step, seeInstance, type View } from '../turn/context.ts';
import { ABSENCE_FIRST, CANDIDATE_GONE, UNPROVED_END } from '../turn/limits.ts';
import { endInstance } from './ending.ts';

export const discardCandidate = (ctx: Context, candidate: Candidate, reason: string): Step => {
  if (candidate.instanceId) {
    ctx.r.leaving.push({
      instanceId: candidate.instanceId,
      launchId: candidate.launchId,
      wasOwner: false,
      reason,
      since: ctx.now,
      lastSeenAt: ctx.now,
      seenOnce: candidate.launchedAt !== undefined,
      told: candidate.told,
      missingAt: [],
    });
  }
  ctx.r.candidate = undefined;
  return { reason: `candidate given up: ${reason}` };
};

/** In no listing for long, and nothing says that it ended: its proof may never come. */
export const isUnproved = (ctx: View, one: Leaving): boolean =>
  one.wasOwner &&
  since(later(one.since, one.lastSeenAt), ctx.now) >= UNPROVED_END &&
  seeInstance(ctx, one.instanceId).kind === 'absent';

const endOne = (ctx: Context, one: Leaving): Step | undefined => {
  // Nothing may be concluded from its absence alone: a move waits until an operator has looked.
  if (isUnproved(ctx, one))
    alert(ctx, 'unproved-end', `${one.instanceId} is in no listing, and nothing proves that it ended`);
  return endInstance(ctx, one, { why: one.reason, begun: one.since, wasOwner: one.wasOwner });
};

export const endLeaving = (ctx: Context): Step | undefined => {
  for (const one of ctx.r.leaving) {
    const step = endOne(ctx, one);
    if (step) return step;
  }
  ctx.r.leaving = ctx.r.leaving.filter((one) => one.wasOwner || !hasEnded(ctx, one));
  return undefined;
};

/** A candidate that never touched the volume needs no proof: long in no listing, and its end accepted, or never known. */
const hasEnded = (ctx: View, one: Leaving): boolean => {
  if (seeInstance(ctx, one.instanceId).kind !== 'absent') return false;
  const { terminateAcceptedAt: accepted, terminateSentAt: asked } = one;
  if (accepted !== undefined) return ctx.now >= add(accepted, CANDIDATE_GONE);
  return asked !== undefined && ctx.now >= add(one.lastSeenAt, ABSENCE_FIRST);
};
