// The calendar that a loop keeps.

import { describe, expect, it } from 'vitest';
import { keepCalendar } from '../../shared/loop/calendar.ts';
import { NOW, record } from '../decide/scene.ts';

describe('the calendar of a loop', () => {
  const { schedule } = record().definition;

  it('is the same for equal schedules, and another once the schedule has changed', () => {
    const calendarOf = keepCalendar();
    const first = calendarOf(schedule);
    expect(calendarOf(structuredClone(schedule))).toBe(first);
    const later = calendarOf({ ...schedule, mode: 'never', windows: [] });
    expect(later).not.toBe(first);
    expect(later.wanted(undefined, NOW).run).toBe(false);
    expect(calendarOf(schedule)).not.toBe(first);
  });
});
