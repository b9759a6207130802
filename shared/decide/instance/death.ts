// Who is dead, by proof alone: `terminated` read; a `terminated` event of this account that no reading contradicts; or long
// absence after an accepted terminate. NotFound, a time-out, a confirmed stop or a free volume prove nothing.

import { later, since } from '../../base/time.ts';
import type { Candidate, Leaving, Owner } from '../../record/record.ts';
import { type Context, note, type Step, seeInstance, type View, wait } from '../turn/context.ts';
import { beginIncident } from '../turn/incident.ts';
import {
  ABSENCE_APART,
  ABSENCE_FIRST,
  ABSENCE_LISTINGS,
  LOOK_SLOWLY,
  LOOK_SOON,
  OWNER_VANISHED,
  READING_AGE,
  TOLD_NEAR,
} from '../turn/limits.ts';

interface Subject {
  instanceId?: string | undefined;
  told?: Leaving['told'];
}

/** The notice goes with this turn: what it said is remembered where the instance is. */
const rememberEvent = (ctx: Context, one: Subject): void => {
  const notice = ctx.reading.notices.find(
    ({ kind, state, instanceId }) =>
      kind === 'instance-state' && state === 'terminated' && instanceId === one.instanceId,
  );
  if (notice) one.told ??= { at: notice.receivedAt };
};

/**
 * Terminated as read now, which is final: a terminated instance never runs again. An event is one report: where a reading
 * shows the instance otherwise, one of the two is late or wrong, and the next readings say which.
 */
const isDead = (ctx: Context, one: Subject & { instanceId: string }): boolean => {
  rememberEvent(ctx, one);
  const seen = seeInstance(ctx, one.instanceId);
  if (seen.kind === 'seen' && seen.view.state === 'terminated') return true;
  if (!one.told) return false;
  if (seen.kind === 'absent' && one.told.deniedAt === undefined) return true;
  if (seen.kind === 'seen') one.told.deniedAt ??= ctx.now;
  const lasts = since(one.told.at, ctx.now);
  if (one.told.deniedAt !== undefined && lasts >= READING_AGE) {
    one.told = undefined;
    note(ctx, 'event-denied', {
      reason: `an event said that ${one.instanceId} ended, and EC2 has not listed it so since`,
      detail: { instanceId: one.instanceId },
    });
    return false;
  }
  const every = lasts < TOLD_NEAR ? LOOK_SOON : LOOK_SLOWLY;
  wait(ctx, 'reading', `another reading of ${one.instanceId}, which ended by an event`, every);
  return false;
};

/** Counts complete listings that miss an instance whose end was accepted; the third far enough apart is proof. */
const deadByAbsence = (ctx: Context, one: Leaving): boolean => {
  const seen = seeInstance(ctx, one.instanceId);
  const { now } = ctx;
  if (seen.kind === 'seen') {
    one.seenOnce = true;
    if (since(one.lastSeenAt, now) >= ABSENCE_APART) one.lastSeenAt = now;
    one.missingAt = [];
    return false;
  }
  if (seen.kind === 'unknown' || !one.seenOnce || one.terminateAcceptedAt === undefined) return false;
  if (since(one.lastSeenAt, now) < ABSENCE_FIRST) return false;
  const last = one.missingAt.at(-1);
  if (last === undefined || since(last, now) >= ABSENCE_APART) one.missingAt = [...one.missingAt, now];
  return one.missingAt.length >= ABSENCE_LISTINGS;
};

export const ownerAsLeaving = (ctx: View, owner: Owner, reason: string): Leaving => ({
  instanceId: owner.instanceId,
  launchId: owner.launchId,
  wasOwner: true,
  volumeId: ctx.r.volume?.volumeId,
  reason,
  since: ctx.now,
  // Its agent may have been silent for long while it was still listed: what counts is the last listing that showed it.
  lastSeenAt: later(owner.seenAliveAt, owner.missingSince ?? ctx.now),
  seenOnce: true,
  told: owner.told,
  terminateAcceptedAt: owner.terminateAcceptedAt,
  missingAt: [],
});

/** In no listing for long enough to be taken for gone; its end is still to be proved. */
export const isVanished = (ctx: View, owner: Owner): boolean =>
  owner.missingSince !== undefined &&
  since(owner.missingSince, ctx.now) >= OWNER_VANISHED &&
  seeInstance(ctx, owner.instanceId).kind === 'absent';

/** Lets such an owner go among the leaving, where its absence counts as proof; undefined while it may still be there. */
export const leaveVanished = (ctx: Context, owner: Owner, reason: string): Step | undefined => {
  const { r } = ctx;
  if (!isVanished(ctx, owner)) return undefined;
  r.leaving.push(ownerAsLeaving(ctx, owner, reason));
  r.owner = undefined;
  r.command = undefined;
  return { reason: `${owner.instanceId} is in no listing` };
};

const buryOwner = (ctx: Context, owner: Owner): void => {
  const { r } = ctx;
  if (!owner.draining) {
    beginIncident(ctx, owner.interruption ? 'warned' : 'lost', owner.instanceId);
    r.backupDue = r.backupDue || !ctx.wanted.run;
  }
  note(ctx, 'ended', {
    reason: `${owner.instanceId} is terminated`,
    detail: { instanceId: owner.instanceId, cause: owner.draining?.reason ?? 'lost' },
  });
  if (r.command?.instanceId === owner.instanceId) r.command = undefined;
  r.writtenUntil = ctx.now;
  r.owner = undefined;
};

const hasInstance = (one: Candidate | undefined): one is Candidate & { instanceId: string } =>
  one?.instanceId !== undefined;

/** Takes the dead out of the record. */
export const proveDeaths = (ctx: Context): void => {
  const { r } = ctx;
  const alive = r.leaving.filter((one) => !isDead(ctx, one) && !deadByAbsence(ctx, one));
  // Until now one of them may have written: a successor's own end comes later and says so again.
  if (r.leaving.some((one) => one.wasOwner && !alive.includes(one))) r.writtenUntil = ctx.now;
  r.leaving = alive;
  if (r.owner) {
    if (isDead(ctx, r.owner)) buryOwner(ctx, r.owner);
    else watchAbsence(ctx, r.owner);
  }
  const { candidate } = r;
  if (hasInstance(candidate) && isDead(ctx, candidate)) {
    note(ctx, 'candidate-lost', { reason: `${candidate.instanceId} is terminated`, detail: {} });
    r.candidate = undefined;
  }
};

/** An owner that vanished from the listings is drained (one way) so that its end can be asked for and proved. */
const watchAbsence = (ctx: Context, owner: Owner): void => {
  const seen = seeInstance(ctx, owner.instanceId);
  if (seen.kind === 'seen') {
    owner.missingSince = undefined;
    return;
  }
  if (seen.kind === 'absent') owner.missingSince ??= ctx.now;
};
