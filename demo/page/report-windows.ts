// The report's windows: whether the first record was there in time.

import { instant } from '../../shared/base/time.ts';
import { lasting } from '../../text/local-time.ts';
import type { Report } from '../scenario/types.ts';
import { listed, MOST_LINES, type ReportPage, row, stamp } from './report-page.ts';

/** A year has hundreds: then only those that began late. */
export function windows(report: Report, page: ReportPage): string[] {
  if (report.windows.length === 0) return [row('Windows', 'none')];
  const rows = report.windows.map((window) => ({ window, ...punctuality(window, page) }));
  const count = (wanted: Punctuality['kind']): number => rows.filter(({ kind }) => kind === wanted).length;
  const planned = rows.length - count('asked');
  const asked = count('asked') > 0 ? `, ${count('asked')} manual starts` : '';
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

function punctuality(
  { start, firstServedAt }: Report['windows'][number],
  { planned }: ReportPage,
): Punctuality {
  if (firstServedAt === null) return { kind: 'late', words: 'never served' };
  const seconds = (Date.parse(firstServedAt) - Date.parse(start)) / 1000;
  if (!planned.has(Date.parse(start)))
    return { kind: 'asked', words: `serving ${lasting(Math.max(0, seconds))} after the request` };
  if (seconds > 0) return { kind: 'late', words: `late by ${lasting(seconds)}` };
  return { kind: 'on-time', words: seconds === 0 ? 'on time' : `on time (${lasting(-seconds)} early)` };
}

function windowLine(
  window: Report['windows'][number],
  { kind, words }: Punctuality,
  page: ReportPage,
): string {
  const { clock, style } = page;
  const end = instant(Date.parse(window.end));
  const first =
    window.firstServedAt === null
      ? 'no record'
      : `first record ${clock.time(instant(Date.parse(window.firstServedAt)))}`;
  const span = `${stamp(window.start, page)}–${clock.minute(end)}`;
  return `${span}  ${first.padEnd(21)}  ${style.paint(kind === 'late' ? 'red' : 'green', words)}`;
}
