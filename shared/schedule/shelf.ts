// Keeps calendars by their schedule, for callers that read the schedule anew each turn: a fresh calendar costs some
// hundred microseconds for its first answer, a kept one a fraction of one. Held by whoever composes, never by a module.

import type { Schedule } from '../definition/definition.ts';
import { type Calendar, createCalendar } from './calendar.ts';

/** Two schedules for each of the workloads one function meets in its life; then the shelf is emptied. */
const KEPT = 100;

/** Answers the same calendar for equal schedules, whatever object they come in. */
export function createCalendarShelf(): (schedule: Schedule) => Calendar {
  const shelf = new Map<string, Calendar>();
  const known = new WeakMap<Schedule, Calendar>();
  const byText = (schedule: Schedule): Calendar => {
    const key = JSON.stringify(schedule);
    const kept = shelf.get(key);
    if (kept) return kept;
    if (shelf.size >= KEPT) shelf.clear();
    const fresh = createCalendar(schedule);
    shelf.set(key, fresh);
    return fresh;
  };
  return (schedule) => {
    const seen = known.get(schedule);
    if (seen) return seen;
    const calendar = byText(schedule);
    known.set(schedule, calendar);
    return calendar;
  };
}
