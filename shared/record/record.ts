// The record: everything the control plane remembers about one workload, as one item of the table.
// This schema is the single source of its type. Unknown fields are kept (old and new code run side by side during a
// deploy); unknown states and impossible numbers are refused, and a refused record is left alone.

import * as z from 'zod/mini';
import type { Frozen } from '../base/copy.ts';
import type { Definition } from '../definition/definition.ts';
import type { HoldCode } from './codes.ts';
import { at, id, missingField } from './fields.ts';
import { health } from './health.ts';
import { candidate, leaving, owner } from './instances.ts';
import { calls, intent, suspended } from './intent.ts';
import { requestFields } from './requests.ts';
import { snapshotFields } from './snapshots.ts';
import { MIGRATION_PHASES, STATES, VOLUME_ROLES } from './states.ts';
import { waiting } from './waits.ts';

/** The schema version this code writes (earlier ones: upgrade.ts). A record of a later one is read by no older code. */
export const RECORD_SCHEMA = 3;

const generation = z.int().check(z.gte(1));

/** {number, id}: the host runs a number above its last, answers an equal one with the same id from memory, refuses the rest. */
const operation = z.object({ number: z.int().check(z.gte(1)), id });

const command = z.looseObject({
  document: z.enum(['format', 'adopt', 'start', 'stop', 'probe']),
  instanceId: id,
  operation,
  parameters: z.record(z.string(), z.string()),
  /** Absent until SendCommand answered. */
  commandId: z.optional(id),
  sentAt: at,
  /** When the answer is given up and the operation is sent again or the instance replaced. */
  deadline: at,
  tries: z.int(),
  /** Of the tries: those that SSM refused. Where all were, the host knows nothing of the operation. */
  refused: z.optional(z.int()),
});

const migration = z.looseObject({
  migrationId: id,
  newGeneration: generation,
  fromVolume: id,
  fromZone: id,
  toZone: id,
  phase: z.enum(MIGRATION_PHASES),
  startedAt: at,
  phaseAt: at,
  reason: z.string(),
  /** An operator asked for it: it is not aborted because the old zone has capacity again. */
  requested: z.optional(z.boolean()),
  frozenAt: z.optional(at),
  snapshotId: z.optional(id),
  /** Snapshots of it that could not be used. */
  snapshotAttempt: z.int(),
  newVolumeId: z.optional(id),
  volumeAttempt: z.int(),
  candidateReleasedAt: z.optional(at),
  /** Since when the call it needs next is refused. */
  refusedSince: z.optional(at),
  taggedAt: z.optional(at),
  copyMissing: missingField,
  /** A restore: its snapshot is given, of this generation's marker, and the zone is the present one. */
  restore: z.optional(z.object({ generation, acceptLoss: z.optional(z.boolean()) })),
});

const parent = z.object({
  generation,
  migrationId: id,
  /** What the volume was made of: kept until it has been started, for a recovery reads the parent from it. */
  snapshotId: z.optional(id),
  /** Its parent was never seen started: the marker may be one of these as well, tried in this order. */
  or: z.optional(z.array(generation)),
});

const lineage = z.looseObject({
  generation,
  volumeId: id,
  zone: id,
  role: z.enum(VOLUME_ROLES),
  since: at,
  /** Had the dataset on it (a blank or an aborted copy has not). */
  promoted: z.boolean(),
  tagged: z.optional(z.boolean()),
  /** Its final snapshot: the copy was made of it, and nothing was written on the volume any more. */
  finalSnapshotId: z.optional(id),
  /** Tries at a final snapshot of what a restore left behind, and the last of them. */
  finalTries: z.optional(z.int()),
  finalAskedAt: z.optional(at),
  /** Never started on as this generation: its marker is still an earlier one's. */
  unproved: z.optional(z.boolean()),
  /** `days`: a restore left it behind, so that no snapshot of a move holds it; `person`: the sweep never takes it. */
  keep: z.optional(z.enum(['days', 'person'])),
  askedAt: z.optional(at),
  deleteAskedAt: z.optional(at),
  missing: missingField,
});

/** Typed as this version writes it; a code of another version is no reason not to read a record. */
const holdCode = z.custom<HoldCode>((code: unknown) => typeof code === 'string' && code !== '');
const hold = z.looseObject({ code: holdCode, at, evidence: z.string() });

const incident = z.looseObject({
  id,
  kind: z.enum(['warned', 'lost', 'halted']),
  at,
  instanceId: id,
  zoneFrom: id,
  phases: z.array(z.object({ name: z.string(), at })),
});

