// What a handler runs in: Lambda with the real clients, or the simulated region. Handlers are the same in both; only
// the runtime they are given differs.

import type { MiddlewareObj } from '@middy/core';
import middy from '@middy/core';
import { add, type Instant, type Ms } from '../../shared/base/time.ts';
import type { Deps } from '../../shared/loop/deps.ts';

/** The part of Lambda's context that is used. */
export interface Call {
  getRemainingTimeInMillis(): number;
}

export interface Runtime {
  deps(): Deps;
  /** Account and region that events must come from. */
  expected(): { account: string; region: string };
  middlewares(): MiddlewareObj[];
}

export type Handler = (event: unknown, call: Call) => Promise<unknown>;

/** Wraps one function: what comes in is unknown until parsed; what is thrown reaches Lambda, dead letters and alarms. */
export const wrap = (
  runtime: Runtime,
  run: (deps: Deps, event: unknown, call: Call) => Promise<unknown>,
): Handler => {
  // No early time-out: it is a timer on the wall clock, and the loop leaves in time by itself.
  const wrapped = middy<unknown, unknown>({ timeoutEarlyInMillis: 0 });
  for (const middleware of runtime.middlewares()) wrapped.use(middleware);
  const handler = wrapped.handler((event: unknown, context: Call) => run(runtime.deps(), event, context));
  // Of Lambda's context only what `Call` names is used here; middlewares of the Lambda runtime get the real one.
  return async (event, call) => Reflect.apply(handler, undefined, [event, call]);
};

/** A loop leaves this long before the call's end: a turn with slow calls takes tens of seconds. */
const LEAVE_BEFORE_END = 45_000;

export const leaveAt = (deps: Deps, call: Call): Instant =>
  add(deps.clock.now(), Math.max(1_000, call.getRemainingTimeInMillis() - LEAVE_BEFORE_END) as Ms);
