// A schedule for people: what was written, and what it comes to day by day.

import type { Schedule } from '../../shared/definition/definition.ts';
import type { ScheduleRow } from '../../shared/schedule/calendar.ts';
import { daysText } from '../../shared/schedule/days.ts';
import { lasting } from '../../text/local-time.ts';
import type { Style } from '../../text/style.ts';
import { facts, table } from '../../text/table.ts';

/** As written: windows, holidays, exceptions. */
export function scheduleText(schedule: Schedule, style: Style): string[] {
  const { windows, holidays, exceptions, mode, timeZone, readyByMinutes } = schedule;
  return facts(
    [
      ['time zone', timeZone],
      [
        'runs',
        mode === 'weekly'
          ? windows.map(({ days, from, to }) => `${daysText(days)} ${from}–${to}`).join('; ')
          : mode,
      ],
      ['holidays', holidays.join(', ')],
      [
        'exceptions',
        exceptions.map(({ date, kind, from, to }) => `${date} ${kind} ${from}–${to}`).join('; '),
      ],
      ['ready by', `launched ${readyByMinutes} minutes before`],
    ],
    style,
  );
}

/** One row a local date. */
export function explainText(rows: readonly ScheduleRow[], timeZone: string, style: Style): string[] {
  return [
    ...table(
      ['DATE', 'DAY', `HOURS (${timeZone})`, ''],
      rows.map((row) => [
        row.date,
        row.day,
        hoursText(row) || { text: 'stopped', colour: 'dim' as const },
        { text: marks(row), colour: 'yellow' as const },
      ]),
      style,
    ),
  ];
}

function hoursText({ windows, continuesUntil }: ScheduleRow): string {
  const earlier = continuesUntil === undefined ? [] : [`…–${continuesUntil.slice(11)}`];
  const own = windows.map(
    ({ from, to, endsOn }) => `${from}–${to}${endsOn === undefined ? '' : ` on ${endsOn}`}`,
  );
  return [...earlier, ...own].join(', ');
}

function marks({ holiday, exception, clockChange }: ScheduleRow): string {
  return [
    holiday && 'holiday',
    exception && 'exception',
    clockChange &&
      `clocks go ${clockChange.by > 0 ? 'forward' : 'back'} ${lasting(Math.abs(clockChange.by) / 1000)} at ${clockChange.before.slice(11)}`,
  ]
    .filter(Boolean)
    .join(', ');
}
