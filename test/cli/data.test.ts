// Commands about the data, on the embedded region: moves, backups, a restore, an end; and what is told of the past.

import { describe, expect, it } from 'vitest';
import { hours, minutes } from '../../shared/base/time.ts';
import { appliedCli, cliWorld, parsedJson, servingWorld } from './cli-world.ts';

describe('schedule', () => {
  it('show tells it as it was written', async () => {
    const ran = await (await appliedCli()).ran('schedule', 'show', 'gitlab');
    expect(ran.exit).toBe(0);
    expect(ran.out).toMatch(/time zone +Europe\/Riga/);
    expect(ran.out).toMatch(/runs +mon-fri 09:00–18:00/);
  });

  it('set keeps what is not given, shows the coming days, and says when it stops a service that runs', async () => {
    const small = await servingWorld();
    const ran = await small.ran(
      'schedule',
      'set',
      'gitlab',
      '--window',
      'mon-fri 14:00-20:00',
      '--window',
      'sat,sun 10:00-12:00',
      '--holiday',
      '2026-03-25',
      '--yes',
    );
    expect(ran.exit).toBe(0);
    expect(ran.out).toMatch(/2026-03-25 +wed +stopped +holiday/);
    expect(ran.out).toContain('now is outside the new hours: the service is drained and stopped at once');
    const shown = parsedJson(await small.ran('schedule', 'show', 'gitlab', '--json'));
    expect(shown).toMatchObject({
      schedule: {
        timeZone: 'Europe/Riga',
        windows: [{ from: '14:00', to: '20:00' }, { days: ['sat', 'sun'] }],
        holidays: ['2026-03-25'],
        readyByMinutes: 10,
      },
    });
  });

  it('set to the same changes nothing and asks nothing', async () => {
    const small = await appliedCli();
    const ran = await small.ran('schedule', 'set', 'gitlab', '--window', 'mon-fri 09:00-18:00', '--json');
    expect(parsedJson(ran)).toMatchObject({ changed: false });
  });

  it('set reads a file: a definition or a schedule alone', async () => {
    const small = await appliedCli();
    small.files.set('hours.yml', 'timeZone: UTC\nalways: true\n');
    expect((await small.ran('schedule', 'set', 'gitlab', '-f', 'hours.yml', '--yes')).exit).toBe(0);
    expect(parsedJson(await small.ran('schedule', 'show', 'gitlab', '--json'))).toMatchObject({
      schedule: { mode: 'always', timeZone: 'UTC' },
    });
    expect((await small.ran('schedule', 'set', 'gitlab', '-f', 'gitlab.yml', '--yes')).exit).toBe(0);
    expect(parsedJson(await small.ran('schedule', 'show', 'gitlab', '--json'))).toMatchObject({
      schedule: { mode: 'weekly' },
    });
  });
});

describe('plan', () => {
  it('tells what would be done now and why, and does nothing', async () => {
    const small = await appliedCli();
    small.world.region.switches.controlPlaneDownUntil = Number.MAX_SAFE_INTEGER;
    const before = small.world.region.instances.size;
    const ran = await small.ran('plan', 'gitlab');
    expect(ran.exit).toBe(0);
    expect(ran.out).toMatch(/next action +\S/);
    expect(ran.out).toMatch(/because +\S/);
    expect(small.world.region.instances.size).toBe(before);
  });
});

describe('drill interrupt', () => {
  it('has the instance taken, waits for the next, and history has its phases', async () => {
    const small = await servingWorld();
    const first = parsedJson(await small.ran('status', 'gitlab', '--json'));
    const ran = await small.ran('drill', 'interrupt', 'gitlab', '--yes');
    expect(ran.err).toContain('in two minutes (experiment EXP123)');
    expect(ran).toMatchObject({
      exit: 0,
      out: expect.stringContaining('spotkeep history gitlab --incident 1'),
    });
    const second = parsedJson(await small.ran('status', 'gitlab', '--json'));
    expect(Object(second).owner.instanceId).not.toBe(Object(first).owner.instanceId);
    const history = await small.ran('history', 'gitlab', '--incident', '1');
    expect(history.out).toMatch(/^incident 1: warned 10:\d\d Europe\/Riga, eu-west-1a, \d+ s, ended serving/);
    expect(history.out).toMatch(/noticed +\d+ s/);
    const all = await small.ran('history', 'gitlab', '--json');
    expect(parsedJson(all)).toMatchObject({ ok: true, incidents: [{ number: 1, kind: 'warned' }] });
  });
});

