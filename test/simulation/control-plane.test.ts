// A control plane that is down, deaf or refused: a dead one costs neither data nor money.

import { describe, expect, it } from 'vitest';
import { expectSound, expectUnheld, incidentsOf, servedShare, tell } from './story.ts';

describe('a control plane that is down for two hours', () => {
  it('does not stop a service inside its hours', async () => {
    const told = await tell({ steps: ['{at: T10:00, do: control-plane-down, for: 2h}'] });
    expectUnheld(told);
    expect(told.report).toMatchObject({ incidents: [], downtimeSeconds: 0 });
    expect(servedShare(told)).toBeGreaterThan(0.999);
  });

  it('brings a service back that was interrupted meanwhile', async () => {
    const told = await tell({
      steps: ['{at: T09:30, do: control-plane-down, for: 2h}', '{at: T10:30, do: warn}'],
    });
    expectUnheld(told);
    expect(told.report.incidents).toHaveLength(1);
    expect(told.report.downtimeSeconds).toBeLessThan(65 * 60);
  });

  it('leaves nothing running past the grant when it dies before closing', async () => {
    const told = await tell({ steps: ['{at: T12:30, do: control-plane-down, for: 2h}'] });
    expectSound(told);
    expect(told.report.instanceHoursOutside).toBeLessThan(11 / 60);
    const stopped = Date.parse(told.report.windows[0]?.stoppedAt ?? '');
    expect(stopped).toBeLessThan(Date.parse('2026-03-23T13:13:00+02:00'));
  });

  it('brings back a service that was interrupted meanwhile with every event lost', async () => {
    const told = await tell({
      steps: [
        '{at: T09:25, do: lose-events, for: 3h}',
        '{at: T09:30, do: control-plane-down, for: 2h}',
        '{at: T09:35, do: reclaim}',
      ],
    });
    expectUnheld(told);
    expect(incidentsOf(told)).toEqual(['lost a→a']);
    expect(told.report.downtimeSeconds).toBeLessThan(125 * 60);
  });
});

describe('events', () => {
  it('that are lost are made good by looking', async () => {
    const told = await tell({ steps: ['{at: T11:00, do: lose-events, for: 1h}', '{at: T11:05, do: warn}'] });
    expectUnheld(told);
    // Whether the warning is seen at all (the spot request says so too) is a matter of when somebody looks.
    expect(told.report.incidents).toHaveLength(1);
    expect(told.report.downtimeSeconds).toBeLessThan(420);
  });

  it('that come twice change nothing', async () => {
    const told = await tell({
      steps: [
        '{at: T08:20, do: duplicate-events, for: 10h}',
        '{at: T11:05, do: warn}',
        '{at: T12:00, do: reclaim}',
      ],
    });
    expectUnheld(told);
    expect(incidentsOf(told)).toEqual(['warned a→a', 'lost a→a']);
    expect(told.report.downtimeSeconds).toBeLessThan(180);
  });
});

describe('calls that fail for ten minutes', () => {
  it.each(['RequestLimitExceeded', 'InternalError', 'UnauthorizedOperation'])(
    '%s is no hold and costs no more than it lasts',
    async (code) => {
      const told = await tell({
        steps: [`{at: T10:00, do: api-errors, code: ${code}, for: 10m}`, '{at: T10:05, do: warn}'],
      });
      expectUnheld(told);
      expect(incidentsOf(told)).toEqual(['warned a→a']);
      expect(told.report.downtimeSeconds).toBeLessThan(480);
      expect(told.report.waits.length).toBeGreaterThan(0);
    },
  );

  it('at the opening is served a little late', async () => {
    const told = await tell({ steps: ['{at: T08:48, do: api-errors, code: InternalError, for: 15m}'] });
    expectUnheld(told);
    expect(told.report.incidents).toEqual([]);
    expect(servedShare(told)).toBeGreaterThan(0.95);
  });
});
