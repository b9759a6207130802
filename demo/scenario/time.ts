// Times and durations as scenario files write them: local times of the workload's zone, and `1h30m`.

import { epochDay } from '../../shared/base/local-date.ts';
import type { Instant } from '../../shared/base/time.ts';
import { createZone, DAY_MS, wallText } from '../../shared/base/zone.ts';
import type { Problem } from '../../shared/definition/problem.ts';
import { resolveLocal } from '../../shared/schedule/calendar.ts';

/** Ten years at most: a zero too many is a typing slip and gets an error. */
export const MOST_DAYS = 3_650;
export const DURATION = 'a duration such as 90s, 30m, 5h, 1h30m or 2d';

const UNITS_MS = [DAY_MS, 3_600_000, 60_000, 1_000] as const;

/** Milliseconds of `1h30m`; undefined for what is no duration, for none at all and for more than ten years. */
export function durationMs(text: string): number | undefined {
  const parts = /^(?:(\d{1,5})d)?(?:(\d{1,6})h)?(?:(\d{1,8})m)?(?:(\d{1,9})s)?$/.exec(text);
  if (!parts) return undefined;
  const total = UNITS_MS.reduce((sum, unit, index) => sum + unit * Number(parts[index + 1] ?? 0), 0);
  return total > 0 && total <= MOST_DAYS * DAY_MS ? total : undefined;
}

/** First instant of a local date `YYYY-MM-DD`: its midnight, or where clocks skip midnight, the end of the gap. */
export function localMidnight(date: string, timeZone: string, daysLater = 0): Instant {
  const day = epochDay(date);
  if (day === undefined) throw new RangeError(`no date: ${date}`);
  const edge = createZone(timeZone).edge((day + daysLater) * DAY_MS);
  return edge.kind === 'twice' ? edge.first : edge.at;
}

export interface Period {
  timeZone: string;
  start: Instant;
  end: Instant;
}

const AT = 'a local time YYYY-MM-DDTHH:MM';

/** When a step happens. Ambiguous: the later instant. Skipped, or outside [start, end): a problem. */
export function stepInstant(text: string, { timeZone, start, end }: Period): Instant | Omit<Problem, 'path'> {
  const found = JSON.stringify(text);
  const answer = text.includes('T') ? resolveLocal(text, timeZone, start) : undefined;
  if (!answer || answer.kind === 'bad') return { expected: AT, found };
  if (answer.kind === 'skipped') return { expected: existing(answer), found };
  if (answer.at >= start && answer.at < end) return answer.at;
  const zone = createZone(timeZone);
  const [from, to] = [start, end].map((edge) => wallText(zone.wall(edge)));
  return { expected: `a time from ${from} to before ${to} (start and days)`, found };
}

/** A step's `until`, looked at beforehand so that a slip of the pen does not pass for a refused command. */
export function untilProblem(text: string, timeZone: string, at: Instant): Omit<Problem, 'path'> | undefined {
  const found = JSON.stringify(text);
  const answer = resolveLocal(text, timeZone, at);
  if (answer.kind === 'bad') return { expected: answer.expected, found };
  if (answer.kind === 'skipped') return { expected: existing(answer), found };
  return answer.at > at ? undefined : { expected: 'a time after the step itself', found };
}

const existing = ({ before, after }: { before: string; after: string }): string =>
  `a local time that there is: clocks go from ${before} to ${after}`;
