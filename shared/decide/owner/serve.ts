// A service that is up: watch for its end (announced, silent, or wanted), keep its grant ahead, ask how it is.

import { add, inMinutes, since } from '../../base/time.ts';
import type { Owner } from '../../record/record.ts';
import { weeklyWindowHolds } from '../../schedule/quiet.ts';
import { isVanished } from '../instance/death.ts';
import {
  agentOnline,
  alert,
  type Context,
  enter,
  intend,
  isWanted,
  note,
  refusedLately,
  rests,
  type Step,
  seeInstance,
  type View,
  wait,
} from '../turn/context.ts';
import { hold } from '../turn/fence.ts';
import { grantUntil } from '../turn/grant.ts';
import { beginIncident } from '../turn/incident.ts';
import {
  ADDRESS_AGAIN,
  AGENT_LOST,
  ALIVE_WRITTEN_EVERY,
  DRAIN_AFTER_NOTICE,
  DRAIN_BEFORE_ACTION,
  GRANT_MAX,
  GRANT_WORTH,
  LOOK_OFTEN,
  PROBE_DEADLINE,
  PROBE_EVERY,
} from '../turn/limits.ts';
import { known } from '../turn/reading.ts';
import { beginDrain } from './drain.ts';
import { absorbHealth } from './health.ts';
import { probeParameters, runCommand } from './host-command.ts';
import { rememberReading } from './notices.ts';
import { forgetMove } from './requested.ts';
import { reportBinds } from './start.ts';

/** The instance itself: still running? Seen by its agent? */
export const watchInstance = (ctx: Context, owner: Owner): Step | undefined => {
  const seen = seeInstance(ctx, owner.instanceId);
  const { now } = ctx;
  if (isVanished(ctx, owner)) {
    beginIncident(ctx, 'lost', owner.instanceId);
    return beginDrain(ctx, owner, { reason: 'lost', why: `${owner.instanceId} is in no listing` });
  }
  if (seen.kind !== 'seen') return undefined;
  if (seen.view.state !== 'running' && seen.view.state !== 'pending') {
    if (isWanted(ctx)) beginIncident(ctx, owner.interruption ? 'warned' : 'lost', owner.instanceId);
    return beginDrain(ctx, owner, { reason: 'lost', why: `${owner.instanceId} is ${seen.view.state}` });
  }
  const online = agentOnline(ctx, owner.instanceId);
  if (online === true) {
    owner.agentLostAt = undefined;
    if (since(owner.seenAliveAt, now) >= ALIVE_WRITTEN_EVERY) owner.seenAliveAt = now;
    return undefined;
  }
  if (online === false) owner.agentLostAt ??= now;
  return agentLost(ctx, owner);
};

/** `halt` and hung kernels leave an instance running: only a lost agent together with failed reachability says so. */
const agentLost = (ctx: Context, owner: Owner): Step | undefined => {
  if (owner.agentLostAt === undefined) return undefined;
  const health = known(ctx.reading.health)?.find((one) => one.instanceId === owner.instanceId);
  const lasts = since(owner.agentLostAt, ctx.now);
  wait(ctx, 'agent', `word from the agent of ${owner.instanceId}`, LOOK_OFTEN);
  if (lasts < AGENT_LOST) return undefined;
  if (health?.reachability === 'failed') {
    beginIncident(ctx, 'halted', owner.instanceId);
    return beginDrain(ctx, owner, { reason: 'halted', why: `${owner.instanceId} runs but does nothing` });
  }
  alert(
    ctx,
    'agent-lost',
    `the agent of ${owner.instanceId} has been silent for ${inMinutes(lasts)} minutes`,
  );
  return undefined;
};

/** On a warning a successor is launched at once (acquire.ts) and this instance goes on serving until it is time. */
const warned = (ctx: Context, owner: Owner): Step | undefined => {
  const { interruption } = owner;
  if (!interruption) return undefined;
  enter(ctx, 'handing-over', `${owner.instanceId} will be taken`);
  const { candidate, volume } = ctx.r;
  const ready = candidate?.onlineAt !== undefined && candidate.zone === volume?.zone;
  const afterNotice = add(interruption.noticedAt, DRAIN_AFTER_NOTICE);
  const beforeAction = (interruption.actionAt - DRAIN_BEFORE_ACTION) as typeof interruption.actionAt;
  const due = Math.min(afterNotice, beforeAction);
  if (ready) return beginDrain(ctx, owner, { reason: 'warned', why: 'its successor is ready' });
  if (ctx.now >= due)
    return beginDrain(ctx, owner, { reason: 'warned', why: 'the warning leaves no more time' });
  return wait(ctx, 'agent', 'the successor’s agent');
};

