// The week: for each local date the hours that were planned, and what really ran. Days of a change of the clocks are 23 or
// 25 hours long, as they are.

import { earlier, type Instant, instant, iso, later } from '../../../shared/base/time.ts';
import type { Schedule } from '../../../shared/definition/definition.ts';
import { explain, windowsBetween } from '../../../shared/schedule/calendar.ts';
import { localClock, shortDate } from '../../../text/local-time.ts';
import { type StateSpan, serves } from './spans.ts';

/** Six days back, today, and tomorrow. */
const BACK = 6;
const AHEAD = 1;

export interface DayView {
  /** `Mon 23 Mar` */
  label: string;
  today: boolean;
  start: string;
  end: string;
  windows: { from: string; to: string }[];
  /** `to` absent: still so. `moving`: on its way between parked and serving. */
  ran: { kind: 'serving' | 'moving' | 'held'; from: string; to?: string }[];
  /** `holiday`, `exception`, a change of the clocks. */
  notes: string[];
}

export interface WeekView {
  days: DayView[];
  /** What ran before is not known. `cut`: there is more history than was read. */
  knownFrom?: { at: string; cut: boolean };
}

export function weekView(
  schedule: Schedule,
  spans: readonly StateSpan[],
  { now, cut }: { now: Instant; cut: boolean },
): WeekView {
  const clock = localClock(schedule.timeZone);
  const today = clock.day(now);
  const first = today - BACK;
  const from = clock.dayStart(first);
  const to = clock.dayStart(today + AHEAD + 1);
  const windows = windowsBetween(schedule, from, to);
  // Hours before it was created do not count.
  const begun = spans[0]?.from ?? now;
  const rows = explain(schedule, from, BACK + AHEAD + 1);
  const days = Array.from({ length: BACK + AHEAD + 1 }, (_, index): DayView => {
    const day = first + index;
    const [start, end] = [clock.dayStart(day), clock.dayStart(day + 1)];
    const row = rows[index];
    return {
      label: shortDate(day),
      today: day === today,
      start: iso(start),
      end: iso(end),
      windows: windows
        .filter((one) => one.start < end && one.end > start && (cut || one.end > begun))
        .map((one) => ({ from: iso(later(one.start, start)), to: iso(earlier(one.end, end)) })),
      ran: start > now ? [] : spans.flatMap((span) => ranWithin(span, start, end)),
      notes: [
        ...(!cut && end <= begun ? ['not created yet'] : []),
        ...(row?.holiday ? ['holiday'] : []),
        ...(row?.exception ? ['exception'] : []),
        ...(row?.clockChange ? [`clocks go ${row.clockChange.by > 0 ? 'forward' : 'back'}`] : []),
      ],
    };
  });
  return { days, knownFrom: begun > from ? { at: iso(begun), cut } : undefined };
}

function ranWithin(span: StateSpan, start: Instant, end: Instant): DayView['ran'] {
  if (span.state === 'parked') return [];
  const until = span.to ?? instant(Number.POSITIVE_INFINITY);
  if (span.from >= end || until <= start) return [];
  const kind = serves(span) ? 'serving' : span.state === 'held' ? 'held' : 'moving';
  // Still so, and the day is not over as far as is known: the page's clock says how far.
  const to = span.to === undefined ? undefined : iso(earlier(span.to, end));
  return [{ kind, from: iso(later(span.from, start)), to }];
}
