// The account of a record's size: each part as large as it may become, every one at the same time, and their sum. A new
// field is one more line here.

import { describe, expect, it } from 'vitest';
import { jsonBytes } from '../../shared/base/json-bytes.ts';
import { instant } from '../../shared/base/time.ts';
import {
  BINDS_BYTES,
  CALLS_KEPT,
  DELETIONS_PER_HOUR,
  FAILED_SNAPSHOTS,
  FAILED_VOLUMES,
  LAUNCHES_PER_HOUR,
  LIST_KEPT,
  MANUAL_BACKUPS,
  SNAPSHOTS_IN_PLACE,
  VOLUMES_PER_DATASET,
} from '../../shared/decide/turn/limits.ts';
import { POINTS_KEPT } from '../../shared/definition/backups.ts';
import { DEFINITION_BYTES, TAGS_BYTES } from '../../shared/definition/size.ts';
import { ANSWER_CODES } from '../../shared/host/decision.ts';
import { RECORD_BYTES } from '../../shared/port/records.ts';
import { HOLD_CODES } from '../../shared/record/codes.ts';
import type { Effect } from '../../shared/record/effect.ts';
import { type RecordBody, recordSchema } from '../../shared/record/record.ts';

const AT = instant(1_800_000_000_000);
const ID = 'x'.repeat(26);
const HASH = 'x'.repeat(64);
const VOLUME = `vol-${'0'.repeat(17)}`;
const INSTANCE = `i-${'0'.repeat(17)}`;
const SNAPSHOT = `snap-${'0'.repeat(17)}`;
const ZONE = 'us-gov-northeast-1a';
const TYPE = 'u7in-32tb.224xlarge';
/** One sentence with an id or two in it. */
const LONGEST_CODE = [...HOLD_CODES, ...ANSWER_CODES].reduce((a, b) => (b.length > a.length ? b : a));
const SENTENCE = 'x'.repeat(400);
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

/** Forty characters of four bytes each (leaf.ts). */
const LABEL = '𠀀'.repeat(40);

const missing = { since: AT, lastAt: AT, readings: 3 };
const told = { at: AT, deniedAt: AT };
/** Of our own making (shared/port/tags.ts), each at its longest. */
const ownTags = Object.fromEntries(
  times(10, 0).map((_, index) => [`spotkeep:tag-number-${index}`, 'x'.repeat(60)]),
);

/** As many as a definition may name (leaf.ts), a fleet request may have, and a candidate keeps. */
const instanceTypes = times(100, TYPE);
const launch: Effect = {
  kind: 'launch',
  request: {
    token: HASH,
    workload: 'x'.repeat(40),
    launchId: ID,
    launchTemplate: 'x'.repeat(64),
    imageId: `ami-${'0'.repeat(17)}`,
    architecture: 'x86_64',
    purchase: 'on-demand',
    zone: ZONE,
    subnetId: `subnet-${'0'.repeat(17)}`,
    instanceTypes,
    requirements: { vcpuMin: 1_024, vcpuMax: 1_024, memoryMinGiB: 32_768, memoryMaxGiB: 32_768 },
    securityGroupIds: times(16, `sg-${'0'.repeat(17)}`),
    tags: { k: 'x'.repeat(TAGS_BYTES - jsonBytes({ k: '' })) },
  },
};
const volumeRequest: Effect = {
  kind: 'create-volume',
  purpose: 'migration',
  generation: 999_999,
  migrationId: ID,
  request: {
    token: HASH,
    zone: ZONE,
    sizeGiB: 65_536,
    type: 'gp3',
    iops: 256_000,
    throughputMiBps: 2_000,
    kmsKeyId: 'x'.repeat(300),
    snapshotId: SNAPSHOT,
    initializationRateMiBps: 300,
    tags: ownTags,
  },
};
const snapshotRequest: Effect = {
  kind: 'snapshot',
  purpose: 'migration',
  volumeId: VOLUME,
  generation: 999_999,
  unproved: true,
  migrationId: ID,
  label: LABEL,
  repeat: true,
  description: 'x'.repeat(255),
  tags: ownTags,
};
const intentOf = (effect: Effect) => ({ id: ID, at: AT, again: true, effect });

/** As many as may be there at once: those that are kept, those beside them, failed ones until the sweep comes. */
const SNAPSHOTS = POINTS_KEPT + 24 + 16;
const snapshot: RecordBody['snapshots'][number] = {
  snapshotId: SNAPSHOT,
  kind: 'migration',
  generation: 999_999,
  volumeId: VOLUME,
  startedAt: AT,
  state: 'completed',
  unproved: true,
  repeat: true,
  deleteRequestedAt: AT,
  missing,
};
/** Final snapshots: not looked for any more, no recovery points, and no owner may delete them meanwhile. */
const { missing: _none, repeat: _no, deleteRequestedAt: _never, ...final } = snapshot;
const inPlace = { ...final, inPlaceSince: AT };
/** An end is proved within 2 h 20 min at the latest, and launches are counted; what nothing proves is told to a person. */
const LEAVING = 2 * LAUNCHES_PER_HOUR;

