// The closing report for people, from the report that machines read (`--json`). Long lists are cut here, and say so.

import { windowsBetween } from '../../shared/decide/calendar.ts';
import { instant } from '../../shared/port/time.ts';
import { schedulesOf } from './timeline-heading.ts';
import { incidentLine } from './timeline-incident.ts';
import { type LocalClock, lasting, localClock, shortDate } from './timeline-local.ts';
import { dressed, type Style, WIDTH, wrapped } from './timeline-style.ts';
import { servedByDay, weekStrip } from './timeline-week.ts';
import type { Report, Scenario } from './types.ts';

/** Lines of one list; `--json` has all of them. */
const MOST_LINES = 12;
const TOP_CALLS = 10;
const LABEL = 14;

interface Page {
  clock: LocalClock;
  style: Style;
  /** Beginnings of windows that a schedule knew beforehand; the others were asked for by a person. */
  planned: ReadonlySet<number>;
}

function plannedStarts(scenario: Scenario): Set<number> {
  const windows = schedulesOf(scenario).flatMap(({ schedule }) =>
    windowsBetween(schedule, scenario.start, scenario.end),
  );
  return new Set([scenario.start, ...windows.map(({ start }) => start)]);
}

/** Lines of at most 100 columns. */
export function reportText(report: Report, scenario: Scenario, style: Style): string[] {
  const clock = localClock(scenario.definition.schedule.timeZone);
  const page = { clock, style, planned: plannedStarts(scenario) };
  const lines = [
    '',
    ...weekStrip(servedByDay(report, scenario), style),
    '',
    style.paint('bold', `Report: ${scenario.definition.name}, ${report.days} days, seed ${report.seed}`),
    ...served(report),
    ...windows(report, page),
    ...interruptions(report, page),
    ...waits(report, page),
    ...holds(report, page),
    ...safety(report, page),
    ...costs(report),
    ...calls(report),
    row('Wall time', `${report.wallSeconds} s`),
  ];
  return lines.map((line) => dressed(line, style));
}

const row = (label: string, text: string): string => `  ${label.padEnd(LABEL)}${text}`.trimEnd();
const below = (text: string): string => row('', text);
const number = (value: number): string => value.toLocaleString('en-US');

function percent(part: number, whole: number): string {
  if (whole <= 0) return '–';
  // Rounded down: 100.00 % is said only of the whole.
  return `${(Math.floor((part / whole) * 10_000) / 100).toFixed(2)} %`;
}

function listed(label: string, lines: readonly string[], none: string): string[] {
  if (lines.length === 0) return [row(label, none)];
  const more = lines.length - MOST_LINES;
  const shown = more > 1 ? lines.slice(0, MOST_LINES) : lines;
  return [
    ...shown.map((line, index) => row(index === 0 ? label : '', line)),
    ...(more > 1 ? [below(`… and ${more} more (--json has them all)`)] : []),
  ];
}

const stamp = (text: string, { clock }: Page): string => {
  const at = instant(Date.parse(text));
  return `${shortDate(clock.day(at)).padEnd(10)} ${clock.minute(at)}`;
};

function served({ scheduledHours, servedHours, downtimeSeconds, instanceHoursOutside }: Report): string[] {
  const share = percent(servedHours, scheduledHours);
  const hours = `${servedHours.toFixed(2)} of ${scheduledHours.toFixed(2)} scheduled hours`;
  return [
    row('Served', `${share} (${hours}), ${lasting(downtimeSeconds)} down`),
    row('Outside hours', `${instanceHoursOutside.toFixed(2)} instance hours`),
  ];
}

/** A year has hundreds: then only those that began late. */
function windows(report: Report, page: Page): string[] {
  if (report.windows.length === 0) return [row('Windows', 'none')];
  const rows = report.windows.map((window) => ({ window, ...punctuality(window, page) }));
  const count = (wanted: Punctuality['kind']): number => rows.filter(({ kind }) => kind === wanted).length;
  const planned = rows.length - count('asked');
  const asked = count('asked') > 0 ? `, ${count('asked')} more on a person's word` : '';
  const shown = rows.length <= MOST_LINES ? rows : rows.filter(({ kind }) => kind === 'late');
  const lines = shown.map(({ window, ...rest }) => windowLine(window, rest, page));
  return [
    row('Windows', `${count('on-time')} of ${planned} on time${asked}`),
    ...(lines.length > 0 ? listed('', lines, '') : []),
  ];
}

interface Punctuality {
  kind: 'on-time' | 'late' | 'asked';
  words: string;
}

