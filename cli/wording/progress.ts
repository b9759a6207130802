// What a workload is waiting for, in words: "waiting for the SSM agent: 21 s (usually 30 s)".

import type { WorkloadStatus } from '../../shared/answer/status.ts';
import type { Instant } from '../../shared/base/time.ts';
import { lasting } from '../../text/local-time.ts';
import { USUAL, type Usual, type UsualStep } from './usual.ts';
import { instantOf } from './when.ts';

/** Steps whose usual duration is known, by the codes of shared/record/waits.ts; the others go by the state. */
const STEPS: Readonly<Record<string, UsualStep>> = {
  capacity: 'capacity',
  launch: 'launch',
  agent: 'agent',
  format: 'format',
  adopt: 'format',
  attach: 'attach',
  start: 'docker',
  stop: 'stop',
  detach: 'detach',
  end: 'end',
  snapshot: 'snapshot',
  copy: 'copy',
};

const STATES: Record<string, UsualStep> = {
  creating: 'create',
  formatting: 'format',
  launching: 'launch',
  attaching: 'attach',
  starting: 'docker',
  draining: 'stop',
  snapshotting: 'snapshot',
  copying: 'copy',
  promoting: 'promote',
  'handing-over': 'handover',
};

export interface Waiting {
  step: UsualStep;
  /** In the control plane's words where they say more than the table's. */
  what: string;
  since: Instant | undefined;
}

export function waitingOf(workload: WorkloadStatus): Waiting {
  const { waitingFor, state } = workload;
  const since = instantOf(waitingFor?.since);
  const named = STEPS[waitingFor?.step ?? ''];
  if (waitingFor && named) {
    const what = named === 'capacity' ? waitingFor.what : USUAL[named].what;
    return { step: named, what, since };
  }
  const step = STATES[state] ?? 'loop';
  const inState = instantOf(workload.stateSince);
  return { step, what: waitingFor?.what ?? USUAL[step].what, since: step === 'loop' ? undefined : inState };
}

/** What for and how long already. `from` counts where the record does not say since when. */
export function waitingTexts(waiting: Waiting, from: Instant, now: Instant): { what: string; time: string } {
  const usual: Usual = USUAL[waiting.step];
  const seconds = Math.max(0, Math.round((now - Math.max(waiting.since ?? from, 0)) / 1000));
  const of = usual.seconds === undefined ? '' : ` (usually ${usual.seconds} s)`;
  const time = seconds < 100 ? `${seconds} s${of}` : `${lasting(seconds)}${of}`;
  return { what: `waiting for ${waiting.what}`, time };
}

export function waitingText(waiting: Waiting, from: Instant, now: Instant): string {
  const { what, time } = waitingTexts(waiting, from, now);
  return `${what}: ${time}`;
}
