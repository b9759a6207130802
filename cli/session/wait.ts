// Waits for the control plane to finish what was asked, and says how far it is. The work is the control plane's: neither a
// time-out nor Ctrl-C here stops it.

import type { WorkloadStatus } from '../../shared/answer/status.ts';
import { add, type Instant, type Ms, minutes, seconds } from '../../shared/base/time.ts';
import { waitingOf, waitingTexts } from '../wording/progress.ts';
import { CommandError, EXIT } from './exit.ts';
import type { Session } from './session.ts';
import { findWorkload } from './workload.ts';

/** Between two looks: a look is one call of a function. */
const LOOK_EVERY: Ms = seconds(1);
/** Beyond this an alert has usually been sent: see docs/runbook.md. */
export const WAIT_LIMIT: Ms = minutes(15);

export interface WaitFor {
  workload: string;
  /** `serving`, for the line that says it went on without us. */
  goal: string;
  /** Undefined: not yet. Gone workloads are asked about too. */
  done: (workload: WorkloadStatus | undefined) => boolean;
  limit: Ms;
  /** Ctrl-C came before the wait began. */
  stopped?: () => boolean;
}

export async function waitFor(session: Session, wanted: WaitFor): Promise<WorkloadStatus | undefined> {
  const { outside } = session;
  const from = outside.clock.now();
  const until = add(from, wanted.limit);
  const line = progressLine(session);
  let stopped = false;
  const release = outside.onInterrupt(() => {
    stopped = true;
  });
  try {
    for (;;) {
      const workload = await findWorkload(session, wanted.workload);
      if (wanted.done(workload)) return workload;
      if (workload?.hold) throw heldError(workload);
      if (stopped || wanted.stopped?.())
        throw wentOn(wanted, { exit: EXIT.interrupted, code: 'interrupted', why: 'stopped watching' });
      const now = outside.clock.now();
      if (workload) line.tell(waitingTexts(waitingOf(workload), from, now));
      if (now >= until)
        throw wentOn(wanted, {
          exit: EXIT.timeOut,
          code: 'timed-out',
          why: `not ${wanted.goal} yet${lastWait(workload)}`,
        });
      await pause(session, () => stopped);
    }
  } finally {
    line.clear();
    release();
  }
}

const lastWait = (workload: WorkloadStatus | undefined): string =>
  workload ? `, waiting for ${waitingOf(workload).what}` : '';

/** Ctrl-C is heard within a tenth of a second. */
async function pause({ outside }: Session, stopped: () => boolean): Promise<void> {
  const end: Instant = add(outside.clock.now(), LOOK_EVERY);
  while (!stopped() && outside.clock.now() < end) await outside.clock.sleep(seconds(0.1));
}

function wentOn(
  { workload, goal }: WaitFor,
  { exit, code, why }: { exit: 5 | 130; code: string; why: string },
): CommandError {
  return new CommandError({
    exit,
    code,
    says: `${why}; the work goes on without this command (${workload} until ${goal})`,
    next: `spotkeep status ${workload} --watch`,
  });
}

export const heldError = ({ name, hold }: WorkloadStatus): CommandError =>
  new CommandError({
    exit: EXIT.held,
    code: 'held',
    says: `${name} is on hold since ${hold?.at}: ${hold?.code}: ${hold?.evidence}`,
    next: `look into it, then spotkeep resume ${name}`,
    ...(hold && { detail: { hold } }),
  });

/** One line over itself on a terminal; elsewhere a line when what is waited for changes. */
function progressLine({ outside, globals }: Session): {
  tell(waiting: { what: string; time: string }): void;
  clear(): void;
} {
  if (globals.json) return { tell: () => undefined, clear: () => undefined };
  let shown = '';
  return {
    tell({ what, time }) {
      const text = `${what}: ${time}`;
      if (outside.live) outside.err(`\r\u001b[K${text.slice(0, outside.columns - 1)}`);
      else if (what !== shown) outside.err(`${text}\n`);
      shown = what;
    },
    clear() {
      if (outside.live && shown !== '') outside.err('\r\u001b[K');
    },
  };
}
