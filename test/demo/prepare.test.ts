// From the command line to what is run: the built-in story, files, traces; cut and lengthened to the days asked for.

import { describe, expect, it } from 'vitest';
import { prepareRun } from '../../demo/prepare.ts';
import type { RunOptions } from '../../demo/scenario/types.ts';
import { definitionFromJson } from '../../shared/definition/read/from-json.ts';
import { around, example, messageOf, options, withSteps } from './read.ts';

const at = (text: string): number => Date.parse(text);
const steps = ({ scenario }: RunOptions): string[] =>
  scenario.steps.map((step) => `${new Date(step.at).toISOString().slice(0, 16)} ${step.do}`);

describe('the built-in story', () => {
  const run = prepareRun(options(), around());

  it('is a work week with its interruptions, from Monday to the next Monday, local time', () => {
    expect(run.scenario).toMatchObject({
      start: at('2026-03-22T22:00Z'),
      end: at('2026-03-30T21:00Z'),
      days: 8,
    });
    expect(steps(run)).toEqual([
      '2026-03-24T09:20 warn',
      '2026-03-25T08:00 capacity',
      '2026-03-25T08:05 warn',
      '2026-03-26T12:30 reclaim',
      '2026-03-26T18:00 start-now',
    ]);
    expect(run.scenario.steps[1]).toMatchObject({
      zone: 'eu-west-1a',
      purchase: 'spot',
      forMs: 5 * 3_600_000,
    });
    expect(run.scenario.definition.schedule.holidays).toEqual(['2026-03-27']);
    expect(run).toMatchObject({ seed: 1, traces: [], traceWarning: 'two-minutes', entrance: 'wire' });
    expect(run.randomFrom).toBeUndefined();
  });

  it('is told in part when fewer days are asked for', () => {
    const short = prepareRun(options({ days: 2 }), around());
    expect(short.scenario).toMatchObject({ days: 2, end: at('2026-03-24T22:00Z') });
    expect(steps(short)).toEqual(['2026-03-24T09:20 warn']);
    expect(short.randomFrom).toBeUndefined();
  });

  it('is left to chance from its end on when more days are asked for', () => {
    const long = prepareRun(options({ days: 365, seed: 4 }), around());
    expect(long).toMatchObject({ seed: 4, randomFrom: run.scenario.end, entrance: 'direct' });
    expect(long.scenario).toMatchObject({ days: 365, end: at('2027-03-22T22:00Z') });
    expect(steps(long)).toEqual(steps(run));
  });

  it('enters through the wire for up to 14 days, below it for longer', () => {
    expect(prepareRun(options({ days: 14 }), around()).entrance).toBe('wire');
    expect(prepareRun(options({ days: 15 }), around()).entrance).toBe('direct');
  });

  it("is told in another workload's own zone", () => {
    const text = example('gitlab.yml')
      .replace('Europe/Riga', 'America/New_York')
      .replace('firstZone: eu-west-1a', 'firstZone: eu-west-1b');
    const files = { '/w/w.yml': text, '/w/gitlab-setup.sh': '#!/bin/sh\n' };
    const other = prepareRun(options({ workload: '/w/w.yml' }), around(files));
    expect(other.scenario.start).toBe(at('2026-03-23T04:00Z'));
    expect(other.scenario.setupScript).toBe('#!/bin/sh\n');
    expect(other.scenario.steps[1]).toMatchObject({ zone: 'eu-west-1b' });
  });
});

describe('a scenario file', () => {
  const WORKLOAD = example('gitlab.yml').replace('name: gitlab', 'name: wiki');
  const files = {
    '/s/week.yml': `${withSteps('{at: 2026-03-24T11:20, do: reclaim}')}workload: sub/wiki.yml\n`,
    '/s/bad.yml': withSteps('{at: 2026-03-24T11:20, do: warm}'),
    '/s/no-workload.yml': 'start: 2026-03-23\ndays: 1\nworkload: none.yml\n',
    '/s/sub/wiki.yml': WORKLOAD,
    '/s/sub/gitlab-setup.sh': '#!/bin/sh\n',
    '/s/sub/broken.yml': WORKLOAD.replace('sizeGiB: 20', 'sizeGiB: 0').replace('  type: gp3', '  type: gp9'),
  };

  it('names its workload relative to itself', () => {
    const run = prepareRun(options({ scenario: '/s/week.yml' }), around(files));
    expect(run.scenario.definition.name).toBe('wiki');
    expect(run.scenario.definition.schedule.holidays).toEqual([]);
    expect(steps(run)).toEqual(['2026-03-24T09:20 reclaim']);
  });

  it('yields to the workload of the command line', () => {
    const changed = {
      ...files,
      '/o/o.yml': WORKLOAD.replace('name: wiki', 'name: other'),
      '/o/gitlab-setup.sh': '#!/bin/sh\n',
    };
    const run = prepareRun(options({ scenario: '/s/week.yml', workload: '/o/o.yml' }), around(changed));
    expect(run.scenario.definition.name).toBe('other');
  });

  it('may be cut, and be left to chance beyond its end', () => {
    expect(steps(prepareRun(options({ scenario: '/s/week.yml', days: 1 }), around(files)))).toEqual([]);
    const longer = prepareRun(options({ scenario: '/s/week.yml', days: 9 }), around(files));
    expect(longer.randomFrom).toBe(at('2026-03-29T21:00Z'));
  });

  it.each([
    [{ scenario: '/s/none.yml' }, '/s/none.yml: expected a readable file'],
    [
      { scenario: '/s/bad.yml' },
      /^\/s\/bad\.yml: steps\[0\]\.do: expected one of .*, found "warm" \(did you mean warn\?\)$/,
    ],
    [{ scenario: '/s/no-workload.yml' }, '/s/none.yml: expected a readable workload file'],
    [{ workload: '/s/none.yml' }, '/s/none.yml: expected a readable workload file'],
    [
      { workload: '/s/sub/broken.yml' },
      /^\/s\/sub\/broken\.yml: volume\.sizeGiB: expected .*, found 0\n\/s\/sub\/broken\.yml: volume\.type: expected one of .*, found "gp9"$/,
    ],
  ])('%j is refused with the name of the file', (changes, line) => {
    const message = messageOf(() => prepareRun(options(changes), around(files)));
    if (typeof line === 'string') expect(message).toBe(line);
    else expect(message).toMatch(line);
  });
});

