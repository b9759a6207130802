// Zones without capacity: waiting, moving by snapshot, and going home when that is quicker.

import { describe, expect, it } from 'vitest';
import { expectUnheld, incidentsOf, lines, servedShare, tell } from './story.ts';

const noSpot = (at: string, lasts: string): string =>
  `{at: ${at}, do: capacity, zone: eu-west-1a, purchase: spot, available: false, for: ${lasts}}`;
const MOVE = [noSpot('T10:00', '4h'), '{at: T10:05, do: warn}'];

describe('a zone without capacity', () => {
  it('is left: the data moves by snapshot, within minutes', async () => {
    const told = await tell({ steps: MOVE });
    expectUnheld(told);
    expect(incidentsOf(told)).toEqual(['warned a→b']);
    expect(told.report.moves).toBe(1);
    expect(told.report.incidents[0]?.downtimeSeconds).toBeLessThan(420);
    expect(told.report.waits.map(({ step }) => step)).toContain('capacity');
  });

  it('is no reason to move when other types are to be had there', async () => {
    const types = '{at: T10:00, do: capacity, types: [m7i.large, m6i.large], available: false, for: 2h}';
    const told = await tell({ steps: [types, '{at: T10:05, do: warn}'] });
    expectUnheld(told);
    expect(incidentsOf(told)).toEqual(['warned a→a']);
    expect(told.report.downtimeSeconds).toBeLessThan(60);
  });

  it('is waited in when no zone has capacity, without a hold', async () => {
    const all = '{at: T10:00, do: capacity, available: false, for: 30m}';
    const told = await tell({ steps: [all, '{at: T10:05, do: warn}'] });
    expectUnheld(told);
    expect(told.report.interruptions).toEqual({ warned: 1, lost: 0, halted: 0 });
    expect(told.report.downtimeSeconds).toBeLessThan(35 * 60);
    expect(told.report.waits.length).toBeGreaterThan(0);
  });

  it('is not left when the hours are nearly over', async () => {
    const told = await tell({ steps: [noSpot('T12:40', '4h'), '{at: T12:42, do: warn}'] });
    expectUnheld(told);
    expect(told.report.moves).toBe(0);
    expect(incidentsOf(told)).toEqual(['warned a→a']);
    // Down from the notice's last minute to the end of the hours, not to the next morning.
    expect(told.report.downtimeSeconds).toBeGreaterThan(15 * 60);
    expect(told.report.downtimeSeconds).toBeLessThan(18 * 60);
    expect(told.report.incidents[0]?.downtimeSeconds).toBeLessThan(19 * 60);
  });

  it('with a volume that will not detach besides still moves, once every former owner is dead', async () => {
    const told = await tell({ steps: [...MOVE, '{at: T10:04, do: stuck-detach, for: 30m}'] });
    expectUnheld(told);
    expect(incidentsOf(told)).toEqual(['warned a→b']);
    expect(told.report.moves).toBe(1);
  });
});

describe('a move in trouble', () => {
  it('waits 45 minutes for a slow snapshot, lets its instance go meanwhile, and moves', async () => {
    const told = await tell({ steps: [...MOVE, '{at: T10:04, do: slow-snapshot, for: 45m}'] });
    expectUnheld(told);
    expect(told.report.moves).toBe(1);
    expect(told.report.downtimeSeconds).toBeGreaterThan(45 * 60);
    expect(told.report.downtimeSeconds).toBeLessThan(52 * 60);
    expect(told.report.waits.map(({ step }) => step)).toContain('snapshot');
  });

  it('takes another snapshot when one fails', async () => {
    const told = await tell({ steps: [...MOVE, '{at: T10:04, do: fail-snapshot}'] });
    expectUnheld(told);
    expect(told.report.moves).toBe(1);
    expect(lines(told, 'snapshot-failed')).toHaveLength(1);
    expect(told.report.downtimeSeconds).toBeLessThan(600);
  });

  it('is given up when the old zone has capacity again before the snapshot is done', async () => {
    const told = await tell({
      steps: [noSpot('T10:00', '50m'), '{at: T10:04, do: slow-snapshot, for: 2h}', '{at: T10:05, do: warn}'],
    });
    expectUnheld(told);
    expect(incidentsOf(told)).toEqual(['warned a→a']);
    expect(told.report.moves).toBe(0);
    expect(lines(told, 'migration-aborted')).toHaveLength(1);
    // The first instance, the one in the other zone, the one at home: none is launched to be thrown away.
    expect(lines(told, 'act').filter(({ fields }) => fields.operation === 'launch').length).toBeLessThan(40);
    expect(lines(told, 'candidate-given-up').length).toBe(0);
    expect(told.report.downtimeSeconds).toBeLessThan(55 * 60);
  });

  it('is given up at closing and leaves a volume that serves the next day', async () => {
    const told = await tell({
      days: 2,
      steps: [noSpot('T12:20', '4h'), '{at: T12:20, do: slow-snapshot, for: 2h}', '{at: T12:22, do: warn}'],
    });
    expectUnheld(told);
    expect(told.report.moves).toBe(0);
    expect(told.report.incidents[0]?.downtimeSeconds).toBeLessThan(40 * 60);
    const [, next] = told.report.windows;
    expect(Date.parse(next?.firstServedAt ?? '')).toBeLessThanOrEqual(Date.parse(next?.start ?? ''));
  });

  it('outlives the loss of the instance that waits in the target zone', async () => {
    const told = await tell({
      steps: [...MOVE, '{at: T10:04, do: slow-snapshot, for: 8m}', '{at: T10:12, do: reclaim}'],
    });
    expectUnheld(told);
    expect(told.report.moves).toBe(1);
    expect(servedShare(told)).toBeGreaterThan(0.93);
  });
});
