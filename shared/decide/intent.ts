// An intent found in the record means that a call was, or may have been, made and its outcome was not saved. Calls with
// a token are made again with the same token; the others are looked for in the world and then decided anew.

import { since } from '../base/time.ts';
import type { Candidate, RecordBody } from '../record/record.ts';
import { launchEffect } from './instance/acquire.ts';
import { copyEffect } from './migration/copy.ts';
import { type Context, isWanted, note, refusedLately, type Step, seeVolume, wait } from './turn/context.ts';
import { fenced } from './turn/fence.ts';
import { LOST_LAUNCH, LOST_SNAPSHOT } from './turn/limits.ts';
import { known } from './turn/reading.ts';
import { dataTags } from './volume/ensure.ts';

type Intent = NonNullable<RecordBody['intent']>;

const drop = (ctx: Context, why: string): Step => {
  ctx.r.intent = undefined;
  return { reason: why };
};

const again = (ctx: Context): void => {
  // The same id: its token, if it has one, stays the same.
  if (ctx.r.intent) ctx.r.intent = { ...ctx.r.intent, at: ctx.now, again: true };
};

/** After its hours nothing is launched any more: an instance that came of it is looked for, to be ended. */
const lookForLaunch = (ctx: Context, candidate: Candidate): Step | undefined => {
  const { instances } = ctx.reading;
  if (instances.kind !== 'read') return wait(ctx, 'a reading of the instances');
  const made = instances.value.find((one) => one.launchId === candidate.launchId);
  if (made) {
    candidate.instanceId = made.instanceId;
    return drop(ctx, `${made.instanceId} came of the launch`);
  }
  if (since(candidate.requestedAt, ctx.now) < LOST_LAUNCH) return wait(ctx, 'a lost launch to show itself');
  ctx.r.candidate = undefined;
  return drop(ctx, 'nothing came of the launch, and its hours are over');
};

const relaunch = (ctx: Context): Step | undefined => {
  const { candidate } = ctx.r;
  if (!candidate || candidate.instanceId) return drop(ctx, 'the launch is known');
  if (!isWanted(ctx)) return lookForLaunch(ctx, candidate);
  if (!fenced(ctx) || refusedLately(ctx, 'launch')) return undefined;
  again(ctx);
  return {
    reason: 'the launch’s answer was lost: asked again under the same token',
    effect: launchEffect(ctx, candidate),
  };
};

/** As it was asked for: a token with another size is refused, and the definition may have grown since. */
const askedSize = ({ targets }: Intent): number | undefined =>
  targets.sizeGiB === undefined ? undefined : Number(targets.sizeGiB);

const recreate = (ctx: Context, intent: Intent): Step | undefined => {
  const { r } = ctx;
  const { volume } = ctx.definition;
  if (!fenced(ctx) || refusedLately(ctx, 'create-volume')) return undefined;
  again(ctx);
  if (r.migration) {
    const source = seeVolume(ctx, r.migration.fromVolume);
    if (source.kind !== 'seen') return drop(ctx, 'the source is not listed');
    const grown = volume.kind === 'new' ? Math.max(volume.sizeGiB, source.view.sizeGiB) : source.view.sizeGiB;
    const sizeGiB = askedSize(intent) ?? grown;
    return {
      reason: 'the new volume’s answer was lost: asked again under the same token',
      effect: copyEffect(ctx, r.migration, { ...source.view, sizeGiB }),
    };
  }
  if (volume.kind !== 'new' || r.volume) return drop(ctx, 'the volume is known');
  return {
    reason: 'the new volume’s answer was lost: asked again under the same token',
    effect: {
      kind: 'create-volume',
      purpose: 'blank',
      request: {
        token: intent.targets.token ?? '',
        zone: intent.targets.zone ?? '',
        sizeGiB: askedSize(intent) ?? volume.sizeGiB,
        type: volume.type,
        iops: volume.iops,
        throughputMiBps: volume.throughputMiBps,
        kmsKeyId: volume.kmsKeyId,
        tags: dataTags(ctx, 'active', Number(intent.targets.generation)),
      },
    },
  };
};