function punctuality({ start, firstServedAt }: Report['windows'][number], { planned }: Page): Punctuality {
  if (firstServedAt === null) return { kind: 'late', words: 'never served' };
  const seconds = (Date.parse(firstServedAt) - Date.parse(start)) / 1000;
  if (!planned.has(Date.parse(start)))
    return { kind: 'asked', words: `${lasting(Math.max(0, seconds))} after asking` };
  if (seconds > 0) return { kind: 'late', words: `late by ${lasting(seconds)}` };
  return { kind: 'on-time', words: seconds === 0 ? 'on time' : `on time, ${lasting(-seconds)} early` };
}

function windowLine(window: Report['windows'][number], { kind, words }: Punctuality, page: Page): string {
  const { clock, style } = page;
  const end = instant(Date.parse(window.end));
  const first =
    window.firstServedAt === null
      ? 'no record'
      : `first record ${clock.time(instant(Date.parse(window.firstServedAt)))}`;
  const span = `${stamp(window.start, page)}–${clock.minute(end)}`;
  return `${span}  ${first.padEnd(21)}  ${style.paint(kind === 'late' ? 'red' : 'green', words)}`;
}

function interruptions(report: Report, page: Page): string[] {
  const { warned, lost, halted } = report.interruptions;
  const kinds = `${warned} warned, ${lost} lost, ${halted} stopped from inside`;
  const moves = `${report.moves} ${report.moves === 1 ? 'move' : 'moves'} to another zone`;
  const lines = report.incidents.map((incident) => `${stamp(incident.at, page)}  ${incidentLine(incident)}`);
  return [
    row('Interruptions', `${warned + lost + halted} (${kinds}); ${moves}`),
    ...(lines.length > 0 ? listed('', lines, '') : []),
  ];
}

function waits(report: Report, page: Page): string[] {
  if (report.waits.length <= MOST_LINES) {
    const lines = report.waits.map(
      (wait) => `${stamp(wait.at, page)}  ${lasting(wait.seconds)} for ${wait.for}`,
    );
    return listed('Waits', lines, 'none');
  }
  const kinds = Map.groupBy(report.waits, (wait) => wait.for);
  const lines = [...kinds].map(([what, all]) => {
    const longest = Math.max(...all.map(({ seconds }) => seconds));
    return `${number(all.length)} for ${what}, the longest ${lasting(longest)}`;
  });
  return listed('Waits', lines, 'none');
}

function holds(report: Report, page: Page): string[] {
  const lines = report.holds.map(({ at, code, resumedAt }) => {
    const end = resumedAt === null ? 'still held' : `resumed ${stamp(resumedAt, page)}`;
    return `${stamp(at, page)}  ${code}, ${end}`;
  });
  return listed('Holds', lines, 'none');
}

function safety(report: Report, { style }: Page): string[] {
  const { recordsWritten, recordsFound, invariantViolations, orphans } = report;
  const missing = recordsWritten - recordsFound;
  const verdict =
    missing === 0 ? style.paint('green', 'none lost') : style.paint('red', `${number(missing)} DIFFER`);
  const broken = invariantViolations.flatMap(({ invariant, at, what }) =>
    wrapped(`${invariant} at ${at}: ${what}`, WIDTH - LABEL - 2).map((line) => style.paint('red', line)),
  );
  return [
    row('Records', `${number(recordsWritten)} written, ${number(recordsFound)} found: ${verdict}`),
    ...listed('Invariants', broken, style.paint('green', 'all held')),
    row('Orphans', orphans === 0 ? style.paint('green', 'none') : style.paint('red', `${orphans}`)),
  ];
}

function costs({ cost }: Report): string[] {
  const { usd, onDemandAlwaysUsd, onDemandInHoursUsd } = cost;
  return [
    row('Cost', `${usd.toFixed(2)} USD`),
    below(
      `${percent(usd, onDemandAlwaysUsd)} of on-demand around the clock (${onDemandAlwaysUsd.toFixed(2)} USD)`,
    ),
    below(
      `${percent(usd, onDemandInHoursUsd)} of on-demand in the same hours (${onDemandInHoursUsd.toFixed(2)} USD)`,
    ),
  ];
}

function calls({ awsCalls }: Report): string[] {
  const sorted = Object.entries(awsCalls).sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1));
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  const top = sorted
    .slice(0, TOP_CALLS)
    .map(([name, count]) => `${name.padEnd(34)}${number(count).padStart(10)}`);
  return [row('AWS calls', `${number(total)} in all`), ...top.map(below)];
}
