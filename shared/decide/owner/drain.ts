// Draining: Docker stopped and the volume unmounted, then detached or its instance ended. Set once, never reversed:
// what comes after is another owner, or none.

import { type Ms, since } from '../../base/time.ts';
import type { Owner } from '../../record/record.ts';
import { leaveVanished } from '../instance/death.ts';
import { endInstance } from '../instance/ending.ts';
import {
  type Context,
  enter,
  intend,
  isWanted,
  liveAttachments,
  note,
  phase,
  rests,
  type Step,
  seeInstance,
  seeVolume,
  type View,
  wait,
} from '../turn/context.ts';
import { endIncident } from '../turn/incident.ts';
import {
  ATTACH_AGAIN,
  DETACH_DEADLINE,
  DRAINING_MISSING,
  STOP_BEFORE_ACTION,
  STOP_LEAST,
  STOP_MARGIN,
} from '../turn/limits.ts';
import { runCommand, stopParameters } from './host-command.ts';

export type DrainReason = NonNullable<Owner['draining']>['reason'];

/** Nothing can be asked of such an instance any more. */
const UNREACHABLE: ReadonlySet<DrainReason> = new Set<DrainReason>(['lost', 'halted']);

export const beginDrain = (ctx: Context, owner: Owner, cause: { reason: DrainReason; why: string }): Step => {
  owner.draining = { since: ctx.now, reason: cause.reason };
  if (cause.reason === 'closing') {
    endIncident(ctx, 'closed');
    ctx.r.backupDue = ctx.definition.backups.afterStop;
  }
  enter(ctx, 'draining', cause.why);
  note(ctx, 'drain', { reason: cause.why, detail: { instanceId: owner.instanceId, cause: cause.reason } });
  return { reason: cause.why };
};

type Draining = NonNullable<Owner['draining']>;

const giveUpStop = (ctx: Context, draining: Draining, why: string): Step => {
  draining.stopGivenUpAt = ctx.now;
  note(ctx, 'stop-given-up', { reason: why, detail: {} });
  return { reason: `stop given up: ${why}` };
};

/** `stop` on the host, within its budget and never past the announced end of the instance. */
const stopHost = (ctx: Context, owner: Owner, draining: Draining): Step | undefined => {
  const seen = seeInstance(ctx, owner.instanceId);
  if (seen.kind === 'unknown') return wait(ctx, 'reading', `a reading of ${owner.instanceId}`);
  if (owner.touchedAt === undefined) {
    draining.unmountedAt = ctx.now;
    return { reason: 'nothing was ever started on it: nothing to stop' };
  }
  if (UNREACHABLE.has(draining.reason))
    return giveUpStop(ctx, draining, `the instance is ${draining.reason}`);
  if (seen.kind === 'absent' || seen.view.state !== 'running') {
    if (seen.kind === 'absent' && since(draining.since, ctx.now) < DRAINING_MISSING)
      return wait(ctx, 'listing', `${owner.instanceId} to be listed`);
    return giveUpStop(
      ctx,
      draining,
      `the instance is ${seen.kind === 'seen' ? seen.view.state : 'in no listing'}`,
    );
  }
  const left = owner.interruption
    ? Math.max(STOP_LEAST, since(ctx.now, owner.interruption.actionAt) - STOP_BEFORE_ACTION)
    : Infinity;
  const budget = Math.floor(Math.min(ctx.definition.stopGraceSeconds * 1000, left) / 1000);
  const flow = runCommand(ctx, owner, {
    document: 'stop',
    parameters: stopParameters(ctx, budget),
    within: (budget * 1000 + STOP_MARGIN) as Ms,
    reason: `stop Docker and unmount on ${owner.instanceId}`,
  });
  if (flow.kind === 'step') return flow.step;
  if (flow.kind === 'waiting') return undefined;
  if (flow.kind === 'gave-up') return giveUpStop(ctx, draining, flow.why);
  if (flow.answer.ok && flow.answer.unmounted !== false) {
    draining.unmountedAt = ctx.now;
    phase(ctx, 'unmounted');
    return { reason: 'Docker is stopped and the volume unmounted' };
  }
  if (flow.answer.remedy === 'again' && since(draining.since, ctx.now) < budget * 1000) {
    return { reason: `stop answered ${flow.answer.code}: again` };
  }
  return giveUpStop(ctx, draining, `stop answered ${flow.answer.code}`);
};

/** After a confirmed unmount: detach (always naming the instance, never forced). */
const detachVolume = (ctx: Context, owner: Owner, draining: Draining): Step | undefined => {
  const { r, now } = ctx;
  if (!r.volume || draining.unmountedAt === undefined) return undefined;
  const seen = seeVolume(ctx, r.volume.volumeId);
  if (seen.kind !== 'seen') return wait(ctx, 'reading', 'a reading of the volume');
  const held = liveAttachments(seen.view).find((attachment) => attachment.instanceId === owner.instanceId);
  if (!held) return undefined;
  const asked = draining.detachRequestedAt;
  if (held.state === 'attached' && (asked === undefined || since(asked, now) >= ATTACH_AGAIN)) {
    if (asked !== undefined && since(draining.unmountedAt, now) >= DETACH_DEADLINE) return undefined;
    const effect = { kind: 'detach', volumeId: r.volume.volumeId, instanceId: owner.instanceId } as const;
    if (rests(ctx, effect)) return undefined;
    draining.detachRequestedAt = now;
    return intend(ctx, effect, `detach ${r.volume.volumeId} from ${owner.instanceId}`);
  }
  if (since(draining.unmountedAt, now) < DETACH_DEADLINE) wait(ctx, 'detach', 'the volume to detach');
  return undefined;
};

const handsOver = (ctx: View, draining: Draining): boolean =>
  isWanted(ctx) && draining.reason !== 'closing' && !ctx.r.hold;

const endOwner = (ctx: Context, owner: Owner, draining: Draining): Step | undefined => {
  // Absence is counted for the leaving only: there its end can be proved, and a successor does not wait for that.
  const vanished = leaveVanished(ctx, owner, draining.reason);
  if (vanished) return vanished;
  return endInstance(ctx, owner, {
    why: draining.reason,
    begun: owner.terminateSentAt ?? ctx.now,
    wasOwner: true,
  });
};

export const drainStep = (ctx: Context, owner: Owner, draining: Draining): Step | undefined => {
  const stopped = draining.unmountedAt !== undefined || draining.stopGivenUpAt !== undefined;
  if (!stopped) return stopHost(ctx, owner, draining);
  // Without a volume there is nothing to hand over.
  if (ctx.r.volume && draining.unmountedAt !== undefined && handsOver(ctx, draining)) {
    const step = detachVolume(ctx, owner, draining);
    if (step) return step;
    const waits =
      draining.detachRequestedAt !== undefined && since(draining.unmountedAt, ctx.now) < DETACH_DEADLINE;
    const seen = ctx.r.volume ? seeVolume(ctx, ctx.r.volume.volumeId) : undefined;
    const held =
      seen?.kind === 'seen' && liveAttachments(seen.view).some((one) => one.instanceId === owner.instanceId);
    if (seen?.kind !== 'seen') return undefined;
    if (waits && held) return undefined;
    // Free and a successor stands ready: that one first, this instance ends beside it.
    // A migration takes nothing over from a living owner: there its death is what is waited for.
    if (!held && ctx.r.candidate?.onlineAt !== undefined && !ctx.r.migration) return undefined;
  }
  return endOwner(ctx, owner, draining);
};