export const recordSchema = z.looseObject({
  schema: z.literal(RECORD_SCHEMA),
  tableId: id,
  definition: z.custom<Definition>((value) => typeof value === 'object' && value !== null),
  definitionHash: z.string(),
  imageId: id,
  override: z.optional(z.object({ kind: z.enum(['run', 'stop']), from: at, until: at })),
  dataset: z.looseObject({
    id,
    fsUuid: z.string(),
    formatted: z.boolean(),
    /** Sent once a format was asked for; without a confirmation the volume is superseded. */
    formatSentAt: z.optional(at),
    adopting: z.optional(z.enum(['inspect', 'mark'])),
    setupDone: z.boolean(),
    sizeGiB: z.optional(z.int()),
    deadDriver: z.optional(z.enum(['refuse', 'move-aside'])),
  }),
  generation: z.int().check(z.gte(0)),
  /** Highest number ever given out; an aborted one is burned, never reused. */
  lastGeneration: z.int().check(z.gte(0)),
  volume: z.optional(
    z.looseObject({
      volumeId: id,
      zone: id,
      createdAt: at,
      /** Copy of a parent generation, accepted by the host on the first mount of this migration. */
      parent: z.optional(parent),
      migrationId: z.optional(id),
      fresh: z.boolean(),
      /** Since when role and generation of an adopted one are asked for, and when they were last. */
      adopted: z.optional(z.object({ since: at, askedAt: at })),
      missing: missingField,
    }),
  ),
  provedGeneration: z.int().check(z.gte(0)),
  lineage: z.array(lineage),
  owner: z.optional(owner),
  leaving: z.array(leaving),
  candidate: z.optional(candidate),
  migration: z.optional(migration),
  lastMoveAt: z.optional(at),
  /** Instances in a row on which the start failed for good. */
  failedInstances: z.int().check(z.gte(0)),
  /** New volumes and copies in a row that failed while they were created. */
  failedVolumes: z.int().check(z.gte(0)),
  thawedAt: z.optional(at),
  ...requestFields,
  command: z.optional(command),
  operationNumber: z.int().check(z.gte(0)),
  state: z.enum(STATES),
  stateSince: at,
  budgetAlertedAt: z.optional(at),
  waitingFor: z.optional(waiting),
  suspicion: z.optional(
    z.object({ code: holdCode, firstAt: at, lastAt: at, reads: z.int(), evidence: z.string() }),
  ),
  hold: z.optional(hold),
  intent: z.optional(intent),
  /** Intents whose answer was lost and which something more urgent overtook: taken up again one by one. */
  suspended: z.array(suspended),
  /** Calls that rest: none is asked for again at once, accepted, refused or lost. */
  calls,
  /** The last kind that rests: what versions before `calls` read. */
  refusal: z.optional(z.object({ effect: z.string(), until: at })),
  lease: z.optional(z.object({ by: id, until: at })),
  /** Pools that refused, and until when that is remembered. Key: type|zone|purchase. */
  unavailablePools: z.array(z.object({ pool: z.string(), until: at, refusals: z.int() })),
  /** Since when every pool of the present zone has refused. */
  refusedSince: z.optional(at),
  /** No launch before this: an account limit, or an answer that a moment may mend. */
  launchPause: z.optional(z.object({ until: at, why: z.string() })),
  launches: z.array(at),
  ...snapshotFields,
  lastBackupAt: z.optional(at),
  backupDue: z.optional(z.boolean()),
  deletions: z.array(at),
  returnTriedAt: z.optional(at),
  incident: z.optional(incident),
  health: z.optional(health),
  unkeptBinds: z.optional(
    z.array(z.object({ container: z.string(), source: z.string(), target: z.string() })),
  ),
  alertedAt: z.optional(z.record(z.string(), at)),
});

export type RecordBody = z.infer<typeof recordSchema>;
/** For those who only look. */
export type RecordView = Frozen<RecordBody>;
export type Owner = NonNullable<RecordBody['owner']>;
export type Candidate = NonNullable<RecordBody['candidate']>;
export type Leaving = RecordBody['leaving'][number];
export type Migration = NonNullable<RecordBody['migration']>;
export type Snapshot = RecordBody['snapshots'][number];
export type HostCommand = NonNullable<RecordBody['command']>;
export type Lineage = RecordBody['lineage'][number];
export type Recover = NonNullable<RecordBody['recover']>;
