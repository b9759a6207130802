// Notices that come beside the loop, each held against the record before it means anything.

import { describe, expect, it } from 'vitest';
import { add, minutes, seconds } from '../../shared/base/time.ts';
import type { Notice } from '../../shared/port/records.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import {
  ago,
  candidate,
  decide,
  instance,
  NOW,
  OWNER,
  owner,
  reading,
  record,
  type Seen,
  SUCCESSOR,
} from './scene.ts';

const notice = (changes: Partial<Notice>): Notice => ({
  workload: 'gitlab',
  id: 'n',
  kind: 'interruption',
  instanceId: OWNER,
  receivedAt: ago(seconds(3)),
  ...changes,
});
const told = (notices: Notice[], r: RecordBody = record(), seen: Seen = {}) =>
  decide(r, reading({ hosts: [instance(OWNER), instance(SUCCESSOR)], notices, ...seen }));

describe('a warning', () => {
  it('of the owner counts from when EC2 told it', () => {
    const actionAt = add(NOW, minutes(1));
    const planned = told([notice({ actionAt })]);
    expect(planned.record.owner?.interruption).toEqual({ noticedAt: ago(seconds(3)), actionAt });
    expect(planned.record.incident).toMatchObject({ kind: 'warned', instanceId: OWNER });
    expect(planned.history).toContainEqual({
      kind: 'warning',
      reason: `${OWNER} will be taken`,
      detail: { noticedAt: ago(seconds(3)), actionAt },
    });
    expect(planned.consumed).toEqual(['n']);
  });

  it('without a time leaves two minutes', () => {
    expect(told([notice({})]).record.owner?.interruption?.actionAt).toBe(add(ago(seconds(3)), minutes(2)));
  });

  it('is taken once: the first one counts', () => {
    const first = { noticedAt: ago(seconds(40)), actionAt: add(NOW, seconds(80)) };
    const again = told([notice({})], record({ owner: owner({ interruption: first }) }));
    expect(again.record.owner?.interruption).toEqual(first);
    expect(again.consumed).toEqual(['n']);
  });

  it('before it served, or while it drains, begins no incident', () => {
    expect(
      told([notice({})], record({ owner: owner({ startedAt: undefined }) })).record.incident,
    ).toBeUndefined();
    const draining = owner({ draining: { since: NOW, reason: 'closing' } });
    expect(told([notice({})], record({ owner: draining })).record.incident).toBeUndefined();
  });

  it('of a candidate is its own; of an earlier instance it is nobody’s', () => {
    const beside = record({
      owner: undefined,
      state: 'launching',
      candidate: candidate({ onlineAt: undefined }),
    });
    const moved = told([notice({ instanceId: SUCCESSOR })], beside, {
      hosts: [instance(SUCCESSOR)],
      online: [],
    });
    expect(moved.history).toContainEqual(
      expect.objectContaining({ kind: 'candidate-given-up', reason: 'it will be taken itself' }),
    );
    const past = told([notice({ instanceId: 'i-past' })]);
    expect(past.record.owner?.interruption).toBeUndefined();
    expect(past.consumed).toEqual(['n']);
  });
});

describe('a recommendation', () => {
  it('is noted, and nothing else', () => {
    const planned = told([notice({ kind: 'rebalance' })]);
    expect(planned.record.owner?.rebalanceAt).toBe(ago(seconds(3)));
    expect(planned.record.owner?.interruption).toBeUndefined();
    expect(planned.history).toContainEqual({
      kind: 'rebalance',
      reason: `${OWNER} is at higher risk`,
      detail: {},
    });
    expect(
      told([notice({ kind: 'rebalance', instanceId: 'i-past' })]).record.owner?.rebalanceAt,
    ).toBeUndefined();
    expect(told([notice({ kind: 'wake' })]).record.owner?.rebalanceAt).toBeUndefined();
  });
});

describe('the spot request', () => {
  const status = (text: string, of = OWNER): Seen => ({ spot: { kind: 'read', value: { [of]: text } } });

  it.each(['marked-for-termination', 'marked-for-stop', 'marked-for-hibernation'])(
    'that says %s is a warning',
    (text) => {
      const { record: r } = told([], record(), status(text));
      expect(r.owner?.interruption).toEqual({ noticedAt: NOW, actionAt: add(NOW, minutes(2)) });
    },
  );

  it('that says anything else, or is another’s, is none', () => {
    expect(told([], record(), status('fulfilled')).record.owner?.interruption).toBeUndefined();
    const other = status('marked-for-termination', SUCCESSOR);
    expect(told([], record(), other).record.owner?.interruption).toBeUndefined();
  });
});
