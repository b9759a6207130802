// Is it inside one weekly window (the definition's quiet hours)? Asked rarely: only while on on-demand.

import type { Instant } from '../base/time.ts';
import type { WeeklyWindow } from '../definition/definition.ts';
import { createCalendar } from './calendar.ts';

export const weeklyWindowHolds = (window: WeeklyWindow, timeZone: string, now: Instant): boolean =>
  createCalendar({
    timeZone,
    mode: 'weekly',
    windows: [window],
    holidays: [],
    exceptions: [],
    readyByMinutes: 0,
  }).wanted(undefined, now).run;
