// How an instance is ended, be it an owner that is drained, a former one or a candidate that is given up: asked at once,
// again while nothing comes of it, with force where its end is stuck. Who is to end, and what proves that it did, is
// decided elsewhere (leaving.ts, drain.ts, death.ts).

import { add, type Instant, since } from '../../base/time.ts';
import {
  alert,
  type Context,
  intend,
  isWanted,
  rests,
  type Step,
  seeInstance,
  type View,
  wait,
} from '../turn/context.ts';
import {
  ASK_ABSENT_EVERY,
  END_NEAR,
  FORCE_TERMINATE_AFTER,
  LOOK_RARELY,
  LOOK_SOON,
  SLOW_END,
  TERMINATE_AGAIN,
  UNPROVED_END,
} from '../turn/limits.ts';
import { doomedBy, keepVolume } from './keep.ts';

/** What the record keeps of an end that is asked for. */
interface Ending {
  instanceId: string;
  terminateSentAt?: Instant | undefined;
  terminateAcceptedAt?: Instant | undefined;
  shuttingDownSince?: Instant | undefined;
}

interface Cause {
  why: string;
  /** Since when its end is waited for. */
  begun: Instant;
  /** It may have had the volume: that its end was accepted is part of the proof by absence (death.ts). */
  wasOwner: boolean;
}

type Sight = 'unknown' | 'absent' | 'ending' | 'alive';

const sightOf = (ctx: View, instanceId: string): Sight => {
  const seen = seeInstance(ctx, instanceId);
  if (seen.kind !== 'seen') return seen.kind;
  return seen.view.state === 'shutting-down' ? 'ending' : 'alive';
};

const isStuck = ({ now }: View, { shuttingDownSince: from }: Ending): boolean =>
  from !== undefined && since(from, now) >= FORCE_TERMINATE_AFTER;

/** When it is asked to end (again); undefined: not before the next reading says more. */
const nextAsk = (ctx: View, one: Ending, { sight, wasOwner }: { sight: Sight; wasOwner: boolean }) => {
  const { terminateSentAt: asked, terminateAcceptedAt: accepted } = one;
  if (sight === 'ending' && isStuck(ctx, one))
    return asked === undefined ? ctx.now : add(asked, FORCE_TERMINATE_AFTER);
  // One that ends by itself needs no call of ours, except for the proof.
  if (sight === 'ending' && (asked !== undefined || accepted !== undefined || !wasOwner)) return undefined;
  if (asked === undefined) return ctx.now;
  if (sight === 'unknown') return undefined;
  return add(asked, sight === 'absent' ? ASK_ABSENT_EVERY : TERMINATE_AGAIN);
};

export const endInstance = (ctx: Context, one: Ending, { why, begun, wasOwner }: Cause): Step | undefined => {
  const { now } = ctx;
  const { instanceId } = one;
  const sight = sightOf(ctx, instanceId);
  if (sight === 'ending') {
    one.shuttingDownSince ??= now;
    if (since(one.shuttingDownSince, now) >= SLOW_END) alert(ctx, 'slow-end', `${instanceId} is slow to end`);
  }
  const next = nextAsk(ctx, one, { sight, wasOwner });
  const effect = { kind: 'terminate', instanceId, force: sight === 'ending' && isStuck(ctx, one) } as const;
  if (next !== undefined && next <= now) {
    const doomed = doomedBy(ctx, instanceId);
    if (doomed !== undefined)
      return (
        keepVolume(ctx, instanceId) ?? wait(ctx, 'retry', `${doomed} to outlive ${instanceId}`, LOOK_SOON)
      );
    if (rests(ctx, effect)) return undefined;
    one.terminateSentAt = now;
    const reason = effect.force
      ? `${instanceId} has been shutting down for too long`
      : `end ${instanceId}: ${why}`;
    return intend(ctx, effect, reason);
  }
  if (sight === 'unknown') return wait(ctx, 'reading', `a reading of ${instanceId}`);
  const lasts = since(begun, now);
  // Its proof may never come: looked for only as often as it is asked to end.
  if (sight === 'absent' && next !== undefined && lasts >= UNPROVED_END)
    return wait(ctx, 'end', `${instanceId} to end`, since(now, next));
  // Outside the hours nothing waits for it, and its event wakes the loop.
  const isFar = !isWanted(ctx) || lasts > END_NEAR;
  return wait(ctx, 'end', `${instanceId} to end`, isFar ? LOOK_RARELY : LOOK_SOON);
};
