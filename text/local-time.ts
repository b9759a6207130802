// Instants as they are read in the workload's zone.

import { isoDate } from '../shared/base/local-date.ts';
import { type Instant, instant, iso } from '../shared/base/time.ts';
import { createZone, DAY_MS, wallText } from '../shared/base/zone.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

export interface LocalClock {
  /** Number of the local date: days since 1970. */
  day(at: Instant): number;
  /** First instant of a local date. */
  dayStart(day: number): Instant;
  /** `11:20:05`. */
  time(at: Instant): string;
  /** `11:20`. */
  minute(at: Instant): string;
}

export function localClock(timeZone: string): LocalClock {
  const zone = createZone(timeZone);
  return {
    day: (at) => Math.floor(zone.wall(at) / DAY_MS),
    dayStart(day) {
      const edge = zone.edge(day * DAY_MS);
      return edge.kind === 'twice' ? edge.first : edge.at;
    },
    time: (at) => iso(instant(zone.wall(at))).slice(11, 19),
    minute: (at) => wallText(zone.wall(at)).slice(11),
  };
}

// 1970-01-01 was a Thursday.
export const dayName = (day: number): string => DAYS[(((day + 4) % 7) + 7) % 7] ?? '';

/** `Tuesday 24 March`. */
export function longDate(day: number): string {
  const [, month = '', date = ''] = isoDate(day).split('-');
  return `${dayName(day)} ${Number(date)} ${MONTHS[Number(month) - 1] ?? ''}`;
}

/** `Tue 24 Mar`. */
export function shortDate(day: number): string {
  return longDate(day)
    .split(' ')
    .map((word) => word.slice(0, 3))
    .join(' ');
}

/** Instants within a text (`2026-03-26T20:00:00.000Z`) as local times; with their date where it is not `day`. */
export function localised(text: string, clock: LocalClock, day: number): string {
  return text.replace(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/g, (found) => {
    const at = instant(Date.parse(found));
    return clock.day(at) === day ? clock.minute(at) : `${shortDate(clock.day(at))} ${clock.minute(at)}`;
  });
}

/** `41 s`, `2 min 5 s`, `5 h 3 min`, `2 d 4 h`: two units at most. */
export function lasting(seconds: number): string {
  const whole = Math.round(seconds);
  const units = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3_600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ] as const;
  const first = units.findIndex(([amount]) => amount > 0);
  if (first < 0) return '0 s';
  return units
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ');
}
