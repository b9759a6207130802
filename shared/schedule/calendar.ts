// When a workload is wanted: its schedule's windows, changed by at most one override with an end. Pure; time comes
// in as an argument. `createCalendar` keeps the weeks it has worked out (a warm answer takes about a microsecond);
// the plain functions build one for a single question. Edges at clock changes: see calendar-windows.ts.

import { add, hours, type Instant, instant, later, type Ms, minutes } from '../base/time.ts';
import type { Schedule } from '../definition/definition.ts';
import { explainDays, type ScheduleRow } from './explain.ts';
import { type LocalAnswer, resolveIn } from './resolve-local.ts';
import { createTimeline, listWindows, type Window, type WindowLine } from './windows.ts';

export type { ScheduleRow } from './explain.ts';
export { type LocalAnswer, resolveLocal } from './resolve-local.ts';
export { type Window, windowsBetween } from './windows.ts';

/** An operator's word against the schedule, half-open [from, until). Ignored once `until` has passed. */
export interface Override {
  kind: 'run' | 'stop';
  from: Instant;
  until: Instant;
}

export interface Wanted {
  /** Inside a window or a `run` override, and not inside a `stop` override. */
  run: boolean;
  /** Not `run`, but within the ready-by lead of the next start: launch now. A `stop` override suppresses it. */
  lead: boolean;
  /** Beginning of the wanted run; absent when it never began (`always`). */
  since?: Instant;
  /** End of the wanted run; absent when it has none (`always`). */
  until?: Instant;
  /** Next start after this run or pause; launching for it begins at `nextStart - lead`. */
  nextStart?: Instant;
  /** Next instant at which `run` or `lead` changes. */
  nextChange?: Instant;
  /** The schedule's own window around now, overrides aside; an unbounded side is 1970 or 9999. */
  window?: Window;
}

/** How long a start without `until` runs at least. */
export const START_NOW_LASTS: Ms = hours(2);
/** A stop without `until` of a service that is always on: until an operator starts it (9999-12-31T00:00Z). */
export const UNTIL_STARTED: Instant = instant(253_402_214_400_000);

export interface Calendar {
  wanted(override: Override | undefined, now: Instant): Wanted;
  windowsBetween(from: Instant, to: Instant): Window[];
  /** Without `until`: to the later of now + 2 h and the end of the current window. */
  startNowOverride(now: Instant, until?: Instant): Override;
  /**
   * Without `until`: to the end of the current window or, within the ready-by lead, of the next. Undefined when
   * there is neither: nothing is to be stopped, and an override that runs is simply dropped.
   */
  stopNowOverride(now: Instant, until?: Instant): Override | undefined;
  resolveLocal(text: string, now: Instant): LocalAnswer;
  explain(from: Instant, days: number): ScheduleRow[];
}

/** Throws RangeError for a schedule that the definition's parser would have refused. */
export function createCalendar(schedule: Schedule): Calendar {
  const timeline = createTimeline(schedule);
  const lead = minutes(schedule.readyByMinutes);
  return {
    wanted: (override, now) => wantedOn(timeline, lead, { override, now }),
    windowsBetween: (from, to) => listWindows(timeline, from, to),
    startNowOverride(now, until) {
      const end = currentWindow(timeline, now)?.end;
      const least = add(now, START_NOW_LASTS);
      return {
        kind: 'run',
        from: now,
        until: until ?? (end && Number.isFinite(end) ? later(least, end) : least),
      };
    },
    stopNowOverride(now, until) {
      if (until !== undefined) return { kind: 'stop', from: now, until };
      const next = timeline.endingAfter(now);
      if (!next || next.start - lead > now) return undefined;
      return { kind: 'stop', from: now, until: Number.isFinite(next.end) ? next.end : UNTIL_STARTED };
    },
    resolveLocal: (text, now) => resolveIn(timeline.zone, text, now),
    explain: (from, days) => explainDays({ schedule, timeline }, from, days),
  };
}

