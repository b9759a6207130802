// The operator's day on the embedded region: the command's own lines, exit codes and JSON against the real functions.

import { describe, expect, it } from 'vitest';
import { minutes } from '../../shared/base/time.ts';
import { appliedCli, cliWorld, parsedJson, servingWorld } from './cli-world.ts';

describe('validate', () => {
  it('says a good definition is fine, and asks nothing of AWS', async () => {
    const small = cliWorld();
    const ran = await small.ran('validate', '-f', 'gitlab.yml');
    expect(ran).toMatchObject({ exit: 0, out: expect.stringContaining('gitlab.yml: gitlab is fine') });
    expect(small.connections).toEqual([]);
  });

  it('says every mistake of every file, a line each, and answers 2', async () => {
    const small = cliWorld();
    const text = small.files.get('gitlab.yml') ?? '';
    small.files.set(
      'bad.yml',
      text.replace('sizeGiB: 20', 'sizeGiB: 1.5').replace('onDemand: never', 'onDemand: free'),
    );
    const ran = await small.ran('validate', '-f', 'gitlab.yml', 'bad.yml');
    expect(ran.exit).toBe(2);
    expect(ran.out.split('\n').filter((line) => line.startsWith('bad.yml: '))).toHaveLength(2);
    expect(ran.out).toContain('gitlab is fine');
  });

  it('answers as JSON what the definition comes to', async () => {
    const ran = await cliWorld().ran('validate', '-f', 'gitlab.yml', '--json');
    expect(parsedJson(ran)).toMatchObject({
      ok: true,
      files: [{ name: 'gitlab', definition: { stopGraceSeconds: 120 } }],
    });
  });
});

describe('apply', () => {
  it('shows what is new, asks, and makes the workload', async () => {
    const small = cliWorld();
    small.terminal.interactive = true;
    small.answers.push(true);
    const ran = await small.ran('apply', '-f', 'gitlab.yml');
    expect(ran).toMatchObject({ exit: 0, err: '' });
    expect(ran.out).toContain('account 123456789012, region eu-west-1, stage dev');
    expect(ran.out).toContain('+ volume.sizeGiB: 20');
    expect(small.asked).toEqual(['Apply?']);
    expect(small.world.region.parameters.get('/spotkeep/demo/gitlab/setup')).toContain('#!');
  });

  it('changes nothing when the person says no', async () => {
    const small = cliWorld();
    small.terminal.interactive = true;
    small.answers.push(false);
    const ran = await small.ran('apply', '-f', 'gitlab.yml');
    expect(ran).toMatchObject({ exit: 1, err: 'spotkeep: nothing was changed\n' });
    expect(parsedJson(await small.ran('list', '--json'))).toEqual([]);
  });

  it('refuses where nobody can be asked', async () => {
    const small = cliWorld();
    const ran = await small.ran('apply', '-f', 'gitlab.yml');
    expect(ran).toMatchObject({ exit: 2, err: expect.stringContaining('--yes') });
    expect(parsedJson(await small.ran('list', '--json'))).toEqual([]);
  });

  it('a second time has nothing to change and asks nothing', async () => {
    const small = await appliedCli();
    const ran = await small.ran('apply', '-f', 'gitlab.yml');
    expect(ran).toMatchObject({ exit: 0, out: expect.stringContaining('gitlab: no changes') });
  });

  it('shows only the fields that change', async () => {
    const small = await appliedCli();
    const text = small.files.get('gitlab.yml') ?? '';
    small.files.set('gitlab.yml', text.replace('warmUpSeconds: 60', 'warmUpSeconds: 90'));
    const ran = await small.ran('apply', '-f', 'gitlab.yml', '--yes', '--json');
    expect(parsedJson(ran)).toMatchObject({
      applied: [
        { workload: 'gitlab', changed: true, changes: [{ path: 'warmUpSeconds', from: 60, to: 90 }] },
      ],
    });
  });
});

