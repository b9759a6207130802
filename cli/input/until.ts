// `--until` as typed: its form is checked here, before anything is called; which instant it is, is for the function to
// say, because the workload's own zone decides.

import type { Instant } from '../../shared/base/time.ts';
import { shown } from '../../shared/definition/problem.ts';
import { resolveLocal } from '../../shared/schedule/calendar.ts';
import { badInput } from '../session/exit.ts';

/** Throws for what is no time, or one whose date is past in every zone. */
export function readUntil(text: string | undefined, now: Instant): string | undefined {
  if (text === undefined) return undefined;
  // The instants of our own JSON carry milliseconds, which are not meant.
  const whole = text.replace(
    /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\.\d{1,9}(?=Z$|[+-]\d{2}:\d{2}$|$)/,
    '$1',
  );
  // Any zone will do for the form; a time that one zone skips exists in UTC.
  const read = resolveLocal(whole, 'UTC', now);
  if (read.kind === 'bad') throw badInput(`--until: expected ${read.expected}, found ${shown(text)}`);
  // The easternmost zones are 14 hours ahead, the westernmost 12 behind.
  if (read.kind === 'instant' && read.at + 14 * 3_600_000 <= now)
    throw badInput(`--until: expected a time that is still to come, found ${shown(text)}`);
  return whole;
}
