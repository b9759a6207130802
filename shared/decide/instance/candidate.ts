// A candidate: launched, not yet owner. It never touches the volume, so it can be given up without any proof. It
// becomes owner when the volume is seen free and no other instance may mount it.

import { since } from '../../base/time.ts';
import type { InstanceView } from '../../port/cloud.ts';
import type { Candidate } from '../../record/record.ts';
import {
  agentOnline,
  type Context,
  enter,
  isWanted,
  liveAttachments,
  note,
  phase,
  type Step,
  seeInstance,
  seeVolume,
  type View,
  wait,
} from '../turn/context.ts';
import { fenced } from '../turn/fence.ts';
import { grantUntil } from '../turn/grant.ts';
import {
  AGENT_SOONEST,
  CANDIDATE_MISSING,
  FREE_SEEN_FOR,
  LOOK_AGAIN,
  LOOK_AT_AGENT,
  LOOK_OFTEN,
  READING_AGE,
} from '../turn/limits.ts';
import { neededFor } from './acquire.ts';
import { ownerAsLeaving } from './death.ts';
import { discardCandidate } from './leaving.ts';

/** Reasons to give a candidate up. */
const whyNot = (ctx: View, candidate: Candidate, view: InstanceView | undefined): string | undefined => {
  const need = neededFor(ctx);
  const { r } = ctx;
  if (r.hold) return 'on hold';
  if (!need) return isWanted(ctx) ? 'no longer needed' : 'its hours are over';
  if (candidate.interrupted) return 'it will be taken itself';
  if (view && view.state !== 'running' && view.state !== 'pending') return `it is ${view.state}`;
  if (candidate.missingSince !== undefined && since(candidate.missingSince, ctx.now) >= CANDIDATE_MISSING)
    return 'it is in no listing';
  if (candidate.onlineAt === undefined && ctx.now >= candidate.deadline)
    return 'its agent did not come online in time';
  const { migration } = r;
  // The old zone gave one while the snapshot is under way: the data stays at home (migrate.ts gives the move up).
  if (
    migration &&
    !migration.restore &&
    candidate.zone === migration.fromZone &&
    r.volume?.zone === candidate.zone
  )
    return undefined;
  const goesTo = migration && migration.phase !== 'promoted' ? migration.toZone : r.volume?.zone;
  const startsFresh = r.volume === undefined || (candidate.purpose === 'migration' && !r.migration);
  if (goesTo && candidate.zone !== goesTo && !startsFresh) return `the data goes to ${goesTo}`;
  return undefined;
};

/** Follows a launched candidate until its agent is online. */
export const followCandidate = (ctx: Context): Step | undefined => {
  const { candidate } = ctx.r;
  if (!candidate?.instanceId) return undefined;
  const seen = seeInstance(ctx, candidate.instanceId);
  const view = seen.kind === 'seen' ? seen.view : undefined;
  // One that is not online yet has its deadline.
  if (view) candidate.missingSince = undefined;
  else if (seen.kind === 'absent' && candidate.onlineAt !== undefined) candidate.missingSince ??= ctx.now;
  const reason = whyNot(ctx, candidate, view);
  if (reason) {
    note(ctx, 'candidate-given-up', {
      reason,
      detail: { instanceId: candidate.instanceId, zone: candidate.zone },
    });
    return discardCandidate(ctx, candidate, reason);
  }
  if (candidate.launchedAt === undefined && view?.state === 'running') {
    candidate.launchedAt = view.launchedAt;
    phase(ctx, 'successor-running');
  }
  if (
    candidate.onlineAt === undefined &&
    view?.state === 'running' &&
    agentOnline(ctx, candidate.instanceId)
  ) {
    candidate.onlineAt = ctx.now;
    candidate.instanceType = view.instanceType;
    phase(ctx, 'successor-ready');
    return { reason: `${candidate.instanceId} is ready`, more: true };
  }
  if (candidate.onlineAt === undefined) {
    const young = candidate.launchedAt !== undefined && since(candidate.launchedAt, ctx.now) < AGENT_SOONEST;
    // Ahead of the hours there is time; in them each second counts.
    const every = young || !ctx.wanted.run ? LOOK_AT_AGENT : LOOK_AGAIN;
    return wait(ctx, 'agent', `the agent of ${candidate.instanceId}`, every);
  }
  return seen.kind === 'absent'
    ? wait(ctx, 'listing', `${candidate.instanceId} to be listed`, LOOK_OFTEN)
    : undefined;
};

