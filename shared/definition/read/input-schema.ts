// The YAML form of a definition, as written. Shapes and single values only; what depends on two fields is
// checked on the parsed form (check.ts). Descriptions end up in the JSON Schema that editors show.

import * as z from 'zod/mini';
import * as leaf from './leaf.ts';

const DAYS = 'days such as mon-fri, sat or a list [mon, wed]';
const TIMES = 'hours such as "09:00-12:00"';

const days = z
  .union([leaf.text(/^[a-z]{3}(-[a-z]{3})?$/, DAYS), leaf.list(leaf.day, 7, 'a list of days')], DAYS)
  .check(z.describe('mon-fri, sat, or a list; a window begins on each of these days.'));

export const windowInput = z.strictObject({
  days,
  from: leaf.localTime,
  to: leaf.localTime.check(z.describe('24:00 is midnight at the end; at or before `from` is the next day.')),
});

const hours = leaf.text(/^\d{2}:\d{2}-\d{2}:\d{2}$/, TIMES);
const exception = z.union(
  [
    z.strictObject({ date: leaf.localDate, add: hours }),
    z.strictObject({ date: leaf.localDate, remove: hours }),
  ],
  '{date, add: "HH:MM-HH:MM"} or {date, remove: "HH:MM-HH:MM"}',
);

const TRUE = 'true, or leave the field out';
export const scheduleInput = z.strictObject(
  {
    timeZone: leaf.timeZone.check(z.describe('IANA name such as Europe/Riga, or UTC.')),
    always: z.optional(z.literal(true, TRUE)),
    never: z.optional(z.literal(true, TRUE)),
    windows: z.optional(leaf.list(windowInput, 50, 'a list of windows {days, from, to}')),
    holidays: z
      .optional(leaf.list(leaf.localDate, 200, 'a list of dates YYYY-MM-DD'))
      .check(z.describe('Windows that would begin on these local dates do not.')),
    exceptions: z
      .optional(leaf.list(exception, 200, 'a list of exceptions'))
      .check(z.describe('Hours added to or removed from one date, whatever windows and holidays say.')),
    readyByMinutes: z
      .optional(leaf.readyByMinutes)
      .check(z.describe('Launch this long before a window, to serve at its start. Default 10.')),
  },
  'a schedule {timeZone, windows | always | never, …}',
);

const volume = z
  .union(
    [
      z.strictObject({
        sizeGiB: leaf.whole(1, 65_536, 'GiB').check(z.describe('Size of the new volume in GiB.')),
        type: z.optional(leaf.volumeType).check(z.describe('EBS volume type. Default gp3.')),
        iops: z.optional(leaf.whole(1, 256_000, 'IOPS')),
        throughputMiBps: z.optional(leaf.whole(1, 2_000, 'MiB/s')),
        encrypted: z.optional(z.literal(true, 'true: every new volume is encrypted')),
        kmsKeyId: z.optional(leaf.kmsKeyId).check(z.describe("Default: the account's key for EBS.")),
        fileSystem: z.optional(leaf.fileSystem).check(z.describe('ext4 (default) or xfs.')),
        firstZone: leaf.zoneName.check(z.describe('Zone in which the volume is created.')),
      }),
      z.strictObject({
        adopt: leaf.volumeId.check(z.describe('An existing volume to take over.')),
        fileSystem: leaf.fileSystem,
      }),
    ],
    'a new volume {sizeGiB, firstZone, …} or {adopt: vol-…, fileSystem}',
  )
  .check(z.describe('The one volume that holds the data.'));

const range = (least: number, most: number, unit: string) =>
  z.strictObject(
    { min: leaf.whole(least, most, unit), max: z.optional(leaf.whole(least, most, unit)) },
    `{min, max} in ${unit}`,
  );

const ZONES = 'at least one zone and its subnet, eu-west-1a: subnet-…';
const capacity = z.strictObject(
  {
    architecture: leaf.architecture.check(z.describe('Of instances and image; never mixed on one volume.')),
    instanceTypes: z
      .optional(leaf.list(leaf.instanceType, 100, 'a list of instance types'))
      .check(z.describe('Ten or more give Spot the best choice.')),
    requirements: z
      .optional(z.strictObject({ vcpu: range(1, 1_024, 'vCPUs'), memoryGiB: range(1, 32_768, 'GiB') }))
      .check(z.describe('Any instance type with this much; instead of or together with instanceTypes.')),
    zones: z.record(leaf.zoneName, leaf.subnetId, ZONES).check(
      z.refine((zones) => Object.keys(zones).length > 0, ZONES),
      z.refine((zones) => Object.keys(zones).length <= 10, 'at most 10 zones'),
      z.describe('Zones the service may run in, each with a subnet.'),
    ),
    onDemand: z
      .optional(
        z.union(
          [z.literal('never'), z.strictObject({ fallbackAfterMinutes: leaf.fallbackMinutes })],
          'never or {fallbackAfterMinutes: N}',
        ),
      )
      .check(z.describe('Whether to pay the on-demand price when Spot has no capacity. Default never.')),
    returnToSpot: z
      .optional(windowInput)
      .check(z.describe('Quiet hours in which an always-on service may be handed back to Spot.')),
  },
  'capacity {architecture, instanceTypes, zones, …}',
);

