// Recover: the table was restored, so the record speaks of an earlier time. Nothing in it is believed about the region:
// every instance of the workload is ended and its death proved, then the data volume is found by what is tagged active or
// frozen, the counters are set above every number ever seen, and the hold ends.
//
// A tag names the volume here, and only here: roles are changed by this product alone (IAM), workload and dataset tags by
// no role at all. What is known by its tags only is never deleted.

import { since } from '../../base/time.ts';
import type { HoldCode } from '../../record/codes.ts';
import type { Leaving, Owner, Recover } from '../../record/record.ts';
import { leaveVanished } from '../instance/death.ts';
import { endLeaving } from '../instance/leaving.ts';
import { drainStep } from '../owner/drain.ts';
import {
  alert,
  type Context,
  emit,
  enter,
  note,
  type Step,
  seeInstance,
  type View,
  wait,
} from '../turn/context.ts';
import {
  LOOK_ANOTHER_TIME,
  LOOK_OFTEN,
  LOOK_SELDOM,
  LOOK_SLOWLY,
  OPERATIONS_AHEAD,
  RECOVERY_QUIET,
  RECOVERY_READINGS,
} from '../turn/limits.ts';
import { isOurs, oursOf } from '../turn/ours.ts';
import { known } from '../turn/reading.ts';
import { ownVolumes } from './belongs.ts';
import { findHome, rewrite } from './home.ts';

/** The hold stays, with what was found. */
const stay = (ctx: Context, code: HoldCode, evidence: string): Step => {
  ctx.r.recover = undefined;
  ctx.r.hold = { code, at: ctx.now, evidence };
  emit(ctx, 'Held', { code, evidence });
  note(ctx, 'hold', { reason: evidence, detail: { code } });
  return { reason: `not recovered: ${evidence}` };
};

/** Once an owner for all we know: in the time that was lost a candidate may have become one. */
const asFormer = (
  ctx: View,
  one: { instanceId: string; launchId?: string | undefined },
  seenOnce: boolean,
): Leaving => ({
  instanceId: one.instanceId,
  launchId: one.launchId ?? one.instanceId,
  wasOwner: true,
  volumeId: ctx.r.volume?.volumeId,
  reason: 'the table was restored',
  since: ctx.now,
  lastSeenAt: ctx.now,
  seenOnce,
  missingAt: [],
});

const begin = (ctx: Context, recover: Recover): Step => {
  const { r } = ctx;
  recover.begun = true;
  const { candidate } = r;
  r.leaving = r.leaving.map((one) => ({ ...one, wasOwner: true }));
  if (candidate?.instanceId) {
    const { instanceId, launchId, launchedAt } = candidate;
    r.leaving.push(asFormer(ctx, { instanceId, launchId }, launchedAt !== undefined));
  }
  r.candidate = undefined;
  r.intent = undefined;
  r.suspended = [];
  r.command = undefined;
  r.suspicion = undefined;
  r.operationNumber += OPERATIONS_AHEAD;
  note(ctx, 'recover', { reason: 'the operator asked to recover from the restored table', detail: {} });
  return { reason: 'recover: end every instance of the workload' };
};

/** The former owner is stopped as always, so that the volume is left clean; if it is gone, its end has to be proved. */
const endOwner = (ctx: Context, owner: Owner): Step | undefined => {
  const { now } = ctx;
  owner.draining ??= { since: now, reason: 'replaced' };
  const vanished = leaveVanished(ctx, owner, 'the table was restored');
  if (vanished) return vanished;
  const step = drainStep(ctx, owner, owner.draining);
  if (!step) wait(ctx, 'end', `${owner.instanceId} to end`, LOOK_OFTEN);
  return step;
};

/** Not ended yet, ours, and in no list of the record. What is not ours is left alone, whatever its tags say. */
const takeStrangers = (ctx: Context): void => {
  const { r } = ctx;
  const listed = new Set([r.owner?.instanceId, ...r.leaving.map((one) => one.instanceId)]);
  const ours = oursOf(ctx);
  for (const view of known(ctx.reading.instances) ?? []) {
    if (view.state === 'terminated' || listed.has(view.instanceId) || !isOurs(view, ours)) continue;
    r.leaving.push(asFormer(ctx, view, true));
  }
};