describe('backup', () => {
  it('create waits for the snapshot, list shows it', async () => {
    const small = await servingWorld();
    const ran = await small.ran('backup', 'create', 'gitlab');
    expect(ran.exit).toBe(0);
    const list = await small.ran('backup', 'list', 'gitlab');
    expect(list.out).toMatch(
      /^snap-\S+ +backup +completed +\d+ +vol-\S+ +10:\d\d Europe\/Riga.* +“manual 2026-03-23 08:\d\d”/m,
    );
    expect(list.out).toMatch(/^daily 1 of 7, back to /m);
    expect(list.out).toMatch(/^manual 1 of at most 20$/m);
    expect(parsedJson(await small.ran('backup', 'list', 'gitlab', '--json'))).toMatchObject({
      keep: 7,
      everyHours: 24,
      tiers: { daily: { keep: 7, kept: 1 }, weekly: { keep: 0 }, monthly: { keep: 0 } },
      manual: { kept: 1, most: 20 },
    });
  });

  it('create takes a label, and refuses one that EC2 would', async () => {
    const small = await servingWorld();
    expect((await small.ran('backup', 'create', 'gitlab', '--label', 'a,b')).err).toContain(
      '--label: expected',
    );
    const ran = await small.ran('backup', 'create', 'gitlab', '--label', 'before 17.0');
    expect(ran.err).toContain('“before 17.0”');
    expect((await small.ran('backup', 'list', 'gitlab')).out).toContain('“before 17.0”');
  });

  it('delete wants the id typed once more, and waits until it is gone', async () => {
    const small = await servingWorld();
    await small.ran('backup', 'create', 'gitlab', '--label', 'before 17.0');
    const list = parsedJson(await small.ran('backup', 'list', 'gitlab', '--json'));
    const { snapshotId } = Object(list).snapshots.find(
      ({ label }: { label?: string }) => label !== undefined,
    );
    expect(await small.ran('backup', 'delete', 'gitlab', 'snap-1', '--confirm', 'snap-1')).toMatchObject({
      exit: 2,
      err: expect.stringContaining('expected a snapshot id snap-…'),
    });
    const other = 'snap-0123456789abcdef0';
    expect((await small.ran('backup', 'delete', 'gitlab', other, '--confirm', other)).err).toContain(
      `gitlab has no ${other}`,
    );
    const wrong = await small.ran('backup', 'delete', 'gitlab', snapshotId, '--confirm', 'gitlab');
    expect(wrong.err).toContain(`expected ${snapshotId} typed once more`);
    const ran = await small.ran('backup', 'delete', 'gitlab', snapshotId, '--confirm', snapshotId);
    expect(ran).toMatchObject({ exit: 0, err: expect.stringContaining('permanently, within minutes') });
    expect((await small.ran('backup', 'list', 'gitlab')).out).not.toContain(snapshotId);
  });

  it('list and status tell of rules that will keep less', async () => {
    const small = await servingWorld();
    const fewer = small.files.get('gitlab.yml')?.replace('keep: 7', 'keep: 2') ?? '';
    small.files.set('fewer.yml', fewer);
    const ran = await small.ran('apply', '-f', 'fewer.yml', '--yes');
    expect(ran.out).toMatch(
      /retention: retention is lower from .* on, and Spotkeep then deletes none of the present snapshots/,
    );
    for (const argv of [
      ['backup', 'list', 'gitlab'],
      ['status', 'gitlab'],
    ])
      expect((await small.ran(...argv)).out).toContain('To cancel, apply the previous definition');
    const back = await small.ran('apply', '-f', 'gitlab.yml', '--yes');
    expect(back.out).toContain('the previous retention applies again');
    expect((await small.ran('status', 'gitlab')).out).not.toContain('To cancel, apply');
  });

  it('list of none says how to make one', async () => {
    const ran = await (await appliedCli()).ran('backup', 'list', 'gitlab');
    expect(ran.out).toContain('spotkeep backup create gitlab');
  });
});

describe('move', () => {
  it('takes the service to the zone and waits until it serves there', async () => {
    const small = await servingWorld();
    const ran = await small.ran('move', 'gitlab', '--zone', 'eu-west-1b');
    expect(ran.exit).toBe(0);
    expect(parsedJson(await small.ran('status', 'gitlab', '--json'))).toMatchObject({
      state: 'serving',
      volume: { zone: 'eu-west-1b' },
    });
  });
});

describe('restore', () => {
  it('without --accept-loss shows what would be lost, and changes nothing; with it puts the data back', async () => {
    const small = await servingWorld();
    await small.ran('backup', 'create', 'gitlab');
    await small.pass(minutes(20));
    const list = parsedJson(await small.ran('backup', 'list', 'gitlab', '--json'));
    const { snapshotId } = Object(list).snapshots.find(({ kind }: { kind: string }) => kind === 'backup');
    await small.ran('stop', 'gitlab');
    const refused = await small.ran('restore', 'gitlab', '--snapshot', snapshotId, '--yes');
    expect(refused.exit).toBe(2);
    expect(refused.err).toMatch(/wrote from .* to .* Europe\/Riga would be lost: give --accept-loss/);
    const ran = await small.ran('restore', 'gitlab', '--snapshot', snapshotId, '--yes', '--accept-loss');
    expect(ran).toMatchObject({ exit: 0 });
    expect(
      Object(parsedJson(await small.ran('status', 'gitlab', '--json'))).volume.generation,
    ).toBeGreaterThan(1);
  });
});