describe('start', () => {
  it('waits until it serves, saying what for and how long that usually takes', async () => {
    const small = await appliedCli();
    const ran = await small.ran('start', 'gitlab', '--until', '22:00');
    expect(ran.exit).toBe(0);
    expect(ran.err).toMatch(/^gitlab: runs until 22:00 \(Europe\/Riga\)$/m);
    expect(ran.err).toMatch(/waiting for the SSM agent: \d+ s \(usually 30 s\)/);
    expect(ran.out).toMatch(/^gitlab {2}serving/);
  });

  it('twice is no mistake', async () => {
    const small = await servingWorld();
    await small.ran('start', 'gitlab', '--until', '22:00');
    const ran = await small.ran('start', 'gitlab', '--until', '22:00', '--json');
    expect(ran).toMatchObject({ exit: 0, err: '' });
    expect(parsedJson(ran)).toMatchObject({ changed: false, status: { state: 'serving' } });
  });

  it('gives up after --timeout with 5, and the work goes on', async () => {
    const small = await appliedCli();
    const ran = await small.ran('start', 'gitlab', '--timeout', '10');
    expect(ran).toMatchObject({
      exit: 5,
      err: expect.stringContaining('the work goes on without this command'),
    });
    await small.pass(minutes(5));
    expect(parsedJson(await small.ran('status', 'gitlab', '--json'))).toMatchObject({ state: 'serving' });
  });

  it('at Ctrl-C leaves the work running and says so', async () => {
    const small = await appliedCli();
    small.interruptAfter = 6;
    const ran = await small.ran('start', 'gitlab');
    expect(ran).toMatchObject({
      exit: 130,
      err: expect.stringContaining('the work goes on without this command'),
    });
    expect(ran.err).toContain('spotkeep status gitlab --watch');
    small.interruptAfter = undefined;
    await small.pass(minutes(5));
    expect(parsedJson(await small.ran('status', 'gitlab', '--json'))).toMatchObject({ state: 'serving' });
  });

  it('with --no-wait returns at once', async () => {
    const small = await appliedCli();
    const ran = await small.ran('start', 'gitlab', '--no-wait');
    expect(ran).toMatchObject({ exit: 0, called: ['status', 'start-now'] });
  });
});

describe('stop', () => {
  it('waits until nothing runs, and a second one has nothing to do', async () => {
    const small = await servingWorld();
    const ran = await small.ran('stop', 'gitlab');
    expect(ran).toMatchObject({ exit: 0, out: expect.stringMatching(/^gitlab {2}parked/) });
    expect([...small.world.region.instances.values()].filter(({ state }) => state === 'running')).toEqual([]);
    const again = await small.ran('stop', 'gitlab', '--json');
    expect(parsedJson(again)).toMatchObject({ changed: false });
  });

  it('until HH:MM means the next such time where the workload is', async () => {
    const small = await servingWorld();
    const ran = await small.ran('stop', 'gitlab', '--until', '09:30', '--no-wait', '--json');
    // It is 10:05 in Riga, UTC+2: tomorrow.
    expect(parsedJson(ran)).toMatchObject({ until: '2026-03-24T07:30:00.000Z' });
  });
});

describe('status', () => {
  it('as JSON begins with name and state', async () => {
    const ran = await (await servingWorld()).ran('status', 'gitlab', '--json');
    expect(parsedJson(ran)).toMatchObject({
      name: 'gitlab',
      state: 'serving',
      owner: { zone: 'eu-west-1a' },
    });
  });

  it('names the zone of the times it tells, and how far away they are', async () => {
    const { out } = await (await servingWorld()).ran('status', 'gitlab');
    expect(out).toMatch(/wanted +runs until 18:00 Europe\/Riga/);
    expect(out).toMatch(/serving since +10:0\d Europe\/Riga, .* ago/);
  });

  it('of all is the list', async () => {
    const small = await servingWorld();
    const ran = await small.ran('status');
    expect(ran.out).toBe((await small.ran('list')).out);
    expect(ran.out).toMatch(/^gitlab +serving +/m);
  });

  it('--watch tells changes until Ctrl-C, which is its ordinary end', async () => {
    const small = await appliedCli();
    small.interruptAfter = 150;
    const ran = await small.ran('status', 'gitlab', '--watch', '--json');
    const states = ran.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).state);
    expect(ran.exit).toBe(0);
    expect(new Set(states)).toContain('launching');
    expect(states.at(-1)).toBe('serving');
  });
});

describe('schedule explain', () => {
  it('shows 14 days, changes of the clocks and holidays marked', async () => {
    const small = cliWorld();
    const text = small.files.get('gitlab.yml') ?? '';
    small.files.set('gitlab.yml', text.replace('holidays: []', 'holidays: [2026-04-03]'));
    await small.ran('apply', '-f', 'gitlab.yml', '--yes');
    const { out, exit } = await small.ran('schedule', 'explain', 'gitlab');
    const lines = out.trim().split('\n');
    expect(exit).toBe(0);
    expect(lines).toHaveLength(15);
    expect(lines.find((line) => line.startsWith('2026-03-29'))).toMatch(/clocks go forward 1 h at 03:00/);
    expect(lines.find((line) => line.startsWith('2026-04-03'))).toMatch(/stopped +holiday/);
  });

  it('of a file needs no AWS', async () => {
    const small = cliWorld();
    const ran = await small.ran('schedule', 'explain', '-f', 'gitlab.yml', '--days', '3', '--json');
    expect(parsedJson(ran)).toMatchObject({
      timeZone: 'Europe/Riga',
      days: [{ date: '2026-03-23' }, {}, {}],
    });
    expect(small.connections).toEqual([]);
  });
});
