// A schedule's texts read once into numbers: days, minutes of the day, dates.

import { epochDay, spanMinutes } from '../base/local-date.ts';
import { DAYS, type Day, type Schedule } from '../definition/definition.ts';

/** Epoch day 0 was a Thursday. */
export const weekday = (day: number): Day => DAYS[(((day + 3) % 7) + 7) % 7] ?? 'mon';

const NAMES: readonly string[] = DAYS;

/** `mon-fri`, `sat`, `mon, wed`. */
export function daysText(days: readonly string[]): string {
  const places = days.map((day) => NAMES.indexOf(day)).sort((a, b) => a - b);
  const [first = 0] = places;
  const last = places.at(-1) ?? first;
  return places.length > 2 && last - first === places.length - 1
    ? `${DAYS[first]}-${DAYS[last]}`
    : places.map((place) => DAYS[place]).join(', ');
}

/** Wall-clock span: minutes from its date's midnight; the end may lie on the next day. */
export interface MinuteSpan {
  from: number;
  to: number;
}

export interface WeekRules {
  always: boolean;
  weekly: Map<Day, MinuteSpan[]>;
  holidays: Set<number>;
  added: Map<number, MinuteSpan[]>;
  removed: Map<number, MinuteSpan[]>;
  lastException: number;
}

/** Throws RangeError for a date or time that is none. */
export function readWeekRules(schedule: Schedule): WeekRules {
  const rules: WeekRules = {
    always: schedule.mode === 'always',
    weekly: new Map(),
    holidays: new Set(schedule.holidays.map(readDate)),
    added: new Map(),
    removed: new Map(),
    lastException: -Infinity,
  };
  const windows = schedule.mode === 'weekly' ? schedule.windows : [];
  for (const window of windows) {
    for (const day of new Set(window.days)) push(rules.weekly, day, readSpan(window));
  }
  for (const exception of schedule.exceptions) {
    const day = readDate(exception.date);
    push(exception.kind === 'add' ? rules.added : rules.removed, day, readSpan(exception));
    rules.lastException = Math.max(rules.lastException, day);
  }
  return rules;
}

function readSpan(text: { from: string; to: string }): MinuteSpan {
  const span = spanMinutes(text);
  if (!span) throw new RangeError(`not hours of a schedule: ${text.from} to ${text.to}`);
  return span;
}

function readDate(text: string): number {
  const day = epochDay(text);
  if (day === undefined) throw new RangeError(`not a date of a schedule: ${text}`);
  return day;
}

function push<K>(map: Map<K, MinuteSpan[]>, key: K, span: MinuteSpan): void {
  const spans = map.get(key);
  if (spans) spans.push(span);
  else map.set(key, [span]);
}
