// A drain, step by step: stop within its budget, detach by name, end the instance, never faster than is safe.

import { describe, expect, it } from 'vitest';
import { add, minutes, seconds } from '../../shared/base/time.ts';
import type { HostAnswer } from '../../shared/host/answer.ts';
import type { VolumeView } from '../../shared/port/cloud.ts';
import type { Owner, RecordBody } from '../../shared/record/record.ts';
import {
  ago,
  answered,
  attachedTo,
  candidate,
  decide,
  inFlight,
  instance,
  NIGHT,
  NOW,
  OWNER,
  owner,
  reading,
  record,
  type Seen,
  SUCCESSOR,
  VOLUME,
  volume,
} from './scene.ts';

type Draining = NonNullable<Owner['draining']>;

const draining = (changes: Partial<Draining> = {}, of: Partial<Owner> = {}, more: Partial<RecordBody> = {}) =>
  record({
    state: 'draining',
    // No successor is sought meanwhile: what is done with the old instance is looked at alone.
    launchPause: { until: add(NOW, minutes(600)), why: 'a test' },
    owner: owner({ draining: { since: ago(seconds(20)), reason: 'warned', ...changes }, ...of }),
    ...more,
  });

const stopping = (of: Partial<Owner> = {}, since = ago(seconds(20))) =>
  draining({ since }, of, {
    operationNumber: 8,
    command: inFlight('stop', { deadline: add(NOW, seconds(100)) }),
  });
const answering = (answer: Partial<HostAnswer>) => answered({ ok: false, code: 'unfinished', ...answer });

describe('an owner that is in no listing', () => {
  const gone = (missing: number, more: Partial<RecordBody> = {}) =>
    decide(
      draining({ stopGivenUpAt: ago(minutes(5)) }, { missingSince: ago(minutes(missing)) }, more),
      reading({ hosts: [] }),
    ).record;

  it('goes among the leaving, where its end can be proved, with its volume or without', () => {
    for (const more of [{}, { volume: undefined }]) {
      const r = gone(6, more);
      expect(r.owner).toBeUndefined();
      expect(r.leaving).toMatchObject([{ instanceId: OWNER, wasOwner: true, reason: 'warned' }]);
    }
  });

  it('stays the owner while it may be listed again', () => {
    expect(gone(5).owner?.instanceId).toBe(OWNER);
    const listed = draining({ stopGivenUpAt: ago(minutes(5)) }, { missingSince: ago(minutes(9)) });
    expect(decide(listed).record.owner?.instanceId).toBe(OWNER);
  });

  it('is ended at once where its blank volume was abandoned: there is nothing to hand over', () => {
    const left = draining({ unmountedAt: ago(seconds(1)), reason: 'replaced' }, {}, { volume: undefined });
    expect(decide(left).effect).toMatchObject({ kind: 'terminate', instanceId: OWNER });
  });
});

describe('stop', () => {
  it('is sent with the grace of the definition, and less when the instance goes sooner', () => {
    const grace = record().definition.stopGraceSeconds;
    const sent = (r: RecordBody) => {
      const { effect, record: after } = decide(r);
      if (effect?.kind !== 'command') throw new Error('no command');
      return { ...effect, within: (after.command?.deadline ?? NOW) - NOW };
    };
    const whole = sent(draining());
    expect(whole).toMatchObject({ document: 'stop', instanceId: OWNER });
    expect(whole.parameters.stopBudgetSeconds).toBe(String(grace));
    const going = (inSeconds: number) =>
      sent(
        draining(
          {},
          { interruption: { noticedAt: ago(seconds(60)), actionAt: add(NOW, seconds(inSeconds)) } },
        ),
      );
    // Ten seconds are left for the unmount to be heard of; never less than ten are given.
    expect(going(40).within).toBe(going(12).within + 20_000);
    expect(going(15).within).toBe(going(12).within);
    expect(going(4_000).within).toBe(whole.within);
  });

  it('is confirmed by an answer that says so', () => {
    const done = decide(stopping(), answering({ ok: true, code: 'stopped', unmounted: true })).record;
    expect(done.owner?.draining?.unmountedAt).toBe(NOW);
    const silent = decide(stopping(), answering({ ok: true, code: 'stopped' })).record;
    expect(silent.owner?.draining?.unmountedAt).toBe(NOW);
  });

  it.each<[string, Partial<HostAnswer>]>([
    ['says it is still mounted', { ok: true, code: 'stopped', unmounted: false }],
    ['refuses, whatever it says of the mount', { ok: false, code: 'other-mounted', unmounted: true }],
    ['refuses', { ok: false, code: 'other-mounted' }],
  ])('is given up, not confirmed, when the host %s', (_what, answer) => {
    const { draining: after } = decide(stopping(), answering(answer)).record.owner ?? {};
    expect(after?.unmountedAt).toBeUndefined();
    expect(after?.stopGivenUpAt).toBe(NOW);
  });

  it('is tried again within the budget where the host says so, and not after it', () => {
    const budget = record().definition.stopGraceSeconds;
    const again = answering({ remedy: 'again' });
    const within = decide(stopping({}, ago(seconds(budget - 1))), again).record;
    expect(within.owner?.draining).not.toHaveProperty('stopGivenUpAt', NOW);
    expect(within.command).toBeUndefined();
    expect(decide(stopping({}, ago(seconds(budget))), again).record.owner?.draining?.stopGivenUpAt).toBe(NOW);
  });

  it('has nothing to do where nothing was ever started', () => {
    const { record: after } = decide(draining({}, { touchedAt: undefined }));
    expect(after.owner?.draining?.unmountedAt).toBe(NOW);
  });

  it('is not asked of an instance that runs no more; one that is not listed has a minute', () => {
    const ending = reading({ hosts: [instance(OWNER, { state: 'shutting-down' })] });
    expect(decide(draining(), ending).record.owner?.draining?.stopGivenUpAt).toBe(NOW);
    const absent = reading({ hosts: [] });
    const early = decide(draining({ since: ago(seconds(59)) }), absent);
    expect(early.record.owner?.draining?.stopGivenUpAt).toBeUndefined();
    expect(early.effect).toBeUndefined();
    expect(decide(draining({ since: ago(minutes(1)) }), absent).record.owner?.draining?.stopGivenUpAt).toBe(
      NOW,
    );
  });
});