/** The operator's word counts where no listing shows the instance: nothing else can prove such an end. */
const believePerson = (ctx: Context, recover: Recover): void => {
  ctx.r.leaving = ctx.r.leaving.filter(
    (one) => !recover.ended.includes(one.instanceId) || seeInstance(ctx, one.instanceId).kind !== 'absent',
  );
};

/**
 * A volume of the dataset, or the snapshot it was made of, that a reading showed and this one does not: until so many lack
 * it, for ten minutes at least.
 */
const compareReadings = (ctx: Context, recover: Recover): string | undefined => {
  const { now } = ctx;
  const volumes = ownVolumes(ctx);
  const sources = new Set(volumes.map(({ snapshotId }) => snapshotId));
  const snapshots = (known(ctx.reading.snapshots) ?? []).filter(({ snapshotId }) => sources.has(snapshotId));
  const shown = [
    ...volumes.map(({ volumeId }) => volumeId),
    ...snapshots.map(({ snapshotId }) => snapshotId),
  ];
  const missed = (recover.shown ?? [])
    .filter((one) => !shown.includes(one.id))
    .map((one) => ({ ...one, missed: (one.missed ?? 0) + 1 }))
    .filter((one) => one.missed < RECOVERY_READINGS || since(one.at, now) < RECOVERY_QUIET);
  recover.shown = [...missed, ...shown.map((id) => ({ id, at: now }))];
  return missed[0]?.id;
};

const settle = (ctx: Context): Step | undefined => {
  const found = findHome(ctx);
  if (found.kind === 'wait') {
    // All of ours have ended.
    if (found.holder !== undefined)
      alert(
        ctx,
        'recover-held',
        `recover waits for ${found.what}, which is not of this stack and is left alone: detach the volume from it`,
      );
    return wait(ctx, 'detach', found.what, LOOK_SLOWLY);
  }
  if (found.kind === 'stay') return stay(ctx, found.code, found.evidence);
  rewrite(ctx, found);
  const { r } = ctx;
  const detail = { volumeId: r.volume?.volumeId, generation: r.generation, lastGeneration: r.lastGeneration };
  enter(ctx, 'parked', 'recovered from the restored table');
  note(ctx, 'recovered', { reason: 'the record is that of the region again', detail });
  emit(ctx, 'Table Recovered', detail);
  return { reason: 'recovered from the restored table' };
};

export const recoverStep = (ctx: Context): Step | undefined => {
  const { r, reading, now } = ctx;
  const { recover } = r;
  if (!recover) return undefined;
  const tableId = known(reading.tableId);
  if (tableId !== undefined && tableId !== recover.tableId) {
    return stay(ctx, 'table-restored', `the table was restored once more: this is ${tableId}`);
  }
  if (!recover.begun) return begin(ctx, recover);
  takeStrangers(ctx);
  believePerson(ctx, recover);
  const step = (r.owner && endOwner(ctx, r.owner)) ?? endLeaving(ctx);
  if (step || r.owner || r.leaving.length > 0) {
    recover.clearSince = undefined;
    recover.readings = undefined;
    return step;
  }
  const complete = [reading.tableId, reading.instances, reading.volumes, reading.snapshots];
  if (complete.some((one) => one.kind !== 'read'))
    return wait(ctx, 'reading', 'a complete reading of the region');
  recover.clearSince ??= now;
  recover.readings = (recover.readings ?? 0) + 1;
  const missed = compareReadings(ctx, recover);
  if (since(recover.clearSince, now) < RECOVERY_QUIET) {
    return wait(ctx, 'quiet', 'ten minutes without any instance', LOOK_SELDOM);
  }
  if (recover.readings < RECOVERY_READINGS)
    return wait(ctx, 'reading', 'more readings of the region', LOOK_ANOTHER_TIME);
  if (missed) return wait(ctx, 'listing', `a reading that shows ${missed}`, LOOK_ANOTHER_TIME);
  return settle(ctx);
};
