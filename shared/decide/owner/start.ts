// From attached to serving: format or adopt where that is due, then `start`; Docker answering is started.

import { withinBytes } from '../../base/json-bytes.ts';
import { add, type Ms, since } from '../../base/time.ts';
import type { HostAnswer } from '../../host/answer.ts';
import type { Owner } from '../../record/record.ts';
import { alert, type Context, emit, enter, isWanted, note, type Step, wait } from '../turn/context.ts';
import { fenced, hold } from '../turn/fence.ts';
import { grantUntil } from '../turn/grant.ts';
import { endIncident } from '../turn/incident.ts';
import {
  BINDS_BYTES,
  FAILED_INSTANCES,
  FORMAT_DEADLINE,
  LIST_KEPT,
  START_AGAIN,
  START_DEADLINE,
  START_FAILURES,
} from '../turn/limits.ts';
import { leaveBehind } from '../volume/ensure.ts';
import { beginDrain } from './drain.ts';
import { adoptParameters, formatParameters, runCommand, startParameters } from './host-command.ts';

/** A blank volume whose format is not confirmed is never used: it is superseded and a new one is created. */
const abandonBlank = (ctx: Context, owner: Owner, why: string): Step => {
  const { r } = ctx;
  if (r.volume) leaveBehind(ctx, r.generation, r.volume);
  r.volume = undefined;
  r.dataset.formatSentAt = undefined;
  note(ctx, 'blank-abandoned', { reason: why, detail: {} });
  return beginDrain(ctx, owner, { reason: 'replaced', why });
};

/** A copy of a copy whose first start was not observed: its marker is one of a few, and each is named exactly. */
const takeNextParent = ({ r }: Context): boolean => {
  const parent = r.volume?.parent;
  const [next, ...rest] = parent?.or ?? [];
  if (!parent || !r.volume || next === undefined) return false;
  r.volume.parent = { ...parent, generation: next, or: rest.length > 0 ? rest : undefined };
  return true;
};

const failed = (ctx: Context, owner: Owner, answer: HostAnswer): Step => {
  const why = `the host answered ${answer.code}`;
  note(ctx, 'host-refused', { reason: why, detail: { code: answer.code } });
  if (answer.code === 'marker-older' && takeNextParent(ctx)) return { reason: 'another parent is tried' };
  if (answer.hold) return hold(ctx, { code: answer.code, evidence: `${why} on ${owner.instanceId}` });
  if (answer.code === 'spot-notice' && !owner.interruption) {
    return beginDrain(ctx, owner, { reason: 'warned', why: 'the host saw a spot notice' });
  }
  owner.startFailures += 1;
  owner.startFailedAt = ctx.now;
  if (answer.remedy === 'other-instance' || owner.startFailures >= START_FAILURES) {
    ctx.r.failedInstances += 1;
    if (ctx.r.failedInstances >= FAILED_INSTANCES) {
      const evidence = `${ctx.r.failedInstances} instances in a row could not start it, ${owner.instanceId} last: ${why}`;
      return hold(ctx, { code: answer.code, evidence });
    }
    alert(ctx, 'start-failed', `${why}; another instance is taken`);
    return beginDrain(ctx, owner, { reason: 'replaced', why });
  }
  return { reason: `${why}: again` };
};

const formatStep = (ctx: Context, owner: Owner): Step | undefined => {
  const { r } = ctx;
  if (!r.volume?.fresh || r.volume.parent) {
    const evidence = `${r.volume?.volumeId} is not new and blank, and the record has no format of it`;
    return hold(ctx, { code: 'format-refused', evidence });
  }
  enter(ctx, 'formatting', 'the volume is blank and new');
  r.dataset.formatSentAt ??= ctx.now;
  owner.touchedAt ??= ctx.now;
  const flow = runCommand(ctx, owner, {
    document: 'format',
    parameters: formatParameters(ctx),
    within: FORMAT_DEADLINE,
    reason: `format ${r.volume?.volumeId}`,
  });
  if (flow.kind === 'step') return flow.step;
  if (flow.kind === 'waiting') return undefined;
  if (flow.kind === 'gave-up' && flow.reached)
    return abandonBlank(ctx, owner, 'the format was never confirmed');
  if (flow.kind === 'gave-up') {
    r.dataset.formatSentAt = undefined;
    alert(ctx, 'command-refused', 'Systems Manager refuses every command to the instance');
    return { reason: 'no format was ever sent: again' };
  }
  if (flow.answer.ok) {
    r.dataset.formatted = true;
    note(ctx, 'formatted', { reason: flow.answer.code, detail: { volumeId: r.volume?.volumeId } });
    return { reason: `the volume is formatted (${flow.answer.code})` };
  }
  if (flow.answer.remedy === 'new-volume')
    return abandonBlank(ctx, owner, `the host answered ${flow.answer.code}`);
  return failed(ctx, owner, flow.answer);
};

