// The parsed form of a definition, as records and the apply command carry it. Strict: an unknown field is refused,
// because it was written by a newer version or by hand, and half-understood definitions must not be acted on.

import * as z from 'zod/mini';
import type { Definition, Schedule } from '../definition.ts';
import * as leaf from './leaf.ts';

const weeklyWindow = z.strictObject({
  days: leaf.list(leaf.day, 7, 'days mon to sun').check(z.minLength(1, 'at least one day')),
  from: leaf.localTime,
  to: leaf.localTime,
});

/** Enough for every public holiday of ten years. */
const DATES = 200;

export const scheduleSchema: z.ZodMiniType<Schedule> = z.strictObject({
  timeZone: leaf.timeZone,
  mode: leaf.choice(['weekly', 'always', 'never']),
  windows: leaf.list(weeklyWindow, 50, 'a list of windows'),
  holidays: leaf.list(leaf.localDate, DATES, 'a list of dates'),
  exceptions: leaf.list(
    z.strictObject({
      date: leaf.localDate,
      kind: leaf.choice(['add', 'remove']),
      from: leaf.localTime,
      to: leaf.localTime,
    }),
    DATES,
    'a list of exceptions',
  ),
  readyByMinutes: leaf.readyByMinutes,
});

// Sizes are checked against the volume's type in check.ts; here only what no type allows.
const ANY_SIZE = leaf.whole(1, 65_536, 'GiB');
const encrypted = z.literal(true, 'true: every new volume is encrypted');

const volume = z.union([
  z.strictObject({
    kind: z.literal('new'),
    sizeGiB: ANY_SIZE,
    type: leaf.volumeType,
    iops: z.optional(leaf.whole(1, 256_000, 'IOPS')),
    throughputMiBps: z.optional(leaf.whole(1, 2_000, 'MiB/s')),
    encrypted,
    kmsKeyId: z.optional(leaf.kmsKeyId),
    fileSystem: leaf.fileSystem,
    firstZone: leaf.zoneName,
  }),
  z.strictObject({ kind: z.literal('adopt'), volumeId: leaf.volumeId, fileSystem: leaf.fileSystem }),
]);

const vcpu = leaf.whole(1, 1_024, 'vCPUs');
const memory = leaf.whole(1, 32_768, 'GiB');

const capacity = z.strictObject({
  architecture: leaf.architecture,
  instanceTypes: leaf.list(leaf.instanceType, 100, 'a list of instance types'),
  requirements: z.optional(
    z.strictObject({
      vcpuMin: vcpu,
      vcpuMax: z.optional(vcpu),
      memoryMinGiB: memory,
      memoryMaxGiB: z.optional(memory),
    }),
  ),
  zones: leaf
    .list(z.strictObject({ zone: leaf.zoneName, subnetId: leaf.subnetId }), 10, 'a list of zones')
    .check(z.minLength(1, 'at least one zone with its subnet')),
  onDemand: z.union([
    z.strictObject({ kind: z.literal('never') }),
    z.strictObject({ kind: z.literal('fallback'), afterMinutes: leaf.fallbackMinutes }),
  ]),
  returnToSpot: z.optional(weeklyWindow),
});

const health = z.union([
  z.strictObject({ kind: z.literal('container') }),
  z.strictObject({ kind: z.literal('http'), port: leaf.port, path: leaf.healthPath }),
  z.strictObject({ kind: z.literal('tcp'), port: leaf.port }),
]);

export const definitionSchema: z.ZodMiniType<Definition> = z.strictObject({
  name: leaf.name,
  region: leaf.region,
  volume,
  capacity,
  image: leaf.image,
  network: z.strictObject({
    securityGroupIds: leaf.list(leaf.securityGroupId, 16, 'a list of security group ids'),
    elasticIpAllocationId: z.optional(leaf.allocationId),
  }),
  instance: z.strictObject({
    extraPolicyArns: leaf.list(leaf.policyArn, 10, 'a list of policy ARNs'),
    tags: leaf.tags,
  }),
  setup: z.optional(z.strictObject({ sha256: leaf.sha256 })),
  schedule: scheduleSchema,
  stopGraceSeconds: leaf.stopGraceSeconds,
  warmUpSeconds: leaf.warmUpSeconds,
  health,
  backups: z.strictObject({
    afterStop: z.boolean('true or false'),
    everyHours: z.optional(leaf.whole(1, 24, 'hours')),
    keep: z.union([
      leaf.backupsKept,
      z.strictObject({ daily: leaf.daysKept, weekly: leaf.weeksKept, monthly: leaf.monthsKept }),
    ]),
  }),
  retention: z.strictObject({ supersededDays: leaf.supersededDays }),
  notifyTopicArn: z.optional(leaf.topicArn),
  unkeptBinds: leaf.unkeptBinds,
});
