// The run at a glance: for each local day, how much of its scheduled hours was served. Worked out from the report alone,
// to within the seconds that separate the cause of an outage from its beginning.

import { type Instant, instant } from '../../shared/base/time.ts';
import { dayName, type LocalClock, localClock } from '../../text/local-time.ts';
import { bar, dressed, level, type Style, WIDTH } from '../../text/style.ts';
import type { Report, Scenario } from '../scenario/types.ts';

export interface DayServed {
  day: number;
  scheduledMs: number;
  servedMs: number;
}

interface Stretch {
  from: number;
  to: number;
}

const CELLS = 7;
/** Served means a record in the last this long. */
const FRESH_MS = 15_000;
/** A bar each up to here; a character each beyond. */
const DAYS_WITH_BARS = 8;

export function servedByDay(report: Report, scenario: Scenario): DayServed[] {
  const clock = localClock(scenario.definition.schedule.timeZone);
  const scheduled = report.windows.map(({ start, end }) => ({
    from: Date.parse(start),
    to: Date.parse(end),
  }));
  const served = report.windows.flatMap(({ start, end, firstServedAt, stoppedAt }) => {
    if (firstServedAt === null) return [];
    const from = Math.max(Date.parse(start), Date.parse(firstServedAt));
    return [
      { from, to: stoppedAt === null ? Date.parse(end) : Math.min(Date.parse(end), Date.parse(stoppedAt)) },
    ];
  });
  const outages = report.incidents.map(({ at, downtimeSeconds }) => {
    const from = Date.parse(at);
    return { from, to: from + downtimeSeconds * 1000 };
  });
  const within = (day: number, stretches: readonly Stretch[]): Stretch[] => {
    const [from, to] = [clock.dayStart(day), clock.dayStart(day + 1)];
    return stretches
      .map((one) => ({ from: Math.max(one.from, from), to: Math.min(one.to, to) }))
      .filter((one) => one.to > one.from);
  };
  return daysOf(scenario, clock).map((day) => {
    const up = within(day, served);
    const down = up.flatMap(({ from, to }) =>
      outages.map((one) => ({ from: Math.max(one.from, from), to: Math.min(one.to, to) })),
    );
    return {
      day,
      scheduledMs: length(within(day, scheduled)),
      servedMs: Math.max(0, length(up) - length(down)),
    };
  });
}

const length = (stretches: readonly Stretch[]): number =>
  stretches.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);

function daysOf({ start, end }: Scenario, clock: LocalClock): number[] {
  const last: Instant = instant(end - 1);
  return Array.from(
    { length: clock.day(last) - clock.day(start) + 1 },
    (_, index) => clock.day(start) + index,
  );
}

/** One line for a week and a day; longer runs have a character a day, a week a group. */
export function weekStrip(days: readonly DayServed[], style: Style): string[] {
  const lines = days.length <= DAYS_WITH_BARS ? [bars(days)] : characters(days);
  return lines.map((line) => style.paint('green', dressed(line, style)));
}

function bars(days: readonly DayServed[]): string {
  const most = Math.max(1, ...days.map(({ scheduledMs }) => scheduledMs));
  const cells = days.map(({ day, scheduledMs, servedMs }) => {
    const wide = Math.round((scheduledMs / most) * CELLS) || (scheduledMs > 0 ? 1 : 0);
    const share = scheduledMs > 0 ? servedMs / scheduledMs : 0;
    // A bar is full only where nothing was lost but the pause between two records.
    const filled =
      scheduledMs - servedMs < FRESH_MS ? wide : Math.min(wide - 0.125, Math.floor(wide * share * 8) / 8);
    const drawn = wide === 0 ? '·'.repeat(CELLS) : bar(Math.max(0, filled)).padEnd(wide, '░').padEnd(CELLS);
    return `${dayName(day).slice(0, 3)} ${drawn}`;
  });
  return cells.join(' ').trimEnd();
}

function characters(days: readonly DayServed[]): string[] {
  const weeks: string[] = [];
  for (const { day, scheduledMs, servedMs } of days) {
    const share = scheduledMs - servedMs < FRESH_MS ? 1 : servedMs / scheduledMs;
    const mark = scheduledMs > 0 ? (servedMs > 0 ? level(share) : '░') : '·';
    if (weeks.length === 0 || dayName(day) === 'Monday') weeks.push(mark);
    else weeks[weeks.length - 1] += mark;
  }
  const perLine = Math.floor(WIDTH / 8);
  return Array.from({ length: Math.ceil(weeks.length / perLine) }, (_, index) =>
    weeks.slice(index * perLine, (index + 1) * perLine).join(' '),
  );
}
