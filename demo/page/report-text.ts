// The closing report for people, from the report that machines read (`--json`). Long lists are cut here, and say so.

import { lasting } from '../../text/local-time.ts';
import { dressed, type Style, wrapped } from '../../text/style.ts';
import type { Report, Scenario } from '../scenario/types.ts';
import {
  below,
  listed,
  MOST_LINES,
  noted,
  number,
  pageOf,
  type ReportPage,
  ROOM,
  row,
  stamp,
} from './report-page.ts';
import { windows } from './report-windows.ts';
import { incidentLine } from './timeline-incident.ts';
import { servedByDay, weekStrip } from './timeline-week.ts';

const TOP_CALLS = 10;

/** Lines of at most 100 columns. */
export function reportText(report: Report, scenario: Scenario, style: Style): string[] {
  const page = pageOf(scenario, style);
  const lines = [
    '',
    ...weekStrip(servedByDay(report, scenario), style),
    '',
    style.paint(
      'bold',
      `Report: ${scenario.definition.name}, ${report.days} ${report.days === 1 ? 'day' : 'days'}, seed ${report.seed}`,
    ),
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

function percent(part: number, whole: number): string {
  if (whole <= 0) return '–';
  // Rounded down: 100.00 % is said only of the whole.
  return `${(Math.floor((part / whole) * 10_000) / 100).toFixed(2)} %`;
}

function served(report: Report): string[] {
  const { scheduledHours, servedHours, downtimeSeconds, downWithCapacitySeconds, instanceHoursOutside } =
    report;
  const share = percent(servedHours, scheduledHours);
  const hours = `${servedHours.toFixed(2)} of ${scheduledHours.toFixed(2)} scheduled hours`;
  return [
    row('Served', `${share} (${hours}), ${lasting(downtimeSeconds)} down`),
    ...(downWithCapacitySeconds > 0
      ? [below(`${lasting(downWithCapacitySeconds)} of that while a zone had had capacity for 15 minutes`)]
      : []),
    row('Outside hours', `${instanceHoursOutside.toFixed(2)} instance hours`),
  ];
}

function interruptions(report: Report, page: ReportPage): string[] {
  const { warned, lost, halted } = report.interruptions;
  const kinds = `${warned} with notice, ${lost} without, ${halted} hung`;
  const moves = `${report.moves} ${report.moves === 1 ? 'move' : 'moves'} to another zone`;
  const lines = report.incidents.map((incident) => noted(incident.at, incidentLine(incident), page));
  return [
    row('Interruptions', `${warned + lost + halted} (${kinds}); ${moves}`),
    ...(lines.length > 0 ? listed('', lines, '') : []),
  ];
}

function waits(report: Report, page: ReportPage): string[] {
  if (report.waits.length <= MOST_LINES) {
    const lines = report.waits.map((wait) =>
      noted(wait.at, `${lasting(wait.seconds)} for ${wait.for}`, page),
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

function holds(report: Report, page: ReportPage): string[] {
  const lines = report.holds.map(({ at, code, resumedAt }) => {
    const end = resumedAt === null ? 'still held' : `resumed ${stamp(resumedAt, page)}`;
    return noted(at, `${code}, ${end}`, page);
  });
  return listed('Holds', lines, 'none');
}

function safety(report: Report, { style }: ReportPage): string[] {
  const { recordsWritten, recordsFound, invariantViolations, orphans } = report;
  const missing = recordsWritten - recordsFound;
  const verdict =
    missing === 0 ? style.paint('green', 'none lost') : style.paint('red', `${number(missing)} DIFFER`);
  const broken = invariantViolations.flatMap(({ invariant, at, what }) =>
    wrapped(`${invariant} at ${at}: ${what}`, ROOM).map((line) => style.paint('red', line)),
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
    row('Cost', `estimate: ${usd.toFixed(2)} USD`),
    below(`${percent(usd, onDemandAlwaysUsd)} of on-demand 24/7 (${onDemandAlwaysUsd.toFixed(2)} USD)`),
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
