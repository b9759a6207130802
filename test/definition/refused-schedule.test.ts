// Hours that cannot be meant, and what each gets.

import { describe, expect, it } from 'vitest';
import { refusals } from './example.ts';

const CLOCK = 'a local time HH:MM from 00:00 to 24:00';
const IANA = 'a time zone of the IANA database such as Europe/Riga, or UTC';
const DATE = 'a date YYYY-MM-DD of the calendar';
const window = (from: unknown, to: unknown) => ({ 'schedule.windows': [{ days: 'mon-fri', from, to }] });

type Row = [what: string, changes: Record<string, unknown>, path: string, expected: string, found?: string];

const scheduleRows: Row[] = [
  ['zone EST5', { 'schedule.timeZone': 'EST5' }, 'schedule.timeZone', IANA, '"EST5"'],
  ['zone Mars/X', { 'schedule.timeZone': 'Mars/X' }, 'schedule.timeZone', IANA, '"Mars/X"'],
  ['an offset for a zone', { 'schedule.timeZone': '+02:00' }, 'schedule.timeZone', IANA, '"+02:00"'],
  [
    'start = end',
    window('09:00', '09:00'),
    'schedule.windows[0].to',
    'an end other than the start (a whole day is 00:00 to 24:00)',
    '09:00',
  ],
  ['9am', window('9am', '18:00'), 'schedule.windows[0].from', CLOCK, '"9am"'],
  ['25:61', window('09:00', '25:61'), 'schedule.windows[0].to', CLOCK, '"25:61"'],
  ['24:01', window('09:00', '24:01'), 'schedule.windows[0].to', CLOCK, '"24:01"'],
  ['a number for a time', window(900, '18:00'), 'schedule.windows[0].from', CLOCK, '900'],
  [
    '30 February as a holiday',
    { 'schedule.holidays': ['2026-02-30'] },
    'schedule.holidays[0]',
    DATE,
    '"2026-02-30"',
  ],
  [
    '30 February as an exception',
    { 'schedule.exceptions': [{ date: '2026-02-30', add: '09:00-12:00' }] },
    'schedule.exceptions[0].date',
    DATE,
    '"2026-02-30"',
  ],
  [
    'an exception of no length',
    { 'schedule.exceptions': [{ date: '2026-02-20', add: '09:00-09:00' }] },
    'schedule.exceptions[0]',
    'an end other than the start (a whole day is 00:00 to 24:00)',
    '09:00',
  ],
  [
    'an exception at 25:00',
    { 'schedule.exceptions': [{ date: '2026-02-20', add: '09:00-25:00' }] },
    'schedule.exceptions[0]',
    'hours HH:MM-HH:MM from 00:00 to 24:00',
    '09:00-25:00',
  ],
  [
    'days that are none',
    { 'schedule.windows': [{ days: 'mon-fry', from: '09:00', to: '18:00' }] },
    'schedule.windows[0].days',
    'days mon, tue, wed, thu, fri, sat, sun: one, a range mon-fri, or a list',
    '"mon-fry"',
  ],
  [
    'always together with windows',
    { 'schedule.always': true },
    'schedule',
    'only one of windows, always and never',
    '2 of them',
  ],
];

describe('a schedule is refused', () => {
  it.each(scheduleRows)('for %s', (_what, changes, path, expected, found) => {
    const line = found === undefined ? { path, expected } : { path, expected, found };
    expect(refusals(changes)).toEqual([line]);
  });
});
