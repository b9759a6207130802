// A record that nobody could have written, or that a later version wrote: a person is called, and AWS is left alone.

import { describe, expect, it } from 'vitest';
import { createHandler as reconcile } from '../../functions/reconcile.ts';
import { createHandler as startNow } from '../../functions/start-now.ts';
import { appliedWorld, event, type SmallWorld } from './small-world.ts';

const rewritten = async (changes: Record<string, unknown>): Promise<SmallWorld> => {
  const small = await appliedWorld();
  await small.put((body) => ({ ...body, ...changes }));
  small.published.length = 0;
  small.world.region.calls.clear();
  return small;
};

describe('a record that cannot be read', () => {
  it.each<[string, Record<string, unknown>]>([
    ['an unknown state', { state: 'resting' }],
    ['a wrong type', { generation: 'one' }],
    [
      'generation 0 with a volume',
      { volume: { volumeId: 'vol-1', zone: 'eu-west-1a', createdAt: 1, fresh: false } },
    ],
    ['a later version', { schema: 99 }],
  ])('with %s stays as it is; EC2 and SSM are not called', async (_what, changes) => {
    const small = await rewritten(changes);
    const before = await small.stored();
    const end = await small.call(reconcile, event('reconcile-requested'));
    expect(end).toMatchObject({ kind: 'refused' });
    expect(small.published).toMatchObject([
      { type: 'Held', detail: { workload: 'gitlab', code: 'record-unreadable' } },
    ]);
    expect(await small.call(startNow, { workload: 'gitlab' })).toMatchObject({ ok: false });
    expect([...small.world.region.calls.keys()].filter((one) => /^(ec2|ssm):/.test(one))).toEqual([]);
    expect(await small.stored()).toBe(before);
  });
});
