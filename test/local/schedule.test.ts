import { describe, expect, it } from 'vitest';
import { readSchedule } from '../../local/events/schedule.ts';

const MINUTE = 60_000;

describe('a schedule expression', () => {
  it('comes at its rate, counted from the deployment', () => {
    const minute = readSchedule('rate(1 minute)', 1_000);
    expect(minute.next(1_000)).toBe(61_000);
    expect(minute.next(60_999)).toBe(61_000);
    expect(minute.next(61_000)).toBe(121_000);
    expect(readSchedule('rate(5 minutes)', 0).next(12 * MINUTE)).toBe(15 * MINUTE);
  });

  it('comes once at its time', () => {
    const once = readSchedule('at(2026-03-01T10:00:00)', 0);
    const at = Date.UTC(2026, 2, 1, 10);
    expect(once.next(at - 1)).toBe(at);
    expect(once.next(at)).toBeUndefined();
  });

  it('is refused when it is not known', () => {
    for (const expression of ['cron(0 9 ? * MON *)', 'rate(0 minutes)', 'rate(1 fortnight)', 'at(tomorrow)'])
      expect(() => readSchedule(expression, 0)).toThrow('schedule:');
  });
});
