// The windows of a schedule as real instants: weekly windows less holidays, plus added hours, less removed hours;
// merged where they overlap or touch. Built a week at a time and kept per instance, because `wanted` is asked
// hundreds of thousands of times in a simulated year.
//
// Truth about clock changes: a window is every real instant between its two edges. An edge inside a skipped hour
// is the instant of the change. A start that happens twice is its first, an end that happens twice is its second:
// the service is up rather than down. A removal does the opposite for the same reason.

import { type Instant, instant } from '../base/time.ts';
import { createZone, DAY_MS, type Edge, MINUTE_MS, type Zone } from '../base/zone.ts';
import type { Schedule } from '../definition/definition.ts';
import { readWeekRules, type WeekRules, weekday } from './days.ts';

/** Half-open [start, end). */
export interface Window {
  start: Instant;
  end: Instant;
}

const WEEK_MS = 7 * DAY_MS;
/** Coverage without a gap for this long counts as for ever, and this far ahead a next window is sought. */
const HORIZON_DAYS = 400;
/** Weeks kept before the memory starts empty: a simulated year and some. */
const WEEKS_KEPT = 64;

const FOREVER: Window = { start: instant(-Infinity), end: instant(Infinity) };

export interface WindowLine {
  readonly zone: Zone;
  /** First window that ends after `at`; unbounded sides are infinite. Windows are whole, never clipped. */
  endingAfter(at: number): Window | undefined;
}

/** Throws RangeError for an unknown zone, date or time: definitions are checked where they are read. */
export function createTimeline(schedule: Schedule): WindowLine {
  const zone = createZone(schedule.timeZone);
  const rules = readWeekRules(schedule);
  const weeks = new Map<number, Window[]>();

  const week = (index: number): Window[] => {
    const kept = weeks.get(index);
    if (kept) return kept;
    if (weeks.size >= WEEKS_KEPT) weeks.clear();
    const fresh = windowsAround(rules, zone, [index * WEEK_MS, (index + 1) * WEEK_MS]);
    weeks.set(index, fresh);
    return fresh;
  };

  const endingAfter = (at: number): Window | undefined => {
    if (!Number.isFinite(at)) return undefined;
    for (const window of week(Math.floor(at / WEEK_MS))) if (window.end > at) return window;
    return undefined;
  };
  return { zone, endingAfter };
}

/** Windows that overlap [a, b), whole, and the first one that starts at or after b, if any within the horizon. */
function windowsAround(rules: WeekRules, zone: Zone, [a, b]: readonly [number, number]): Window[] {
  if (rules.always && rules.removed.size === 0) return [FOREVER];
  let first = Math.floor(zone.wall(a) / DAY_MS) - 2;
  let last = Math.floor(zone.wall(b) / DAY_MS) + 2;
  const [floor, ceiling] = [first - HORIZON_DAYS, Math.max(last + HORIZON_DAYS, rules.lastException + 2)];
  for (;;) {
    // Windows run at most into the day after they begin: whole if clear of both ends of what was built.
    const clearFrom = startOf(zone.edge((first + 1) * DAY_MS));
    const clearTo = endOf(zone.edge((last + 1) * DAY_MS));
    const all = build(rules, zone, [first, last]);
    const found = all.filter((window) => window.end > a);
    const head = found[0];
    const next = found.findIndex((window) => window.start >= b);
    const growLeft = head !== undefined && head.start < b && head.start <= clearFrom && first > floor;
    const kept = next < 0 ? found : found.slice(0, next + 1);
    const tail = kept.at(-1);
    const growRight = (next < 0 || (tail && tail.end >= clearTo)) && last < ceiling;
    if (!growLeft && !growRight) return kept.map((window) => open(window, clearFrom, clearTo));
    if (growLeft) first = Math.max(floor, first - Math.max(7, last - first));
    if (growRight) last = Math.min(ceiling, last + Math.max(7, last - first));
  }
}

/** A window that still reaches the edge of the horizon has no end (or beginning) anybody could name. */
function open(window: Window, clearFrom: number, clearTo: number): Window {
  return {
    start: window.start <= clearFrom ? FOREVER.start : window.start,
    end: window.end >= clearTo ? FOREVER.end : window.end,
  };
}

function build(rules: WeekRules, zone: Zone, [first, last]: readonly [number, number]): Window[] {
  const up: Window[] = [];
  const down: Window[] = [];
  if (rules.always)
    up.push({ start: startOf(zone.edge(first * DAY_MS)), end: endOf(zone.edge((last + 2) * DAY_MS)) });
  for (let day = first; day <= last; day++) {
    const weekly = rules.holidays.has(day) ? [] : (rules.weekly.get(weekday(day)) ?? []);
    for (const span of [...weekly, ...(rules.added.get(day) ?? [])]) {
      up.push({ start: startOf(edgeAt(zone, day, span.from)), end: endOf(edgeAt(zone, day, span.to)) });
    }
    for (const span of rules.removed.get(day) ?? []) {
      down.push({ start: endOf(edgeAt(zone, day, span.from)), end: startOf(edgeAt(zone, day, span.to)) });
    }
  }
  return subtract(merge(up), merge(down));
}

const edgeAt = (zone: Zone, day: number, minute: number): Edge =>
  zone.edge(day * DAY_MS + minute * MINUTE_MS);
const startOf = (edge: Edge): Instant => (edge.kind === 'twice' ? edge.first : edge.at);
const endOf = (edge: Edge): Instant => (edge.kind === 'twice' ? edge.second : edge.at);

/** Sorted, empty ones dropped, overlapping and touching ones made one. */
export function merge(windows: readonly Window[]): Window[] {
  const merged: Window[] = [];
  for (const window of windows.filter((w) => w.start < w.end).sort((x, y) => x.start - y.start)) {
    const last = merged.at(-1);
    if (!last || window.start > last.end) merged.push({ ...window });
    else if (window.end > last.end) last.end = window.end;
  }
  return merged;
}

function subtract(windows: Window[], holes: Window[]): Window[] {
  let rest = windows;
  for (const hole of holes) {
    rest = rest.flatMap((window) => {
      if (hole.end <= window.start || hole.start >= window.end) return [window];
      const parts = [
        { start: window.start, end: hole.start },
        { start: hole.end, end: window.end },
      ];
      return parts.filter((part) => part.start < part.end);
    });
  }
  return rest;
}

/** Windows that overlap [from, to), merged, sorted, whole; unbounded ones are clipped to `from` and `to`. */
export function windowsBetween(schedule: Schedule, from: Instant, to: Instant): Window[] {
  return listWindows(createTimeline(schedule), from, to);
}

export function listWindows(timeline: WindowLine, from: Instant, to: Instant): Window[] {
  const windows: Window[] = [];
  let window = timeline.endingAfter(from);
  while (window && window.start < to) {
    windows.push({
      start: Number.isFinite(window.start) ? window.start : from,
      end: Number.isFinite(window.end) ? window.end : to,
    });
    window = timeline.endingAfter(window.end);
  }
  return windows;
}
