// What people see of a record whose definition cannot be read, and how they repair it with the command.

import { describe, expect, it } from 'vitest';
import { appliedCli, type CliWorld } from './cli-world.ts';

const broken = async (): Promise<CliWorld> => {
  const small = await appliedCli();
  const wiki = small.files.get('gitlab.yml')?.replace('name: gitlab', 'name: wiki') ?? '';
  small.files.set('wiki.yml', wiki);
  expect((await small.ran('apply', '-f', 'wiki.yml', '--yes')).exit).toBe(0);
  await small.putRecord((body) => ({
    ...body,
    definition: { ...body.definition, schedule: { ...body.definition.schedule, timeZone: 'PST' } },
  }));
  return small;
};

describe('a record whose zone the calendar does not know', () => {
  it('is a red line of the list, beside the others', async () => {
    const small = await broken();
    const { exit, out } = await small.ran('list');
    expect(exit).toBe(0);
    expect(out).toMatch(/^gitlab +unreadable at definition\.schedule\.timeZone: .*found "PST"$/m);
    expect(out).toMatch(/^wiki +/m);
    expect(JSON.parse((await small.ran('list', '--json')).out)).toMatchObject([
      { name: 'gitlab', repairable: true },
      { name: 'wiki' },
    ]);
  });

  it('is refused by a command in one line that says what repairs it', async () => {
    const small = await broken();
    for (const argv of [
      ['status', 'gitlab'],
      ['start', 'gitlab'],
      ['destroy', 'gitlab', '--confirm', 'gitlab'],
    ]) {
      const { exit, err } = await small.ran(...argv);
      expect(exit).toBe(1);
      expect(err).toMatch(
        /^spotkeep: the record of gitlab cannot be read: [^\n]*spotkeep apply -f FILE[^\n]*\n$/,
      );
    }
  });

  it('is a finding of doctor', async () => {
    const small = await broken();
    small.inspector = {
      hasRole: async () => true,
      quota: async () => 64,
      subnets: async () => [],
      securityGroups: async () => [],
      parameter: async () => 'ami-0123456789abcdef0',
      vcpus: async () => new Map(),
      placementScores: async () => new Map(),
      deployed: async () => ({ version: undefined, lastModified: undefined }),
    };
    const { exit, out } = await small.ran('doctor', '--json');
    expect(exit).toBe(1);
    expect(JSON.parse(out).findings).toContainEqual({
      check: 'record of gitlab',
      verdict: 'wrong',
      says: expect.stringContaining('cannot be read: unreadable at definition.schedule.timeZone'),
      next: 'spotkeep apply -f FILE with a definition that is right repairs it',
    });
  });

  it('is repaired by apply', async () => {
    const small = await broken();
    const { exit, out } = await small.ran('apply', '-f', 'gitlab.yml', '--yes');
    expect(out).toContain('"PST"');
    expect(exit).toBe(0);
    expect((await small.ran('status', 'gitlab')).exit).toBe(0);
  });

  it('is repaired by a schedule', async () => {
    const small = await broken();
    expect(await small.ran('schedule', 'set', 'gitlab', '--ready-by', '5', '--yes')).toMatchObject({
      exit: 2,
      err: expect.stringContaining('did you mean America/Los_Angeles?'),
    });
    const zone = ['--time-zone', 'America/Los_Angeles'];
    expect((await small.ran('schedule', 'set', 'gitlab', ...zone, '--yes')).exit).toBe(0);
    const { out } = await small.ran('schedule', 'show', 'gitlab');
    expect(out).toContain('America/Los_Angeles');
    expect(out).toContain('09:00');
  });
});

describe('a definition that the next apply would refuse', () => {
  it('is a yellow line of its status', async () => {
    const small = await appliedCli();
    await small.putRecord((body) => ({
      ...body,
      definition: { ...body.definition, retention: { supersededDays: 3 } },
    }));
    const { exit, out } = await small.ran('status', 'gitlab');
    expect(exit).toBe(0);
    expect(out).toMatch(/next apply +refuses retention\.supersededDays: expected .*, found 3$/m);
    // Commands and hours go on.
    expect((await small.ran('schedule', 'show', 'gitlab')).exit).toBe(0);
    expect((await small.ran('start', 'gitlab', '--no-wait')).exit).toBe(0);
  });
});
