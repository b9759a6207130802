// An intent found in the record means that a call was, or may have been, made and its outcome was not saved. Calls with
// a token are made again as they were asked; the others are looked for in the region and then decided again.

import { type Instant, since } from '../base/time.ts';
import type { Intended, MadeOnce } from '../record/effect.ts';
import type { Intent } from '../record/intent.ts';
import type { Candidate, RecordBody } from '../record/record.ts';
import {
  type Context,
  countTry,
  isWanted,
  note,
  refusedLately,
  rests,
  type Step,
  seeVolume,
  wait,
} from './turn/context.ts';
import { fenced } from './turn/fence.ts';
import { LOST_LAUNCH, LOST_SNAPSHOT, LOST_VOLUME } from './turn/limits.ts';
import { isOurs, oursOf } from './turn/ours.ts';
import { known } from './turn/reading.ts';
import { leaveBehind } from './volume/ensure.ts';

type Made<K extends MadeOnce['kind']> = Extract<MadeOnce, { kind: K }>;

const drop = (ctx: Context, why: string): Step => {
  ctx.r.intent = undefined;
  return { reason: why };
};

/** As it was asked for: the same request under the same token, whatever the definition says by now. */
const again = (
  ctx: Context,
  intent: Intent,
  effect: Made<'launch' | 'create-volume'>,
  what: string,
): Step => {
  ctx.r.intent = { ...intent, at: ctx.now, again: true };
  countTry(ctx, effect);
  return { reason: `${what}’s answer was lost: asked again under the same token`, effect };
};

/** After its hours nothing is launched any more: an instance that came of it is looked for, to be ended. */
const lookForLaunch = (ctx: Context, candidate: Candidate): Step | undefined => {
  const { instances } = ctx.reading;
  if (instances.kind !== 'read') return wait(ctx, 'reading', 'a reading of the instances');
  const ours = oursOf(ctx);
  const made = instances.value.find((one) => one.launchId === candidate.launchId && isOurs(one, ours));
  if (made) {
    candidate.instanceId = made.instanceId;
    return drop(ctx, `${made.instanceId} came of the launch`);
  }
  if (since(candidate.requestedAt, ctx.now) < LOST_LAUNCH)
    return wait(ctx, 'answer', 'a lost launch to show itself');
  ctx.r.candidate = undefined;
  const next = isWanted(ctx) ? 'another instance is asked for' : 'its hours are over';
  return drop(ctx, `nothing came of the launch, and ${next}`);
};

const relaunch = (ctx: Context, intent: Intent, asked: Made<'launch'>): Step | undefined => {
  const { candidate } = ctx.r;
  if (candidate?.launchId !== asked.request.launchId || candidate.instanceId)
    return drop(ctx, 'the launch is known');
  if (!isWanted(ctx)) return lookForLaunch(ctx, candidate);
  if (!fenced(ctx) || refusedLately(ctx, 'launch') || rests(ctx, asked)) return undefined;
  return again(ctx, intent, asked, 'the launch');
};

const recreate = (ctx: Context, intent: Intent, asked: Made<'create-volume'>): Step | undefined => {
  const { migration, volume } = ctx.r;
  if (!fenced(ctx) || refusedLately(ctx, 'create-volume') || rests(ctx, asked)) return undefined;
  if (asked.purpose === 'blank' && volume) return drop(ctx, 'the volume is known');
  if (asked.purpose === 'migration') {
    if (migration?.migrationId !== asked.migrationId) return drop(ctx, 'its migration is over');
    if (seeVolume(ctx, migration?.fromVolume ?? '').kind !== 'seen')
      return drop(ctx, 'the source is not listed');
  }
  return again(ctx, intent, asked, 'the new volume');
};

/** Asked for by the version before, which did not write down what exactly: looked for by its number. */
const findVolume = (ctx: Context, intent: Intent, asked: Made<'earlier-volume'>): Step | undefined => {
  const { r, now } = ctx;
  const found = known(ctx.reading.volumes)?.find(
    ({ tags, volumeId }) =>
      tags.project === ctx.settings.project &&
      tags.dataset === r.dataset.id &&
      tags.generation === asked.generation &&
      r.volume?.volumeId !== volumeId &&
      r.lineage.every((one) => one.volumeId !== volumeId),
  );
  if (found) {
    recordVolume(ctx, asked, found);
    return drop(ctx, `${found.volumeId} was made`);
  }
  if (ctx.reading.volumes.kind !== 'read' || since(intent.at, now) < LOST_VOLUME)
    return wait(ctx, 'answer', 'the new volume to show itself');
  return drop(ctx, 'no volume was made');
};

