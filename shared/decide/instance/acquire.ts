// Getting an instance: when one is needed, one candidate at a time, its launch id random and written down first.

import { hash } from '../../base/hash.ts';
import { add, since } from '../../base/time.ts';
import type { Effect } from '../../record/effect.ts';
import type { Candidate } from '../../record/record.ts';
import { weeklyWindowHolds } from '../../schedule/quiet.ts';
import { alert, type Context, enter, intend, isWanted, type Step, type View, wait } from '../turn/context.ts';
import { fenced } from '../turn/fence.ts';
import {
  COUNTED_OVER,
  LAUNCH_DEADLINE,
  LAUNCHES_PER_HOUR,
  LOOK_RARELY,
  LOOK_SELDOM,
  RETURN_TO_SPOT_EVERY,
} from '../turn/limits.ts';
import { askedZone, atHome, type Choice, choose, chooseForMove } from './choose.ts';

export type Need = Candidate['purpose'] | undefined;

/** What an instance is needed for now, if one is. */
export const neededFor = (ctx: View): Need => {
  const { r } = ctx;
  if (!isWanted(ctx) || r.hold) return undefined;
  if (r.migration) return r.migration.phase === 'promoted' ? 'start' : 'migration';
  const { owner } = r;
  if (!owner) return 'start';
  if (owner.draining) return owner.draining.reason === 'closing' ? 'start' : 'handover';
  if (owner.interruption) return 'handover';
  if (owner.startedAt !== undefined && askedZone(ctx)) return 'migration';
  return returnsToSpot(ctx) ? 'return-to-spot' : undefined;
};

const returnsToSpot = (ctx: View): boolean => {
  const { r, now } = ctx;
  const quiet = ctx.definition.capacity.returnToSpot;
  if (!quiet || r.owner?.purchase !== 'on-demand' || r.owner.startedAt === undefined) return false;
  if (r.candidate?.purpose === 'return-to-spot') return true;
  if (r.returnTriedAt !== undefined && since(r.returnTriedAt, now) < RETURN_TO_SPOT_EVERY) return false;
  return weeklyWindowHolds(quiet, ctx.definition.schedule.timeZone, now);
};

/** A template cannot override its root device or user data, so images that differ in them have their own. */
const TEMPLATE_SUFFIX: Record<string, string> = { 'ubuntu-24.04': '-ubuntu', flatcar: '-flatcar' };

/** Same launch id and attempt → same token → the same instance, however often it is asked. */
export const launchToken = (launchId: string, attempt: number): string =>
  hash(`launch ${launchId} ${attempt}`);

export const launchEffect = (ctx: View, candidate: Candidate): Effect => {
  const { definition, r, settings, name } = ctx;
  const { capacity, network } = definition;
  const subnetId = capacity.zones.find(({ zone }) => zone === candidate.zone)?.subnetId ?? '';
  return {
    kind: 'launch',
    request: {
      token: launchToken(candidate.launchId, candidate.attempt),
      workload: name,
      launchId: candidate.launchId,
      launchTemplate: `${settings.launchTemplate}${TEMPLATE_SUFFIX[definition.image] ?? ''}`,
      imageId: r.imageId,
      architecture: capacity.architecture,
      purchase: candidate.purchase,
      zone: candidate.zone,
      subnetId,
      instanceTypes: capacity.instanceTypes.length > 0 ? candidate.instanceTypes : [],
      requirements: capacity.instanceTypes.length > 0 ? undefined : capacity.requirements,
      securityGroupIds: network.securityGroupIds,
      tags: definition.instance.tags,
    },
  };
};

const launchCandidate = (
  ctx: Context,
  choice: Extract<Choice, { kind: 'ask' }>,
  purpose: Candidate['purpose'],
): Step => {
  const { r, now } = ctx;
  r.candidate = {
    launchId: ctx.fresh.id,
    attempt: 1,
    purpose: choice.away && r.volume ? 'migration' : purpose,
    zone: choice.zone,
    purchase: choice.purchase,
    instanceTypes: choice.types,
    requestedAt: now,
    deadline: add(now, LAUNCH_DEADLINE),
  };
  if (purpose === 'return-to-spot') r.returnTriedAt = now;
  if (!r.owner && !r.migration) enter(ctx, 'launching', `launch ${choice.purchase} in ${choice.zone}`);
  return intend(
    ctx,
    launchEffect(ctx, r.candidate),
    `launch ${choice.purchase} in ${choice.zone} (${choice.types.length} types) for ${purpose}`,
  );
};

/** Where a migration whose instance is gone, or was released, looks for another. */
const migrationTarget = (ctx: View): Choice | undefined => {
  const { migration, snapshots } = ctx.r;
  if (!migration || migration.phase === 'promoted') return undefined;
  const { phase, requested, restore, snapshotId, candidateReleasedAt } = migration;
  const theSnapshot: Choice = {
    kind: 'wait',
    step: 'snapshot',
    until: add(ctx.now, LOOK_RARELY),
    what: 'the snapshot',
  };
  if (restore) return phase === 'snapshotting' ? theSnapshot : choose(ctx, atHome(ctx, true));
  // Released for what takes long, a snapshot or a call that is refused: until it is over only home is worth an instance.
  const isDone = snapshots.some((one) => one.snapshotId === snapshotId && one.state === 'completed');
  const waits = candidateReleasedAt !== undefined && (!isDone || migration.refusedSince !== undefined);
  if (waits && phase !== 'copying') return requested ? theSnapshot : choose(ctx, atHome(ctx, true));
  return chooseForMove(ctx, migration);
};

/** A service that runs moves only when an instance stands ready where it was asked to go. */
const askedTarget = (ctx: View, need: Need): Choice | undefined => {
  const zone = askedZone(ctx);
  if (need !== 'migration' || !zone || !ctx.r.owner) return undefined;
  return choose(ctx, { zone, stay: true, refusedSince: undefined });
};

export const acquire = (ctx: Context): Step | undefined => {
  const { r, now } = ctx;
  const need = neededFor(ctx);
  if (!need || r.candidate) return undefined;
  if (!fenced(ctx)) return undefined;
  const recent = r.launches.filter((at) => since(at, now) < COUNTED_OVER);
  if (recent.length >= LAUNCHES_PER_HOUR) {
    alert(ctx, 'launch-cap', `${recent.length} launches within an hour: something is broken`);
    return wait(ctx, 'launch-limit', 'the hourly launch limit', LOOK_SELDOM);
  }
  // An owner that has still to be drained ties the data to its zone; a draining one does not.
  const tied = r.owner !== undefined && (!r.owner.draining || !r.dataset.formatted);
  const stay = need === 'return-to-spot' || tied;
  const choice = migrationTarget(ctx) ?? askedTarget(ctx, need) ?? choose(ctx, atHome(ctx, stay));
  if (choice.kind === 'wait') {
    if (!r.owner && !r.migration) enter(ctx, 'launching', `waiting for ${choice.what}`);
    return wait(ctx, choice.step, choice.what, since(now, choice.until));
  }
  if (need === 'return-to-spot' && choice.purchase !== 'spot') return undefined;
  return launchCandidate(ctx, choice, need);
};
