// What the status function answers. Fields that a later version adds pass through untouched.

import * as z from 'zod/mini';

const text = z.optional(z.string());

export const workload = z.looseObject({
  name: z.string(),
  state: z.string(),
  stateSince: z.string(),
  wanted: z.optional(z.string()),
  wantedUntil: text,
  nextStart: text,
  timeZone: z.string(),
  override: z.optional(z.looseObject({ kind: z.string(), until: z.string() })),
  owner: z.optional(
    z.looseObject({
      instanceId: z.string(),
      instanceType: text,
      zone: z.string(),
      purchase: text,
      since: text,
      servingSince: text,
      draining: text,
      interruptionAt: text,
      grantUntil: text,
    }),
  ),
  candidate: z.optional(z.looseObject({ instanceId: text, zone: z.string(), purpose: text })),
  volume: z.optional(
    z.looseObject({ volumeId: z.string(), zone: z.string(), generation: z.optional(z.number()) }),
  ),
  generations: z.optional(
    z.array(
      z.looseObject({ generation: z.number(), volumeId: z.string(), zone: z.string(), role: z.string() }),
    ),
  ),
  snapshots: z.optional(
    z.array(
      z.looseObject({
        snapshotId: z.string(),
        kind: z.string(),
        state: z.string(),
        startedAt: z.string(),
        generation: z.optional(z.number()),
        volumeId: text,
      }),
    ),
  ),
  migration: z.optional(z.looseObject({ phase: z.string(), from: text, to: text })),
  refusedPools: z.optional(z.array(z.looseObject({ pool: z.string(), until: z.string() }))),
  waitingFor: z.optional(z.looseObject({ what: z.string(), since: z.string() })),
  hold: z.optional(z.looseObject({ code: z.string(), at: z.string(), evidence: z.string() })),
  health: z.optional(
    z.looseObject({
      docker: z.optional(z.boolean()),
      application: text,
      fullPercent: z.optional(z.number()),
      at: text,
    }),
  ),
  unkeptBinds: z.optional(z.array(z.looseObject({ container: z.string(), source: z.string() }))),
  help: text,
  schema: z.optional(z.number()),
  definition: z.optional(z.looseObject({})),
  backups: z.optional(
    z.looseObject({
      keep: z.optional(z.number()),
      lastAt: text,
      pending: z.optional(z.boolean()),
      requestedAt: text,
    }),
  ),
  move: z.optional(z.looseObject({ toZone: z.string(), at: text })),
  restore: z.optional(z.looseObject({ snapshotId: z.string(), at: text, phase: text })),
  recover: z.optional(z.looseObject({ at: text, waitingFor: z.optional(z.array(z.string())) })),
  destroyed: z.optional(z.looseObject({ at: text, snapshotId: text, handedOverAt: text, finishedAt: text })),
  incident: z.optional(z.looseObject({ kind: z.string(), at: z.string() })),
  warnings: z.optional(z.array(z.looseObject({ path: z.string(), kind: z.string(), text: z.string() }))),
});

/** A record that could not be read, or is not there. */
const unread = z.looseObject({ name: z.string(), error: z.string() });

export const answer = z.looseObject({ workloads: z.array(z.union([workload, unread])) });

export type WorkloadStatus = z.infer<typeof workload>;
export type Unread = z.infer<typeof unread>;

export const isUnread = (one: WorkloadStatus | Unread): one is Unread => typeof one.error === 'string';
