// A second calendar that shares nothing with the first: local times from plain Intl, membership minute by minute. Slow
// and plain on purpose; the product's calendar is held to it around every clock change.

import type { Schedule } from '../../shared/definition/definition.ts';

const MINUTE = 60_000;
const DAY = 1_440;
const DAY_NAMES = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
/** Labels are asked for at this step; minutes between two that agree are filled in, all others asked for singly. */
const STEP = 15;

/** Real minutes from `first` (epoch minutes) on, each with its local wall time in minutes since 1970-01-01T00:00. */
export interface WallTable {
  first: number;
  walls: Int32Array;
}

export type WallClock = (epochMinute: number) => number;

export function wallClock(timeZone: string): WallClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  return (epochMinute) => {
    // 03/29/2026, 04:30
    const text = format.format(epochMinute * MINUTE);
    const [month, day, year] = [text.slice(0, 2), text.slice(3, 5), text.slice(6, 10)].map(Number);
    const midnight = Date.UTC(year ?? 0, (month ?? 1) - 1, day) / MINUTE;
    return midnight + Number(text.slice(12, 14)) * 60 + Number(text.slice(15, 17));
  };
}

/** Epoch minutes at which local time jumps, in [from, to): found by looking at every sixth hour. */
export function changesBetween(clock: WallClock, from: number, to: number): number[] {
  const changes: number[] = [];
  const offset = (minute: number): number => clock(minute) - minute;
  let before = offset(from);
  for (let at = from + 360; at < to; at += 360) {
    const after = offset(at);
    if (after === before) continue;
    let [low, high] = [at - 360, at];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (offset(middle) === before) low = middle;
      else high = middle;
    }
    changes.push(high);
    before = after;
  }
  return changes;
}

export function wallTable(clock: WallClock, first: number, minutes: number): WallTable {
  const walls = new Int32Array(minutes);
  let there = clock(first);
  for (let index = 0; index < minutes; index += STEP) {
    const here = there;
    there = clock(first + index + STEP);
    for (let step = 0; step < STEP && index + step < minutes; step++) {
      walls[index + step] = there - here === STEP ? here + step : clock(first + index + step);
    }
  }
  return { first, walls };
}

/** 1 for each minute of the table in which the schedule wants the service. */
export function wantedMinutes(schedule: Schedule, { walls }: WallTable): Uint8Array {
  const wanted = new Uint8Array(walls.length).fill(schedule.mode === 'always' ? 1 : 0);
  const firstDay = Math.floor((walls[0] ?? 0) / DAY) - 2;
  const lastDay = Math.floor((walls.at(-1) ?? 0) / DAY) + 2;
  const paint = (day: number, hours: { from: string; to: string }, value: 0 | 1): void => {
    const [from, to] = [minutes(hours.from), minutes(hours.to)];
    const start = day * DAY + from;
    const end = day * DAY + (to > from ? to : to + DAY);
    // Up rather than down: the first start and the last end of those that happen twice; a removal the other way.
    const [a, b] =
      value === 1 ? [firstAt(walls, start), lastAt(walls, end)] : [lastAt(walls, start), firstAt(walls, end)];
    for (let index = a; index < b; index++) wanted[index] = value;
  };
  for (let day = firstDay; day <= lastDay; day++) {
    const date = new Date(day * DAY * MINUTE).toISOString().slice(0, 10);
    const weekday = DAY_NAMES[new Date(day * DAY * MINUTE).getUTCDay()];
    if (schedule.mode === 'weekly' && !schedule.holidays.includes(date)) {
      for (const window of schedule.windows) {
        if (window.days.some((name) => name === weekday)) paint(day, window, 1);
      }
    }
    for (const exception of schedule.exceptions)
      if (exception.date === date && exception.kind === 'add') paint(day, exception, 1);
  }
  for (const exception of schedule.exceptions) {
    if (exception.kind === 'remove') paint(Date.parse(exception.date) / MINUTE / DAY, exception, 0);
  }
  return wanted;
}

const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

/** First minute with this wall time; where clocks jump over it, the minute after the jump. */
function firstAt(walls: Int32Array, wall: number): number {
  if (wall < (walls[0] ?? 0)) return 0;
  const index = walls.indexOf(wall);
  return index >= 0 ? index : jumpOver(walls, wall);
}

function lastAt(walls: Int32Array, wall: number): number {
  if (wall < (walls[0] ?? 0)) return 0;
  const index = walls.lastIndexOf(wall);
  return index >= 0 ? index : jumpOver(walls, wall);
}

function jumpOver(walls: Int32Array, wall: number): number {
  for (let index = 1; index < walls.length; index++) {
    if ((walls[index - 1] ?? 0) < wall && (walls[index] ?? 0) > wall) return index;
  }
  return walls.length;
}
