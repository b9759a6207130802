// The bad input that people write, and exactly what each gets: the field, what was expected, what stood there.

import { describe, expect, it } from 'vitest';
import { refusals } from './example.ts';

const NAME = 'a name of 1 to 40 characters a-z, 0-9 and -, beginning with a letter and not ending with -';
const SIZE = 'a whole number of GiB from 1 to 65536';
const ZONE = 'an Availability Zone name such as eu-west-1a (a name, not an id such as euw1-az1)';
const SUBNET = 'subnet-0a1b2c3d4e5f60001';
const key = (region: string) => `arn:aws:kms:${region}:123456789012:key/01234567-89ab-cdef-0123-456789abcdef`;

type Row = [what: string, changes: Record<string, unknown>, path: string, expected: string, found?: string];

const definitionRows: Row[] = [
  ['an empty name', { name: '' }, 'name', NAME, '""'],
  ['a name of 41 characters', { name: 'a'.repeat(41) }, 'name', NAME, `"${'a'.repeat(41)}"`],
  ['a name that climbs', { name: '../x' }, 'name', NAME, '"../x"'],
  ['a name with a look-alike letter', { name: 'gіtlab' }, 'name', NAME, '"gіtlab"'],
  ['a name with a newline', { name: 'gitlab\n' }, 'name', NAME, '"gitlab\\n"'],
  ['no name', { name: undefined }, 'name', NAME],
  ['an unknown field', { retension: 3 }, 'retension', 'a known field; did you mean retention?', '3'],
  [
    'an unknown field far below',
    { 'health.http.prot': 80 },
    'health.http.prot',
    'a known field; did you mean port?',
    '80',
  ],
  ['size 0', { 'volume.sizeGiB': 0 }, 'volume.sizeGiB', SIZE, '0'],
  ['size -1', { 'volume.sizeGiB': -1 }, 'volume.sizeGiB', SIZE, '-1'],
  ['size 1.5', { 'volume.sizeGiB': 1.5 }, 'volume.sizeGiB', SIZE, '1.5'],
  ['size "100GB"', { 'volume.sizeGiB': '100GB' }, 'volume.sizeGiB', SIZE, '"100GB"'],
  ['size NaN', { 'volume.sizeGiB': Number.NaN }, 'volume.sizeGiB', SIZE, 'NaN'],
  ['more than any type takes', { 'volume.sizeGiB': 65_537 }, 'volume.sizeGiB', SIZE, '65537'],
  [
    'more than the type takes',
    { 'volume.type': 'gp2', 'volume.sizeGiB': 16_385 },
    'volume.sizeGiB',
    '1 to 16384 GiB for gp2',
    '16385',
  ],
  ['less than the type takes', { 'volume.type': 'st1' }, 'volume.sizeGiB', '125 to 16384 GiB for st1', '20'],
  [
    'iops on gp2',
    { 'volume.type': 'gp2', 'volume.iops': 3_000 },
    'volume.iops',
    'no iops: gp2 takes none',
    '3000',
  ],
  [
    'iops on st1',
    { 'volume.type': 'st1', 'volume.sizeGiB': 125, 'volume.iops': 500 },
    'volume.iops',
    'no iops: st1 takes none',
    '500',
  ],
  [
    'throughput on gp2',
    { 'volume.type': 'gp2', 'volume.throughputMiBps': 250 },
    'volume.throughputMiBps',
    'no throughput: gp2 takes none',
    '250',
  ],
  ['too few iops', { 'volume.iops': 100 }, 'volume.iops', '3000 to 10000 IOPS for gp3 of 20 GiB', '100'],
  [
    'more iops than the size allows',
    { 'volume.iops': 10_001 },
    'volume.iops',
    '3000 to 10000 IOPS for gp3 of 20 GiB',
    '10001',
  ],
  ['io1 without iops', { 'volume.type': 'io1' }, 'volume.iops', '100 to 1000 IOPS for io1'],
  [
    'more throughput than the iops allow',
    { 'volume.throughputMiBps': 751 },
    'volume.throughputMiBps',
    '125 to 750 MiB/s with these IOPS',
    '751',
  ],
  [
    'Multi-Attach',
    { 'volume.multiAttach': true },
    'volume.multiAttach',
    'no such field: one instance has the volume at a time, Multi-Attach is never used',
    'true',
  ],
  [
    'encryption off',
    { 'volume.encrypted': false },
    'volume.encrypted',
    'true: every new volume is encrypted',
    'false',
  ],
  [
    'a KMS key of another region',
    { 'volume.kmsKeyId': key('us-east-1') },
    'volume.kmsKeyId',
    'an ARN of eu-west-1',
    key('us-east-1'),
  ],
  [
    'a zone of another region',
    { 'capacity.zones': { 'eu-west-1a': SUBNET, 'eu-west-2a': 'subnet-0a1b2c3d4e5f60002' } },
    'capacity.zones.eu-west-2a',
    'a zone of eu-west-1',
    'eu-west-2a',
  ],
  [
    'a zone id for a name',
    { 'capacity.zones': { 'euw1-az1': SUBNET } },
    'capacity.zones',
    ZONE,
    '"euw1-az1"',
  ],
  ['a zone id as the first zone', { 'volume.firstZone': 'euw1-az1' }, 'volume.firstZone', ZONE, '"euw1-az1"'],
  [
    'no zones',
    { 'capacity.zones': {} },
    'capacity.zones',
    'at least one zone and its subnet, eu-west-1a: subnet-…',
    'a mapping',
  ],
  [
    'a first zone that is not among the zones',
    { 'volume.firstZone': 'eu-west-1d' },
    'volume.firstZone',
    'a zone of capacity.zones: eu-west-1a, eu-west-1b, eu-west-1c',
    'eu-west-1d',
  ],
  [
    'one subnet for two zones',
    { 'capacity.zones': { 'eu-west-1a': SUBNET, 'eu-west-1b': SUBNET } },
    'capacity.zones.eu-west-1b',
    'a subnet of its own: a subnet lies in one zone, eu-west-1a has it',
    SUBNET,
  ],
  [
    'an unknown instance type',
    { 'capacity.instanceTypes': ['m7i.lrage'] },
    'capacity.instanceTypes[0]',
    'a known instance type; did you mean m7i.large?',
    'm7i.lrage',
  ],
  [
    'an instance type without Nitro',
    { 'capacity.instanceTypes': ['m4.large'] },
    'capacity.instanceTypes[0]',
    'a type built on the Nitro System',
    'm4.large',
  ],
  [
    'arm64 mixed with x86_64',
    { 'capacity.instanceTypes': ['m7i.large', 'm7g.large'] },
    'capacity.instanceTypes[1]',
    'a type of x86_64',
    'm7g.large (arm64)',
  ],
  [
    'an image of another architecture',
    { image: '/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id' },
    'image',
    'an image for x86_64',
    '/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id',
  ],
  [
    'neither types nor requirements',
    { 'capacity.instanceTypes': [] },
    'capacity.instanceTypes',
    'instance types, or capacity.requirements',
  ],
  [
    'requirements that cross',
    { 'capacity.requirements': { vcpu: { min: 4, max: 2 }, memoryGiB: { min: 8 } } },
    'capacity.requirements.vcpu',
    'max at or above min',
    '4 to 2',
  ],
  ...(['free', -1] as const).map(
    (price): Row => [
      `a price of ${price}`,
      { 'capacity.maxPrice': price },
      'capacity.maxPrice',
      'no such field: Spot never costs more than on-demand, and a lower cap only raises interruptions',
      JSON.stringify(price),
    ],
  ),
  [
    'a health path that reaches for a shell',
    { 'health.http.path': '/$(reboot)' },
    'health.http.path',
    'a path / and up to 100 of A-Z, a-z, 0-9, / _ . -',
    '"/$(reboot)"',
  ],
  [
    'a setup script that is not there',
    { setup: { file: 'gone.sh' } },
    'setup.file',
    'a readable script',
    '"gone.sh"',
  ],
  [
    'superseded volumes kept too short',
    { 'retention.supersededDays': 1 },
    'retention.supersededDays',
    'a whole number of days from 7 to 365',
    '1',
  ],
  [
    'snapshots two days apart',
    { 'backups.every': '48h' },
    'backups.every',
    'hours from 1h to 24h, such as 24h',
    '"48h"',
  ],
  [
    'recovery points that nobody keeps',
    { 'backups.keep': { daily: 0 } },
    'backups.keep',
    '1 to 100 recovery points in all tiers together',
    '0',
  ],
  [
    'more recovery points than there may be',
    { 'backups.keep': { daily: 90, weekly: 6, monthly: 5 } },
    'backups.keep',
    '1 to 100 recovery points in all tiers together',
    '101',
  ],
  [
    'a tier of years',
    { 'backups.keep': { daily: 7, yearly: 1 } },
    'backups.keep.yearly',
    'a known field, one of daily, weekly, monthly',
    '1',
  ],
  [
    'a number of snapshots that is none',
    { 'backups.keep': 'all' },
    'backups.keep',
    'a number of days or {daily: 7, weekly: 4, monthly: 3}',
    '"all"',
  ],
  [
    'a topic of another region',
    { notify: 'arn:aws:sns:us-east-1:123456789012:x' },
    'notify',
    'an ARN of eu-west-1',
    'arn:aws:sns:us-east-1:123456789012:x',
  ],
  [
    'a tag that is ours',
    { instance: { tags: { 'spotkeep:role': 'active' } } },
    'instance.tags',
    'a tag key of at most 128 letters, digits and _ . : / = + - @, not beginning with aws: or spotkeep:',
    '"spotkeep:role"',
  ],
  ...[1234, 1.1, 1e21].map(
    (value): Row => [
      `the number ${value} as a tag value`,
      { instance: { tags: { CostCenter: value } } },
      'instance.tags.CostCenter',
      'a tag value in quotes: without them YAML reads a number',
      String(value),
    ],
  ),
  [
    'true as a tag value',
    { instance: { tags: { Critical: true } } },
    'instance.tags.Critical',
    'a tag value in quotes: without them YAML reads a boolean',
    'true',
  ],
  [
    'a tag value with a line end',
    { instance: { tags: { Owner: 'a\nb' } } },
    'instance.tags.Owner',
    'a tag value of at most 256 letters, digits and _ . : / = + - @',
    '"a\\nb"',
  ],
];

describe('a definition is refused, and nothing else happens', () => {
  it.each(definitionRows)('for %s', (_what, changes, path, expected, found) => {
    const line = found === undefined ? { path, expected } : { path, expected, found };
    expect(refusals(changes)).toEqual([line]);
  });

  it('with everything wrong at once', () => {
    expect(
      refusals({ name: '', 'volume.sizeGiB': 0, 'schedule.timeZone': 'EST5' }).map((line) => line.path),
    ).toEqual(['name', 'volume.sizeGiB', 'schedule.timeZone']);
  });

  it('naming both a misspelt field and the one that is missing for it', () => {
    expect(refusals({ 'volume.sizeGiB': undefined, 'volume.sizeGB': 20 })).toEqual([
      { path: 'volume.sizeGiB', expected: SIZE },
      { path: 'volume.sizeGB', expected: 'a known field; did you mean sizeGiB?', found: '20' },
    ]);
  });
});
