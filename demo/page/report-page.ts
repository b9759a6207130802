// What the closing report's sections are made of: labelled rows, lists that are cut, local stamps.

import { instant } from '../../shared/base/time.ts';
import { windowsBetween } from '../../shared/schedule/calendar.ts';
import { type LocalClock, localClock, shortDate } from '../../text/local-time.ts';
import { type Style, WIDTH } from '../../text/style.ts';
import type { Scenario } from '../scenario/types.ts';
import { schedulesOf } from './timeline-heading.ts';

/** Lines of one list; `--json` has all of them. */
export const MOST_LINES = 12;
const LABEL = 14;
/** What is left of a line beside its label. */
export const ROOM = WIDTH - LABEL - 2;

export interface ReportPage {
  clock: LocalClock;
  style: Style;
  /** Beginnings of windows that a schedule knew beforehand; the others are manual starts. */
  planned: ReadonlySet<number>;
}

export const pageOf = (scenario: Scenario, style: Style): ReportPage => ({
  clock: localClock(scenario.definition.schedule.timeZone),
  style,
  planned: plannedStarts(scenario),
});

function plannedStarts(scenario: Scenario): Set<number> {
  const windows = schedulesOf(scenario).flatMap(({ schedule }) =>
    windowsBetween(schedule, scenario.start, scenario.end),
  );
  return new Set([scenario.start, ...windows.map(({ start }) => start)]);
}

export const row = (label: string, text: string): string => `  ${label.padEnd(LABEL)}${text}`.trimEnd();
export const below = (text: string): string => row('', text);
export const number = (value: number): string => value.toLocaleString('en-US');

export function listed(label: string, lines: readonly string[], none: string): string[] {
  if (lines.length === 0) return [row(label, none)];
  const more = lines.length - MOST_LINES;
  const shown = more > 1 ? lines.slice(0, MOST_LINES) : lines;
  return [
    ...shown.map((line, index) => row(index === 0 ? label : '', line)),
    ...(more > 1 ? [below(`… and ${more} more (--json has them all)`)] : []),
  ];
}

/** A note on one line, whatever its length. */
export const noted = (at: string, text: string, page: ReportPage): string => {
  const line = `${stamp(at, page)}  ${text}`;
  return line.length > ROOM ? `${line.slice(0, ROOM - 1)}…` : line;
};

export const stamp = (text: string, { clock }: ReportPage): string => {
  const at = instant(Date.parse(text));
  return `${shortDate(clock.day(at)).padEnd(10)} ${clock.minute(at)}`;
};