const becomeOwner = (ctx: Context, candidate: Candidate, view: InstanceView): Step => {
  const { r, now } = ctx;
  if (r.owner) r.leaving.push(ownerAsLeaving(ctx, r.owner, r.owner.draining?.reason ?? 'replaced'));
  r.owner = {
    instanceId: view.instanceId,
    launchId: candidate.launchId,
    zone: view.zone,
    instanceType: view.instanceType,
    purchase: view.purchase,
    since: now,
    launchedAt: view.launchedAt,
    seenAliveAt: now,
    startFailures: 0,
    grantUntil: grantUntil(ctx),
  };
  r.candidate = undefined;
  r.refusedSince = undefined;
  r.moveRequest = r.moveRequest?.toZone === view.zone ? undefined : r.moveRequest;
  if (r.command && r.command.instanceId !== view.instanceId) r.command = undefined;
  enter(ctx, 'attaching', `${view.instanceId} owns the volume now`);
  note(ctx, 'owner', {
    reason: `${view.instanceId} becomes owner`,
    detail: { instanceId: view.instanceId, zone: view.zone },
  });
  return { reason: `${view.instanceId} becomes owner` };
};

/** The predecessor may not mount any more: none, or draining with its stop confirmed or given up. */
const predecessorGone = ({ r }: View): boolean => {
  if (!r.owner) return true;
  const { draining } = r.owner;
  return (
    draining !== undefined && (draining.unmountedAt !== undefined || draining.stopGivenUpAt !== undefined)
  );
};

/** A reading may be minutes old: one from before a young owner's attach shows the volume free too. */
const isSurelyFree = ({ r, now }: Context, candidate: Candidate): boolean => {
  if (!r.owner || since(r.owner.since, now) >= READING_AGE) return true;
  candidate.freeSeenAt ??= now;
  return since(candidate.freeSeenAt, now) >= FREE_SEEN_FOR;
};

/** The handover fence: owner draining, volume seen not attached to anybody, instance in the volume's zone. */
export const takeOwnership = (ctx: Context): Step | undefined => {
  const { r } = ctx;
  const { candidate, volume } = r;
  if (!candidate?.instanceId || candidate.onlineAt === undefined || !volume || r.migration) return undefined;
  const seen = seeInstance(ctx, candidate.instanceId);
  if (seen.kind !== 'seen' || seen.view.state !== 'running' || seen.view.zone !== volume.zone)
    return undefined;
  // By an event it ended: the readings that decide it are waited for (death.ts).
  if (candidate.told || !predecessorGone(ctx) || !fenced(ctx)) return undefined;
  const home = seeVolume(ctx, volume.volumeId);
  if (home.kind !== 'seen') return wait(ctx, 'reading', 'a reading of the volume');
  const holder = liveAttachments(home.view)[0];
  if (holder) {
    candidate.freeSeenAt = undefined;
    return wait(ctx, 'detach', `the volume to leave ${holder.instanceId}`);
  }
  if (home.view.tags.role !== 'active') return wait(ctx, 'tag', 'the volume’s role tag');
  if (home.view.tags.generation !== r.generation) return wait(ctx, 'tag', 'the volume’s generation tag');
  if (home.view.state !== 'available') return wait(ctx, 'detach', `the volume, now ${home.view.state}`);
  if (!isSurelyFree(ctx, candidate))
    return wait(ctx, 'reading', 'a second reading of the free volume', FREE_SEEN_FOR);
  return becomeOwner(ctx, candidate, seen.view);
};
