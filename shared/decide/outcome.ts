// What an effect's outcome makes of the record. Pure. `lost`: the call may have been applied; the intent stays, and
// the next turn asks again under the same token or looks.

import { add, type Instant, since } from '../base/time.ts';
import type { LaunchResult } from '../port/cloud.ts';
import { type CloudErrorKind, isOfOneTry } from '../port/errors.ts';
import type { Effect } from '../record/effect.ts';
import type { RecordBody } from '../record/record.ts';
import { rememberRefusals } from './instance/pools.ts';
import { recordSnapshot, recordVolume } from './intent.ts';
import { COUNTED_OVER, LAUNCH_AGAIN, QUOTA_PAUSE, REFUSED_BY_QUOTA, REFUSED_PAUSE } from './turn/limits.ts';
import { restKind } from './turn/pace.ts';
import { leaveBehind } from './volume/ensure.ts';

export type Outcome =
  | { kind: 'launched'; result: LaunchResult }
  | { kind: 'volume-created'; volumeId: string }
  | { kind: 'snapshot-created'; snapshotId: string }
  | { kind: 'command-sent'; commandId: string }
  | { kind: 'accepted' }
  | { kind: 'refused'; error: CloudErrorKind; code: string; message: string }
  | { kind: 'lost'; code: string };

export interface OutcomeInput {
  effect: Effect;
  outcome: Outcome;
  now: Instant;
  freshId: string;
}

const abandonFresh = (r: RecordBody, now: Instant): void => {
  const { volume } = r;
  if (!volume) return;
  leaveBehind({ r, now }, r.generation, volume);
  r.volume = undefined;
  r.dataset.formatSentAt = undefined;
};

/** Until the copy is asked for, the snapshot may become one in any zone: the move goes where its instance is. */
const sendTo = (migration: NonNullable<RecordBody['migration']>, zone: string): void => {
  const isOpen = migration.phase === 'freezing' || migration.phase === 'snapshotting';
  if (isOpen && !migration.requested) migration.toZone = zone;
};

const launched = (r: RecordBody, { now, freshId }: OutcomeInput, result: LaunchResult): void => {
  const { candidate } = r;
  r.intent = undefined;
  if (!candidate) return;
  const { zone, purchase } = candidate;
  const asked = { zone, purchase, types: candidate.instanceTypes };
  if (r.launchPause && r.launchPause.until <= now) r.launchPause = undefined;
  rememberRefusals(r, asked, { errors: result.errors, now, launched: result.instance !== undefined });
  const home = r.volume?.zone ?? (r.definition.volume.kind === 'new' ? r.definition.volume.firstZone : zone);
  if (!result.instance) {
    r.candidate = undefined;
    const capacity = result.errors.some((error) => error.kind === 'capacity');
    if (capacity && zone === home && purchase === 'spot') r.refusedSince ??= now;
    // An answer that names neither an instance nor a reason would be asked again at once for ever.
    if (!capacity) r.launchPause ??= { until: add(now, LAUNCH_AGAIN), why: 'another try at a launch' };
    return;
  }
  candidate.instanceId = result.instance.instanceId;
  candidate.instanceType = result.instance.instanceType;
  r.launches = [...r.launches.filter((at) => since(at, now) < COUNTED_OVER), now];
  if (zone === home) {
    if (purchase === 'spot') r.refusedSince = undefined;
    return;
  }
  if (r.migration) sendTo(r.migration, zone);
  if (!r.volume || r.migration) return;
  const wished = r.moveRequest?.toZone === zone;
  // An owner that serves is left alone, unless the operator still wants the move: the instance is not needed then.
  if (r.owner && !r.owner.draining && !wished) return;
  // Without a confirmed format there is no data to move, and a copy of it could never be formatted.
  if (r.volume.fresh && !r.dataset.formatted && !r.owner) {
    abandonFresh(r, now);
    candidate.purpose = 'start';
    return;
  }
  r.lastGeneration += 1;
  r.migration = {
    migrationId: freshId,
    newGeneration: r.lastGeneration,
    fromVolume: r.volume.volumeId,
    fromZone: r.volume.zone,
    toZone: zone,
    phase: 'securing',
    startedAt: now,
    phaseAt: now,
    reason: wished ? 'the operator requested it' : `no capacity in ${r.volume.zone}`,
    requested: wished ? true : undefined,
    snapshotAttempt: 0,
    volumeAttempt: 0,
  };
};

const refused = (r: RecordBody, { effect, now }: OutcomeInput, error: CloudErrorKind): void => {
  restKind(r, effect.kind, now, add(now, error === 'quota' ? REFUSED_BY_QUOTA : REFUSED_PAUSE));
  if (r.intent?.again && isOfOneTry(error)) return;
  r.intent = undefined;
  if (effect.kind === 'launch') {
    r.candidate = undefined;
    const quota = error === 'quota';
    const why = quota ? 'an account limit to be freed' : `another try at a launch (${error})`;
    if (error !== 'capacity') r.launchPause = { until: add(now, quota ? QUOTA_PAUSE : LAUNCH_AGAIN), why };
  }
  if (effect.kind === 'command' && r.command)
    r.command = { ...r.command, refused: (r.command.refused ?? 0) + 1 };
  if (effect.kind === 'create-volume' && effect.purpose === 'migration' && r.migration) {
    r.migration.phase = 'snapshotting';
    r.migration.phaseAt = now;
  }
  if (effect.kind === 'snapshot' && effect.purpose === 'migration' && r.migration)
    r.migration.phase = 'freezing';
};

/** The call did what it says. */
const accepted = (r: RecordBody, { effect, now }: OutcomeInput): void => {
  r.intent = undefined;
  if (effect.kind === 'terminate') {
    if (r.owner?.instanceId === effect.instanceId) r.owner.terminateAcceptedAt ??= now;
    r.leaving = r.leaving.map((one) =>
      one.instanceId === effect.instanceId
        ? { ...one, terminateAcceptedAt: one.terminateAcceptedAt ?? now }
        : one,
    );
  }
  if (effect.kind === 'delete-snapshot')
    r.snapshots = r.snapshots.filter((one) => one.snapshotId !== effect.snapshotId);
  if (effect.kind === 'associate-address' && r.owner?.instanceId === effect.instanceId)
    r.owner.addressAt = now;
};

/** Changes `record` (a draft of the caller's) to what is known after the effect. */
export const applyOutcome = (record: RecordBody, input: OutcomeInput): void => {
  const { outcome, effect } = input;
  if (outcome.kind === 'launched') launched(record, input, outcome.result);
  else if (outcome.kind === 'volume-created') {
    record.intent = undefined;
    if (effect.kind !== 'create-volume') return;
    const { zone, sizeGiB } = effect.request;
    recordVolume({ r: record, now: input.now }, effect, { volumeId: outcome.volumeId, zone, sizeGiB });
  } else if (outcome.kind === 'snapshot-created') {
    const { intent } = record;
    if (intent && effect.kind === 'snapshot') {
      const made = { snapshotId: outcome.snapshotId, startedAt: input.now };
      recordSnapshot(record, made, { at: intent.at, asked: effect });
    }
    record.intent = undefined;
  } else if (outcome.kind === 'command-sent') {
    record.intent = undefined;
    if (record.command) record.command = { ...record.command, commandId: outcome.commandId };
  } else if (outcome.kind === 'accepted') accepted(record, input);
  else if (outcome.kind === 'refused') {
    // A snapshot or volume that is gone already is as good as deleted.
    if (outcome.error === 'not-found' && effect.kind === 'delete-snapshot') accepted(record, input);
    else refused(record, input, outcome.error);
  }
};
