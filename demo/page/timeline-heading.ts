// A day's heading: its date, and what the schedule says of it.

import type { Instant } from '../../shared/base/time.ts';
import type { Schedule } from '../../shared/definition/definition.ts';
import { type Calendar, createCalendar, type ScheduleRow } from '../../shared/schedule/calendar.ts';
import { type LocalClock, lasting, longDate } from '../../text/local-time.ts';
import { type Style, WIDTH } from '../../text/style.ts';
import type { Scenario } from '../scenario/types.ts';

export type Heading = (day: number) => string;

interface Regime {
  from: Instant;
  calendar: Calendar;
}

/** The workload's schedule, then those that the scenario sets. */
export const schedulesOf = ({
  start,
  definition,
  steps,
}: Scenario): { from: Instant; schedule: Schedule }[] => [
  { from: start, schedule: definition.schedule },
  ...steps.flatMap((step) =>
    step.do === 'set-schedule' ? [{ from: step.at, schedule: step.schedule }] : [],
  ),
];

/** Schedules set by the scenario count from their day on. */
export function headings(scenario: Scenario, clock: LocalClock, style: Style): Heading {
  const regimes = schedulesOf(scenario).map(
    ({ from, schedule }): Regime => ({ from, calendar: createCalendar(schedule) }),
  );
  return (day) => {
    const start = clock.dayStart(day);
    const end = clock.dayStart(day + 1);
    const regime = regimes.findLast(({ from }) => from < end) ?? regimes[0];
    const [row] = regime?.calendar.explain(start, 1) ?? [];
    const date = longDate(day);
    const note = row ? noteOf(row) : '';
    const rule = '─'.repeat(Math.max(2, WIDTH - date.length - note.length - (note === '' ? 1 : 2)));
    const line = `${style.paint('bold', date)} ${style.paint('dim', note === '' ? rule : `${rule} ${note}`)}`;
    return line;
  };
}

function noteOf(row: ScheduleRow): string {
  const hours = row.windows.map(
    ({ from, to, endsOn }) => `${from}–${to}${endsOn === undefined ? '' : ' (next day)'}`,
  );
  const whole = row.windows.some(({ start, end }) => !(Number.isFinite(start) && Number.isFinite(end)));
  const notes = whole ? [] : hours;
  if (row.continuesUntil !== undefined) notes.unshift(`until ${row.continuesUntil.slice(11)}`);
  if (notes.length === 0 && !whole) notes.push(row.holiday ? 'a holiday' : 'no hours');
  if (row.clockChange) {
    const { by } = row.clockChange;
    notes.push(`clocks go ${by > 0 ? 'forward' : 'back'} ${lasting(Math.abs(by) / 1000)}`);
  }
  return notes.join(', ');
}