const PARTS: {
  [K in keyof Required<RecordBody> as string extends K ? never : K]: RecordBody[K] | { bytes: number };
} = {
  schema: 3,
  tableId: 'x'.repeat(36),
  definition: { bytes: DEFINITION_BYTES },
  definitionHash: HASH,
  imageId: `ami-${'0'.repeat(17)}`,
  override: { kind: 'stop', from: AT, until: AT },
  dataset: {
    id: ID,
    fsUuid: 'x'.repeat(64),
    formatted: false,
    formatSentAt: AT,
    adopting: 'inspect',
    setupDone: false,
    sizeGiB: 65_536,
    deadDriver: 'move-aside',
  },
  generation: 999_999,
  lastGeneration: 999_999,
  volume: {
    volumeId: VOLUME,
    zone: ZONE,
    createdAt: AT,
    parent: { generation: 999_999, migrationId: ID, snapshotId: SNAPSHOT, or: times(LIST_KEPT, 999_999) },
    migrationId: ID,
    fresh: false,
    adopted: { since: AT, askedAt: AT },
    missing,
  },
  provedGeneration: 999_999,
  lineage: times(LIST_KEPT + VOLUMES_PER_DATASET + FAILED_VOLUMES, {
    generation: 999_999,
    volumeId: VOLUME,
    zone: ZONE,
    role: 'superseded',
    since: AT,
    promoted: false,
    tagged: false,
    keep: 'person',
    finalSnapshotId: SNAPSHOT,
    finalTries: FAILED_SNAPSHOTS,
    finalAskedAt: AT,
    unproved: true,
    askedAt: AT,
    deleteAskedAt: AT,
    missing,
  }),
  owner: {
    instanceId: INSTANCE,
    launchId: ID,
    zone: ZONE,
    instanceType: TYPE,
    purchase: 'on-demand',
    since: AT,
    launchedAt: AT,
    seenAliveAt: AT,
    agentLostAt: AT,
    missingSince: AT,
    attachRequestedAt: AT,
    firstAttachAt: AT,
    attachedAt: AT,
    touchedAt: AT,
    startedAt: AT,
    startFailures: 3,
    startFailedAt: AT,
    bootId: 'x'.repeat(64),
    grantUntil: AT,
    probedAt: AT,
    probingGrant: AT,
    addressAskedAt: AT,
    addressAt: AT,
    interruption: { noticedAt: AT, actionAt: AT },
    rebalanceAt: AT,
    draining: {
      since: AT,
      reason: 'return-to-spot',
      unmountedAt: AT,
      stopGivenUpAt: AT,
      detachRequestedAt: AT,
    },
    told,
    terminateSentAt: AT,
    terminateAcceptedAt: AT,
    shuttingDownSince: AT,
  },
  leaving: times(LEAVING, {
    instanceId: INSTANCE,
    launchId: ID,
    wasOwner: false,
    volumeId: VOLUME,
    reason: 'return-to-spot',
    since: AT,
    lastSeenAt: AT,
    seenOnce: false,
    told,
    terminateSentAt: AT,
    terminateAcceptedAt: AT,
    shuttingDownSince: AT,
    forcedAt: AT,
    missingAt: times(3, AT),
  }),
  candidate: {
    launchId: ID,
    attempt: 99,
    purpose: 'return-to-spot',
    zone: ZONE,
    purchase: 'on-demand',
    instanceTypes,
    requestedAt: AT,
    deadline: AT,
    instanceId: INSTANCE,
    instanceType: TYPE,
    launchedAt: AT,
    onlineAt: AT,
    missingSince: AT,
    freeSeenAt: AT,
    interrupted: false,
    told,
  },
  migration: {
    migrationId: ID,
    newGeneration: 999_999,
    fromVolume: VOLUME,
    fromZone: ZONE,
    toZone: ZONE,
    phase: 'snapshotting',
    startedAt: AT,
    phaseAt: AT,
    reason: SENTENCE,
    requested: false,
    frozenAt: AT,
    snapshotId: SNAPSHOT,
    snapshotAttempt: 15,
    newVolumeId: VOLUME,
    volumeAttempt: 15,
    candidateReleasedAt: AT,
    refusedSince: AT,
    taggedAt: AT,
    copyMissing: missing,
    restore: { generation: 999_999, acceptLoss: true },
  },
  lastMoveAt: AT,
  failedInstances: 3,
  failedVolumes: 15,
  thawedAt: AT,
  moveRequest: { toZone: ZONE, at: AT },
  backupRequest: { at: AT, label: LABEL, triedAt: AT },
  restoreRequest: { snapshotId: SNAPSHOT, at: AT, acceptLoss: true },
  recover: {
    at: AT,
    tableId: 'x'.repeat(36),
    ended: times(50, INSTANCE),
    begun: true,
    clearSince: AT,
    readings: 5,
    shown: times(2 * (VOLUMES_PER_DATASET + FAILED_VOLUMES), { id: SNAPSHOT, at: AT, missed: 5 }),
  },
  destroyed: { at: AT, keepSnapshots: false, snapshotId: SNAPSHOT, handedOverAt: AT, finishedAt: AT },
  writtenUntil: AT,
  command: {
    document: 'format',
    instanceId: INSTANCE,
    operation: { number: 999_999, id: ID },
    parameters: Object.fromEntries(times(20, 0).map((_, index) => [`parameterName${index}`, 'x'.repeat(50)])),
    commandId: 'x'.repeat(36),
    sentAt: AT,
    deadline: AT,
    tries: 99,
    refused: 99,
  },
  operationNumber: 9_999_999,
  state: 'snapshotting',
  stateSince: AT,
  budgetAlertedAt: AT,
  waitingFor: { step: 'launch-limit', what: SENTENCE, since: AT },
  suspicion: { code: LONGEST_CODE, firstAt: AT, lastAt: AT, reads: 3, evidence: SENTENCE },
  hold: { code: LONGEST_CODE, at: AT, evidence: SENTENCE },
  intent: intentOf(launch),
  /** Of launches only the candidate's is awaited: it is the intent, or one of these. */
  suspended: [
    ...times(LIST_KEPT / 2, intentOf(volumeRequest)),
    ...times(LIST_KEPT / 2, intentOf(snapshotRequest)),
  ] as RecordBody['suspended'],
  calls: times(CALLS_KEPT, {
    call: 'x'.repeat(100),
    firstAt: AT,
    at: AT,
    times: 999_999,
    until: AT,
  }),
  refusal: { effect: 'associate-address', until: AT },
  lease: { by: ID, until: AT },
  /** As many as pools.ts keeps. */
  unavailablePools: times(60, { pool: `${TYPE}|${ZONE}|on-demand`, until: AT, refusals: 20 }),
  refusedSince: AT,
  launchPause: { until: AT, why: SENTENCE },
  launches: times(LAUNCHES_PER_HOUR, AT),
  snapshots: [
    ...times(SNAPSHOTS, snapshot),
    ...times(MANUAL_BACKUPS, { ...snapshot, label: LABEL }),
    ...times(SNAPSHOTS_IN_PLACE, inPlace),
  ],
  retention: {
    before: { stops: 100, newest: 24, daily: 100, weekly: 100, monthly: 100, supersededDays: 365 },
    until: AT,
  },
  lastBackupAt: AT,
  backupDue: false,
  deletions: times(DELETIONS_PER_HOUR, AT),
  returnTriedAt: AT,
  /** plan.ts keeps forty phases. */
  incident: {
    id: `halted-${INSTANCE}`,
    kind: 'halted',
    at: AT,
    instanceId: INSTANCE,
    zoneFrom: ZONE,
    phases: times(40, { name: 'handing-over', at: AT }),
  },
  /** Ten containers (host/answer.ts), in letters of three bytes. */
  health: {
    at: AT,
    docker: false,
    application: 'unhealthy',
    fullPercent: 100,
    unhealthy: {
      since: AT,
      probes: 999_999,
      containers: times(10, { name: '☃'.repeat(128), state: '☃'.repeat(64) }),
    },
  },
  unkeptBinds: { bytes: BINDS_BYTES },
  alertedAt: Object.fromEntries(times(40, 0).map((_, index) => [`alert-of-a-kind-${index}`, AT])),
};