const absorbProbe = (
  ctx: Context,
  owner: Owner,
  answer: NonNullable<ReturnType<typeof probeAnswer>>,
): Step | undefined => {
  owner.seenAliveAt = ctx.now;
  if (answer.hold)
    return hold(ctx, { code: answer.code, evidence: `probe of ${owner.instanceId} answered ${answer.code}` });
  if (answer.spotNotice) rememberReading(ctx, owner, answer.spotNotice);
  reportBinds(ctx, answer);
  const rebooted =
    owner.bootId !== undefined && answer.bootId !== undefined && answer.bootId !== owner.bootId;
  const down = answer.code === 'not-mounted' || answer.code === 'docker-down' || answer.dockerUp === false;
  absorbHealth(ctx, owner, answer, down);
  if ((answer.fullPercent ?? 0) >= 90)
    alert(ctx, 'volume-full', `the data volume is ${answer.fullPercent} % full`);
  if (!rebooted && !down) {
    if (answer.remedy === 'other-instance')
      return beginDrain(ctx, owner, { reason: 'replaced', why: `probe answered ${answer.code}` });
    return { reason: `probe: ${answer.code}`, more: true };
  }
  beginIncident(ctx, 'lost', owner.instanceId);
  owner.startedAt = undefined;
  owner.bootId = undefined;
  note(ctx, 'start-again', {
    reason: rebooted ? 'the instance rebooted' : `probe answered ${answer.code}`,
    detail: {},
  });
  return { reason: rebooted ? 'the instance rebooted: start again' : 'Docker is not up: start again' };
};

type ProbeFlow = ReturnType<typeof runCommand>;
const probeAnswer = (flow: ProbeFlow) => (flow.kind === 'answered' ? flow.answer : undefined);

const grantIsDue = (ctx: View, owner: Owner): boolean => {
  const next = grantUntil(ctx);
  if (owner.grantUntil === undefined) return true;
  // The host takes the grant of the highest operation number, so one probe changes it either way.
  const half = owner.grantUntil - ctx.now < (next - ctx.now) / 2;
  const extended =
    next > owner.grantUntil && ctx.wanted.until !== undefined && next - owner.grantUntil > GRANT_WORTH;
  const capped = next - ctx.now >= GRANT_MAX;
  return half || (extended && !capped);
};

const probe = (ctx: Context, owner: Owner): Step | undefined => {
  const { r, now } = ctx;
  const running = r.command?.document === 'probe' && r.command.instanceId === owner.instanceId;
  const due = owner.probedAt === undefined || since(owner.probedAt, now) >= PROBE_EVERY;
  const awake = owner.agentLostAt === undefined || agentOnline(ctx, owner.instanceId) === true;
  if (!running && !(awake && (due || grantIsDue(ctx, owner)))) return undefined;
  if (!running) owner.probingGrant = grantUntil(ctx);
  const flow = runCommand(ctx, owner, {
    document: 'probe',
    parameters: probeParameters(ctx),
    within: PROBE_DEADLINE,
    reason: `probe ${owner.instanceId}`,
  });
  if (flow.kind === 'step') return flow.step;
  if (flow.kind === 'waiting') return undefined;
  owner.probedAt = now;
  if (flow.kind === 'gave-up') {
    alert(ctx, 'probe-silent', flow.why);
    return { reason: flow.why };
  }
  if (flow.answer.ok) owner.grantUntil = owner.probingGrant;
  return absorbProbe(ctx, owner, flow.answer);
};

const address = (ctx: Context, owner: Owner): Step | undefined => {
  const { elasticIpAllocationId: allocationId } = ctx.definition.network;
  if (!allocationId || owner.addressAt !== undefined) return undefined;
  if (known(ctx.reading.addressOwner) === owner.instanceId) {
    owner.addressAt = ctx.now;
    return { reason: 'the address is here' };
  }
  if (ctx.reading.addressOwner.kind !== 'read') return wait(ctx, 'address', 'the address');
  if (refusedLately(ctx, 'associate-address')) return undefined;
  // An unknown refusal is thrown on to the alarm: probes and grants go on meanwhile.
  if (owner.addressAskedAt !== undefined && since(owner.addressAskedAt, ctx.now) < ADDRESS_AGAIN)
    return wait(ctx, 'retry', 'another try at the address', ADDRESS_AGAIN);
  const effect = { kind: 'associate-address', allocationId, instanceId: owner.instanceId } as const;
  if (rests(ctx, effect)) return undefined;
  owner.addressAskedAt = ctx.now;
  return intend(ctx, effect, 'move the address to this instance');
};

/** On-demand is a fallback: in the definition's quiet hours a service that never stops goes back to spot. */
const backToSpot = (ctx: Context, owner: Owner): Step | undefined => {
  const { candidate } = ctx.r;
  const quiet = ctx.definition.capacity.returnToSpot;
  if (candidate?.purpose !== 'return-to-spot' || candidate.onlineAt === undefined || !quiet) return undefined;
  if (!weeklyWindowHolds(quiet, ctx.definition.schedule.timeZone, ctx.now)) return undefined;
  return beginDrain(ctx, owner, { reason: 'return-to-spot', why: 'a spot instance is ready' });
};

export const serveStep = (ctx: Context, owner: Owner): Step | undefined => {
  if (!isWanted(ctx)) return beginDrain(ctx, owner, { reason: 'closing', why: 'its hours are over' });
  if (ctx.r.hold) return probe(ctx, owner);
  const urgent = warned(ctx, owner) ?? backToSpot(ctx, owner);
  if (urgent || owner.interruption) return urgent;
  forgetMove(ctx, owner);
  enter(ctx, 'serving', 'serving');
  return address(ctx, owner) ?? probe(ctx, owner);
};
