// What may not change between two definitions of one workload, and what adopting a volume asks.

import { describe, expect, it } from 'vitest';
import { type AdoptionFacts, judgeAdoption } from '../../shared/definition/adoption.ts';
import { checkChange } from '../../shared/definition/change.ts';
import type { AdoptedVolume, Definition } from '../../shared/definition/definition.ts';
import { definition } from './example.ts';

const before = definition({ 'volume.sizeGiB': 20 });
const KEPT = 'type, performance and key of the data are carried from volume to volume';
const OTHER_DATA = 'another volume is other data; restore is a command of its own';
const ADOPTED = { volume: { adopt: 'vol-0123456789abcdef0', fileSystem: 'ext4' } };

describe('an edit is refused', () => {
  const rows: [string, Record<string, unknown>, string, string, string | undefined][] = [
    ['of the name', { name: 'other' }, 'name', 'gitlab: a workload keeps its name', 'other'],
    [
      'to a size below the present one',
      { 'volume.sizeGiB': 19 },
      'volume.sizeGiB',
      'at least the present 20 GiB: a volume cannot shrink',
      '19',
    ],
    [
      'of the file system',
      { 'volume.fileSystem': 'xfs' },
      'volume.fileSystem',
      'ext4: the data is in it',
      'xfs',
    ],
    ['of the volume type', { 'volume.type': 'gp2' }, 'volume.type', `gp3: ${KEPT}`, 'gp2'],
    ['of the iops', { 'volume.iops': 4_000 }, 'volume.iops', `nothing, as before: ${KEPT}`, '4000'],
    [
      'of the KMS key',
      { 'volume.kmsKeyId': 'alias/other' },
      'volume.kmsKeyId',
      `nothing, as before: ${KEPT}`,
      'alias/other',
    ],
    [
      'from a new volume to another',
      ADOPTED,
      'volume.adopt',
      `a new volume: ${OTHER_DATA}`,
      'vol-0123456789abcdef0',
    ],
    [
      'that removes the present zone',
      {
        'capacity.zones': { 'eu-west-1b': 'subnet-0a1b2c3d4e5f60002' },
        'volume.firstZone': 'eu-west-1b',
      },
      'capacity.zones',
      'eu-west-1a among the zones: the data is there, and leaving it needs an explicit migration first',
      'eu-west-1b',
    ],
    [
      'to another architecture',
      { 'capacity.architecture': 'arm64', 'capacity.instanceTypes': ['m7g.large'] },
      'capacity.architecture',
      'x86_64: images on the volume are built for it',
      'arm64',
    ],
  ];

  it.each(rows)('%s', (_what, changes, path, expected, found) => {
    expect(checkChange(before, definition(changes)).problems).toEqual([{ path, expected, found }]);
  });

  it('that removes the zone the data has moved to', () => {
    const next = definition({ 'capacity.zones': { 'eu-west-1a': 'subnet-0a1b2c3d4e5f60001' } });
    expect(checkChange(before, next).problems).toEqual([]);
    expect(checkChange(before, next, { zone: 'eu-west-1c' }).problems.map(({ path }) => path)).toEqual([
      'capacity.zones',
    ]);
  });

  it('that removes the zone the data is on its way to', () => {
    const next = definition({ 'capacity.zones': { 'eu-west-1a': 'subnet-0a1b2c3d4e5f60001' } });
    const present = { zone: 'eu-west-1a', nextZone: 'eu-west-1b' };
    expect(checkChange(before, next, present).problems).toMatchObject([
      { path: 'capacity.zones', expected: 'eu-west-1b among the zones: the data is on its way there' },
    ]);
    expect(checkChange(before, next, { ...present, nextZone: 'eu-west-1a' }).problems).toEqual([]);
  });

  it('to a size below what the volume has grown to', () => {
    expect(checkChange(before, definition({ 'volume.sizeGiB': 30 }), { sizeGiB: 40 }).problems).toHaveLength(
      1,
    );
  });

  it('to another adopted volume', () => {
    const other = { volume: { adopt: 'vol-0123456789abcdef1', fileSystem: 'ext4' } };
    expect(checkChange(definition(ADOPTED), definition(other)).problems).toHaveLength(1);
  });
});

