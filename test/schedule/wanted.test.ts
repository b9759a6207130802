// What a calendar answers, by example: windows, ready-by lead, overrides and the next change.

import { describe, expect, it } from 'vitest';
import { hours, type Instant, instant, minutes } from '../../shared/base/time.ts';
import type { Schedule } from '../../shared/definition/definition.ts';
import {
  createCalendar,
  type Override,
  startNowOverride,
  stopNowOverride,
  UNTIL_STARTED,
  wanted,
  windowsBetween,
} from '../../shared/schedule/calendar.ts';

const WORK_WEEK: Schedule = {
  timeZone: 'Europe/Riga',
  mode: 'weekly',
  windows: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '18:00' }],
  holidays: ['2026-03-27'],
  exceptions: [],
  readyByMinutes: 10,
};
const ALWAYS: Schedule = { ...WORK_WEEK, mode: 'always', windows: [], holidays: [] };
const NEVER: Schedule = { ...ALWAYS, mode: 'never' };
/** Riga's winter time. */
const riga = (text: string): Instant => instant(Date.parse(`${text}+02:00`));
const summer = (text: string): Instant => instant(Date.parse(`${text}+03:00`));
const stop = (from: string, until: string): Override => ({
  kind: 'stop',
  from: riga(from),
  until: riga(until),
});
const run = (from: string, until: string): Override => ({
  kind: 'run',
  from: riga(from),
  until: riga(until),
});

describe('a work week', () => {
  it('is not wanted in the night, and says when it will be', () => {
    expect(wanted(WORK_WEEK, undefined, riga('2026-03-23T08:00'))).toEqual({
      run: false,
      lead: false,
      nextStart: riga('2026-03-23T09:00'),
      nextChange: riga('2026-03-23T08:50'),
    });
  });

  it('is launched within the ready-by lead', () => {
    expect(wanted(WORK_WEEK, undefined, riga('2026-03-23T08:50'))).toMatchObject({
      run: false,
      lead: true,
      nextChange: riga('2026-03-23T09:00'),
    });
  });

  it('is half-open: up at the start, down at the end', () => {
    expect(wanted(WORK_WEEK, undefined, riga('2026-03-23T09:00'))).toEqual({
      run: true,
      lead: false,
      since: riga('2026-03-23T09:00'),
      until: riga('2026-03-23T18:00'),
      nextStart: riga('2026-03-24T09:00'),
      nextChange: riga('2026-03-23T18:00'),
      window: { start: riga('2026-03-23T09:00'), end: riga('2026-03-23T18:00') },
    });
    expect(wanted(WORK_WEEK, undefined, riga('2026-03-23T18:00')).run).toBe(false);
  });

  it('goes over a holiday, a weekend and a clock change to the next Monday', () => {
    expect(wanted(WORK_WEEK, undefined, riga('2026-03-26T20:00')).nextStart).toBe(summer('2026-03-30T09:00'));
  });

  it('finds an added date that is years away', () => {
    const exceptions = [{ date: '2029-05-05', kind: 'add' as const, from: '10:00', to: '11:00' }];
    const schedule = { ...NEVER, exceptions };
    expect(wanted(schedule, undefined, riga('2026-03-23T08:00')).nextStart).toBe(summer('2029-05-05T10:00'));
  });

  it('keeps a night shift whole over midnight and over the end of the week', () => {
    const schedule: Schedule = { ...WORK_WEEK, windows: [{ days: ['sun'], from: '22:00', to: '06:00' }] };
    expect(wanted(schedule, undefined, riga('2026-03-23T03:00'))).toMatchObject({
      since: riga('2026-03-22T22:00'),
      until: riga('2026-03-23T06:00'),
    });
  });

  it('merges windows that touch, and keeps the lead through a gap shorter than it', () => {
    const windows: Schedule['windows'] = [
      { days: ['mon'], from: '09:00', to: '12:00' },
      { days: ['mon'], from: '12:00', to: '14:00' },
      { days: ['mon'], from: '14:05', to: '18:00' },
    ];
    const schedule = { ...WORK_WEEK, windows };
    expect(windowsBetween(schedule, riga('2026-03-23T00:00'), riga('2026-03-24T00:00'))).toEqual([
      { start: riga('2026-03-23T09:00'), end: riga('2026-03-23T14:00') },
      { start: riga('2026-03-23T14:05'), end: riga('2026-03-23T18:00') },
    ]);
    expect(wanted(schedule, undefined, riga('2026-03-23T14:00'))).toMatchObject({ run: false, lead: true });
  });
});

