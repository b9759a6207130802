// A clock that only sleeping moves: retries take no time, and their delays can be read afterwards.

import { add, type Instant, instant, type Ms } from '../../shared/base/time.ts';
import type { Clock } from '../../shared/port/clock.ts';

export interface TestClock extends Clock {
  slept: Ms[];
}

export function testClock(start: Instant = instant(Date.UTC(2026, 2, 23))): TestClock {
  let now = start;
  const slept: Ms[] = [];
  return {
    slept,
    now: () => now,
    async sleep(duration) {
      slept.push(duration);
      now = add(now, duration);
    },
  };
}
