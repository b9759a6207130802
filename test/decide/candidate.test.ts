// A candidate on its way, ready, or gone without a word.

import { describe, expect, it } from 'vitest';
import { type Ms, minutes, ms, seconds } from '../../shared/base/time.ts';
import { CANDIDATE_MISSING } from '../../shared/decide/turn/limits.ts';
import type { Candidate, RecordBody } from '../../shared/record/record.ts';
import {
  ago,
  attachedTo,
  candidate,
  decide,
  instance,
  NIGHT,
  NOW,
  OWNER,
  owner,
  reading,
  record,
  SUCCESSOR,
  UNKNOWN,
  volume,
} from './scene.ts';

const REST = { disks: [volume()] };
const coming = (changes: Partial<Candidate> = {}, more: Partial<RecordBody> = {}) =>
  record({ owner: undefined, state: 'launching', candidate: candidate(changes), ...more });
const givenUp = (r: RecordBody, hosts: ReturnType<typeof instance>[], at = NOW) => {
  const { history } = decide(r, reading({ ...REST, hosts }), at);
  return history.find(({ kind }) => kind === 'candidate-given-up')?.reason;
};

describe('a candidate that was ready and is in no listing', () => {
  it('is looked for, then given up: another is launched', () => {
    const first = decide(coming(), reading({ ...REST, hosts: [] }));
    expect(first.record.candidate?.missingSince).toBe(NOW);
    expect(first.waits.map(({ what }) => what)).toContain(`${SUCCESSOR} to be listed`);
    expect(givenUp(coming({ missingSince: ago(CANDIDATE_MISSING) }), [])).toBe('it is in no listing');
    expect(givenUp(coming({ missingSince: ago(ms(CANDIDATE_MISSING - 1)) }), [])).toBeUndefined();
    const gone = decide(coming({ missingSince: ago(CANDIDATE_MISSING) }), reading({ ...REST, hosts: [] }));
    expect(gone.record.candidate).toBeUndefined();
    expect(gone.record.leaving).toMatchObject([{ instanceId: SUCCESSOR, wasOwner: false, since: NOW }]);
  });

  it('is missed no longer when it is back', () => {
    const back = decide(
      coming({ missingSince: ago(minutes(1)) }),
      reading({ ...REST, hosts: [instance(SUCCESSOR)] }),
    );
    expect(back.record.candidate?.missingSince).toBeUndefined();
    expect(back.record.owner?.instanceId).toBe(SUCCESSOR);
  });

  it('is not given up on a reading that failed', () => {
    const unknown = reading({ ...REST, instances: UNKNOWN });
    const { record: r } = decide(coming(), unknown);
    expect(r.candidate?.missingSince).toBeUndefined();
    expect(r.candidate).toBeDefined();
  });

  it('before its agent was there has its deadline instead', () => {
    const young = coming({ onlineAt: undefined });
    expect(decide(young, reading({ ...REST, hosts: [] })).record.candidate?.missingSince).toBeUndefined();
    expect(givenUp(coming({ onlineAt: undefined, deadline: NOW }), [])).toBe(
      'its agent did not come online in time',
    );
  });
});

describe('a candidate', () => {
  const there = [instance(SUCCESSOR)];

  it.each<[string, RecordBody, string, typeof NOW]>([
    [
      'a hold',
      coming({}, { hold: { code: 'volume-missing' as const, at: NOW, evidence: 'x' } }),
      'on hold',
      NOW,
    ],
    ['the end of its hours', coming(), 'its hours are over', NIGHT],
    ['a warning of its own', coming({ interrupted: true }), 'it will be taken itself', NOW],
    ['data that goes elsewhere', coming({ zone: 'eu-west-1b' }), 'the data goes to eu-west-1a', NOW],
  ])('is given up for %s', (_name, r, why, at) => {
    expect(givenUp(r, there, at)).toBe(why);
  });

  it.each(['stopping', 'stopped', 'shutting-down'] as const)('is given up when it is %s', (state) => {
    expect(givenUp(coming(), [instance(SUCCESSOR, { state })])).toBe(`it is ${state}`);
  });

  it('may be pending, and is ready when its agent is', () => {
    const pending = [instance(SUCCESSOR, { state: 'pending' })];
    expect(givenUp(coming({ onlineAt: undefined, launchedAt: undefined }), pending)).toBeUndefined();
    const { record: r } = decide(
      coming({ onlineAt: undefined, launchedAt: undefined }),
      reading({ ...REST, hosts: there }),
    );
    expect(r.owner?.instanceId).toBe(SUCCESSOR);
  });
});

describe('a volume that is shown free', () => {
  const successor = [instance(SUCCESSOR), instance(OWNER, { state: 'shutting-down' })];
  const handing = (tookIt: Ms, changes: Partial<Candidate> = {}) =>
    record({
      state: 'draining',
      candidate: candidate({ purpose: 'handover', ...changes }),
      owner: owner({
        since: ago(tookIt),
        draining: { since: ago(seconds(9)), reason: 'lost', stopGivenUpAt: ago(seconds(8)) },
        terminateSentAt: ago(seconds(7)),
        terminateAcceptedAt: ago(seconds(7)),
      }),
    });
  const next = (r: RecordBody, disks = [volume()]) => decide(r, reading({ hosts: successor, disks }));
  const owns = (r: RecordBody) => next(r).record.owner?.instanceId === SUCCESSOR;

  it('is believed at once where its owner has had it for longer than a reading may be old', () => {
    expect(owns(handing(minutes(5)))).toBe(true);
  });

  it('is read twice where the owner is young: a reading from before its attach shows the same', () => {
    const first = next(handing(ms(299_999)));
    expect(first.record.owner?.instanceId).toBe(OWNER);
    expect(first.record.candidate?.freeSeenAt).toBe(NOW);
    expect(first.waits.map(({ what }) => what)).toContain('a second reading of the free volume');
    expect(owns(handing(minutes(4), { freeSeenAt: ago(ms(2_999)) }))).toBe(false);
    expect(owns(handing(minutes(4), { freeSeenAt: ago(seconds(3)) }))).toBe(true);
  });

  it('is read twice anew when a reading showed it attached', () => {
    const held = [volume({ attachments: attachedTo(OWNER) })];
    const between = next(handing(minutes(4), { freeSeenAt: ago(seconds(3)) }), held);
    expect(between.record.candidate?.freeSeenAt).toBeUndefined();
    expect(between.record.owner?.instanceId).toBe(OWNER);
  });
});