const adoptStep = (ctx: Context, owner: Owner, mode: 'inspect' | 'mark'): Step | undefined => {
  const { r } = ctx;
  enter(ctx, 'formatting', 'the adopted volume is looked at');
  owner.touchedAt ??= ctx.now;
  const flow = runCommand(ctx, owner, {
    document: 'adopt',
    parameters: adoptParameters(ctx, mode === 'inspect' ? 'inspect' : 'write'),
    within: FORMAT_DEADLINE,
    reason: mode === 'inspect' ? 'look at the volume to adopt' : 'write the adopted volume’s marker',
  });
  if (flow.kind === 'step') return flow.step;
  if (flow.kind === 'waiting') return undefined;
  if (flow.kind === 'gave-up') return beginDrain(ctx, owner, { reason: 'replaced', why: flow.why });
  if (!flow.answer.ok) return failed(ctx, owner, flow.answer);
  if (mode === 'inspect') {
    if (!flow.answer.fsUuid)
      return hold(ctx, { code: 'adopt-no-uuid', evidence: 'the host reported no file-system UUID' });
    r.dataset.fsUuid = flow.answer.fsUuid;
    r.dataset.adopting = 'mark';
    return { reason: `the volume can be adopted: file system ${flow.answer.fsUuid}` };
  }
  r.dataset.adopting = undefined;
  note(ctx, 'adopted', {
    reason: 'the volume carries this dataset’s marker',
    detail: { volumeId: r.volume?.volumeId },
  });
  return { reason: 'the volume is adopted' };
};

const started = (ctx: Context, owner: Owner, answer: HostAnswer): Step => {
  const { r, now } = ctx;
  owner.startedAt = now;
  owner.probedAt = now;
  owner.bootId = answer.bootId;
  owner.startFailures = 0;
  r.failedInstances = 0;
  r.failedVolumes = 0;
  r.provedGeneration = r.generation;
  r.dataset.setupDone ||=
    ctx.definition.setup === undefined || answer.setup === 'ran' || answer.setup === 'already';
  if (r.volume) r.volume.fresh = false;
  reportBinds(ctx, answer);
  enter(ctx, 'serving', `Docker answers on ${owner.instanceId} in ${owner.zone}`);
  note(ctx, 'started', {
    reason: `serving on ${owner.instanceId}`,
    detail: {
      instanceId: owner.instanceId,
      zone: owner.zone,
      purchase: owner.purchase,
      instanceType: owner.instanceType,
    },
  });
  emit(ctx, 'Workload Started', { instanceId: owner.instanceId, zone: owner.zone });
  endIncident(ctx, 'serving');
  return { reason: `serving on ${owner.instanceId}` };
};

/** Writable binds outside the volume are data that would be lost: named, whatever the definition does about them. */
export const reportBinds = (ctx: Context, answer: HostAnswer): void => {
  const binds = answer.unkeptBinds ?? [];
  const before = JSON.stringify(ctx.r.unkeptBinds ?? []);
  const kept = withinBytes(binds.slice(0, LIST_KEPT), BINDS_BYTES);
  ctx.r.unkeptBinds = kept.length > 0 ? kept : undefined;
  if (binds.length > 0 && JSON.stringify(ctx.r.unkeptBinds) !== before)
    emit(ctx, 'Unprotected Data', { binds });
};

/** Another try at once would meet the same: a few seconds later a device may be there. */
const restsBeforeTry = (ctx: Context, { startFailures, startFailedAt }: Owner): boolean => {
  if (ctx.r.command || startFailedAt === undefined) return false;
  const until = add(startFailedAt, (START_AGAIN * startFailures) as Ms);
  if (ctx.now >= until) return false;
  wait(ctx, 'retry', 'the next try at a start', since(ctx.now, until));
  return true;
};

export const startStep = (ctx: Context, owner: Owner): Step | undefined => {
  const { r } = ctx;
  if (!isWanted(ctx)) return beginDrain(ctx, owner, { reason: 'closing', why: 'its hours are over' });
  if (r.hold) return undefined;
  if (owner.interruption)
    return beginDrain(ctx, owner, { reason: 'warned', why: 'interruption warning before it served' });
  if (restsBeforeTry(ctx, owner)) return undefined;
  if (r.command?.document !== 'start' && !fenced(ctx)) return undefined;
  if (!r.dataset.formatted) return formatStep(ctx, owner);
  if (r.dataset.adopting) return adoptStep(ctx, owner, r.dataset.adopting);
  enter(ctx, 'starting', `start Docker on ${owner.instanceId}`);
  owner.touchedAt ??= ctx.now;
  if (r.command?.document !== 'start') owner.grantUntil = grantUntil(ctx);
  const flow = runCommand(ctx, owner, {
    document: 'start',
    parameters: startParameters(ctx),
    within: START_DEADLINE,
    reason: `start on ${owner.instanceId}`,
  });
  if (flow.kind === 'step') return flow.step;
  if (flow.kind === 'waiting') return undefined;
  if (flow.kind === 'gave-up') {
    alert(ctx, 'start-failed', flow.why);
    return beginDrain(ctx, owner, { reason: 'replaced', why: flow.why });
  }
  if (flow.answer.ok) return started(ctx, owner, flow.answer);
  return failed(ctx, owner, flow.answer);
};