describe('always and never', () => {
  const now = riga('2026-03-23T12:00');

  it('always has no end and no change', () => {
    const answer = wanted(ALWAYS, undefined, now);
    expect(answer).toEqual({ run: true, lead: false, window: { start: 0, end: UNTIL_STARTED } });
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
  });

  it('always answers one window, clipped to what was asked', () => {
    expect(windowsBetween(ALWAYS, now, riga('2027-03-23T12:00'))).toEqual([
      { start: now, end: riga('2027-03-23T12:00') },
    ]);
  });

  it('windows that cover the whole week are always', () => {
    const days: Schedule['windows'][number]['days'] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
    const schedule = { ...WORK_WEEK, holidays: [], windows: [{ days, from: '00:00', to: '24:00' }] };
    expect(wanted(schedule, undefined, now)).toMatchObject({ run: true, lead: false });
    expect(wanted(schedule, undefined, now).until).toBeUndefined();
  });

  it('and know since when: a holiday weeks ago', () => {
    const days: Schedule['windows'][number]['days'] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
    const schedule = {
      ...WORK_WEEK,
      holidays: ['2026-02-24'],
      windows: [{ days, from: '00:00', to: '24:00' }],
    };
    expect(wanted(schedule, undefined, now).since).toBe(riga('2026-02-25T00:00'));
  });

  it('always may have hours removed', () => {
    const exceptions = [{ date: '2026-03-24', kind: 'remove' as const, from: '02:00', to: '03:00' }];
    expect(wanted({ ...ALWAYS, exceptions }, undefined, now)).toMatchObject({
      run: true,
      until: riga('2026-03-24T02:00'),
      nextStart: riga('2026-03-24T03:00'),
    });
  });

  it('never has nothing at all', () => {
    expect(wanted(NEVER, undefined, now)).toEqual({ run: false, lead: false });
  });
});

