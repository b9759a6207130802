// The times people type, and what a schedule is said to do.

import { describe, expect, it } from 'vitest';
import { type Instant, instant } from '../../shared/base/time.ts';
import type { Schedule } from '../../shared/definition/definition.ts';
import { createCalendar, explain, resolveLocal } from '../../shared/schedule/calendar.ts';
import { changeRemark, clockRemarks } from '../../shared/schedule/remarks.ts';

const at = (text: string): Instant => instant(Date.parse(text));
const NOW = at('2026-03-23T12:00:00+02:00');
const BAD = {
  kind: 'bad',
  expected: 'a local time HH:MM or YYYY-MM-DDTHH:MM, or an instant with an offset (…Z, …+02:00)',
};

describe('a time typed by a person', () => {
  it.each([
    ['22:00', '2026-03-23T22:00:00+02:00'],
    ['12:00', '2026-03-24T12:00:00+02:00'],
    ['11:59', '2026-03-24T11:59:00+02:00'],
    ['24:00', '2026-03-24T00:00:00+02:00'],
    ['2026-03-27T09:00', '2026-03-27T09:00:00+02:00'],
    ['2026-03-27T09:00:30', '2026-03-27T09:00:30+02:00'],
    ['2026-07-01T09:00', '2026-07-01T09:00:00+03:00'],
    ['2026-03-27T09:00Z', '2026-03-27T09:00:00Z'],
    ['2026-03-27T09:00-05:30', '2026-03-27T09:00:00-05:30'],
  ])('%s is %s in Riga', (text, expected) => {
    expect(resolveLocal(text, 'Europe/Riga', NOW)).toEqual({ kind: 'instant', at: at(expected) });
  });

  it.each([
    '9am',
    '25:61',
    '24:01',
    '9:00',
    '2026-02-30T09:00',
    '2026-03-27',
    '2026-03-27T09:00+25:00',
    '2026-03-27T09:00:60',
    '2026-03-27T24:00:01',
    '',
    '22:00\n',
    '$(date)',
  ])('%j is refused', (text) => {
    expect(resolveLocal(text, 'Europe/Riga', NOW)).toEqual(BAD);
  });

  it('that happens twice is the later one, and says so', () => {
    const later = { kind: 'instant', at: at('2026-10-25T03:30:00+02:00'), ambiguous: true };
    expect(resolveLocal('2026-10-25T03:30', 'Europe/Riga', NOW)).toEqual(later);
    expect(resolveLocal('03:30', 'Europe/Riga', at('2026-10-24T20:00:00+03:00'))).toEqual(later);
    expect(resolveLocal('03:30', 'Europe/Riga', at('2026-10-25T03:45:00+03:00'))).toEqual(later);
  });

  it('that is skipped is refused with its neighbours', () => {
    const skipped = { kind: 'skipped', before: '2026-03-29T02:59', after: '2026-03-29T04:00' };
    expect(resolveLocal('2026-03-29T03:30', 'Europe/Riga', NOW)).toEqual(skipped);
    expect(resolveLocal('03:30', 'Europe/Riga', at('2026-03-28T20:00:00+02:00'))).toEqual(skipped);
  });

  it('on a day that never was is refused too', () => {
    expect(resolveLocal('2011-12-30T12:00', 'Pacific/Apia', NOW)).toEqual({
      kind: 'skipped',
      before: '2011-12-29T23:59',
      after: '2011-12-31T00:00',
    });
  });
});

const NIGHTS: Schedule = {
  timeZone: 'Europe/Riga',
  mode: 'weekly',
  windows: [{ days: ['sat', 'sun'], from: '22:00', to: '03:30' }],
  holidays: ['2026-03-29'],
  exceptions: [{ date: '2026-03-30', kind: 'add', from: '20:00', to: '24:00' }],
  readyByMinutes: 10,
};

describe('what a schedule will do', () => {
  it('is told day by day, with holidays, exceptions and clock changes', () => {
    expect(explain(NIGHTS, at('2026-03-28T12:00:00+02:00'), 3)).toEqual([
      {
        date: '2026-03-28',
        day: 'sat',
        windows: [
          {
            start: at('2026-03-28T22:00:00+02:00'),
            end: at('2026-03-29T04:00:00+03:00'),
            from: '22:00',
            to: '04:00',
            endsOn: '2026-03-29',
          },
        ],
        holiday: false,
        exception: false,
      },
      {
        date: '2026-03-29',
        day: 'sun',
        windows: [],
        continuesUntil: '2026-03-29T04:00',
        holiday: true,
        exception: false,
        clockChange: {
          at: at('2026-03-29T01:00:00Z'),
          before: '2026-03-29T03:00',
          after: '2026-03-29T04:00',
          by: 3_600_000,
        },
      },
      {
        date: '2026-03-30',
        day: 'mon',
        windows: [
          {
            start: at('2026-03-30T20:00:00+03:00'),
            end: at('2026-03-31T00:00:00+03:00'),
            from: '20:00',
            to: '24:00',
          },
        ],
        holiday: false,
        exception: true,
      },
    ]);
  });

  it('says of always that each day is whole', () => {
    const always: Schedule = { ...NIGHTS, mode: 'always', windows: [], holidays: [], exceptions: [] };
    const rows = explain(always, at('2026-10-24T12:00:00+03:00'), 3);
    expect(rows.map(({ windows }) => windows.map(({ from, to }) => `${from}-${to}`))).toEqual([
      ['00:00-24:00'],
      ['00:00-24:00'],
      ['00:00-24:00'],
    ]);
  });

  it('echoes edges that clocks skip or pass twice', () => {
    const early: Schedule = { ...NIGHTS, holidays: [], exceptions: [] };
    early.windows = [{ days: ['sun'], from: '03:30', to: '08:00' }];
    expect(clockRemarks(early, NOW)).toEqual([
      {
        path: 'schedule.windows[0].from',
        kind: 'echo',
        text: '2026-03-29T03:30 does not exist: clocks go forward over it, the window starts at 04:00',
      },
      {
        path: 'schedule.windows[0].from',
        kind: 'echo',
        text: '2026-10-25T03:30 happens twice: the window starts at the first (2026-10-25T00:30:00.000Z)',
      },
    ]);
    expect(clockRemarks({ ...early, windows: [{ days: ['sun'], from: '09:00', to: '18:00' }] }, NOW)).toEqual(
      [],
    );
  });

  it('says at once when an edit puts now outside the hours, and when it will be back', () => {
    const hours = (from: string, to: string) =>
      createCalendar({ ...NIGHTS, windows: [{ days: ['mon'], from, to }], exceptions: [] });
    const notice = changeRemark(
      { previous: hours('09:00', '18:00'), next: hours('13:00', '18:00') },
      undefined,
      NOW,
    );
    expect(notice).toEqual({
      path: 'schedule',
      kind: 'echo',
      text: 'now is outside the new hours: the service is drained and stopped at once; next start 2026-03-23T11:00:00.000Z',
    });
    expect(
      changeRemark({ previous: hours('09:00', '18:00'), next: hours('10:00', '18:00') }, undefined, NOW),
    ).toBeUndefined();
  });
});