/** CreateSnapshot has no token: the snapshot carries the intent's id as a tag and is looked for. */
const findSnapshot = (ctx: Context, intent: Intent): Step | undefined => {
  const { r, now } = ctx;
  const snapshots = known(ctx.reading.snapshots);
  const found = snapshots?.find((one) => one.tags['spotkeep:intent'] === intent.id);
  if (found) {
    recordSnapshot(r, { snapshotId: found.snapshotId, startedAt: found.startedAt }, intent);
    return drop(ctx, `${found.snapshotId} was made`);
  }
  if (!snapshots || now < intent.at + LOST_SNAPSHOT) return wait(ctx, 'the snapshot to show itself');
  return drop(ctx, 'no snapshot was made');
};

/** Nothing was written on the volume between the request and the last proof that nobody writes. */
const isOfRest = ({ owner, leaving, writtenUntil }: RecordBody, { at }: Intent): boolean =>
  at >= (writtenUntil ?? 0) &&
  (!owner || owner.since >= at) &&
  !leaving.some((one) => one.wasOwner && one.since >= at);

/**
 * Writes a snapshot of ours into the record (rule 7 and retention only ever look there). Its answer may have been lost
 * for long: it serves only the migration, the backup or the destruction it was asked for.
 */
export const recordSnapshot = (
  r: RecordBody,
  made: { snapshotId: string; startedAt: RecordBody['stateSince'] },
  intent: Intent,
): void => {
  const { purpose, volume, generation, migration, unproved } = intent.targets;
  const kind = purpose === 'migration' || purpose === 'backup' ? purpose : 'base';
  r.snapshots = [
    ...r.snapshots.filter((one) => one.snapshotId !== made.snapshotId),
    {
      snapshotId: made.snapshotId,
      kind,
      generation: Number(generation),
      volumeId: volume ?? '',
      startedAt: made.startedAt,
      state: 'pending',
      unproved: unproved !== undefined || r.provedGeneration !== r.generation ? true : undefined,
    },
  ];
  if (kind === 'migration' && r.migration && r.migration.migrationId === migration)
    r.migration.snapshotId = made.snapshotId;
  if (kind !== 'backup') return;
  if (r.backupRequest && r.backupRequest.at <= intent.at) r.backupRequest = undefined;
  if (!isOfRest(r, intent)) return;
  r.backupDue = false;
  if (r.destroyed && r.destroyed.at <= intent.at) r.destroyed.snapshotId = made.snapshotId;
};

/** The intent to resolve now: the last one, or one that was overtaken. */
const nextIntent = ({ r, now }: Context): Intent | undefined => {
  if (r.intent) return r.intent;
  const [first, ...rest] = r.suspended;
  if (first) r.suspended = rest;
  const { candidate } = r;
  const unanswered = candidate && !candidate.instanceId;
  r.intent =
    first ??
    (unanswered
      ? {
          id: candidate.launchId,
          kind: 'launch',
          targets: { launch: candidate.launchId },
          at: now,
          deadline: now,
        }
      : undefined);
  return r.intent;
};

export const resolveIntent = (ctx: Context): Step | undefined => {
  const intent = nextIntent(ctx);
  const { hold } = ctx.r;
  if (!intent) return undefined;
  if (hold && intent.kind !== 'terminate' && intent.kind !== 'command') return undefined;
  const step = resolve(ctx, intent);
  if (step)
    note(ctx, 'intent-found', {
      reason: `${intent.kind} without an outcome`,
      detail: { id: intent.id, ...intent.targets },
    });
  return step;
};

const resolve = (ctx: Context, intent: Intent): Step | undefined => {
  if (intent.kind === 'launch') return relaunch(ctx);
  if (intent.kind === 'create-volume') return recreate(ctx, intent);
  if (intent.kind === 'snapshot') return findSnapshot(ctx, intent);
  return drop(ctx, `${intent.kind} is decided anew from what is seen`);
};