describe('overrides', () => {
  it('start-now without until runs two hours, or to the end of the window', () => {
    const evening = riga('2026-03-26T20:00');
    expect(startNowOverride(WORK_WEEK, evening)).toEqual(run('2026-03-26T20:00', '2026-03-26T22:00'));
    expect(startNowOverride(WORK_WEEK, riga('2026-03-23T10:00')).until).toBe(riga('2026-03-23T18:00'));
    expect(startNowOverride(WORK_WEEK, riga('2026-03-23T17:00')).until).toBe(riga('2026-03-23T19:00'));
    expect(startNowOverride(ALWAYS, evening).until).toBe(riga('2026-03-26T22:00'));
  });

  it('stop-now without until lasts to the end of the window, or of the next one within the lead', () => {
    expect(stopNowOverride(WORK_WEEK, riga('2026-03-23T10:00'))?.until).toBe(riga('2026-03-23T18:00'));
    expect(stopNowOverride(WORK_WEEK, riga('2026-03-23T08:55'))?.until).toBe(riga('2026-03-23T18:00'));
    expect(stopNowOverride(WORK_WEEK, riga('2026-03-23T08:00'))).toBeUndefined();
    expect(stopNowOverride(ALWAYS, riga('2026-03-23T08:00'))?.until).toBe(UNTIL_STARTED);
  });

  it('until is taken as given', () => {
    expect(startNowOverride(WORK_WEEK, riga('2026-03-23T10:00'), riga('2026-03-23T11:00')).until).toBe(
      riga('2026-03-23T11:00'),
    );
    expect(stopNowOverride(WORK_WEEK, riga('2026-03-23T01:00'), riga('2026-03-23T11:00'))?.until).toBe(
      riga('2026-03-23T11:00'),
    );
  });

  it('one that runs joins the windows it meets', () => {
    const override = run('2026-03-23T07:00', '2026-03-24T09:00');
    expect(wanted(WORK_WEEK, override, riga('2026-03-23T20:00'))).toMatchObject({
      run: true,
      since: riga('2026-03-23T07:00'),
      until: riga('2026-03-24T18:00'),
      nextStart: riga('2026-03-25T09:00'),
    });
  });

  it('one that stops holds back window and lead, and at its end inside a window the service comes back', () => {
    const override = stop('2026-03-23T08:52', '2026-03-23T12:00');
    expect(wanted(WORK_WEEK, override, riga('2026-03-23T08:55'))).toEqual({
      run: false,
      lead: false,
      nextStart: riga('2026-03-23T12:00'),
      nextChange: riga('2026-03-23T12:00'),
    });
    expect(wanted(WORK_WEEK, override, riga('2026-03-23T10:00'))).toMatchObject({ run: false, lead: false });
    expect(wanted(WORK_WEEK, override, riga('2026-03-23T12:00'))).toMatchObject({ run: true });
  });

  it('one that stops within the lead interrupts it, and the next change is its beginning', () => {
    const override = stop('2026-03-23T08:52', '2026-03-23T08:57');
    const answers = ['08:50', '08:52', '08:57'].map((time) =>
      wanted(WORK_WEEK, override, riga(`2026-03-23T${time}`)),
    );
    expect(answers.map(({ lead }) => lead)).toEqual([true, false, true]);
    expect(answers.map(({ nextChange }) => nextChange)).toEqual([
      riga('2026-03-23T08:52'),
      riga('2026-03-23T08:57'),
      riga('2026-03-23T09:00'),
    ]);
  });

  it('one that begins as a window ends goes on from it', () => {
    const override = run('2026-03-23T18:00', '2026-03-23T20:00');
    expect(wanted(WORK_WEEK, override, riga('2026-03-23T19:00')).since).toBe(riga('2026-03-23T09:00'));
  });

  it('one that has passed means nothing', () => {
    const now = riga('2026-03-23T12:00');
    const passed = stop('2026-03-23T09:00', '2026-03-23T12:00');
    expect(wanted(WORK_WEEK, passed, now)).toEqual(wanted(WORK_WEEK, undefined, now));
  });

  it('stopped until a person starts it has no next start', () => {
    const now = riga('2026-03-23T12:00');
    const override = stopNowOverride(ALWAYS, now);
    expect(wanted(ALWAYS, override, now)).toEqual({
      run: false,
      lead: false,
      window: { start: 0, end: UNTIL_STARTED },
    });
  });
});

describe('a calendar kept', () => {
  it('answers the same in any order, warm or cold', () => {
    const warm = createCalendar(WORK_WEEK);
    const times = Array.from({ length: 400 }, (_, index) =>
      instant(riga('2026-01-01T00:00') + ((index * 7_919) % 400) * hours(17)),
    );
    for (const now of times) expect(warm.wanted(undefined, now)).toEqual(wanted(WORK_WEEK, undefined, now));
  });

  it('and a lead of none never leads', () => {
    const calendar = createCalendar({ ...WORK_WEEK, readyByMinutes: 0 });
    const before = instant(riga('2026-03-23T09:00') - minutes(1));
    expect(calendar.wanted(undefined, before)).toMatchObject({
      run: false,
      lead: false,
      nextChange: riga('2026-03-23T09:00'),
    });
  });
});