const HEALTH = 'container, {http: {port, path}} or {tcp: {port}}';
const health = z.union(
  [
    z.literal('container'),
    z.strictObject({ http: z.strictObject({ port: leaf.port, path: leaf.healthPath }) }),
    z.strictObject({ tcp: z.strictObject({ port: leaf.port }) }),
  ],
  HEALTH,
);

const ADDRESS = 'none or an Elastic IP allocation id eipalloc-…';
const network = z.strictObject({
  securityGroups: z.optional(leaf.list(leaf.securityGroupId, 16, 'a list of security group ids')),
  address: z
    .optional(z.union([z.literal('none'), leaf.allocationId], ADDRESS))
    .check(z.describe('An Elastic IP that follows the service, or none (default).')),
});

const setup = z.union(
  [
    z.strictObject({ file: leaf.text(/^[^\0]{1,4096}$/, 'a path of a script') }),
    z.strictObject({ sha256: leaf.sha256 }),
  ],
  '{file: setup.sh} or {sha256: …}',
);

const EVERY = 'hours from 1h to 24h, such as 24h';
const KEEP = 'a number of days or {daily: 7, weekly: 4, monthly: 3}';
const tiers = z.strictObject({
  daily: z
    .optional(leaf.daysKept)
    .check(z.describe('Number of newest days for which one recovery point is kept.')),
  weekly: z.optional(leaf.weeksKept).check(z.describe('Number of newest weeks, from Monday.')),
  monthly: z.optional(leaf.monthsKept).check(z.describe('Number of newest months.')),
});

export const definitionInput = z.strictObject(
  {
    name: leaf.name.check(z.describe('Name of the workload; cannot be changed later.')),
    region: leaf.region,
    volume,
    capacity,
    image: z.optional(leaf.image).check(z.describe('Default amazon-linux-2023-ecs.')),
    network: z.optional(network),
    instance: z.optional(
      z.strictObject({
        policies: z.optional(leaf.list(leaf.policyArn, 10, 'a list of policy ARNs')),
        tags: z.optional(leaf.tags),
      }),
    ),
    setup: z
      .optional(setup)
      .check(z.describe('Script run once, as root, after the first start: it creates the containers.')),
    schedule: scheduleInput,
    stopGraceSeconds: z
      .optional(leaf.stopGraceSeconds)
      .check(z.describe('How long stopping may take before the instance is terminated anyway. Default 120.')),
    warmUpSeconds: z
      .optional(leaf.warmUpSeconds)
      .check(
        z.describe(
          'How long the application takes after Docker answers; shown, and not yet called unhealthy. Default 0.',
        ),
      ),
    health: z
      .optional(health)
      .check(
        z.describe(
          'Default container: what the containers themselves report, and that those run which are to run.',
        ),
      ),
    backups: z.optional(
      z.strictObject({
        afterStop: z
          .optional(z.boolean('true or false'))
          .check(z.describe('Snapshot after each stop. Default true.')),
        every: z
          .optional(leaf.text(/^([1-9]|1\d|2[0-4])h$/, EVERY))
          .check(z.describe('At most this long between two recovery points, such as 6h. Default 24h.')),
        keep: z
          .optional(z.union([leaf.backupsKept, tiers], KEEP))
          .check(z.describe('Recovery points to keep, by tier; a number alone means days. Default 7.')),
      }),
    ),
    retention: z.optional(
      z.strictObject({
        supersededDays: z
          .optional(leaf.supersededDays)
          .check(z.describe('Days a left volume is kept. Default 7.')),
      }),
    ),
    notify: z
      .optional(leaf.topicArn)
      .check(
        z.describe('SNS topic for holds, alerts, quota errors, failed backups and unhealthy applications.'),
      ),
    unkeptBinds: z
      .optional(leaf.unkeptBinds)
      .check(z.describe('What to do about writable binds outside the volume. Default refuse.')),
  },
  'a mapping of fields',
);

export type DefinitionInput = z.infer<typeof definitionInput>;
export type ScheduleInput = z.infer<typeof scheduleInput>;
export type WindowInput = z.infer<typeof windowInput>;
