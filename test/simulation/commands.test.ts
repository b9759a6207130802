// What an operator asks for, in the story of a day, and what its report makes of it.

import { describe, expect, it } from 'vitest';
import { answersOf, expectSound, expectUnheld, riga, servedShare, tell } from './story.ts';

const at = (text: string | null | undefined): number => Date.parse(text ?? '');

describe('start-now', () => {
  it('runs until the time given, and no longer', async () => {
    const told = await tell({ steps: ['{at: T16:00, do: start-now, until: "18:00"}'] });
    expectUnheld(told);
    expect(answersOf(told)).toMatchObject([{ ok: true, changed: true, until: '2026-03-23T16:00:00.000Z' }]);
    const [, window] = told.report.windows;
    expect(at(window?.firstServedAt)).toBeLessThan(riga('16:03'));
    expect(at(window?.stoppedAt)).toBeLessThan(riga('18:01'));
    expect(told.report.scheduledHours).toBeCloseTo(6, 2);
  });

  it('runs two hours when no time is given', async () => {
    const told = await tell({ steps: ['{at: T16:00, do: start-now}'] });
    expectUnheld(told);
    expect(told.report.scheduledHours).toBeCloseTo(6, 2);
  });

  it('runs to the end of the window when that is later', async () => {
    const told = await tell({ steps: ['{at: T09:30, do: start-now}'] });
    expectUnheld(told);
    expect(answersOf(told)).toMatchObject([{ ok: true, until: '2026-03-23T11:00:00.000Z' }]);
    expect(told.report.scheduledHours).toBeCloseTo(4, 2);
  });

  it('while it drains brings another instance at once', async () => {
    const told = await tell({ steps: ['{at: T13:01:02, do: start-now, until: "14:00"}'] });
    expectUnheld(told);
    expect(answersOf(told)).toMatchObject([{ ok: true, says: expect.stringContaining('two minutes') }]);
    expect(servedShare(told)).toBeGreaterThan(0.97);
  });
});

describe('stop-now', () => {
  it('stops, stays down until the time given, and serves again', async () => {
    const told = await tell({ steps: ['{at: T10:00, do: stop-now, until: "11:00"}'] });
    expectUnheld(told);
    const [before, after] = told.report.windows;
    expect(at(before?.stoppedAt)).toBeLessThan(riga('10:01'));
    expect(at(after?.firstServedAt)).toBeGreaterThan(riga('11:00'));
    expect(at(after?.firstServedAt)).toBeLessThan(riga('11:03'));
    expect(told.report.incidents).toEqual([]);
  });

  it('stays down to the end of the window when no time is given', async () => {
    const told = await tell({ steps: ['{at: T10:00, do: stop-now}'] });
    expectUnheld(told);
    expect(told.report.windows).toHaveLength(1);
    expect(told.report.scheduledHours).toBeCloseTo(1, 2);
  });
});

describe('set-schedule', () => {
  it('that puts now outside drains, and follows the new hours', async () => {
    const told = await tell({
      steps: [
        '{at: T10:00, do: set-schedule, schedule: {windows: [{days: mon-fri, from: "15:00", to: "17:00"}]}}',
      ],
    });
    expectUnheld(told);
    const [before, after] = told.report.windows;
    expect(at(before?.stoppedAt)).toBeLessThan(riga('10:01'));
    expect(at(after?.firstServedAt)).toBeLessThanOrEqual(riga('15:00'));
    expect(answersOf(told)).toMatchObject([{ ok: true, says: expect.stringContaining('outside its hours') }]);
  });
});

describe('resume', () => {
  it('of what is not on hold changes nothing', async () => {
    const told = await tell({ steps: ['{at: T10:00, do: resume}'] });
    expectUnheld(told);
    expect(answersOf(told)).toMatchObject([{ ok: true, changed: false }]);
  });
});

describe('the report itself', () => {
  it('misses a record that the host lost', async () => {
    const { report } = await tell({ steps: ['{at: T10:00, do: forget-record}'] });
    expect(report.recordsFound).toBe(report.recordsWritten - 1);
  });

  it('is the same for the same seed, but for the wall clock, and another for another', async () => {
    const steps = ['{at: T10:05, do: warn}'];
    const withoutWall = async (seed: number): Promise<string> => {
      const told = await tell({ seed, steps });
      expectSound(told);
      return JSON.stringify({ ...told.report, seed: 0, wallSeconds: 0 });
    };
    const first = await withoutWall(3);
    expect(await withoutWall(3)).toBe(first);
    expect(await withoutWall(4)).not.toBe(first);
  });
});
