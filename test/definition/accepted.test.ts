// What a definition becomes once accepted, what is said aloud, and that the two forms agree.

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { everyHours, tiersOf } from '../../shared/definition/backups.ts';
import type { Definition } from '../../shared/definition/definition.ts';
import type { Remark } from '../../shared/definition/problem.ts';
import { definitionFromJson, scheduleFromJson } from '../../shared/definition/read/from-json.ts';
import { definitionJsonSchema } from '../../shared/definition/read/json-schema.ts';
import { parseDefinition } from '../../shared/definition/read/parse.ts';
import { weeklyRemarks } from '../../shared/definition/warnings.ts';
import { definition, deps, exampleFile, parsed, problemsOf } from './example.ts';

describe('a region of', () => {
  // AWS Regions and Availability Zones guide, "AWS Regions"; AWS European Sovereign Cloud User Guide.
  it.each(['eusc-de-east-1', 'us-gov-west-1', 'ap-southeast-7', 'us-isob-east-1', 'cn-northwest-1'])(
    'another partition or number, %s, is accepted with its zones',
    (region) => {
      const zones = {
        [`${region}a`]: 'subnet-0a1b2c3d4e5f60001',
        [`${region}b`]: 'subnet-0a1b2c3d4e5f60002',
      };
      const read = definition({ region, 'capacity.zones': zones, 'volume.firstZone': `${region}a` });
      expect(read.region).toBe(region);
      expect(definitionFromJson(read)).toEqual(read);
    },
  );
});

describe('the GitLab example', () => {
  const read = parseDefinition(exampleFile('gitlab.yml'), deps);

  it('is what the README says it is', () => {
    expect(read.definition).toMatchObject({
      name: 'gitlab',
      region: 'eu-west-1',
      volume: {
        kind: 'new',
        sizeGiB: 20,
        type: 'gp3',
        encrypted: true,
        fileSystem: 'ext4',
        firstZone: 'eu-west-1a',
      },
      image: 'amazon-linux-2023-ecs',
      schedule: {
        timeZone: 'Europe/Riga',
        mode: 'weekly',
        windows: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '18:00' }],
        holidays: [],
        readyByMinutes: 10,
      },
      capacity: { architecture: 'x86_64', onDemand: { kind: 'never' } },
      health: { kind: 'http', port: 80, path: '/-/health' },
      warmUpSeconds: 60,
    });
    expect(read.definition.capacity.zones.map(({ zone }) => zone)).toEqual([
      'eu-west-1a',
      'eu-west-1b',
      'eu-west-1c',
    ]);
    expect(read.definition.capacity.instanceTypes.length).toBeGreaterThanOrEqual(10);
  });

  it('raises no warning', () => {
    expect(read.warnings).toEqual([]);
  });

  it('has a comment before every field', () => {
    const lines = exampleFile('gitlab.yml').split('\n');
    const bare = lines.filter(
      (line, index) => /^ *(- )?[a-zA-Z]+:( |$)/.test(line) && !lines[index - 1]?.trim().startsWith('#'),
    );
    expect(bare).toEqual([]);
  });

  it('pins its setup script by hash, and hands over the text', () => {
    const script = exampleFile('gitlab-setup.sh');
    expect(read.setupScript).toBe(script);
    expect(read.definition.setup).toEqual({ sha256: createHash('sha256').update(script).digest('hex') });
  });

  it('keeps all data of its container in named volumes, and comes back by itself', () => {
    const script = exampleFile('gitlab-setup.sh');
    expect(script).toContain('--restart unless-stopped');
    expect(script.match(/--volume (\S+):/g)).toEqual([
      '--volume gitlab-config:',
      '--volume gitlab-logs:',
      '--volume gitlab-data:',
    ]);
  });

  it('is the same through the record and back', () => {
    expect(definitionFromJson(JSON.parse(JSON.stringify(read.definition)))).toEqual(read.definition);
  });
});

