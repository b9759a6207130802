// Scenario files that are accepted: each step of the interface, times and durations, defaults.

import { describe, expect, it } from 'vitest';
import { STEP_KINDS, scenarioJsonSchema } from '../../demo/scenario/schema.ts';
import { durationMs, localMidnight } from '../../demo/scenario/time.ts';
import type { ScenarioStep } from '../../demo/scenario/types.ts';
import { example, scenario, withSteps } from './read.ts';

const AT = Date.parse('2026-03-24T09:20:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const one = (fields: string): ScenarioStep | undefined =>
  scenario(withSteps(`{at: 2026-03-24T11:20, ${fields}}`)).steps[0];

describe('a scenario file', () => {
  it('begins at local midnight and ends at the midnight after its last day, clock change or not', () => {
    const read = scenario(withSteps());
    expect(read.start).toBe(Date.parse('2026-03-22T22:00:00Z'));
    expect(read.end).toBe(Date.parse('2026-03-29T21:00:00Z'));
    expect(read).toMatchObject({ days: 7, steps: [], definition: { name: 'gitlab' } });
    expect(read.setupScript).toContain('#!');
  });

  it('may leave its steps out', () => {
    expect(scenario('start: 2026-03-23\ndays: 1\n').steps).toEqual([]);
  });

  it('gives its steps in the order of their times, and those of one time in its own', () => {
    const { steps } = scenario(
      withSteps(
        '{at: 2026-03-25T10:00, do: reclaim}',
        '{at: 2026-03-24T10:00, do: warn}',
        '{at: 2026-03-24T10:00, do: halt}',
      ),
    );
    expect(steps.map(({ path }) => path)).toEqual(['steps[1]', 'steps[2]', 'steps[0]']);
  });

  it('takes the later instant of a local time that happens twice', () => {
    const [step] = scenario(
      'start: 2026-10-25\ndays: 1\nsteps:\n  - {at: 2026-10-25T03:30, do: reclaim}\n',
    ).steps;
    expect(step?.at).toBe(Date.parse('2026-10-25T01:30:00Z'));
  });

  it('may have a step in its first instant, and in its last second', () => {
    const { steps } = scenario(
      withSteps('{at: 2026-03-23T00:00, do: reclaim}', '{at: 2026-03-29T23:59:59, do: reclaim}'),
    );
    expect(steps).toHaveLength(2);
  });

  it('lets no midnight that clocks skip stop it: the day begins at the end of the gap', () => {
    expect(localMidnight('2026-04-24', 'Africa/Cairo')).toBe(Date.parse('2026-04-23T22:00:00Z'));
  });
});

describe('a step', () => {
  const accepted: [fields: string, step: Record<string, unknown>][] = [
    ['do: warn, noticeSeconds: 90', { do: 'warn', noticeSeconds: 90 }],
    ['do: warn', { do: 'warn', noticeSeconds: 120 }],
    ['do: reclaim', { do: 'reclaim' }],
    [
      'do: capacity, zone: eu-west-1a, purchase: spot, available: false, for: 5h',
      { do: 'capacity', zone: 'eu-west-1a', purchase: 'spot', available: false, forMs: 5 * HOUR },
    ],
    [
      'do: capacity, types: [m7i.large, m6i.large], available: true, for: 90s',
      { do: 'capacity', types: ['m7i.large', 'm6i.large'], available: true, forMs: 90_000 },
    ],
    ['do: quota-error, for: 30m', { do: 'quota-error', forMs: 30 * MINUTE }],
    ['do: poweroff', { do: 'poweroff' }],
    ['do: halt', { do: 'halt' }],
    ['do: reboot', { do: 'reboot' }],
    ['do: hang', { do: 'hang' }],
    ['do: rebalance', { do: 'rebalance' }],
    ['do: false-event', { do: 'false-event' }],
    ['do: agent-offline, launches: 2', { do: 'agent-offline', launches: 2 }],
    ['do: agent-offline', { do: 'agent-offline', launches: 1 }],
    ['do: stuck-detach, for: 10m', { do: 'stuck-detach', forMs: 10 * MINUTE }],
    ['do: slow-snapshot, for: 45m', { do: 'slow-snapshot', forMs: 45 * MINUTE }],
    ['do: fail-snapshot', { do: 'fail-snapshot' }],
    ['do: lose-events, for: 1h', { do: 'lose-events', forMs: HOUR }],
    ['do: duplicate-events, for: 1h30m', { do: 'duplicate-events', forMs: 90 * MINUTE }],
    [
      'do: api-errors, code: RequestLimitExceeded, for: 10m',
      { do: 'api-errors', code: 'RequestLimitExceeded', forMs: 10 * MINUTE },
    ],
    ['do: control-plane-down, for: 2d', { do: 'control-plane-down', forMs: 48 * HOUR }],
    ['do: slow-terminate, for: 15m', { do: 'slow-terminate', forMs: 15 * MINUTE }],
    ['do: start-now', { do: 'start-now' }],
    ['do: start-now, until: "22:00"', { do: 'start-now', until: '22:00' }],
    ['do: start-now, until: 22:00', { do: 'start-now', until: '22:00' }],
    ['do: stop-now, until: 2026-03-27T09:00', { do: 'stop-now', until: '2026-03-27T09:00' }],
    ['do: resume', { do: 'resume' }],
    [
      'do: container, state: exited',
      { do: 'container', name: 'proxy', state: 'exited', restart: 'unless-stopped', byHand: false },
    ],
    [
      'do: container, name: app, state: paused, restart: always, byHand: true',
      { do: 'container', name: 'app', state: 'paused', restart: 'always', byHand: true },
    ],
    ['do: forget-record', { do: 'forget-record' }],
    [
      'do: stranger, tags: {spotkeep:workload: gitlab, Name: "his, not ours", n: 3}',
      { do: 'stranger', tags: { 'spotkeep:workload': 'gitlab', Name: 'his, not ours', n: '3' } },
    ],
    ['do: stranger, tags: {}', { do: 'stranger', tags: {} }],
    ['do: second-stage', { do: 'second-stage' }],
  ];

  it.each(accepted)('{at, %s} is read, and nothing is added to it', (fields, step) => {
    expect(one(fields)).toEqual({ at: AT, path: 'steps[0]', ...step });
  });

  it('sets a schedule as the command does', () => {
    const step = one(
      'do: set-schedule, schedule: {timeZone: Europe/London, windows: [{days: mon-fri, from: "08:00", to: "17:00"}]}',
    );
    expect(step).toMatchObject({
      do: 'set-schedule',
      schedule: { timeZone: 'Europe/London', mode: 'weekly', windows: [{ from: '08:00', to: '17:00' }] },
    });
  });

  it("sets a schedule in the workload's zone when it names none", () => {
    expect(one('do: set-schedule, schedule: {always: true}')).toMatchObject({
      schedule: { timeZone: 'Europe/Riga', mode: 'always' },
    });
  });

  it('of each kind is tried here', () => {
    const tried = new Set(accepted.map(([fields]) => /do: ([a-z-]+)/.exec(fields)?.[1]));
    expect(STEP_KINDS.filter((kind) => !tried.has(kind))).toEqual(['set-schedule']);
  });
});

describe('a duration', () => {
  it.each([
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
    ['1d2h3m4s', 93_784_000],
  ])('%s is read', (text, expected) => {
    expect(durationMs(text)).toBe(expected);
  });

  it.each(['', '0s', '5', '1.5h', '-1h', '30m1h', '1w', '1 h', '99999d'])('%j is none', (text) => {
    expect(durationMs(text)).toBeUndefined();
  });
});

describe('the shipped scenario', () => {
  it('is accepted', () => {
    expect(scenario(example('scenario.yml')).steps.length).toBeGreaterThan(5);
  });

  it('has a JSON Schema that is current: write `scenarioJsonSchema()` to examples/scenario.schema.json', () => {
    expect(JSON.parse(example('scenario.schema.json'))).toEqual(scenarioJsonSchema());
  });
});
