// What the status function answers. One schema: operate makes it, the command and the page parse it. What version 0.1.0
// always told is required, what came later is optional; fields that a later version adds pass through untouched. Instants
// are ISO with Z.

import * as z from 'zod/mini';
import { noticeShape } from './apply.ts';
import { loweringShape } from './done.ts';
import { phaseShape } from './history.ts';

const text = z.optional(z.string());
const count = z.optional(z.number());

const ownerShape = z.looseObject({
  instanceId: z.string(),
  instanceType: text,
  zone: z.string(),
  purchase: text,
  since: text,
  servingSince: text,
  draining: text,
  interruptionAt: text,
  grantUntil: text,
});

const volumeShape = z.looseObject({ volumeId: z.string(), zone: z.string(), generation: z.number() });

const snapshotShape = z.looseObject({
  snapshotId: z.string(),
  kind: z.string(),
  state: z.string(),
  startedAt: z.string(),
  generation: count,
  volumeId: text,
  /** Of a manual backup. */
  label: text,
  /** Whose recovery point it is: daily, weekly, monthly. */
  tiers: z.optional(z.array(z.string())),
  deleteRequestedAt: text,
});

const healthShape = z.looseObject({
  docker: z.optional(z.boolean()),
  application: text,
  fullPercent: count,
  at: text,
  /** After the warm-up and three probes Spotkeep alerts (`Unhealthy`); here from the first on. */
  unhealthy: z.optional(
    z.looseObject({
      since: z.string(),
      probes: z.number(),
      containers: z.array(z.looseObject({ name: z.string(), state: z.string() })),
      says: z.string(),
    }),
  ),
});

const incidentShape = z.looseObject({
  id: text,
  kind: z.string(),
  at: z.string(),
  zoneFrom: text,
  phases: z.optional(z.array(phaseShape)),
});

const scheduleShape = z.looseObject({ timeZone: z.string(), mode: z.string(), text: z.array(z.string()) });

const datasetShape = z.looseObject({
  id: z.string(),
  fsUuid: z.string(),
  generation: z.number(),
  provedGeneration: z.number(),
  sizeGiB: count,
  formatted: z.boolean(),
});

/** How far back one can go, by one tier. */
const tierShape = z.looseObject({ keep: z.number(), kept: z.number(), oldestAt: text, newestAt: text });

const backupsShape = z.looseObject({
  /** Of days. */
  keep: z.number(),
  afterStop: z.boolean(),
  lastAt: text,
  last: z.optional(z.looseObject({ snapshotId: z.string(), kind: z.string(), startedAt: z.string() })),
  pending: z.boolean(),
  due: z.boolean(),
  requestedAt: text,
  everyHours: count,
  tiers: z.optional(z.record(z.string(), tierShape)),
  manual: z.optional(z.looseObject({ kept: z.number(), most: z.number() })),
  lowering: z.optional(loweringShape),
});

/** What costs money now; prices are not the control plane's to know. */
const costShape = z.looseObject({
  instanceType: text,
  purchase: text,
  zone: text,
  since: text,
  volumeGiB: count,
  volumes: z.number(),
  snapshots: z.number(),
});

/** What is kept of a previous volume: itself, or its final snapshot in its place. Without `keptUntil`: until the operator deletes it. */
const previousShape = z.looseObject({
  volumeId: z.string(),
  generation: z.number(),
  leftAt: z.string(),
  keptAs: z.enum(['volume', 'snapshot']),
  keptUntil: text,
  snapshotId: text,
});

const requestShapes = {
  move: z.optional(z.looseObject({ toZone: z.string(), at: text })),
  restore: z.optional(z.looseObject({ snapshotId: text, at: text, phase: text })),
  recover: z.optional(z.looseObject({ at: text, waitingFor: z.optional(z.array(z.string())) })),
  destroyed: z.optional(
    z.looseObject({
      at: text,
      keepSnapshots: z.optional(z.boolean()),
      snapshotId: text,
      handedOverAt: text,
      finishedAt: text,
    }),
  ),
};

export const workloadShape = z.looseObject({
  name: z.string(),
  schema: z.number(),
  state: z.string(),
  stateSince: z.string(),
  wanted: z.string(),
  wantedUntil: text,
  nextStart: text,
  timeZone: z.string(),
  override: z.optional(z.looseObject({ kind: z.string(), until: z.string() })),
  owner: z.optional(ownerShape),
  candidate: z.optional(z.looseObject({ instanceId: text, zone: z.string(), purpose: text })),
  volume: z.optional(volumeShape),
  generations: z.array(
    z.looseObject({ generation: z.number(), volumeId: z.string(), zone: z.string(), role: z.string() }),
  ),
  snapshots: z.array(snapshotShape),
  previousVolumes: z.optional(z.array(previousShape)),
  migration: z.optional(z.looseObject({ phase: z.string(), from: text, to: text })),
  refusedPools: z.array(z.looseObject({ pool: z.string(), until: z.string() })),
  /** `step` is a code (shared/record/waits.ts); absent where an earlier version began the wait. */
  waitingFor: z.optional(z.looseObject({ step: text, what: z.string(), since: z.string() })),
  hold: z.optional(z.looseObject({ code: z.string(), at: z.string(), evidence: z.string() })),
  health: z.optional(healthShape),
  unkeptBinds: z.optional(z.array(z.looseObject({ container: z.string(), source: z.string() }))),
  incident: z.optional(incidentShape),
  /** As the record has it; `shared/definition/read/from-json.ts` reads it. */
  definition: z.unknown(),
  definitionHash: z.string(),
  schedule: scheduleShape,
  dataset: datasetShape,
  backups: backupsShape,
  costBasis: z.optional(costShape),
  warnings: z.array(noticeShape),
  /** What this version would refuse of the definition, were it applied as it is stored. */
  applyRefuses: z.optional(z.array(z.looseObject({ path: z.string(), expected: z.string(), found: text }))),
  help: text,
  ...requestShapes,
});

/** A record that could not be read (`error` says why), or is not there (`not-found`). */
const unreadShape = z.looseObject({
  name: z.string(),
  error: z.string(),
  /** Only its definition cannot be read: an apply of one that is right repairs it. */
  repairable: z.optional(z.boolean()),
  /** Of a repairable one: what stands in the record. */
  definition: z.optional(z.unknown()),
});

export const statusShape = z.looseObject({
  /** False: the name that was asked for is unknown. */
  ok: z.optional(z.boolean()),
  workloads: z.array(z.union([workloadShape, unreadShape])),
});

export type WorkloadStatus = z.infer<typeof workloadShape>;
export type Unread = z.infer<typeof unreadShape>;
export type StatusAnswer = z.infer<typeof statusShape>;

export const isUnread = (one: WorkloadStatus | Unread): one is Unread => typeof one.error === 'string';
