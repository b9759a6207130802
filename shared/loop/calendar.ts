// The calendar of one loop: its turns ask about the same schedule, again and again for minutes, and making a calendar
// costs as much as a hundred of its answers.

import { isSame } from '../base/copy.ts';
import type { Schedule } from '../definition/definition.ts';
import { type Calendar, createCalendar } from '../schedule/calendar.ts';

/** Answers with the last calendar for as long as the schedule is the same. */
export const keepCalendar = (): ((schedule: Schedule) => Calendar) => {
  let kept: { schedule: Schedule; calendar: Calendar } | undefined;
  return (schedule) => {
    if (!kept || !isSame(kept.schedule, schedule)) kept = { schedule, calendar: createCalendar(schedule) };
    return kept.calendar;
  };
};