const isBytes = (part: unknown): part is { bytes: number } =>
  typeof part === 'object' && part !== null && Object.keys(part).join() === 'bytes';
const bytesOf = (name: string, part: unknown): number =>
  // The name with its quotes, a colon and a comma.
  name.length + 4 + (isBytes(part) ? part.bytes : jsonBytes(part));

describe('a record', () => {
  it('has an account of every field', () => {
    expect(Object.keys(PARTS).toSorted()).toEqual(Object.keys(recordSchema.def.shape).toSorted());
  });

  const sizes = Object.entries(PARTS).map(([name, part]) => bytesOf(name, part));
  const sum = sizes.reduce((all, bytes) => all + bytes, 2);

  it('with everything at its largest at once fits', () => {
    expect(sum).toBeLessThanOrEqual(RECORD_BYTES);
    // Not far above: a list that nobody cuts is to be found, not to be written on and on.
    expect(sum).toBeGreaterThan(RECORD_BYTES / 2);
  });

  it('of an earlier version fits as well: its definition may have 32 KB, and its tags as much', () => {
    const earlier = 32 * 1024;
    expect(sum - DEFINITION_BYTES - TAGS_BYTES + 2 * earlier).toBeLessThanOrEqual(RECORD_BYTES);
  });

  it('is no larger than what DynamoDB takes', () => {
    // DynamoDB Developer Guide, "Constraints": 400 KB an item, names of attributes included.
    expect(RECORD_BYTES).toBeLessThan(400 * 1024 - 1_024);
  });

  it('is read as one', () => {
    const body = { ...PARTS, definition: {}, unkeptBinds: [] };
    expect(recordSchema.safeParse(body).error?.issues ?? []).toEqual([]);
  });
});
