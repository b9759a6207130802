// The order in which the planner's concerns are asked. The first that has something to do decides the turn, so the order is
// a rule of its own: each row says why it stands where it stands.

import { acquire } from './instance/acquire.ts';
import { followCandidate, takeOwnership } from './instance/candidate.ts';
import { proveDeaths } from './instance/death.ts';
import { keepVolume } from './instance/keep.ts';
import { endLeaving } from './instance/leaving.ts';
import { resolveIntent } from './intent.ts';
import { migrationStep } from './migration/migrate.ts';
import { restoreStep } from './migration/restore.ts';
import { attachStep } from './owner/attach.ts';
import { drainStep } from './owner/drain.ts';
import { absorbNotices } from './owner/notices.ts';
import { leaveForRequest } from './owner/requested.ts';
import { serveStep, watchInstance } from './owner/serve.ts';
import { startStep } from './owner/start.ts';
import { recoverStep } from './recovery/recover.ts';
import { type Context, enter, isWanted, type Step } from './turn/context.ts';
import { suspect } from './turn/fence.ts';
import { endIncident } from './turn/incident.ts';
import { tellForeign } from './turn/ours.ts';
import { backupStep, followSnapshots } from './volume/backup.ts';
import { destroyStep } from './volume/destroy.ts';
import { ensureVolume } from './volume/ensure.ts';
import { finalSnapshot } from './volume/final.ts';
import { followLineage, tagSuperseded, thaw } from './volume/roles.ts';
import { sweepStep } from './volume/sweep.ts';

type Concern =
  /** Changes the record to what this turn saw, and never has something to do. */
  | { follow: (ctx: Context) => void }
  /** May have something to do now. Where it has not, it may have noted a state, a date, or what it waits for. */
  | { step: (ctx: Context) => Step | undefined };

const ownerStep = (ctx: Context): Step | undefined => {
  const { owner } = ctx.r;
  if (!owner) return undefined;
  const kept = keepVolume(ctx, owner.instanceId);
  if (kept) return kept;
  if (owner.draining) return drainStep(ctx, owner, owner.draining);
  const ended = watchInstance(ctx, owner);
  if (ended) return ended;
  const leaves = leaveForRequest(ctx, owner);
  if (leaves) return leaves;
  if (owner.startedAt !== undefined) return serveStep(ctx, owner);
  if (ctx.r.hold) return isWanted(ctx) ? undefined : startStep(ctx, owner);
  return owner.attachedAt === undefined ? attachStep(ctx, owner) : startStep(ctx, owner);
};

const park = (ctx: Context): void => {
  const { r } = ctx;
  if (isWanted(ctx) || r.owner || r.hold || r.migration) return;
  endIncident(ctx, 'closed');
  r.refusedSince = undefined;
  enter(ctx, 'parked', 'outside its hours');
};

const CONCERNS: readonly Concern[] = [
  // What a warning would spoil is not begun any more.
  { follow: absorbNotices },
  // Only tells: an instance that is not ours is no concern of any other row.
  { follow: tellForeign },
  // The dead are neither owner nor candidate for all that follows.
  { follow: proveDeaths },
  // A move, a restore and a deletion count on snapshots as they are now.
  { follow: followSnapshots },
  // A volume that was deleted by hand takes no place when the next rows count what there is.
  { follow: followLineage },
  // Before anything that may touch the data: a contradiction stops it.
  { step: suspect },
  // A call that may have been made is settled before another is decided, which would overtake it.
  { step: resolveIntent },
  // The service itself: each second of a drain or a start is downtime.
  { step: ownerStep },
  // An end takes a minute, and more than one of the next rows waits for its proof.
  { step: endLeaving },
  // Who is ready, or is given up, is known before anything is decided with it.
  { step: followCandidate },
  // A candidate that runs needs a volume in its zone before it can own one.
  { step: ensureVolume },
  // A source whose move was given up is thawed before it is anybody's.
  { step: thaw },
  // A restore takes the volume out of use: it becomes a migration before the next row but one gives it away.
  { step: restoreStep },
  // The volume of a move under way is given to no instance.
  { step: migrationStep },
  // Now the volume is where it stays: who stands ready becomes its owner.
  { step: takeOwnership },
  // What is still missing after all that is launched.
  { step: acquire },
  // Nothing above is wanted: the state of rest, in which the rest is done.
  { follow: park },
  // Nothing waits for the tag of what was left behind, but the sweep goes by it.
  { step: tagSuperseded },
  // Takes its last snapshot itself, so it is asked before the ordinary backup.
  { step: destroyStep },
  // What a restore left behind gets its own last snapshot: until then its place cannot be made free.
  { step: finalSnapshot },
  // Of a volume at rest: nothing above moves it.
  { step: backupStep },
  // Deletes only where nothing else is left to do.
  { step: sweepStep },
];

/** Of a restored table nothing is believed before it is recovered. */
const RECOVERY: readonly Concern[] = [
  { follow: absorbNotices },
  { follow: tellForeign },
  { follow: proveDeaths },
  { step: recoverStep },
];

export type Found = Step & {
  /** The step is the sweep's: a deletion, or what is left to note after one. */
  sweeps: boolean;
};

export const firstStep = (ctx: Context): Found | undefined => {
  for (const concern of ctx.r.recover ? RECOVERY : CONCERNS) {
    if ('follow' in concern) concern.follow(ctx);
    else {
      const step = concern.step(ctx);
      if (step) return { ...step, sweeps: concern.step === sweepStep };
    }
  }
  return undefined;
};
