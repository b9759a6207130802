// The calendar against the plain reference, minute by minute, two days either side of every clock change of 2010 to
// 2037 in ten zones chosen for their oddities, with windows whose edges lie on, in and around the change.

import { describe, expect, it } from 'vitest';
import { instant } from '../../shared/base/time.ts';
import type { Schedule } from '../../shared/definition/definition.ts';
import { createCalendar } from '../../shared/schedule/calendar.ts';
import { changesBetween, type WallClock, wallClock, wallTable, wantedMinutes } from './reference.ts';

const DAY = 1_440;
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const FROM = Date.UTC(2010, 0, 1) / 60_000;
const TO = Date.UTC(2038, 0, 1) / 60_000;

const ZONES: [zone: string, why: string, least: number][] = [
  ['Africa/Casablanca', 'clocks go back for Ramadan: up to four changes a year', 45],
  ['America/St_Johns', 'half an hour off, changes at one minute past midnight until 2011', 55],
  ['Australia/Lord_Howe', 'changes by half an hour', 55],
  ['Asia/Kathmandu', 'a quarter of an hour off, no changes', 0],
  ['Pacific/Apia', 'skipped 2011-12-30 altogether', 20],
  ['Europe/Riga', 'the example', 55],
  ['America/New_York', 'changes at 02:00', 55],
  ['Asia/Tehran', 'changed at midnight until 2022', 24],
  ['America/Havana', 'midnight skipped in spring, and twice in autumn an hour later', 55],
  ['Asia/Beirut', 'midnight skipped in spring, and back to the day before in autumn', 55],
];

const clock = (minute: number): string => {
  const inDay = ((minute % DAY) + DAY) % DAY;
  return `${String(Math.floor(inDay / 60)).padStart(2, '0')}:${String(inDay % 60).padStart(2, '0')}`;
};
const date = (wall: number): string =>
  new Date(Math.floor(wall / DAY) * DAY * 60_000).toISOString().slice(0, 10);

/** `before` and `after`: the wall times on both sides of the change. */
function schedules(timeZone: string, before: number, after: number): Schedule[] {
  const middle = Math.floor((before + after) / 2);
  const span = Math.min(DAY / 4, Math.max(15, Math.abs(after - before)));
  const base: Schedule = {
    timeZone,
    mode: 'weekly',
    windows: [],
    holidays: [],
    exceptions: [],
    readyByMinutes: 10,
  };
  const daily = (from: number, to: number) => [{ days: [...DAYS], from: clock(from), to: clock(to) }];
  return [
    { ...base, windows: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '18:00' }] },
    { ...base, windows: daily(22 * 60, 6 * 60) },
    { ...base, windows: daily(middle, middle + 4 * 60) },
    { ...base, windows: daily(middle - 4 * 60, middle) },
    { ...base, windows: daily(before, before + span) },
    { ...base, windows: daily(after - span, after) },
    {
      ...base,
      windows: [{ days: ['mon', 'wed', 'fri', 'sun'], from: '00:00', to: '24:00' }],
      holidays: [date(before + DAY)],
      exceptions: [
        { date: date(before), kind: 'add', from: clock(middle - 90), to: clock(middle + 7) },
        { date: date(after), kind: 'remove', from: clock(middle + 7), to: clock(middle + 90) },
      ],
    },
    {
      ...base,
      mode: 'always',
      exceptions: [{ date: date(before), kind: 'remove', from: clock(middle - 30), to: clock(middle) }],
    },
  ];
}

function differences(zone: { timeZone: string; local: WallClock }, change: number): string[] {
  const table = wallTable(zone.local, change - 5 * DAY, 10 * DAY);
  const [before, after] = [zone.local(change - 1) + 1, zone.local(change)];
  return schedules(zone.timeZone, before, after).flatMap((schedule) => {
    const expected = wantedMinutes(schedule, table);
    const calendar = createCalendar(schedule);
    for (let minute = change - 2 * DAY; minute < change + 2 * DAY; minute++) {
      const run = calendar.wanted(undefined, instant(minute * 60_000)).run;
      if (run === (expected[minute - table.first] === 1)) continue;
      const at = new Date(minute * 60_000).toISOString();
      return [`${at} run=${run} ${JSON.stringify(schedule)}`];
    }
    return [];
  });
}

describe('around every clock change of 2010 to 2037', () => {
  it.each(ZONES)('%s (%s)', (timeZone, _why, least) => {
    const zone = { timeZone, local: wallClock(timeZone) };
    const changes = changesBetween(zone.local, FROM, TO);
    expect(changes.length).toBeGreaterThanOrEqual(least);
    const looked = changes.length > 0 ? changes : [FROM + 100 * DAY, FROM + 5_000 * DAY];
    expect(looked.flatMap((change) => differences(zone, change))).toEqual([]);
  });

  it('the day that Samoa skipped is among them', () => {
    const local = wallClock('Pacific/Apia');
    expect(changesBetween(local, FROM, TO)).toContain(Date.UTC(2011, 11, 30, 10) / 60_000);
    expect(differences({ timeZone: 'Pacific/Apia', local }, Date.UTC(2011, 11, 30, 10) / 60_000)).toEqual([]);
  });
});
