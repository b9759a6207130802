// Proof of death, to the letter: what proves that an instance will never write again, and what only looks like it.

import { describe, expect, it } from 'vitest';
import { add, hours, type Instant, minutes, seconds } from '../../shared/base/time.ts';
import type { Reading } from '../../shared/decide/turn/reading.ts';
import type { Notice } from '../../shared/port/records.ts';
import type { Leaving } from '../../shared/record/record.ts';
import {
  ago,
  attachedTo,
  candidate,
  decide,
  former,
  inFlight,
  instance,
  NOW,
  OWNER,
  owner,
  reading,
  record,
  SUCCESSOR,
  UNKNOWN,
  volume,
} from './scene.ts';

/** A successor serves, its predecessor is to be proved dead. */
const leaving = (changes: Partial<Leaving> = {}) =>
  record({
    owner: owner({ instanceId: SUCCESSOR, launchId: 'launch-2' }),
    leaving: [former({ terminateSentAt: ago(seconds(30)), ...changes })],
  });
const disks = [volume({ attachments: attachedTo(SUCCESSOR) })];
const alone = reading({ hosts: [instance(SUCCESSOR)], disks });
const both = (state: 'running' | 'shutting-down' | 'terminated') =>
  reading({ hosts: [instance(OWNER, { state }), instance(SUCCESSOR)], disks });
const notice = (changes: Partial<Notice>): Notice => ({
  workload: 'gitlab',
  id: 'n1',
  kind: 'instance-state',
  instanceId: OWNER,
  state: 'terminated',
  receivedAt: NOW,
  ...changes,
});

describe('a former owner is dead', () => {
  it('when it is read as terminated, and not before', () => {
    expect(decide(leaving(), both('terminated')).record.leaving).toEqual([]);
    expect(decide(leaving(), both('shutting-down')).record.leaving).toHaveLength(1);
    expect(decide(leaving(), both('running')).record.leaving).toHaveLength(1);
  });

  it('when an event of this account said terminated, and a complete listing has it no more', () => {
    const told = { ...alone, notices: [notice({})] };
    expect(decide(leaving(), told).record.leaving).toEqual([]);
  });

  it.each<[string, Partial<Notice>]>([
    ['another state', { state: 'stopped' }],
    ['shutting-down', { state: 'shutting-down' }],
    ['another instance', { instanceId: SUCCESSOR }],
    ['no state', { state: undefined }],
    ['a warning for it', { kind: 'interruption', actionAt: NOW }],
    ['a rebalance of it', { kind: 'rebalance' }],
  ])('not by an event of %s', (_what, changes) => {
    const told = { ...both('running'), notices: [notice(changes)] };
    const { record: after } = decide(leaving(), told);
    expect(after.leaving.map((one) => one.instanceId)).toContain(OWNER);
  });
});

describe('absence proves an end', () => {
  /** Terminate was accepted; the instance was seen last so long before NOW. */
  const gone = (changes: Partial<Leaving>) =>
    leaving({ since: ago(hours(5)), terminateAcceptedAt: ago(hours(4)), ...changes });

  const listings = (start: ReturnType<typeof gone>, minutesBetween: number, count: number) => {
    let r = start;
    let at: Instant = NOW;
    for (let turn = 0; turn < count; turn += 1) {
      r = { ...decide(r, alone, at).record, intent: undefined, command: undefined };
      at = add(at, minutes(minutesBetween));
    }
    return r.leaving.length;
  };

  it('by the third complete listing that misses it, ten minutes apart, two hours after it was seen', () => {
    expect(listings(gone({ lastSeenAt: ago(hours(2)) }), 10, 2)).toBe(1);
    expect(listings(gone({ lastSeenAt: ago(hours(2)) }), 10, 3)).toBe(0);
    // Closer together they count as one.
    expect(listings(gone({ lastSeenAt: ago(hours(2)) }), 9, 3)).toBe(1);
  });

  it('never sooner than two hours after it was seen', () => {
    const r = gone({ lastSeenAt: add(ago(hours(2)), seconds(1)) });
    expect(decide(r, alone).record.leaving).toMatchObject([{ missingAt: [] }]);
    expect(decide(r, alone, add(NOW, seconds(1))).record.leaving).toMatchObject([
      { missingAt: [add(NOW, seconds(1))] },
    ]);
  });

  it.each<[string, Partial<Leaving>]>([
    ['its end was never accepted', { terminateAcceptedAt: undefined }],
    ['it was never seen at all', { seenOnce: false }],
  ])('never while %s', (_what, changes) => {
    const r = gone({ lastSeenAt: ago(hours(9)), missingAt: [ago(hours(2)), ago(hours(1))], ...changes });
    expect(decide(r, alone).record.leaving).toHaveLength(1);
  });

  it('not by a listing that failed, and from the beginning when it is seen again', () => {
    const r = gone({ lastSeenAt: ago(hours(3)), missingAt: [ago(hours(2)), ago(hours(1))] });
    const failed = { ...alone, instances: { kind: 'unknown' as const, why: 'throttled' as const } };
    expect(decide(r, failed).record.leaving).toMatchObject([{ missingAt: [ago(hours(2)), ago(hours(1))] }]);
    const [seen] = decide(r, both('shutting-down')).record.leaving;
    expect(seen).toMatchObject({ missingAt: [], lastSeenAt: NOW, seenOnce: true });
    expect(decide(r, alone).record.leaving).toEqual([]);
  });
});