describe('destroy', () => {
  it('of what runs is refused before anybody is asked', async () => {
    const small = await servingWorld();
    const ran = await small.ran('destroy', 'gitlab', '--confirm', 'gitlab');
    expect(ran).toMatchObject({
      exit: 2,
      out: '',
      called: ['status'],
      err: expect.stringContaining('spotkeep stop gitlab'),
    });
  });

  it.each([
    ['without the typed name', [], /pass --confirm gitlab/],
    ['with another name typed', ['--confirm', 'gitlub'], /expected gitlab typed once more, found "gitlub"/],
  ])('%s changes nothing', async (_, more, says) => {
    const small = await appliedCli();
    await small.ran('stop', 'gitlab', '--until', '2026-03-25T09:00');
    const ran = await small.ran('destroy', 'gitlab', ...more);
    expect(ran).toMatchObject({ exit: 2, called: ['status'], err: expect.stringMatching(says) });
  });

  it('asks for the name, takes a final snapshot and keeps it, and the name never comes back', async () => {
    const small = await servingWorld();
    await small.ran('stop', 'gitlab', '--until', '2026-03-25T09:00');
    small.terminal.interactive = true;
    small.answers.push('gitlab');
    const ran = await small.ran('destroy', 'gitlab', '--timeout', String(hours(12) / 1000));
    expect(small.asked).toEqual(['Type the name of the workload to destroy it']);
    expect(ran.out).toContain('A final snapshot is taken and stays.');
    expect(ran.exit).toBe(0);
    const status = Object(parsedJson(await small.ran('status', 'gitlab', '--json')));
    expect([...small.world.region.snapshots.keys()]).toContain(status.destroyed.snapshotId);
    for (const argv of [
      ['start', 'gitlab'],
      ['apply', '-f', 'gitlab.yml', '--yes'],
    ])
      expect(await small.ran(...argv)).toMatchObject({
        exit: 2,
        err: expect.stringMatching(/^spotkeep: [^\n]+\n$/),
      });
  });
});

describe('recover', () => {
  it('where no table was restored has nothing to do', async () => {
    const small = await servingWorld();
    const ran = await small.ran('recover', '--yes', '--json');
    expect(ran.exit).toBe(0);
  });
});

describe('init', () => {
  const FLAGS = [
    '--name',
    'wiki',
    '--subnet',
    'eu-west-1a=subnet-0a1b2c3d4e5f60001',
    'eu-west-1b=subnet-0a1b2c3d4e5f60002',
    '--security-group',
    'sg-0a1b2c3d4e5f60001',
  ];

  it.each(['x86_64', 'arm64'])(
    'writes a definition for %s that validate takes and apply too',
    async (arch) => {
      const small = cliWorld();
      expect(await small.ran('init', ...FLAGS, '--arch', arch)).toMatchObject({ exit: 0, called: [] });
      expect(await small.ran('validate', '-f', 'wiki.yml')).toMatchObject({ exit: 0 });
      expect(await small.ran('apply', '-f', 'wiki.yml', '--yes')).toMatchObject({ exit: 0 });
      expect(parsedJson(await small.ran('status', 'wiki', '--json'))).toMatchObject({ name: 'wiki' });
    },
  );

  it('asks what is not given', async () => {
    const small = cliWorld();
    small.terminal.interactive = true;
    small.answers.push(
      'wiki',
      'eu-west-1a=subnet-0a1b2c3d4e5f60001',
      'always',
      'x86_64',
      'sg-0a1b2c3d4e5f60001',
      '40',
      'UTC',
    );
    expect(await small.ran('init', 'my.yml')).toMatchObject({ exit: 0, err: '' });
    const text = small.files.get('my.yml');
    expect(text).toContain('sizeGiB: 40');
    expect(text).toContain('always: true');
    expect(await small.ran('validate', '-f', 'my.yml')).toMatchObject({ exit: 0 });
  });

  it('never writes over something, nor what validate would refuse', async () => {
    const small = cliWorld();
    small.files.set('wiki.yml', 'mine');
    expect(await small.ran('init', ...FLAGS)).toMatchObject({
      exit: 2,
      err: expect.stringContaining('already exists'),
    });
    expect(small.files.get('wiki.yml')).toBe('mine');
    expect(await small.ran('init', 'new.yml', ...FLAGS, '--hours', 'mon 09:00-09:00')).toMatchObject({
      exit: 2,
    });
    expect(small.files.has('new.yml')).toBe(false);
  });

  it.each([
    ['--name', 'A b'],
    ['--subnet', 'eu-west-1a'],
    ['--security-group', 'default'],
    ['--size', '1.5'],
    ['--time-zone', 'Mars/X'],
    ['--hours', '9 to 5'],
    ['--arch', 'sparc'],
  ])('refuses %s %s', async (flag, value) => {
    const small = cliWorld();
    const ran = await small.ran('init', ...FLAGS, flag, value);
    expect(ran).toMatchObject({ exit: 2, err: expect.stringContaining(flag) });
    expect(small.files.has('wiki.yml')).toBe(false);
  });
});
