// Dates and times of day as definitions write them, read into plain numbers. No zone is involved here.

import { instant, iso } from './time.ts';

const DAY_MS = 86_400_000;

/** Days since 1970-01-01 of `YYYY-MM-DD`; undefined for a date that no calendar has (30 February). */
export function epochDay(date: string): number | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  if (!parts) return undefined;
  const utc = Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]));
  return isoDate(utc / DAY_MS) === date ? utc / DAY_MS : undefined;
}

/** `YYYY-MM-DD` of an epoch day. */
export function isoDate(day: number): string {
  return iso(instant(day * DAY_MS)).slice(0, 10);
}

/** Minutes of `HH:MM`, 00:00 to 24:00; undefined for anything else. */
export function minutesOfDay(time: string): number | undefined {
  const parts = /^(\d{2}):(\d{2})$/.exec(time);
  if (!parts) return undefined;
  const [hour, minute] = [Number(parts[1]), Number(parts[2])];
  if (hour > 24 || minute > 59 || (hour === 24 && minute > 0)) return undefined;
  return hour * 60 + minute;
}

/** Minutes from the midnight of its date at which a span begins and ends; `to` at or before `from` is the next day. */
export function spanMinutes(span: { from: string; to: string }): { from: number; to: number } | undefined {
  const [from, to] = [minutesOfDay(span.from), minutesOfDay(span.to)];
  if (from === undefined || to === undefined) return undefined;
  return { from, to: to > from ? to : to + 24 * 60 };
}
