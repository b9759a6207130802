// The shape of every command that asks for a change and may wait for it: call, say what the function said, wait.

import { doneShape } from '../../shared/answer/done.ts';
import type { WorkloadStatus } from '../../shared/answer/status.ts';
import { type Ms, seconds } from '../../shared/base/time.ts';
import { saidIn } from '../wording/when.ts';
import { statusText } from '../wording/workload-text.ts';
import { type Output, secondsOption, type Typed, waits } from './action.ts';
import type { CommandError } from './exit.ts';
import { accept, type Session } from './session.ts';
import { WAIT_LIMIT, waitFor } from './wait.ts';

export interface Request {
  /** Name of the function, e.g. `start-now`. */
  function: string;
  payload: Record<string, unknown>;
  before: Pick<WorkloadStatus, 'name' | 'timeZone'>;
  /** What a refusal means that is not everybody's. */
  refused?: (answer: unknown) => CommandError | undefined;
  /** Absent: nothing to wait for. */
  until?: { goal: string; done: (workload: WorkloadStatus | undefined) => boolean; limit?: Ms };
}

/** With --no-wait it ends when the function has answered. */
export async function request(session: Session, typed: Typed, wanted: Request): Promise<Output> {
  const { outside } = session;
  const { until } = wanted;
  const limit = seconds(secondsOption(typed, 'timeout', (until?.limit ?? WAIT_LIMIT) / 1000));
  // From here on Ctrl-C ends the watching alone: what is asked for may have been taken already.
  let stopped = false;
  const release = outside.onInterrupt(() => {
    stopped = true;
  });
  try {
    return await askAndWait(session, typed, { ...wanted, limit, stopped: () => stopped });
  } finally {
    release();
  }
}

interface Waiting extends Request {
  limit: Ms;
  stopped: () => boolean;
}

async function askAndWait(session: Session, typed: Typed, wanted: Waiting): Promise<Output> {
  const { outside, globals } = session;
  const { before, until, limit, stopped } = wanted;
  const came = await session.call(wanted.function, wanted.payload);
  const special = wanted.refused?.(came);
  if (special) throw special;
  const answer = accept(wanted.function, doneShape, came);
  const said = `${before.name}: ${saidIn(answer.says, { now: outside.clock.now(), timeZone: before.timeZone })}`;
  if (until === undefined || !waits(typed)) return { json: answer, lines: [said] };
  if (!globals.json) outside.err(`${said}\n`);
  const after = await waitFor(session, {
    workload: before.name,
    goal: until.goal,
    limit,
    stopped,
    done: until.done,
  });
  const lines = after ? statusText(after, outside.clock.now(), outside.style) : [];
  return { json: { ...answer, status: after }, lines };
}
