// How far a workload is: found by codes and states, never by what a text says.

import { describe, expect, it } from 'vitest';
import { waitingOf, waitingText } from '../../cli/wording/progress.ts';
import { isUnread, statusShape, type WorkloadStatus } from '../../shared/answer/status.ts';
import { iso, seconds } from '../../shared/base/time.ts';
import { describeRecord } from '../../shared/operate/status.ts';
import type { State } from '../../shared/record/states.ts';
import { WAIT_STEPS } from '../../shared/record/waits.ts';
import { ago, NOW, record } from '../decide/scene.ts';

const status = (state: State, waitingFor?: { step?: string; what: string }): WorkloadStatus => {
  const described = describeRecord('gitlab', record({ state, stateSince: ago(seconds(21)) }), NOW);
  const given = waitingFor && { ...waitingFor, since: iso(ago(seconds(9))) };
  const json: unknown = JSON.parse(JSON.stringify({ ...described, waitingFor: given }));
  const [one] = statusShape.parse({ workloads: [json] }).workloads;
  if (one === undefined || isUnread(one)) throw new Error('a status of a workload');
  return one;
};
const textOf = (one: WorkloadStatus): string => waitingText(waitingOf(one), NOW, NOW);

describe('a wait', () => {
  it('is found by its code, whatever its words', () => {
    expect(textOf(status('launching', { step: 'agent', what: 'capacity in the snapshot to end' }))).toBe(
      'waiting for the SSM agent: 9 s (usually 30 s)',
    );
    expect(waitingOf(status('draining', { step: 'detach', what: 'x' })).step).toBe('detach');
  });

  it('for capacity is told in the control plane’s words, which name the zone', () => {
    expect(textOf(status('launching', { step: 'capacity', what: 'capacity in eu-west-1a' }))).toBe(
      'waiting for capacity in eu-west-1a: 9 s',
    );
  });

  it.each([undefined, 'of-a-later-version', 'tag'])('of the code %s goes by the state', (step) => {
    expect(textOf(status('copying', { step, what: 'the agent of a snapshot' }))).toBe(
      'waiting for the agent of a snapshot: 21 s (usually 10 s)',
    );
  });

  it('that is not known yet goes by the state', () => {
    expect(textOf(status('attaching'))).toBe('waiting for the volume to attach: 21 s (usually 5 s)');
  });

  it('of any code has words', () => {
    for (const step of WAIT_STEPS)
      expect(textOf(status('launching', { step, what: 'it' }))).toMatch(/^waiting for .+: \d+ s/);
  });
});
