// Days, weeks and months of UTC as plain numbers that rise by one. Weeks begin on Monday.

import type { Instant } from './time.ts';

const DAY_MS = 86_400_000;
/** 1970-01-01 was a Thursday: three days into its week. */
const INTO_WEEK = 3;

export const utcDay = (at: Instant): number => Math.floor(at / DAY_MS);

export const utcWeek = (at: Instant): number => Math.floor((utcDay(at) + INTO_WEEK) / 7);

export const utcMonth = (at: Instant): number => {
  const date = new Date(at);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
};