/** CreateSnapshot has no token: the snapshot carries the intent's id as a tag and is looked for. */
const findSnapshot = (ctx: Context, intent: Intent, asked: Made<'snapshot'>): Step | undefined => {
  const { r, now } = ctx;
  const snapshots = known(ctx.reading.snapshots);
  // Whoever copies a snapshot may copy its tags; the copy is of no volume of ours.
  const found = snapshots?.find(
    ({ tags, volumeId }) =>
      tags.project === ctx.settings.project && tags.intent === intent.id && volumeId === asked.volumeId,
  );
  if (found) {
    recordSnapshot(r, { snapshotId: found.snapshotId, startedAt: found.startedAt }, { at: intent.at, asked });
    return drop(ctx, `${found.snapshotId} was made`);
  }
  if (!snapshots || now < intent.at + LOST_SNAPSHOT)
    return wait(ctx, 'answer', 'the snapshot to show itself');
  return drop(ctx, 'no snapshot was made');
};

/** Nothing was written on the volume between the request and the last proof that no instance writes. */
const isOfRest = ({ owner, leaving, writtenUntil }: RecordBody, at: Intent['at']): boolean =>
  at >= (writtenUntil ?? 0) &&
  (!owner || owner.since >= at) &&
  !leaving.some((one) => one.wasOwner && one.since >= at);

/** Writes a volume of ours into the record, as what it was asked for; as one left behind where that is over. */
export const recordVolume = (
  { r, now }: { r: RecordBody; now: Instant },
  { purpose, generation, migrationId }: Pick<Made<'create-volume'>, 'purpose' | 'generation' | 'migrationId'>,
  made: { volumeId: string; zone: string; sizeGiB: number },
): void => {
  const { volumeId, zone, sizeGiB } = made;
  const { migration } = r;
  const isOfMove = migration?.migrationId === migrationId && migration?.toZone === zone;
  if (purpose === 'migration' && migration && isOfMove) migration.newVolumeId = volumeId;
  else if (purpose === 'blank' && !r.volume) {
    r.generation = generation;
    r.volume = { volumeId, zone, createdAt: now, fresh: true };
    r.dataset.sizeGiB = sizeGiB;
  } else leaveBehind({ r, now }, generation, made);
};

/**
 * Writes a snapshot of ours into the record (rule 7 and retention only ever look there). Its answer may have been lost
 * for long: it serves only the migration, the backup or the destruction it was asked for.
 */
export const recordSnapshot = (
  r: RecordBody,
  made: { snapshotId: string; startedAt: RecordBody['stateSince'] },
  { at, asked }: { at: Intent['at']; asked: Made<'snapshot'> },
): void => {
  const { purpose: kind, volumeId, generation, migrationId, unproved, label, repeat } = asked;
  r.snapshots = [
    ...r.snapshots.filter((one) => one.snapshotId !== made.snapshotId),
    {
      snapshotId: made.snapshotId,
      kind,
      generation,
      volumeId,
      startedAt: made.startedAt,
      state: 'pending',
      unproved: unproved || r.provedGeneration !== r.generation ? true : undefined,
      label,
      repeat,
    },
  ];
  if (kind === 'migration' && r.migration && r.migration.migrationId === migrationId)
    r.migration.snapshotId = made.snapshotId;
  if (kind !== 'backup') return;
  if (label !== undefined) {
    if (r.backupRequest && r.backupRequest.at <= at) r.backupRequest = undefined;
    return;
  }
  if (!isOfRest(r, at)) return;
  r.backupDue = false;
  if (r.destroyed && r.destroyed.at <= at) r.destroyed.snapshotId = made.snapshotId;
};

/** The intent to resolve now: the last one, or one that was overtaken. */
const nextIntent = ({ r }: Context): Intent | undefined => {
  if (!r.intent) {
    const [first, ...rest] = r.suspended;
    r.intent = first;
    r.suspended = rest;
  }
  return r.intent;
};

/** What it names, for people: its plain values. */
const namesOf = (effect: Intended): Record<string, unknown> => {
  const all = 'request' in effect ? { ...effect, ...effect.request } : effect;
  return Object.fromEntries(Object.entries(all).filter(([, value]) => typeof value !== 'object'));
};

export const resolveIntent = (ctx: Context): Step | undefined => {
  const intent = nextIntent(ctx);
  const { hold, candidate } = ctx.r;
  // One whose launch is not known any more (an earlier version's) is looked for, never asked again.
  if (!intent) return candidate && !candidate.instanceId && !hold ? lookForLaunch(ctx, candidate) : undefined;
  const { effect, id } = intent;
  if (hold && effect.kind !== 'terminate' && effect.kind !== 'command') return undefined;
  const step = resolve(ctx, intent);
  if (step)
    note(ctx, 'intent-found', {
      reason: `${effect.kind} without an outcome`,
      detail: { id, ...namesOf(effect) },
    });
  return step;
};

const resolve = (ctx: Context, intent: Intent): Step | undefined => {
  const { effect } = intent;
  if (effect.kind === 'launch') return relaunch(ctx, intent, effect);
  if (effect.kind === 'create-volume') return recreate(ctx, intent, effect);
  if (effect.kind === 'earlier-volume') return findVolume(ctx, intent, effect);
  if (effect.kind === 'snapshot') return findSnapshot(ctx, intent, effect);
  return drop(ctx, `${effect.kind} is decided again from what is seen`);
};
