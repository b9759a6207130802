// Every line of bad input that a person can type at the command line: the exit code, one line on standard error, nothing
// changed. Definitions first: they are refused before anything is called.

import { describe, expect, it } from 'vitest';
import { appliedCli, type CliWorld, cliWorld, type Ran, servingWorld } from './cli-world.ts';

const oneLine = ({ err }: Ran): void => {
  expect(err).toMatch(/^spotkeep: [^\n]+\n$/);
};

const edit = (small: CliWorld, ...changes: [from: string | RegExp, to: string][]): void => {
  const before = small.files.get('gitlab.yml') ?? '';
  const after = changes.reduce((text, [from, to]) => text.replace(from, to), before);
  if (after === before) throw new Error('the example has nothing to change there');
  small.files.set('gitlab.yml', after);
};

type Bad = [name: string, change: [from: string | RegExp, to: string], says: RegExp];

const DEFINITIONS: Bad[] = [
  ['an empty name', ['name: gitlab', 'name: ""'], /name: expected a name/],
  ['a name of 41 characters', ['name: gitlab', `name: ${'a'.repeat(41)}`], /name: expected a name/],
  ['a path for a name', ['name: gitlab', 'name: ../x'], /name: expected a name/],
  ['look-alike letters', ['name: gitlab', 'name: gіtlab'], /name: expected a name/],
  ['an unknown field', ['stopGraceSeconds: 120', 'stopGraceSecond: 120'], /did you mean stopGraceSeconds\?/],
  [
    'a key given twice',
    ['region: eu-west-1\n', 'region: eu-west-1\nregion: eu-west-1\n'],
    /expected each field once/,
  ],
  ['an anchor', ['name: gitlab', 'name: &a gitlab'], /no anchors/],
  ['a megabyte of YAML', ['name: gitlab', `name: gitlab # ${'x'.repeat(1_000_000)}`], /at most 65536 bytes/],
  ['size 0', ['sizeGiB: 20', 'sizeGiB: 0'], /volume\.sizeGiB: expected a whole number/],
  ['size −1', ['sizeGiB: 20', 'sizeGiB: -1'], /volume\.sizeGiB: expected a whole number/],
  ['size 1.5', ['sizeGiB: 20', 'sizeGiB: 1.5'], /volume\.sizeGiB: expected a whole number/],
  ['size "100GB"', ['sizeGiB: 20', 'sizeGiB: "100GB"'], /volume\.sizeGiB: expected a whole number/],
  ['size NaN', ['sizeGiB: 20', 'sizeGiB: .nan'], /volume\.sizeGiB: expected a whole number/],
  ['a size above the type’s limit', ['sizeGiB: 20', 'sizeGiB: 65537'], /volume\.sizeGiB: expected/],
  ['iops on gp2', [/ {2}type: gp3/, '  type: gp2\n  iops: 4000'], /volume\.iops: expected no iops/],
  [
    'iops on st1',
    [/sizeGiB: 20([\s\S]*?) {2}type: gp3/, 'sizeGiB: 200$1  type: st1\n  iops: 500'],
    /volume\.iops: expected no iops/,
  ],
  ['Multi-Attach', [/ {2}type: gp3/, '  type: gp3\n  multiAttach: true'], /volume\.multiAttach: expected/],
  ['encryption off', ['encrypted: true', 'encrypted: false'], /volume\.encrypted: expected true/],
  [
    'a KMS key of another region',
    ['encrypted: true', 'encrypted: true\n  kmsKeyId: arn:aws:kms:us-east-1:123456789012:key/1234'],
    /volume\.kmsKeyId: expected an ARN of eu-west-1/,
  ],
  ['a zone of another region', ['eu-west-1c: subnet', 'us-east-1c: subnet'], /capacity\.zones/],
  ['a zone id for a name', ['eu-west-1c: subnet', 'euw1-az3: subnet'], /capacity\.zones/],
  [
    'no zones',
    [/zones:\n(?: {4}eu-west-1[abc].*\n)+/, 'zones: {}\n'],
    /capacity\.zones: expected at least one zone/,
  ],
  ['an unknown instance type', ['- m7i.large', '- m7i.lagre'], /did you mean m7i\.large\?/],
  ['another architecture', ['- m7i.large', '- m7g.large'], /expected a type of x86_64/],
  ['price "free"', ['onDemand: never', 'onDemand: free'], /capacity\.onDemand: expected/],
  [
    'a negative price',
    ['onDemand: never', 'onDemand: never\n  maxPrice: -1'],
    /capacity\.maxPrice: expected/,
  ],
  ['zone EST5', ['timeZone: Europe/Riga', 'timeZone: EST5'], /schedule\.timeZone: expected/],
  [
    'zone PST',
    ['timeZone: Europe/Riga', 'timeZone: PST'],
    /schedule\.timeZone: expected a time zone .*did you mean America\/Los_Angeles\?, found "PST"/,
  ],
  [
    'more than its record can hold',
    [
      '# How it is reached.',
      `instance: {tags: {${[1, 2, 3].map((n) => `t${n}: "${'ж'.repeat(250)}"`).join(', ')}, ${Array.from({ length: 12 }, (_, n) => `x${n}: "${'x'.repeat(250)}"`).join(', ')}}}`,
    ],
    /instance\.tags: expected at most 4096 bytes as JSON, found 4\d{3}/,
  ],
  [
    'a tag value that YAML reads as a number',
    ['# How it is reached.', 'instance: {tags: {CostCenter: 1234}}'],
    /instance\.tags\.CostCenter: expected a tag value in quotes: without them YAML reads a number, found 1234/,
  ],
  ['zone Mars/X', ['timeZone: Europe/Riga', 'timeZone: Mars/X'], /schedule\.timeZone: expected/],
  ['start = end', ['to: "18:00"', 'to: "09:00"'], /expected an end other than the start/],
  ['9am', ['from: "09:00"', 'from: "9am"'], /expected a local time/],
  ['25:61', ['to: "18:00"', 'to: "25:61"'], /expected a local time/],
  ['30 February', ['holidays: []', 'holidays: [2026-02-30]'], /expected a date/],
  [
    'a setup script that is not there',
    ['gitlab-setup.sh', 'other.sh'],
    /setup\.file: expected a readable script/,
  ],
];