describe('detach', () => {
  const unmounted = (secondsAgo: number, askedAgo?: number) =>
    draining({
      unmountedAt: ago(seconds(secondsAgo)),
      detachRequestedAt: askedAgo === undefined ? undefined : ago(seconds(askedAgo)),
    });
  const seen = (attachments: VolumeView['attachments'], more: Seen = {}) =>
    reading({ hosts: [instance(OWNER), instance(SUCCESSOR)], disks: [volume({ attachments })], ...more });
  const mine = attachedTo(OWNER);

  it('is asked for by name once the unmount is confirmed, and again after fifteen seconds', () => {
    expect(decide(unmounted(5), seen(mine)).effect).toEqual({
      kind: 'detach',
      volumeId: VOLUME,
      instanceId: OWNER,
    });
    expect(decide(unmounted(20, 14), seen(mine)).effect).toBeUndefined();
    expect(decide(unmounted(20, 15), seen(mine)).effect).toMatchObject({ kind: 'detach' });
  });

  it('is not repeated past its deadline: the instance is ended, which frees the volume too', () => {
    expect(decide(unmounted(59, 20), seen(mine)).effect).toMatchObject({ kind: 'detach' });
    expect(decide(unmounted(60, 20), seen(mine)).effect).toMatchObject({ kind: 'terminate' });
    // The first time it is asked for however late that is.
    expect(decide(unmounted(300), seen(mine)).effect).toMatchObject({ kind: 'detach' });
  });

  it('is never asked for while the stop is not confirmed, nor of another instance', () => {
    const givenUp = draining({ stopGivenUpAt: ago(seconds(5)) });
    expect(decide(givenUp, seen(mine)).effect).toMatchObject({ kind: 'terminate', force: false });
    const stranger = decide(unmounted(5), seen(attachedTo(SUCCESSOR)));
    expect(stranger.effect?.kind).not.toBe('detach');
  });

  it('that is under way is waited for', () => {
    const detaching = seen([{ instanceId: OWNER, state: 'detaching', deleteOnTermination: false }]);
    expect(decide(unmounted(5, 3), detaching).effect).toBeUndefined();
    expect(decide(unmounted(59, 50), detaching).effect).toBeUndefined();
    expect(decide(unmounted(60, 50), detaching).effect).toMatchObject({ kind: 'terminate' });
  });

  it('leaves the instance be while its successor stands ready for the free volume', () => {
    const r = { ...unmounted(5, 3), candidate: candidate({ purpose: 'handover' as const }) };
    const next = decide(r, seen([]));
    expect(next.record.owner?.instanceId).toBe(SUCCESSOR);
    expect(next.effect?.kind).not.toBe('terminate');
  });

  it('is not asked for at closing: the end of the instance frees it', () => {
    const closing = draining({ reason: 'closing', unmountedAt: ago(seconds(5)) });
    const night = reading({ hosts: [instance(OWNER)] });
    expect(decide(closing, night, NIGHT).effect).toMatchObject({ kind: 'terminate' });
  });
});

describe('the end of a drained instance', () => {
  const ended = (of: Partial<Owner>) => draining({ stopGivenUpAt: ago(minutes(30)) }, of);
  const shutting = reading({ hosts: [instance(OWNER, { state: 'shutting-down' })] });

  it('is asked for once, and again only while it still runs', () => {
    expect(decide(ended({})).effect).toMatchObject({ kind: 'terminate', instanceId: OWNER, force: false });
    const asked = ended({ terminateSentAt: ago(seconds(10)) });
    expect(decide(asked).effect).toBeUndefined();
    const long = ended({ terminateSentAt: ago(minutes(9)) });
    expect(decide(long).effect).toMatchObject({ kind: 'terminate', force: false });
    expect(decide(long, shutting).effect).toBeUndefined();
  });

  it('is forced after ten minutes of shutting down, and again each ten', () => {
    const since = (minutesAgo: number, askedAgo: number) =>
      ended({
        terminateSentAt: ago(minutes(askedAgo)),
        shuttingDownSince: ago(minutes(minutesAgo)),
      });
    expect(decide(since(9, 9), shutting).effect).toBeUndefined();
    expect(decide(since(10, 10), shutting).effect).toMatchObject({ kind: 'terminate', force: true });
    expect(decide(since(25, 9), shutting).effect).toBeUndefined();
    expect(decide(since(25, 10), shutting).effect).toMatchObject({ kind: 'terminate', force: true });
    const fresh = decide(ended({ terminateSentAt: ago(seconds(5)) }), shutting).record;
    expect(fresh.owner?.shuttingDownSince).toBe(NOW);
  });

  it('is looked for every two seconds at first, each half minute after three minutes', () => {
    const next = (askedAgo: number) =>
      decide(ended({ terminateSentAt: ago(seconds(askedAgo)) }), shutting).nextCheckAt - NOW;
    expect(next(5)).toBe(2_000);
    expect(next(180)).toBe(2_000);
    expect(next(181)).toBe(30_000);
  });
});
