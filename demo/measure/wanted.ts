// When the service was to run, as it was known at each moment: the schedule and override of the record, through all
// changes of both.

import type { Instant } from '../../shared/base/time.ts';
import type { Schedule } from '../../shared/definition/definition.ts';
import { createCalendar, type Override } from '../../shared/schedule/calendar.ts';
import { type Span, union } from './intervals.ts';

export interface Regime {
  from: number;
  schedule: Schedule;
  override: Override | undefined;
}

/** Merged spans of wanted hours within [start, end). */
export const wantedSpans = (regimes: readonly Regime[], end: number): Span[] => {
  const spans: Span[] = [];
  regimes.forEach((regime, index) => {
    const to = Math.min(end, regimes[index + 1]?.from ?? end);
    const calendar = createCalendar(regime.schedule);
    let at = regime.from;
    while (at < to) {
      const { run, until, nextChange } = calendar.wanted(regime.override, at as Instant);
      const change = Math.min(to, run ? (until ?? to) : (nextChange ?? to));
      if (run) spans.push({ from: at, to: change });
      at = Math.max(at + 1, change);
    }
  });
  return union(spans);
};