describe('an owner', () => {
  it('that was terminated leaves the record; its command goes with it, another’s stays', () => {
    const command = inFlight('probe');
    const dead = reading({ hosts: [instance(OWNER, { state: 'terminated' })], disks: [volume()] });
    const buried = decide(record({ command }), dead).record;
    expect(buried).toMatchObject({ owner: undefined, command: undefined, incident: { kind: 'lost' } });
    const warned = owner({ interruption: { noticedAt: ago(minutes(1)), actionAt: add(NOW, minutes(1)) } });
    expect(decide(record({ owner: warned }), dead).record.incident?.kind).toBe('warned');
    const other = decide(record({ command: { ...command, instanceId: SUCCESSOR } }), dead).record;
    expect(other.command?.instanceId).toBe(SUCCESSOR);
  });

  it('that is missing is remembered so, until it is listed again', () => {
    const empty = reading({ hosts: [] });
    const missing = decide(record(), empty).record;
    expect(missing.owner?.missingSince).toBe(NOW);
    expect(decide(missing, empty, add(NOW, minutes(1))).record.owner?.missingSince).toBe(NOW);
    expect(decide(missing, reading()).record.owner?.missingSince).toBeUndefined();
  });
});

describe('an event that says terminated', () => {
  const lie = (seen: Reading) => ({ ...seen, notices: [notice({})] });
  const running = reading();
  const ended = reading({ hosts: [instance(OWNER, { state: 'terminated' })], disks: [volume()] });
  const missing = reading({ hosts: [], disks: [volume()] });
  const failed = reading({ instances: UNKNOWN });

  it.each<[string, Reading]>([
    ['running', running],
    ['pending', reading({ hosts: [instance(OWNER, { state: 'pending' })] })],
    ['shutting-down', reading({ hosts: [instance(OWNER, { state: 'shutting-down' })] })],
    ['nothing, for the reading failed', failed],
  ])('takes no owner from the record beside a listing of the same turn that shows %s', (_, seen) => {
    const planned = decide(record(), lie(seen));
    expect(planned.record.owner).toMatchObject({ instanceId: OWNER, told: { at: NOW } });
    expect(planned.settled).toBe(false);
  });

  it('is remembered, for its notice goes with the turn, and the next reading is near', () => {
    const planned = decide(record(), lie(running));
    expect(planned).toMatchObject({ consumed: ['n1'], nextCheckAt: add(NOW, seconds(2)) });
    expect(planned.record.incident).toBeUndefined();
    expect(planned.record.waitingFor?.what).toContain('which ended by an event');
  });

  it('is true where the next reading shows the end, or the first complete one misses the instance', () => {
    const { record: denied } = decide(record(), lie(running));
    expect(decide(denied, ended, add(NOW, seconds(2))).record.owner).toBeUndefined();
    const { record: unread } = decide(record(), lie(failed));
    expect(decide(unread, missing, add(NOW, seconds(2))).record.owner).toBeUndefined();
  });

  it('proves nothing any more once a reading denied it: a listing that misses the instance is one listing', () => {
    const { record: denied } = decide(record(), lie(running));
    const after = decide(denied, missing, add(NOW, seconds(2)));
    expect(after.record.owner).toMatchObject({ instanceId: OWNER, missingSince: add(NOW, seconds(2)) });
    expect(after.settled).toBe(false);
  });

  it('is forgotten, with a word in the history, when readings go on denying it', () => {
    const { record: denied } = decide(record(), lie(running));
    const late = add(NOW, minutes(5));
    expect(decide(denied, running, add(NOW, seconds(299))).record.owner?.told).toBeDefined();
    const after = decide(denied, running, late);
    expect(after.record.owner).toMatchObject({ instanceId: OWNER, told: undefined });
    expect(after.history.map(({ kind }) => kind)).toContain('event-denied');
  });

  it('lets no candidate go, and makes it nobody’s owner, while it is listed as running', () => {
    const r = record({ owner: undefined, candidate: candidate(), state: 'launching' });
    const seen = reading({ hosts: [instance(SUCCESSOR)], disks: [volume()] });
    const planned = decide(r, { ...seen, notices: [notice({ instanceId: SUCCESSOR })] });
    expect(planned.record).toMatchObject({ owner: undefined, candidate: { instanceId: SUCCESSOR } });
    expect(decide(r, seen).record.owner?.instanceId).toBe(SUCCESSOR);
    const gone = reading({ hosts: [instance(SUCCESSOR, { state: 'terminated' })], disks: [volume()] });
    expect(decide(planned.record, gone, add(NOW, seconds(2))).record.candidate?.instanceId).not.toBe(
      SUCCESSOR,
    );
  });

  it('goes with an owner that leaves, so that its end is proved as soon as elsewhere', () => {
    const { record: unread } = decide(record(), lie(failed));
    const draining = {
      ...unread,
      owner: owner({
        told: { at: NOW },
        missingSince: ago(minutes(10)),
        draining: { since: ago(minutes(7)), reason: 'lost' as const, stopGivenUpAt: ago(minutes(7)) },
      }),
    };
    // Where it is in no listing the event is proof.
    expect(decide(draining, missing).record).toMatchObject({ owner: undefined, leaving: [] });
  });
});
