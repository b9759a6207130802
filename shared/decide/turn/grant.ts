// Until when an instance may run without hearing from anybody.

import { add, earlier, type Instant, type Ms } from '../../base/time.ts';
import type { Context } from './context.ts';
import { GRANT_MARGIN, GRANT_MAX } from './limits.ts';

/** The earlier of now + 24 h and the end of the wanted run + grace + 10 min. */
export const grantUntil = (ctx: Context): Instant => {
  const longest = add(ctx.now, GRANT_MAX);
  const end = ctx.wanted.until ?? (ctx.wanted.lead ? ctx.wanted.nextStart : undefined);
  if (end === undefined || end === Infinity) return longest;
  // In the lead the window itself is still ahead: its end is not known here, a probe extends the grant once inside.
  const margin = (ctx.definition.stopGraceSeconds * 1000 + GRANT_MARGIN) as Ms;
  return earlier(longest, add(end, margin));
};
