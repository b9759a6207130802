// How a service is lost and comes back, one step of a scenario file at a time. Kinds as a reader of the report expects
// them: announced is `warned`, gone is `lost`, running but doing nothing is `halted`.

import { describe, expect, it } from 'vitest';
import { expectUnheld, incidentsOf, servedShare, type Told, tell } from './story.ts';

const downtimeOf = ({ report }: Told): number => report.incidents[0]?.downtimeSeconds ?? Number.NaN;

describe('a day on which nothing happens', () => {
  it('serves from before the window to its end and has no incident', async () => {
    const told = await tell({});
    expectUnheld(told);
    expect(servedShare(told)).toBeGreaterThan(0.999);
    expect(told.report).toMatchObject({ incidents: [], moves: 0, downtimeSeconds: 0, waits: [] });
    const [window] = told.report.windows;
    expect(Date.parse(window?.firstServedAt ?? '')).toBeLessThanOrEqual(Date.parse(window?.start ?? ''));
  });
});

describe('one incident, in its own zone', () => {
  it.each([
    { do: 'warn', step: 'do: warn, noticeSeconds: 120', kind: 'warned', most: 60 },
    { do: 'warn with 30 s', step: 'do: warn, noticeSeconds: 30', kind: 'warned', most: 120 },
    { do: 'warn with 5 s', step: 'do: warn, noticeSeconds: 5', kind: 'warned', most: 120 },
    { do: 'reclaim', step: 'do: reclaim', kind: 'lost', most: 120 },
    { do: 'poweroff', step: 'do: poweroff', kind: 'lost', most: 120 },
    { do: 'reboot', step: 'do: reboot', kind: 'lost', most: 420 },
    // The agent has to be silent for five minutes before anybody believes it.
    { do: 'halt', step: 'do: halt', kind: 'halted', most: 600 },
    { do: 'hang', step: 'do: hang', kind: 'halted', most: 600 },
  ])('$do is $kind, once, and over within $most s', async ({ step, kind, most }) => {
    const told = await tell({ steps: [`{at: T11:20, ${step}}`] });
    expectUnheld(told);
    expect(incidentsOf(told)).toEqual([`${kind} a→a`]);
    expect(downtimeOf(told)).toBeGreaterThan(5);
    expect(downtimeOf(told)).toBeLessThan(most);
    expect(told.report.downtimeSeconds).toBe(downtimeOf(told));
    expect(told.report.moves).toBe(0);
  });

  it('a rebalance recommendation is advice: nothing is taken away', async () => {
    const told = await tell({ steps: ['{at: T11:20, do: rebalance}'] });
    expectUnheld(told);
    expect(told.report).toMatchObject({ incidents: [], downtimeSeconds: 0 });
  });

  it('an event that says that a running instance ended takes nothing away, serving or on its way', async () => {
    // The first comes while the day's instance is launched, the second while it serves, the third in a handover.
    const told = await tell({
      steps: [
        '{at: T08:58:30, do: false-event}',
        '{at: T10:00, do: false-event}',
        '{at: T11:20, do: warn}',
        '{at: T11:20:10, do: false-event}',
      ],
    });
    expectUnheld(told);
    expect(incidentsOf(told)).toEqual(['warned a→a']);
    expect(told.report.downtimeSeconds).toBeLessThan(60);
    expect(servedShare(told)).toBeGreaterThan(0.99);
  });

  it('a second warning right after a handover is a second handover', async () => {
    const told = await tell({ steps: ['{at: T10:05, do: warn}', '{at: T10:06:20, do: warn}'] });
    expectUnheld(told);
    expect(incidentsOf(told)).toEqual(['warned a→a', 'warned a→a']);
    expect(told.report.downtimeSeconds).toBeLessThan(120);
  });

  it('owner and successor reclaimed during one handover are one incident', async () => {
    const told = await tell({
      steps: ['{at: T10:05, do: warn}', '{at: T10:05:40, do: reclaim}', '{at: T10:06:10, do: reclaim}'],
    });
    expectUnheld(told);
    expect(incidentsOf(told)).toEqual(['warned a→a']);
    expect(downtimeOf(told)).toBeLessThan(240);
  });
});

describe('trouble with what replaces it', () => {
  it('an instance whose agent never comes is replaced before the window begins', async () => {
    const told = await tell({
      steps: ['{at: T07:20, do: agent-offline, launches: 1}'],
      workload: { 'schedule.readyByMinutes': 10 },
    });
    expectUnheld(told);
    expect(told.report.incidents).toEqual([]);
    expect(told.report.waits.map(({ step }) => step)).toContain('agent');
    expect(servedShare(told)).toBeGreaterThan(0.99);
  });

  it('a volume that will not detach comes free with the end of its instance', async () => {
    const told = await tell({
      steps: ['{at: T10:00, do: stuck-detach, for: 2h}', '{at: T10:05, do: warn}'],
    });
    expectUnheld(told);
    expect(incidentsOf(told)).toEqual(['warned a→a']);
    expect(downtimeOf(told)).toBeGreaterThan(60);
    expect(downtimeOf(told)).toBeLessThan(240);
  });

  it('a predecessor that is slow to end holds nobody up once it has let go of the volume', async () => {
    const told = await tell({
      steps: ['{at: T10:00, do: slow-terminate, for: 15m}', '{at: T10:05, do: warn}'],
    });
    expectUnheld(told);
    expect(downtimeOf(told)).toBeLessThan(60);
    expect(told.report.waits.map(({ step }) => step)).toContain('end');
  });

  it('a lost instance that ends slowly is waited for, and forced after ten minutes', async () => {
    const told = await tell({
      steps: ['{at: T10:00, do: slow-terminate, for: 45m}', '{at: T10:05, do: reclaim}'],
    });
    expectUnheld(told);
    expect(incidentsOf(told)).toEqual(['lost a→a']);
    expect(downtimeOf(told)).toBeGreaterThan(600);
    expect(downtimeOf(told)).toBeLessThan(900);
  });

  it('an account limit is waited for in the same zone, and told', async () => {
    const told = await tell({
      steps: ['{at: T11:00, do: quota-error, for: 30m}', '{at: T11:01, do: reclaim}'],
    });
    expectUnheld(told);
    expect(incidentsOf(told)).toEqual(['lost a→a']);
    expect(told.report.moves).toBe(0);
    expect(told.report.waits.map(({ step }) => step)).toContain('launch-pause');
    expect(downtimeOf(told)).toBeLessThan(40 * 60);
  });
});
