// Calendars by their schedule, for judges that meet the same few schedules at every write.

import type { Schedule } from '../../shared/definition/definition.ts';
import { type Calendar, createCalendar } from '../../shared/schedule/calendar.ts';

/** Answers the same calendar for equal schedules, whatever object they come in. */
export const calendarsByText = (): ((schedule: Schedule) => Calendar) => {
  const kept = new Map<string, Calendar>();
  const known = new WeakMap<Schedule, Calendar>();
  return (schedule) => {
    const seen = known.get(schedule);
    if (seen) return seen;
    const text = JSON.stringify(schedule);
    const calendar = kept.get(text) ?? createCalendar(schedule);
    kept.set(text, calendar);
    known.set(schedule, calendar);
    return calendar;
  };
};
