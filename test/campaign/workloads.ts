// The workloads of a seed: one to five, derived from the shipped example, of different hours, zones, kinds and ways to
// pay, sharing one region and its limits.

import type { Definition, Schedule } from '../../shared/definition/definition.ts';
import type { Chance } from '../../simulator/kernel/random.ts';
import { definition as exampleDefinition } from '../definition/example.ts';

type Hours = Pick<Schedule, 'timeZone' | 'mode' | 'windows'>;

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const ALWAYS: Hours = { timeZone: 'UTC', mode: 'always', windows: [] };

/** Work hours, long hours, overnight, weekend, hours across both clock changes, never; as many all the time. */
const SCHEDULES: readonly Hours[] = [
  {
    timeZone: 'Europe/Riga',
    mode: 'weekly',
    windows: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '18:00' }],
  },
  { timeZone: 'Europe/Riga', mode: 'weekly', windows: [{ days: [...WEEK], from: '06:00', to: '23:00' }] },
  {
    timeZone: 'America/New_York',
    mode: 'weekly',
    windows: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '20:00', to: '06:00' }],
  },
  {
    timeZone: 'Asia/Kolkata',
    mode: 'weekly',
    windows: [{ days: ['sat', 'sun'], from: '00:00', to: '24:00' }],
  },
  // 02:30 is skipped in spring and happens twice in autumn.
  { timeZone: 'Europe/Riga', mode: 'weekly', windows: [{ days: [...WEEK], from: '02:30', to: '20:30' }] },
  {
    timeZone: 'Australia/Lord_Howe',
    mode: 'weekly',
    windows: [
      { days: [...WEEK], from: '01:45', to: '12:00' },
      { days: ['wed'], from: '22:00', to: '24:00' },
    ],
  },
  { timeZone: 'Europe/London', mode: 'never', windows: [] },
  ALWAYS,
  ALWAYS,
  ALWAYS,
  ALWAYS,
  ALWAYS,
  ALWAYS,
];

/** Many hours a day, with an end in each. */
const LONG: readonly Hours[] = [
  { timeZone: 'Europe/Riga', mode: 'weekly', windows: [{ days: [...WEEK], from: '03:00', to: '16:00' }] },
  {
    timeZone: 'America/New_York',
    mode: 'weekly',
    windows: [{ days: [...WEEK], from: '20:00', to: '10:00' }],
  },
  ALWAYS,
];

/** Around both clock changes of both hemispheres, and in between. */
export const STARTS = ['2026-03-24', '2026-04-01', '2026-06-15', '2026-10-21', '2026-10-29', '2026-12-28'];

const types = (chance: Chance, all: readonly string[]): string[] => {
  const count = chance.pick([2, 4, 8, all.length]);
  const from = Math.floor(chance.between(0, all.length));
  return [...all, ...all].slice(from, from + Math.min(count, all.length));
};

/** `dense`: hours in which something can befall each of them, and zones to move to. */
export const workloadsOf = (chance: Chance, dense: boolean): Definition[] => {
  const count = chance.pick([1, 1, 2, 2, 3, 5]);
  return Array.from({ length: count }, (_, index) => {
    const base = exampleDefinition();
    const hours = chance.pick(dense ? LONG : SCHEDULES);
    const zones = base.capacity.zones.slice(0, chance.pick(dense ? [2, 3] : [1, 2, 3, 3, 3]));
    const onDemand = chance.hit(0.3)
      ? { kind: 'fallback' as const, afterMinutes: chance.pick([5, 20]) }
      : { kind: 'never' as const };
    const { setup, ...rest } = base;
    return {
      ...rest,
      ...(chance.hit(0.5) && setup ? { setup } : {}),
      name: `w${index + 1}`,
      capacity: {
        ...base.capacity,
        instanceTypes: types(chance, base.capacity.instanceTypes),
        zones,
        onDemand,
        ...(onDemand.kind === 'fallback' && hours.mode === 'always'
          ? { returnToSpot: { days: [...WEEK], from: '03:00', to: '05:00' } }
          : {}),
      },
      schedule: { ...base.schedule, ...hours, readyByMinutes: chance.pick([0, 5, 10]) },
      stopGraceSeconds: chance.pick([30, 120]),
      backups: { afterStop: chance.hit(0.8), keep: chance.pick([1, 3, 7]) },
      retention: { supersededDays: chance.pick([7, 14]) },
    };
  });
};