describe('a definition with', () => {
  it.each(DEFINITIONS)(
    '%s is refused by validate and apply, and AWS is not called',
    async (_, change, says) => {
      const small = cliWorld();
      edit(small, change);
      const applied = await small.ran('apply', '-f', 'gitlab.yml', '--yes');
      expect(applied).toMatchObject({ exit: 2, out: '', called: [] });
      oneLine(applied);
      expect(applied.err).toMatch(says);
      expect(applied.err).toContain('gitlab.yml: ');
      expect(small.connections).toEqual([]);
      const validated = await small.ran('validate', '-f', 'gitlab.yml');
      expect(validated).toMatchObject({ exit: 2, err: '', out: expect.stringMatching(says) });
    },
  );

  it.each([
    ['one type in one zone', [/instanceTypes:\n(?: {4}- .*\n)+/, 'instanceTypes: [m7i.large]\n'], /one type/],
    ['an overnight window', ['to: "18:00"', 'to: "06:00"'], /over midnight/],
    ['no windows', [/windows:\n[\s\S]*?(?= {2}# Dates on which)/, 'windows: []\n'], /no windows/],
    [
      'a window that the clocks skip',
      [/days: mon-fri([\s\S]*?)from: "09:00"/, 'days: sun$1from: "03:30"'],
      /2026-03-29T03:30 does not exist: clocks go forward/,
    ],
  ] satisfies Bad[])('%s is accepted, and said', async (name, change, says) => {
    const small = cliWorld();
    edit(small, change);
    if (name === 'one type in one zone') edit(small, [/ {4}eu-west-1b.*\n {4}eu-west-1c.*\n/, '']);
    const ran = await small.ran('validate', '-f', 'gitlab.yml');
    expect(ran).toMatchObject({ exit: 0, out: expect.stringMatching(says) });
  });

  it('a name or a volume that another file has is refused, whichever file it is in', async () => {
    const small = cliWorld();
    small.files.set('twin.yml', small.files.get('gitlab.yml') ?? '');
    const ran = await small.ran('apply', '-f', 'gitlab.yml', 'twin.yml', '--yes');
    expect(ran).toMatchObject({ exit: 2, called: [], err: expect.stringContaining('gitlab.yml has it') });
  });
});

describe('a change of a definition that', () => {
  it.each([
    [
      'shrinks the volume',
      ['sizeGiB: 20', 'sizeGiB: 10'],
      /volume\.sizeGiB: expected at least the present 20 GiB/,
    ],
    ['changes the architecture', ['architecture: x86_64', 'architecture: arm64'], /./],
    ['takes the present zone away', [/ {4}eu-west-1a: .*\n/, ''], /./],
    ['changes the file system', ['fileSystem: ext4', 'fileSystem: xfs'], /volume\.fileSystem: expected ext4/],
  ] satisfies Bad[])(
    '%s is refused before anybody is asked, and changes nothing',
    async (_, change, says) => {
      const small = await appliedCli();
      const before = await small.ran('status', 'gitlab', '--json');
      edit(small, change);
      const ran = await small.ran('apply', '-f', 'gitlab.yml', '--yes');
      expect(ran.exit).toBe(2);
      oneLine(ran);
      expect(ran.err).toMatch(says);
      expect(JSON.parse((await small.ran('status', 'gitlab', '--json')).out).definitionHash).toBe(
        JSON.parse(before.out).definitionHash,
      );
    },
  );
});

const INJECTED = [
  'a\nb',
  '$(reboot)',
  "'; rm -rf /",
  '"quoted"',
  '`id`',
  '../x',
  '-',
  'a\u001b[2Jb',
  'x'.repeat(5_000),
];

describe('an argument with newline, $(), quotes', () => {
  it.each(INJECTED)('as a name, %j, is refused on one line and never called with', async (name) => {
    const small = await appliedCli();
    for (const command of ['status', 'start', 'stop', 'plan', 'history', 'resume', 'recover', 'destroy']) {
      const ran = await small.ran(command, '--', name);
      expect(ran).toMatchObject({ exit: 2, called: [] });
      oneLine(ran);
      expect(ran.err.length).toBeLessThan(400);
    }
  });

  it.each([
    ['start', 'gitlab', '--until'],
    ['stop', 'gitlab', '--until'],
    ['move', 'gitlab', '--zone'],
    ['restore', 'gitlab', '--snapshot'],
    ['schedule', 'set', 'gitlab', '--window'],
    ['history', 'gitlab', '--incident'],
    ['list', '--stage'],
    ['list', '--region'],
  ])('as the value of an option of %s %s is refused on one line', async (...words) => {
    const small = await appliedCli();
    for (const value of INJECTED) {
      const ran = await small.ran(...words.slice(0, -1), `${words.at(-1)}=${value}`);
      expect(ran.exit).toBe(2);
      oneLine(ran);
      expect(ran.called.filter((name) => name !== 'status')).toEqual([]);
    }
  });
});

const USAGE: [name: string, argv: string[], says: RegExp][] = [
  ['an unknown flag', ['status', '--frobnicate'], /unknown option '--frobnicate'/],
  ['a flag misspelt', ['start', 'gitlab', '--untill', '22:00'], /Did you mean --until\?/],
  ['an unknown command', ['sart', 'gitlab'], /Did you mean start\?/],
  ['a group without its command', ['schedule'], /schedule: expected one of its commands/],
  ['a name missing', ['start'], /missing required argument 'name'/],
  ['a name too many', ['start', 'gitlab', 'wiki'], /too many arguments/],
  ['a value missing', ['start', 'gitlab', '--until'], /argument missing/],
  ['an option missing', ['move', 'gitlab'], /--zone/],
  ['a stage that is none', ['list', '--stage', 'Dev!'], /--stage: expected/],
  ['a region that is none', ['list', '--region', 'Ireland'], /--region: expected a region name/],
  ['an endpoint that is none', ['list', '--endpoint-url', 'nowhere'], /--endpoint-url: expected an address/],
  ['a time-out of nothing', ['start', 'gitlab', '--timeout', '0'], /--timeout: expected whole seconds/],
  ['until nonsense', ['start', 'gitlab', '--until', 'soon'], /--until: expected a local time/],
  ['until 25:61', ['stop', 'gitlab', '--until', '25:61'], /--until: expected a local time/],
  ['until a past date', ['stop', 'gitlab', '--until', '2020-01-01T10:00'], /still to come/],
  [
    'until an hour ago',
    ['stop', 'gitlab', '--until', '2026-03-23T09:00'],
    /until: expected a time that is still to come/,
  ],
  ['until a time the clocks skip', ['start', 'gitlab', '--until', '2026-03-29T03:30'], /the clock skips/],
  ['a workload that is not there', ['start', 'wiki'], /there is no workload wiki: run spotkeep list/],
  ['a zone of no definition', ['move', 'gitlab', '--zone', 'eu-west-1f'], /zone/],
  ['a zone id', ['move', 'gitlab', '--zone', 'euw1-az1'], /--zone: expected an Availability Zone name/],
  [
    'a snapshot that is none',
    ['restore', 'gitlab', '--snapshot', 'latest'],
    /--snapshot: expected a snapshot id/,
  ],
  ['restore where nobody can be asked', ['restore', 'gitlab', '--snapshot', 'snap-01234567'], /pass --yes/],
  [
    'an incident that is none',
    ['history', 'gitlab', '--incident', '0'],
    /--incident: expected a whole number/,
  ],
  ['nothing to set', ['schedule', 'set', 'gitlab'], /expected hours/],
  ['two modes at once', ['schedule', 'set', 'gitlab', '--always', '--never'], /only one of/],
  [
    'a window that is none',
    ['schedule', 'set', 'gitlab', '--window', 'weekdays'],
    /--window: expected days and hours/,
  ],
  [
    'a window on no days',
    ['schedule', 'set', 'gitlab', '--window', 'foo-bar 09:00-18:00'],
    /windows\[0\]\.days: expected/,
  ],
  ['a shell nobody has', ['completion', 'tcsh'], /Allowed choices are bash, zsh, fish/],
  ['an adoption of nothing', ['adopt', '-f', 'gitlab.yml'], /volume\.adopt: expected an existing volume/],
  [
    'a file that is not there',
    ['apply', '-f', 'nowhere.yml'],
    /nowhere\.yml: definition: expected a file that can be read/,
  ],
  ['no file', ['apply'], /--file/],
  [
    'a drill of what does not run',
    ['drill', 'interrupt', 'gitlab', '--yes'],
    /there is nothing to interrupt/,
  ],
];

describe('bad usage', () => {
  it.each(USAGE)('%s: 2, one line, nothing changed', async (_, argv, says) => {
    const small = await appliedCli();
    const before = (await small.ran('status', 'gitlab', '--json')).out;
    const ran = await small.ran(...argv);
    expect(ran.err).toMatch(says);
    expect(ran.exit).toBe(2);
    oneLine(ran);
    const [was, is] = [before, (await small.ran('status', 'gitlab', '--json')).out].map((text) =>
      JSON.parse(text),
    );
    expect(is.definitionHash).toBe(was.definitionHash);
    expect(is.override).toEqual(was.override);
  });

  it('is told to programs as JSON too', async () => {
    const ran = await cliWorld().ran('start', 'a b', '--json');
    expect(JSON.parse(ran.out)).toMatchObject({
      ok: false,
      code: 'invalid',
      says: expect.stringContaining('NAME'),
    });
    oneLine(ran);
  });
});

describe('twice', () => {
  it('start and stop are no mistakes', async () => {
    const small = await servingWorld();
    for (const argv of [
      ['start', 'gitlab'],
      ['start', 'gitlab'],
      ['stop', 'gitlab'],
      ['stop', 'gitlab'],
    ])
      expect(await small.ran(...argv)).toMatchObject({ exit: 0 });
  });
});