describe('traces', () => {
  /** Two days less an hour, a sample each ten minutes. */
  const samples = Array.from({ length: 282 }, (_, index) => (index % 7 === 0 ? 0 : 1));
  const trace = (data: unknown = samples, gap: unknown = 600): string =>
    JSON.stringify({ metadata: { gap_seconds: gap }, data });
  const files = {
    '/t/us-west-2b_v100_1.json': trace(),
    '/t/us-west-2a_v100_1.json': trace(samples.slice(1)),
    '/t/again/us-west-2a.json': trace(),
    '/t/us-east-2a.json': trace(),
    '/t/zone.json': trace(),
    '/t/us-west-2c.json': '{',
    '/t/us-west-2d.json': trace([0, 1, 2]),
    '/t/us-west-2e.json': trace([]),
    '/t/us-west-2f.json': trace([1], 0),
    '/t/us-west-2g.json': '{"data": [1]}',
    '/s/week.yml': withSteps(
      '{at: 2026-03-24T11:20, do: capacity, zone: us-west-2a, available: false, for: 1h}',
    ),
  };
  const traces = ['/t/us-west-2b_v100_1.json', '/t/us-west-2a_v100_1.json'];

  it("move the workload to their zones, the first one's for the volume, and it stays one that can be applied", () => {
    const { scenario } = prepareRun(options({ traces }), around(files));
    expect(scenario.definition).toMatchObject({
      region: 'us-west-2',
      volume: { firstZone: 'us-west-2b' },
      capacity: { zones: [{ zone: 'us-west-2b' }, { zone: 'us-west-2a' }] },
    });
    expect(definitionFromJson(scenario.definition)).toEqual(scenario.definition);
  });

  it('bring no story, and end where the shortest of them does', () => {
    const run = prepareRun(options({ traces }), around(files));
    expect(run.scenario).toMatchObject({
      start: at('2023-02-14T22:00Z'),
      end: at('2023-02-16T20:50Z'),
      days: 2,
      steps: [],
    });
    expect(run.randomFrom).toBeUndefined();
    expect(run.traces.map(({ zone, gapSeconds }) => [zone, gapSeconds])).toEqual([
      ['us-west-2b', 600],
      ['us-west-2a', 600],
    ]);
    expect(run.traces[0]?.available.slice(0, 3)).toEqual([false, true, true]);
  });

  it('may be cut to fewer days, never lengthened', () => {
    expect(prepareRun(options({ traces, days: 1 }), around(files)).scenario.end).toBe(
      at('2023-02-15T22:00Z'),
    );
    const longer = prepareRun(options({ traces, days: 90 }), around(files));
    expect(longer.scenario).toMatchObject({ end: at('2023-02-16T20:50Z'), days: 2 });
    expect(longer.randomFrom).toBeUndefined();
  });

  it('go with a scenario, which may speak of their zones', () => {
    const run = prepareRun(options({ traces, scenario: '/s/week.yml' }), around(files));
    expect(run.scenario).toMatchObject({ start: at('2026-03-22T22:00Z'), days: 2 });
    expect(steps(run)).toEqual(['2026-03-24T09:20 capacity']);
  });

  it.each([
    [['/t/none.json'], '/t/none.json: expected a readable file'],
    [
      ['/t/zone.json'],
      '/t/zone.json: expected a file name that begins with a zone, such as us-west-2a_v100_1.json',
    ],
    [
      ['/t/us-west-2c.json'],
      '/t/us-west-2c.json: expected JSON, {"metadata": {"gap_seconds": …}, "data": [1, 0, …]}',
    ],
    [['/t/us-west-2d.json'], '/t/us-west-2d.json: data[2]: expected 0 or 1, found 2'],
    [['/t/us-west-2e.json'], '/t/us-west-2e.json: data: expected at least one sample, found an empty list'],
    [['/t/us-west-2f.json'], '/t/us-west-2f.json: metadata.gap_seconds: expected seconds above 0, found 0'],
    [['/t/us-west-2g.json'], '/t/us-west-2g.json: metadata: expected {"gap_seconds": …}, found nothing'],
    [
      [...traces, '/t/us-east-2a.json'],
      '--trace: expected zones of one region, found us-west-2b and us-east-2a',
    ],
    [[...traces, '/t/again/us-west-2a.json'], '--trace: expected one file a zone, found two of us-west-2a'],
  ])('%j are refused', (named, line) => {
    expect(messageOf(() => prepareRun(options({ traces: named }), around(files)))).toBe(line);
  });
});
