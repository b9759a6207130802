// A record and a reading by hand for the planner: a service that serves, and what is changed of it.

import { freezeAll } from '../../shared/base/copy.ts';
import { add, type Instant, instant, type Ms, minutes, seconds } from '../../shared/base/time.ts';
import { type Plan, plan } from '../../shared/decide/plan.ts';
import { NOT_ASKED, type Reading } from '../../shared/decide/turn/reading.ts';
import type { HostAnswer } from '../../shared/host/answer.ts';
import type { InstanceView, SnapshotView, VolumeView } from '../../shared/port/cloud.ts';
import { snapshotTags, volumeTags } from '../../shared/port/tags.ts';
import type {
  Candidate,
  HostCommand,
  Leaving,
  Migration,
  Owner,
  RecordBody,
  Snapshot,
} from '../../shared/record/record.ts';
import { createCalendar } from '../../shared/schedule/calendar.ts';
import { definition } from '../definition/example.ts';

/** A Tuesday, 11:20 in Riga: inside the hours. */
export const NOW = instant(Date.parse('2026-03-24T09:20:00Z'));
/** The same evening. */
export const NIGHT = instant(Date.parse('2026-03-24T19:20:00Z'));
export const ago = (duration: Ms, at: Instant = NOW): Instant => add(at, (0 - duration) as Ms);

export const PROJECT = 'spotkeep-test';
/** The launch template that our instances come from. */
export const TEMPLATE = 'lt-00000000000000001';
export const DATASET = '01DATASET0000000000000000A';
export const OWNER = 'i-00000000000000001';
export const SUCCESSOR = 'i-00000000000000002';
export const VOLUME = 'vol-00000000000000001';
export const COPY = 'vol-00000000000000002';
export const SNAPSHOT = 'snap-00000000000000001';
/** Read once: it is the same for every record, and nothing may change it. */
const DEFINITION = definition();
freezeAll(DEFINITION);
const LAUNCH = { [OWNER]: 'launch-1', [SUCCESSOR]: 'launch-2' };

export const owner = (changes: Partial<Owner> = {}): Owner => ({
  instanceId: OWNER,
  launchId: 'launch-1',
  zone: 'eu-west-1a',
  instanceType: 'm7i.large',
  purchase: 'spot',
  since: ago(minutes(60)),
  launchedAt: ago(minutes(61)),
  seenAliveAt: ago(minutes(1)),
  attachedAt: ago(minutes(60)),
  touchedAt: ago(minutes(60)),
  startedAt: ago(minutes(59)),
  startFailures: 0,
  grantUntil: add(NOW, minutes(412)),
  probedAt: ago(minutes(1)),
  ...changes,
});

export const candidate = (changes: Partial<Candidate> = {}): Candidate => ({
  launchId: 'launch-2',
  attempt: 1,
  purpose: 'start',
  zone: 'eu-west-1a',
  purchase: 'spot',
  instanceTypes: ['m7i.large'],
  requestedAt: ago(minutes(1)),
  deadline: add(NOW, minutes(2)),
  instanceId: SUCCESSOR,
  launchedAt: ago(minutes(1)),
  onlineAt: NOW,
  ...changes,
});

export const former = (changes: Partial<Leaving> = {}): Leaving => ({
  instanceId: OWNER,
  launchId: 'launch-1',
  wasOwner: true,
  volumeId: VOLUME,
  reason: 'lost',
  since: ago(minutes(3)),
  lastSeenAt: ago(minutes(3)),
  seenOnce: true,
  terminateSentAt: ago(minutes(1)),
  terminateAcceptedAt: ago(minutes(1)),
  missingAt: [],
  ...changes,
});

export const migration = (changes: Partial<Migration> = {}): Migration => ({
  migrationId: 'migration-1',
  newGeneration: 2,
  fromVolume: VOLUME,
  fromZone: 'eu-west-1a',
  toZone: 'eu-west-1b',
  phase: 'securing',
  startedAt: ago(minutes(2)),
  phaseAt: ago(minutes(2)),
  reason: 'no capacity in eu-west-1a',
  snapshotAttempt: 0,
  volumeAttempt: 0,
  ...changes,
});

