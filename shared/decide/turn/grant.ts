// Until when an instance may run without hearing from anybody.

import { add, earlier, type Instant, seconds } from '../../base/time.ts';
import type { View } from './context.ts';
import { GRANT_MARGIN, GRANT_MAX } from './limits.ts';

/** The earlier of now + 24 h and the end of the wanted run + grace + 10 min. */
export const grantUntil = (ctx: View): Instant => {
  const longest = add(ctx.now, GRANT_MAX);
  const end = ctx.wanted.until ?? (ctx.wanted.lead ? ctx.wanted.nextStart : undefined);
  if (end === undefined || end === Infinity) return longest;
  // In the lead the window itself is still ahead: its end is not known here, a probe extends the grant once inside.
  return earlier(longest, add(add(end, seconds(ctx.definition.stopGraceSeconds)), GRANT_MARGIN));
};
