// What a schedule will do, day by day, for people: printed by `status` and echoed when a schedule is set, so that
// overnight windows, holidays and clock changes are seen before they happen.

import { isoDate } from '../base/local-date.ts';
import { type Instant, instant, type Ms, ms } from '../base/time.ts';
import { DAY_MS, wallText, type Zone } from '../base/zone.ts';
import type { Day, Schedule } from '../definition/definition.ts';
import { weekday } from './days.ts';
import { listWindows, type Window, type WindowLine } from './windows.ts';

export interface ScheduleRow {
  /** Local date. */
  date: string;
  day: Day;
  /** Windows that begin on this date, local times `HH:MM`; one that ends on another date says which. */
  windows: { start: Instant; end: Instant; from: string; to: string; endsOn?: string }[];
  /** A window of an earlier date still runs when this date begins, until this local `YYYY-MM-DDTHH:MM`. */
  continuesUntil?: string;
  holiday: boolean;
  /** Hours were added to or removed from this date. */
  exception: boolean;
  /** Clocks change on this date: local time before and after, and by how much they move. */
  clockChange?: { at: Instant; before: string; after: string; by: Ms };
}

export function explainDays(
  source: { schedule: Schedule; timeline: WindowLine },
  from: Instant,
  days: number,
): ScheduleRow[] {
  const { zone } = source.timeline;
  const first = Math.floor(zone.wall(from) / DAY_MS);
  return Array.from({ length: days }, (_, index) => explainDay(source, first + index));
}

function explainDay(
  { schedule, timeline }: { schedule: Schedule; timeline: WindowLine },
  day: number,
): ScheduleRow {
  const { zone } = timeline;
  const date = isoDate(day);
  const start = dayStart(zone, day);
  const end = dayStart(zone, day + 1);
  const endless = schedule.mode === 'always' && schedule.exceptions.length === 0;
  const found = start < end ? listWindows(timeline, start, end) : [];
  const own = found.filter((window) => endless || window.start >= start);
  const earlier = endless ? undefined : found.find((window) => window.start < start);
  return {
    date,
    day: weekday(day),
    windows: own.map((window) => describe(zone, window)),
    ...(earlier && { continuesUntil: wallText(zone.wall(earlier.end)) }),
    holiday: schedule.holidays.includes(date),
    exception: schedule.exceptions.some((exception) => exception.date === date),
    ...clockChange(zone, start, end),
  };
}

function dayStart(zone: Zone, day: number): Instant {
  const edge = zone.edge(day * DAY_MS);
  return edge.kind === 'twice' ? edge.first : edge.at;
}

function describe(zone: Zone, window: Window): ScheduleRow['windows'][number] {
  const [from, last] = [wallText(zone.wall(window.start)), wallText(zone.wall(window.end))];
  const midnight = last.endsWith('T00:00') && zone.wall(window.end) - zone.wall(window.start) <= DAY_MS;
  const sameDate = last.slice(0, 10) === from.slice(0, 10);
  return {
    start: window.start,
    end: window.end,
    from: from.slice(11),
    to: midnight ? '24:00' : last.slice(11),
    ...(!sameDate && !midnight && { endsOn: last.slice(0, 10) }),
  };
}

function clockChange(zone: Zone, start: Instant, end: Instant): { clockChange?: ScheduleRow['clockChange'] } {
  const [before, after] = [zone.offset(start), zone.offset(end)];
  if (start >= end || before === after) return {};
  let [low, high] = [start as number, end as number];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zone.offset(middle) === before) low = middle;
    else high = middle;
  }
  const change = {
    at: instant(high),
    before: wallText(high + before),
    after: wallText(high + after),
    by: ms(after - before),
  };
  return { clockChange: change };
}
