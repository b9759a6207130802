// The smallest parts that both forms of a definition are made of: the YAML people write (input-schema.ts) and the
// parsed form that records and commands carry (schema.ts). Every message is the "expected …" of a problem line.

import * as z from 'zod/mini';
import { epochDay, minutesOfDay } from '../../base/local-date.ts';
import { isZone } from '../../base/zone.ts';
import { BACKUP_LABEL } from '../backups.ts';
import { DAYS } from '../definition.ts';
import { nearZones } from './near-zones.ts';

/** A string of one pattern. */
export const text = (pattern: RegExp, expected: string) =>
  z.string(expected).check(z.regex(pattern, expected));

/** A whole number from `least` to `most`, named with its unit. */
export const whole = (least: number, most: number, unit: string) => {
  const expected = `a whole number of ${unit} from ${least} to ${most}`;
  return z.int(expected).check(z.minimum(least, expected), z.maximum(most, expected));
};

export const choice = <const T extends readonly string[]>(values: T) =>
  z.enum(values, `one of ${values.join(', ')}`);

/** Bounded lists: nothing in a definition needs more, and a limit keeps records small. */
export const list = <T extends z.ZodMiniType>(item: T, most: number, expected: string) =>
  z.array(item, expected).check(z.maxLength(most, `${expected}, at most ${most}`));

/** Plain ASCII, so that no two names look alike. Becomes part of tags, parameter paths and file names. */
export const name = text(
  /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/,
  'a name of 1 to 40 characters a-z, 0-9 and -, beginning with a letter and not ending with -',
);
// AWS Regions and Availability Zones guide, "AWS Regions"; the European Sovereign Cloud's begin with four letters.
export const region = text(/^[a-z]{2,4}(-[a-z]+){1,2}-\d{1,2}$/, 'a region name such as eu-west-1');
export const zoneName = text(
  /^[a-z]{2,4}(-[a-z]+){1,2}-\d{1,2}[a-z]$/,
  'an Availability Zone name such as eu-west-1a (a name, not an id such as euw1-az1)',
);
const hexId = '([0-9a-f]{8}|[0-9a-f]{17})';
export const volumeId = text(new RegExp(`^vol-${hexId}$`), 'a volume id vol-…');
export const subnetId = text(new RegExp(`^subnet-${hexId}$`), 'a subnet id subnet-…');
export const securityGroupId = text(new RegExp(`^sg-${hexId}$`), 'a security group id sg-…');
export const allocationId = text(new RegExp(`^eipalloc-${hexId}$`), 'an Elastic IP allocation id eipalloc-…');
export const kmsKeyId = text(
  /^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key\/[\w-]{1,80}|alias\/[\w/-]{1,250})|alias\/[\w/-]{1,250}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/,
  'a KMS key id, alias/… or ARN',
);
export const image = text(
  new RegExp(
    `^(amazon-linux-2023-ecs|amazon-linux-2023|ubuntu-24\\.04|flatcar|ami-${hexId}|/[A-Za-z0-9/_.-]{1,500})$`,
  ),
  'amazon-linux-2023-ecs, amazon-linux-2023, ubuntu-24.04, flatcar, an AMI id ami-… or an SSM parameter path /…',
);
export const policyArn = text(
  /^arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/[\w+=,.@/-]{1,512}$/,
  'an IAM policy ARN arn:aws:iam::…:policy/…',
);
export const topicArn = text(
  /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
  'an SNS topic ARN arn:aws:sns:…',
);
export const instanceType = text(
  /^[a-z][a-z0-9-]{0,20}\.[a-z0-9-]{1,20}$/,
  'an instance type such as m7i.large',
);
export const sha256 = text(/^[0-9a-f]{64}$/, 'a SHA-256 in 64 hexadecimal digits');
// Reaches a shell on the host as a parameter: this pattern is the one of the SSM document.
export const healthPath = text(
  /^\/[A-Za-z0-9/_.-]{0,100}$/,
  'a path / and up to 100 of A-Z, a-z, 0-9, / _ . -',
);
export const port = whole(1, 65_535, 'a port');

// EC2 User Guide, "Tag your Amazon EC2 resources": key 128, value 256 characters, `aws:` reserved, 50 tags a
// resource; ten stay free for the product's own.
const tagKey = text(
  /^(?!aws:|spotkeep:)[\p{L}\p{N} _.:/=+@-]{1,128}$/iu,
  'a tag key of at most 128 letters, digits and _ . : / = + - @, not beginning with aws: or spotkeep:',
);
const TAG = 'a tag value of at most 256 letters, digits and _ . : / = + - @';
const tagValue = z
  .string({
    error: ({ input }) =>
      typeof input === 'number' || typeof input === 'boolean'
        ? `a tag value in quotes: without them YAML reads a ${typeof input}`
        : TAG,
  })
  .check(z.regex(/^[\p{L}\p{N} _.:/=+@-]{0,256}$/u, TAG));
const TAGS = 'at most 40 tags, key: value';
export const tags = z
  .record(tagKey, tagValue, TAGS)
  .check(z.refine((value) => Object.keys(value).length <= 40, TAGS));

export const volumeType = choice(['gp3', 'gp2', 'io1', 'io2', 'st1', 'sc1']);
export const fileSystem = choice(['ext4', 'xfs']);
export const architecture = choice(['arm64', 'x86_64']);
export const day = choice(DAYS);
export const unkeptBinds = choice(['refuse', 'warn']);

const TIME = 'a local time HH:MM from 00:00 to 24:00';
export const localTime = text(/^\d{2}:\d{2}$/, TIME).check(
  z.refine((value) => minutesOfDay(value) !== undefined, TIME),
);
const DATE = 'a date YYYY-MM-DD of the calendar';
export const localDate = text(/^\d{4}-\d{2}-\d{2}$/, DATE).check(
  z.refine((value) => epochDay(value) !== undefined, DATE),
);
/** The same words from both checks: they become one line. */
const zoneError = {
  error: ({ input }: { input: unknown }) => {
    const near = typeof input === 'string' ? nearZones(input) : [];
    return `a time zone of the IANA database such as Europe/Riga, or UTC${near.length > 0 ? `; did you mean ${near.join(' or ')}?` : ''}`;
  },
};
export const timeZone = z
  .string(zoneError)
  .check(z.regex(/^[A-Za-z][\w+/-]{0,60}$/, zoneError), z.refine(isZone, zoneError));

// Longest unattended preparations anybody should need; a lead of hours would be a window of its own.
export const readyByMinutes = whole(0, 120, 'minutes');
// A service that takes longer than an hour to stop outlives every grant's tail.
export const stopGraceSeconds = whole(10, 3_600, 'seconds');
export const warmUpSeconds = whole(0, 3_600, 'seconds');
export const fallbackMinutes = whole(1, 1_440, 'minutes');
export const backupsKept = whole(1, 100, 'snapshots');
export const daysKept = whole(0, 100, 'days');
export const weeksKept = whole(0, 52, 'weeks');
export const monthsKept = whole(0, 60, 'months');
export const backupLabel = text(
  BACKUP_LABEL,
  'a label of 1 to 40 letters, digits, spaces and _ . : / = + - @',
);
// Superseded volumes stay at least a week: the time in which a bad copy may be noticed.
export const supersededDays = whole(7, 365, 'days');
