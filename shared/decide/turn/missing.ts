// Volumes and snapshots that were deleted by hand, or that EC2 took back: in no complete listing, again and again. One
// reading proves nothing: listings are minutes late at worst, and one that changes while it is read leaves things out.

import { type Instant, since } from '../../base/time.ts';
import type { Missing } from '../../record/fields.ts';
import { READING_COUNTS, RESOURCE_MISSING, RESOURCE_READINGS } from './limits.ts';

/** One more such listing. Counts once a minute at most: a loop that turns every second reads one moment many times. */
export const missedAgain = (before: Missing | undefined, now: Instant): Missing => {
  if (!before) return { since: now, lastAt: now, readings: 1 };
  if (since(before.lastAt, now) < READING_COUNTS) return before;
  return { since: before.since, lastAt: now, readings: before.readings + 1 };
};

/** Missed often enough and long enough to be gone. */
export const isGoneFor = (missing: Missing, now: Instant): boolean =>
  missing.readings >= RESOURCE_READINGS && since(missing.since, now) >= RESOURCE_MISSING;