describe('defaults', () => {
  it('fill what a short definition leaves out', () => {
    const short = definition({
      'volume.type': undefined,
      'volume.encrypted': undefined,
      'volume.fileSystem': undefined,
      'capacity.onDemand': undefined,
      image: undefined,
      network: undefined,
      setup: undefined,
      'schedule.readyByMinutes': undefined,
      stopGraceSeconds: undefined,
      warmUpSeconds: undefined,
      health: undefined,
      backups: undefined,
      retention: undefined,
      unkeptBinds: undefined,
    });
    expect(short).toEqual({
      ...definition(),
      setup: undefined,
      network: { securityGroupIds: [] },
      warmUpSeconds: 0,
      health: { kind: 'container' },
    });
  });

  it.each([
    ['days: sat', 'sat', ['sat']],
    ['days round the week end', 'sat-mon', ['mon', 'sat', 'sun']],
    ['days as a list', ['wed', 'mon', 'wed'], ['mon', 'wed']],
  ])('reads %s', (_what, days, expected) => {
    const read = definition({ 'schedule.windows': [{ days, from: '09:00', to: '24:00' }] });
    expect(read.schedule.windows).toEqual([{ days: expected, from: '09:00', to: '24:00' }]);
  });

  it('reads fallback, requirements, an address and other health checks', () => {
    const read = definition({
      'capacity.onDemand': { fallbackAfterMinutes: 20 },
      'capacity.requirements': { vcpu: { min: 2, max: 8 }, memoryGiB: { min: 8 } },
      'network.address': 'eipalloc-0a1b2c3d4e5f60001',
      health: { tcp: { port: 22 } },
    });
    expect(read).toMatchObject({
      capacity: {
        onDemand: { kind: 'fallback', afterMinutes: 20 },
        requirements: { vcpuMin: 2, vcpuMax: 8, memoryMinGiB: 8 },
      },
      network: { elasticIpAllocationId: 'eipalloc-0a1b2c3d4e5f60001' },
      health: { kind: 'tcp', port: 22 },
    });
  });

  it.each<[unknown, unknown]>([
    [{ keep: 14 }, { afterStop: true, keep: 14 }],
    [
      { afterStop: false, every: '6h', keep: { daily: 7, weekly: 4, monthly: 3 } },
      { afterStop: false, everyHours: 6, keep: { daily: 7, weekly: 4, monthly: 3 } },
    ],
    [
      { every: '24h', keep: { weekly: 4 } },
      { afterStop: true, everyHours: 24, keep: { daily: 0, weekly: 4, monthly: 0 } },
    ],
  ])('reads backups %j, and the parsed form again', (written, read) => {
    const made = definition({ backups: written });
    expect(made.backups).toEqual(read);
    expect(definitionFromJson(JSON.parse(JSON.stringify(made)))).toEqual(made);
  });

  it('keeps as much as any may where a stored definition cannot be read', () => {
    const of = (backups: unknown) => tiersOf(backups as Definition['backups']);
    expect(of({})).toEqual({ daily: 100, weekly: 0, monthly: 0 });
    expect(of({ keep: 'many' })).toEqual({ daily: 100, weekly: 0, monthly: 0 });
    expect(of({ keep: { daily: -1, weekly: 'x', monthly: 3 } })).toEqual({
      daily: 100,
      weekly: 0,
      monthly: 3,
    });
    expect(everyHours({ everyHours: 0 } as Definition['backups'])).toBe(1);
    expect(everyHours({ everyHours: 'x' } as unknown as Definition['backups'])).toBe(24);
  });

  it('reads a volume to adopt', () => {
    const read = parsed({ volume: { adopt: 'vol-0123456789abcdef0', fileSystem: 'xfs' } });
    expect(read.definition.volume).toEqual({
      kind: 'adopt',
      volumeId: 'vol-0123456789abcdef0',
      fileSystem: 'xfs',
    });
  });
});