/** A backup as the record has it. */
export const backupTaken = (changes: Partial<Snapshot> = {}): Snapshot => ({
  snapshotId: SNAPSHOT,
  kind: 'backup',
  generation: 1,
  volumeId: VOLUME,
  startedAt: ago(minutes(300)),
  state: 'completed',
  ...changes,
});

/** Pools of every type of the definition, remembered as refusing. */
export const refusedPools = (
  zone: string,
  until: Instant = add(NOW, minutes(4)),
  purchase = 'spot',
): RecordBody['unavailablePools'] =>
  DEFINITION.capacity.instanceTypes.map((type) => ({
    pool: `${type}|${zone}|${purchase}`,
    until,
    refusals: 1,
  }));

export const record = (changes: Partial<RecordBody> = {}): RecordBody => ({
  schema: 3,
  tableId: 'table-1',
  definition: DEFINITION,
  definitionHash: 'h',
  imageId: 'ami-0123456789abcdef0',
  dataset: { id: DATASET, fsUuid: 'uuid-1', formatted: true, setupDone: true, sizeGiB: 20 },
  generation: 1,
  lastGeneration: 1,
  provedGeneration: 1,
  volume: { volumeId: VOLUME, zone: 'eu-west-1a', createdAt: ago(minutes(60_000)), fresh: false },
  lineage: [],
  leaving: [],
  operationNumber: 7,
  state: 'serving',
  stateSince: ago(minutes(50)),
  unavailablePools: [],
  launches: [],
  suspended: [],
  failedInstances: 0,
  failedVolumes: 0,
  snapshots: [
    {
      snapshotId: 'snap-base',
      kind: 'base',
      generation: 1,
      volumeId: VOLUME,
      startedAt: ago(minutes(120)),
      state: 'completed',
    },
  ],
  deletions: [],
  owner: owner(),
  ...changes,
});

export const instance = (instanceId: string, changes: Partial<InstanceView> = {}): InstanceView => ({
  instanceId,
  state: 'running',
  zone: 'eu-west-1a',
  instanceType: 'm7i.large',
  purchase: 'spot',
  launchedAt: ago(minutes(61)),
  launchId: Reflect.get(LAUNCH, instanceId) ?? `launch-of-${instanceId}`,
  workload: 'gitlab',
  project: PROJECT,
  templateId: TEMPLATE,
  volumes: [],
  ...changes,
});

export const attachedTo = (instanceId: string): VolumeView['attachments'] => [
  { instanceId, state: 'attached', deleteOnTermination: false },
];

/** Tags as EC2 shows them; the reading has them parsed. */
type Tagged<View> = Omit<Partial<View>, 'tags'> & { tags?: Record<string, string> };
export type VolumeChanges = Tagged<VolumeView>;
export type SnapshotChanges = Tagged<SnapshotView>;

export const volume = (changes: VolumeChanges = {}): VolumeView => ({
  volumeId: VOLUME,
  state: changes.attachments?.length ? 'in-use' : 'available',
  zone: 'eu-west-1a',
  sizeGiB: 20,
  type: 'gp3',
  iops: 3000,
  throughputMiBps: 125,
  encrypted: true,
  kmsKeyId: 'key-1',
  multiAttach: false,
  attachments: [],
  createdAt: ago(minutes(60_000)),
  ...changes,
  tags: volumeTags({
    'spotkeep:project': PROJECT,
    'spotkeep:workload': 'gitlab',
    'spotkeep:dataset': DATASET,
    'spotkeep:role': 'active',
    'spotkeep:generation': '1',
    ...changes.tags,
  }),
});

/** A copy as it should be. */
export const copy = (changes: VolumeChanges = {}): VolumeView =>
  volume({
    volumeId: COPY,
    zone: 'eu-west-1b',
    snapshotId: SNAPSHOT,
    ...changes,
    tags: { 'spotkeep:role': 'migrating', 'spotkeep:generation': '2', ...changes.tags },
  });

