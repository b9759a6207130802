// What a handler runs in: Lambda with the real clients, or the simulated region. Handlers are the same in both; only
// the runtime they are given differs.

import { add, type Instant, type Ms } from '../../shared/base/time.ts';
import type { Deps } from '../../shared/loop/deps.ts';

/** The part of Lambda's context that handlers use. */
export interface Call {
  getRemainingTimeInMillis(): number;
}

export interface Runtime<D = Deps> {
  deps(): D;
  /** Account and region that events must come from. */
  expected(): { account: string; region: string };
}

export type Handler = (event: unknown, call: Call) => Promise<unknown>;

/** What a function is made from; what comes in is unknown until parsed, what is thrown reaches dead letters and alarms. */
export type CreateHandler<D> = (runtime: Runtime<D>) => Handler;

/** Lambda's own time limit is not watched here: the loop leaves in time by itself (`leaveAt`). */
export const wrap =
  <D>(runtime: Runtime<D>, run: (deps: D, event: unknown, call: Call) => Promise<unknown>): Handler =>
  async (event, call) =>
    run(runtime.deps(), event, call);

/** A loop leaves this long before the call's end: a turn with slow calls takes tens of seconds. */
const LEAVE_BEFORE_END = 45_000;

export const leaveAt = (deps: Pick<Deps, 'clock'>, call: Call): Instant =>
  add(deps.clock.now(), Math.max(1_000, call.getRemainingTimeInMillis() - LEAVE_BEFORE_END) as Ms);