describe('accepted, and said aloud', () => {
  const rows: [string, Record<string, unknown>, Remark][] = [
    [
      'one type in one zone',
      {
        'capacity.instanceTypes': ['m7i.large'],
        'capacity.zones': { 'eu-west-1a': 'subnet-0a1b2c3d4e5f60001' },
      },
      {
        path: 'capacity',
        kind: 'warning',
        text: 'one type in one zone (m7i.large in eu-west-1a): when it is taken there is nowhere to go',
      },
    ],
    [
      'an end before the start',
      { 'schedule.windows': [{ days: 'fri', from: '22:00', to: '06:00' }] },
      {
        path: 'schedule.windows[0]',
        kind: 'echo',
        text: 'runs over midnight: fri 22:00 to 06:00 the next day',
      },
    ],
    [
      'windows that overlap',
      {
        'schedule.windows': [
          { days: 'mon-fri', from: '09:00', to: '18:00' },
          { days: 'fri', from: '17:00', to: '20:00' },
        ],
      },
      { path: 'schedule.windows[1]', kind: 'warning', text: 'overlaps windows[0]: they are merged' },
    ],
    [
      'no windows',
      { 'schedule.windows': [] },
      { path: 'schedule', kind: 'ask', text: 'no windows: the service will never run by itself' },
    ],
    [
      'a way back to Spot that is never needed',
      { 'capacity.returnToSpot': { days: 'sun', from: '03:00', to: '05:00' } },
      { path: 'capacity.returnToSpot', kind: 'warning', text: 'has no effect: on-demand is never used' },
    ],
  ];

  it.each(rows)('%s', (_what, changes, notice) => {
    expect(parsed(changes).warnings).toEqual([notice]);
  });

  it('no windows means never', () => {
    expect(definition({ 'schedule.windows': [] }).schedule.mode).toBe('never');
    expect(definition({ 'schedule.windows': undefined }).schedule.mode).toBe('never');
  });

  it("an overlap over Sunday's midnight is found", () => {
    const schedule = definition({
      'schedule.windows': [
        { days: 'sun', from: '22:00', to: '06:00' },
        { days: 'mon', from: '05:00', to: '09:00' },
      ],
    }).schedule;
    expect(weeklyRemarks(schedule).map(({ path }) => path)).toEqual([
      'schedule.windows[0]',
      'schedule.windows[1]',
    ]);
  });

  it('windows that only touch are no overlap', () => {
    const windows = [
      { days: 'mon', from: '09:00', to: '12:00' },
      { days: 'mon', from: '12:00', to: '18:00' },
    ];
    expect(parsed({ 'schedule.windows': windows }).warnings).toEqual([]);
  });
});

describe('the parsed form', () => {
  it('refuses a field it does not know', () => {
    expect(problemsOf(() => definitionFromJson({ ...definition(), colour: 'red' }))).toMatchObject([
      { path: 'colour' },
    ]);
  });

  it('is judged by the same rules as the YAML', () => {
    const crooked = { ...definition(), capacity: { ...definition().capacity, instanceTypes: ['m7g.large'] } };
    expect(problemsOf(() => definitionFromJson(crooked))).toEqual([
      { path: 'capacity.instanceTypes[0]', expected: 'a type of x86_64', found: 'm7g.large (arm64)' },
    ]);
  });

  it('of a schedule is told from the YAML form by its mode', () => {
    const { schedule } = definition();
    expect(scheduleFromJson(schedule)).toEqual(schedule);
    expect(scheduleFromJson({ timeZone: 'UTC', always: true })).toMatchObject({
      mode: 'always',
      windows: [],
    });
  });
});

describe('the JSON Schema for editors', () => {
  it('is the one that is shipped: write `definitionJsonSchema()` to examples/definition.schema.json', () => {
    expect(JSON.parse(exampleFile('definition.schema.json'))).toEqual(definitionJsonSchema());
  });

  it('names every field of the example', () => {
    const known = Object.keys(Object(definitionJsonSchema().properties));
    const used = [...exampleFile('gitlab.yml').matchAll(/^([a-zA-Z]+):/gm)].map(([, name]) => name);
    expect(used.filter((name) => !known.includes(name ?? ''))).toEqual([]);
  });
});