describe('an edit is accepted', () => {
  it('without a word when nothing of the data changes', () => {
    const next = definition({
      'schedule.holidays': ['2026-12-24'],
      'capacity.onDemand': { fallbackAfterMinutes: 5 },
    });
    expect(checkChange(before, next)).toEqual({ problems: [], warnings: [] });
  });

  it('with a word when the volume is to grow, the image or the script is another', () => {
    const next = definition({ 'volume.sizeGiB': 30, image: 'flatcar', setup: { sha256: 'a'.repeat(64) } });
    const { problems, warnings } = checkChange(before, next);
    expect(problems).toEqual([]);
    expect(warnings.map(({ path, kind }) => [path, kind])).toEqual([
      ['volume.sizeGiB', 'warning'],
      ['setup', 'warning'],
      ['image', 'echo'],
    ]);
  });
});

describe('adopting a volume', () => {
  const VOLUME: AdoptedVolume = { kind: 'adopt', volumeId: 'vol-0123456789abcdef0', fileSystem: 'ext4' };
  const adopting: Definition & { volume: AdoptedVolume } = { ...definition(ADOPTED), volume: VOLUME };
  const good: AdoptionFacts = {
    state: 'available',
    zone: 'eu-west-1a',
    multiAttach: false,
    encrypted: true,
    attachedElsewhere: [],
    host: { fileSystem: 'ext4', marker: true, architecture: 'x86_64' },
  };
  const rows: [string, Partial<AdoptionFacts>, string | undefined, string[]][] = [
    ['of our own making is fine', {}, undefined, []],
    [
      'attached elsewhere says to whom',
      { state: 'in-use', attachedElsewhere: ['i-0123456789abcdef0'] },
      undefined,
      ['volume.adopt: attached to i-0123456789abcdef0'],
    ],
    [
      'owned by another workload says by which',
      { claimedBy: 'wiki' },
      undefined,
      ['volume.adopt: it belongs to wiki'],
    ],
    [
      'with Multi-Attach is refused',
      { multiAttach: true },
      undefined,
      ['volume.adopt: Multi-Attach is enabled'],
    ],
    ['that is being deleted is refused', { state: 'deleting' }, undefined, ['volume.adopt: deleting']],
    [
      'in a zone that is not listed is refused',
      { zone: 'eu-west-1d' },
      undefined,
      ['capacity.zones: eu-west-1a, eu-west-1b, eu-west-1c'],
    ],
    [
      'without a file system is never formatted',
      { host: { marker: false } },
      VOLUME.volumeId,
      ['volume.adopt: none'],
    ],
    [
      'with another file system is refused',
      { host: { fileSystem: 'xfs', marker: true } },
      undefined,
      ['volume.fileSystem: ext4'],
    ],
    [
      'with images of another architecture is refused',
      { host: { fileSystem: 'ext4', marker: true, architecture: 'arm64' } },
      undefined,
      ['capacity.architecture: x86_64'],
    ],
    [
      'without a marker needs the typed id',
      { host: { fileSystem: 'ext4', marker: false } },
      undefined,
      ['volume.adopt: nothing typed'],
    ],
    [
      'without a marker needs the right id',
      { host: { fileSystem: 'ext4', marker: false } },
      'vol-0123456789abcdef1',
      ['volume.adopt: vol-0123456789abcdef1'],
    ],
    [
      'without a marker is fine once typed',
      { host: { fileSystem: 'ext4', marker: false } },
      VOLUME.volumeId,
      [],
    ],
  ];

  it.each(rows)('%s', (_what, facts, confirmed, problems) => {
    const judged = judgeAdoption(adopting, { ...good, ...facts }, confirmed);
    expect(judged.problems.map(({ path, found }) => `${path}: ${found}`)).toEqual(problems);
  });

  it('that is not encrypted is accepted with a warning', () => {
    const judged = judgeAdoption(adopting, { ...good, encrypted: false }, undefined);
    expect(judged).toMatchObject({ problems: [], warnings: [{ path: 'volume.adopt', kind: 'warning' }] });
  });
});