export const snapshotView = (changes: SnapshotChanges = {}): SnapshotView => ({
  snapshotId: SNAPSHOT,
  volumeId: VOLUME,
  state: 'completed',
  progressPercent: 100,
  startedAt: ago(minutes(2)),
  encrypted: true,
  kmsKeyId: 'key-1',
  sizeGiB: 20,
  ...changes,
  tags: snapshotTags({
    'spotkeep:project': PROJECT,
    ...(changes.tags ?? { 'spotkeep:migration': 'migration-1' }),
  }),
});

/** A reading that failed. */
export const UNKNOWN = { kind: 'unknown', why: 'throttled' } as const;
const read = <T>(value: T) => ({ kind: 'read' as const, value });

export interface Seen extends Partial<Reading> {
  /** In short: what the listings show. */
  hosts?: InstanceView[];
  disks?: VolumeView[];
  snaps?: SnapshotView[];
  online?: string[];
}

/** By default the reading of `record()`: its owner runs, with the volume attached to it. */
export const reading = (seen: Seen = {}): Reading => {
  const { hosts, disks, snaps, online, ...rest } = seen;
  const shown = hosts ?? [instance(OWNER)];
  const running = shown.filter((one) => one.state === 'running').map((one) => one.instanceId);
  return {
    at: NOW,
    tableId: read('table-1'),
    instances: read(shown),
    volumes: read(disks ?? [volume({ attachments: attachedTo(OWNER) })]),
    snapshots: snaps ? read(snaps) : NOT_ASKED,
    agents: read((online ?? running).map((id) => ({ instanceId: id, online: true, agentVersion: '3.3.3' }))),
    health: NOT_ASKED,
    spot: NOT_ASKED,
    command: NOT_ASKED,
    placement: NOT_ASKED,
    addressOwner: NOT_ASKED,
    templates: read([{ templateId: TEMPLATE, project: PROJECT }]),
    knownLaunches: read(['launch-1', 'launch-2']),
    notices: [],
    ...rest,
  };
};

export const decide = (
  r: RecordBody,
  seen: Reading = reading(),
  at: Instant = NOW,
  mayDelete = false,
): Plan =>
  plan({
    name: 'gitlab',
    record: r,
    reading: seen,
    now: at,
    calendar: createCalendar(r.definition.schedule),
    fresh: { id: `fresh-${at}`, uuid: 'uuid-fresh' },
    settings: { launchTemplate: 'lt', parameterPath: '/spotkeep/test', project: PROJECT },
    may: { delete: mayDelete },
  });

export const OPERATION = { number: 8, id: 'op-8' };

/** A command that was sent ten seconds ago and has not answered. */
export const inFlight = (
  document: HostCommand['document'],
  changes: Partial<HostCommand> = {},
): HostCommand => ({
  document,
  instanceId: OWNER,
  operation: OPERATION,
  parameters: {},
  commandId: 'command-8',
  sentAt: ago(seconds(10)),
  deadline: add(NOW, minutes(5)),
  tries: 1,
  ...changes,
});

/** The reading in which it has. */
export const answered = (answer: Partial<HostAnswer>, seen: Seen = {}): Reading =>
  reading({
    ...seen,
    command: read({
      kind: 'answered',
      answer: { ok: true, code: 'started', operation: OPERATION, ...answer },
    }),
  });

/** Every effect of up to `turns` turns on a reading that does not change, as if each call were accepted. */
export const effectsOf = (
  start: RecordBody,
  seen: Reading,
  options: { at?: Instant; turns?: number; every?: Ms; mayDelete?: boolean } = {},
): { effects: string[]; record: RecordBody; last: Plan } => {
  const { at = NOW, turns = 12, every = 30_000 as Ms, mayDelete = false } = options;
  const effects: string[] = [];
  let r = start;
  let last = decide(r, seen, at, mayDelete);
  for (let turn = 0; turn < turns; turn += 1) {
    last = decide(r, seen, add(at, (turn * every) as Ms), mayDelete);
    r = last.record;
    if (last.effect) {
      effects.push(last.effect.kind);
      r.intent = undefined;
    }
  }
  return { effects, record: r, last };
};

/** What touches the data, or would let somebody touch it. */
export const TOUCHES = new Set([
  'launch',
  'create-volume',
  'attach',
  'detach',
  'snapshot',
  'tag-volume',
  'delete-volume',
  'delete-snapshot',
]);
