// Instances that are to end: former owners, discarded candidates. Each is ended until its death is proved.

import { add, later, type Ms, minutes, since } from '../../base/time.ts';
import type { Candidate, Leaving } from '../../record/record.ts';
import { alert, type Context, intend, isWanted, type Step, seeInstance, wait } from '../turn/context.ts';
import { ABSENCE_FIRST, FORCE_TERMINATE_AFTER, TERMINATE_AGAIN } from '../turn/limits.ts';

/** An absent instance is asked to end only this often: the answer decides whether its absence may count as proof. */
const ASK_ABSENT_EVERY = minutes(10);
/** In no listing for this long: looked for only as often as it is asked to end. Of a former owner a person hears. */
const UNPROVED_END = minutes(30);

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

export const terminate = (
  ctx: Context,
  one: { instanceId: string },
  options: { force: boolean; reason: string },
): Step => {
  return intend(ctx, { kind: 'terminate', instanceId: one.instanceId, force: options.force }, options.reason);
};

/** In no listing for long, and nothing says that it ended: its proof may never come. */
export const isUnproved = (ctx: Context, one: Leaving): boolean =>
  one.wasOwner &&
  since(later(one.since, one.lastSeenAt), ctx.now) >= UNPROVED_END &&
  seeInstance(ctx, one.instanceId).kind === 'absent';

const endOne = (ctx: Context, one: Leaving): Step | undefined => {
  const { now } = ctx;
  const seen = seeInstance(ctx, one.instanceId);
  const lastAsked = one.terminateSentAt;
  const askedAgo: Ms = lastAsked === undefined ? (Number.POSITIVE_INFINITY as Ms) : since(lastAsked, now);
  const view = seen.kind === 'seen' ? seen.view : undefined;
  if (seen.kind === 'unknown') return wait(ctx, 'reading', `a reading of ${one.instanceId}`);
  if (view?.state === 'shutting-down') {
    one.shuttingDownSince ??= now;
    const lasts = since(one.shuttingDownSince, now);
    if (
      lasts >= FORCE_TERMINATE_AFTER &&
      (one.forcedAt === undefined || since(one.forcedAt, now) >= FORCE_TERMINATE_AFTER)
    ) {
      one.forcedAt = now;
      return terminate(ctx, one, {
        force: true,
        reason: `${one.instanceId} has been shutting down for too long`,
      });
    }
    if (lasts >= minutes(5)) alert(ctx, 'slow-end', `${one.instanceId} is slow to end`);
    return waitForEnd(ctx, one);
  }
  // Nothing may be concluded from its absence alone: a move waits until somebody has looked.
  if (isUnproved(ctx, one))
    alert(ctx, 'unproved-end', `${one.instanceId} is in no listing, and nothing proves that it ended`);
  const due = view ? askedAgo >= TERMINATE_AGAIN : askedAgo >= ASK_ABSENT_EVERY;
  if (!due && !view && since(one.since, now) >= UNPROVED_END)
    return wait(ctx, 'end', `${one.instanceId} to end`, (ASK_ABSENT_EVERY - askedAgo) as Ms);
  if (!due) return waitForEnd(ctx, one);
  one.terminateSentAt = now;
  return terminate(ctx, one, { force: false, reason: `end ${one.instanceId}: ${one.reason}` });
};

/** Near at first; a slow end, or one that nobody waits for, is looked at less often (its event wakes the loop anyway). */
const waitForEnd = (ctx: Context, one: Leaving): undefined => {
  const patient = !isWanted(ctx) || since(one.since, ctx.now) > minutes(3);
  return wait(ctx, 'end', `${one.instanceId} to end`, (patient ? 30_000 : 2_000) as Ms);
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
const hasEnded = (ctx: Context, one: Leaving): boolean => {
  if (seeInstance(ctx, one.instanceId).kind !== 'absent') return false;
  const { terminateAcceptedAt: accepted, terminateSentAt: asked } = one;
  if (accepted !== undefined) return ctx.now >= add(accepted, minutes(20));
  return asked !== undefined && ctx.now >= add(one.lastSeenAt, ABSENCE_FIRST);
};