/** One question; build a calendar for many. */
export function wanted(schedule: Schedule, override: Override | undefined, now: Instant): Wanted {
  return createCalendar(schedule).wanted(override, now);
}

export function startNowOverride(schedule: Schedule, now: Instant, until?: Instant): Override {
  return createCalendar(schedule).startNowOverride(now, until);
}

export function stopNowOverride(schedule: Schedule, now: Instant, until?: Instant): Override | undefined {
  return createCalendar(schedule).stopNowOverride(now, until);
}

/** One row per local date, `days` of them from the date of `from`: what the schedule will do, for people. */
export function explain(schedule: Schedule, from: Instant, days: number): ScheduleRow[] {
  return createCalendar(schedule).explain(from, days);
}

interface Question {
  override: Override | undefined;
  now: Instant;
}

function wantedOn(timeline: WindowLine, lead: Ms, { override, now }: Question): Wanted {
  const active = override && override.until > now && override.from < override.until ? override : undefined;
  const stop = active?.kind === 'stop' ? active : undefined;
  const span = active?.kind === 'run' ? spread(timeline, active) : undefined;
  const pieceAfter = (at: number): Window | undefined => {
    if (stop) return outside(timeline, stop, at);
    return span ? joined(timeline, span, at) : timeline.endingAfter(at);
  };
  const window = bounded(currentWindow(timeline, now));
  const piece = pieceAfter(now);
  if (!piece) return { run: false, lead: false, window };
  if (piece.start <= now) {
    const until = finite(piece.end);
    const nextStart = until === undefined ? undefined : pieceAfter(until)?.start;
    return {
      run: true,
      lead: false,
      since: finite(piece.start),
      until,
      nextStart,
      nextChange: until,
      window,
    };
  }
  const leadStart = Math.max(
    piece.start - lead,
    stop && piece.start - lead >= stop.from ? stop.until : -Infinity,
  );
  const stopped = stop !== undefined && stop.from <= now;
  const leading = !stopped && now >= piece.start - lead;
  const leadEnd = stop && stop.from > now && stop.from < piece.start ? stop.from : piece.start;
  const nextChange = instant(leading ? leadEnd : stopped ? Math.max(stop.until, leadStart) : leadStart);
  return { run: false, lead: leading, nextStart: piece.start, nextChange, window };
}

const finite = (at: Instant): Instant | undefined => (Number.isFinite(at) ? at : undefined);

/** Plans are JSON, which has no infinity. */
function bounded(window: Window | undefined): Window | undefined {
  return window && { start: finite(window.start) ?? instant(0), end: finite(window.end) ?? UNTIL_STARTED };
}

function currentWindow(timeline: WindowLine, now: Instant): Window | undefined {
  const window = timeline.endingAfter(now);
  return window && window.start <= now ? window : undefined;
}

/** A `run` override together with the windows it overlaps or touches at its ends. */
function spread(timeline: WindowLine, override: Override): Window {
  // One millisecond earlier finds the window that ends exactly where the override begins.
  const before = timeline.endingAfter(override.from - 1);
  const after = timeline.endingAfter(override.until);
  return {
    start: before && before.start < override.from ? before.start : override.from,
    end: after && after.start <= override.until ? after.end : override.until,
  };
}

/** First window after `at` of the schedule and a spread-out override together. */
function joined(timeline: WindowLine, span: Window, at: number): Window | undefined {
  const window = timeline.endingAfter(at);
  if (span.end <= at) return window;
  return window && window.start < span.start ? window : span;
}

/** First window after `at` of the schedule less a `stop` override. */
function outside(timeline: WindowLine, stop: Override, at: number): Window | undefined {
  const window = timeline.endingAfter(at);
  if (window && window.start < stop.from && stop.from > at) {
    return window.end <= stop.from ? window : { start: window.start, end: stop.from };
  }
  if (stop.until >= UNTIL_STARTED) return undefined;
  const rest = timeline.endingAfter(Math.max(at, stop.until));
  return rest && rest.start < stop.until ? { start: stop.until, end: rest.end } : rest;
}
