// Functions that events invoke, through their exports, with the JSON that AWS sends.

import { describe, expect, it } from 'vitest';
import { createHandler as interruption } from '../../functions/interruption.ts';
import { createHandler as reconcile } from '../../functions/reconcile.ts';
import { createHandler as tick } from '../../functions/tick.ts';
import { instant } from '../../shared/base/time.ts';
import { appliedWorld, event, TUESDAY } from './small-world.ts';

const INSTANCE = 'i-1234567890abcdef0';
const wake = { type: 'Reconcile Requested', detail: { workload: 'gitlab' } };

/** The fixtures' instance belongs to gitlab. */
const claimed = async () => {
  const small = await appliedWorld();
  const { records } = small.deps;
  await small.call(
    () => () => records.claim({ id: INSTANCE, workload: 'gitlab', kind: 'instance', claimedAt: TUESDAY }),
    {},
  );
  return small;
};

const mutations = (calls: Map<string, number>): string[] =>
  [...calls.keys()].filter((key) => /^(ec2|ssm):/.test(key) && !/:(Describe|Get|List)/.test(key));

describe('an interruption warning', () => {
  it('is noted beside the record and wakes the loop, and nothing else', async () => {
    const small = await claimed();
    const record = JSON.stringify(await small.body());
    const before = new Map(small.world.region.calls);
    await small.call(interruption, event('interruption-warning'));
    const notices = JSON.parse(await small.stored())[1];
    expect(notices).toMatchObject([
      { id: `interruption-${INSTANCE}`, kind: 'interruption', instanceId: INSTANCE, receivedAt: TUESDAY },
    ]);
    expect(notices[0].actionAt).toBe(TUESDAY + 120_000);
    expect(small.published).toEqual([wake]);
    expect(JSON.stringify(await small.body())).toBe(record);
    const after = small.world.region.calls;
    expect([...after].filter(([key, n]) => key.startsWith('ec2:') && n !== before.get(key))).toEqual([]);
  });

  it('that comes twice is one note', async () => {
    const small = await claimed();
    await small.call(interruption, event('interruption-warning'));
    await small.call(interruption, event('interruption-warning'));
    expect(JSON.parse(await small.stored())[1]).toHaveLength(1);
  });

  it('of a rebalance is noted as advice', async () => {
    const small = await claimed();
    await small.call(interruption, { ...event('rebalance-recommendation'), time: '2026-03-24T09:19:00Z' });
    expect(JSON.parse(await small.stored())[1]).toMatchObject([{ kind: 'rebalance', instanceId: INSTANCE }]);
  });

  it('about an instance of nobody does nothing', async () => {
    const small = await appliedWorld();
    const before = await small.stored();
    expect(await small.call(interruption, event('interruption-warning'))).toMatchObject({ noted: false });
    expect(small.published).toEqual([]);
    expect(await small.stored()).toBe(before);
  });

  it.each([
    ['another account', { account: '999999999999' }],
    ['another region', { region: 'eu-central-1' }],
  ])('from %s alerts and does nothing', async (_, change) => {
    const small = await claimed();
    const before = await small.stored();
    for (const create of [interruption, reconcile]) {
      small.published.length = 0;
      expect(await small.call(create, { ...event('interruption-warning'), ...change })).toEqual({
        ignored: 'foreign',
      });
      expect(small.published).toMatchObject([{ type: 'Alert', detail: { code: 'foreign-event' } }]);
    }
    expect(await small.stored()).toBe(before);
    expect(small.counted).toContain('EventsIgnored 1');
  });

  it('a day old is ignored without an alert', async () => {
    const small = await claimed();
    const old = { ...event('interruption-warning'), time: '2026-03-23T09:20:00Z' };
    expect(await small.call(interruption, old)).toEqual({ ignored: 'stale' });
    expect(small.published).toEqual([]);
  });
});

describe('reconcile', () => {
  it.each(['volume-created', 'snapshot-completed', 'instance-state-change', 'command-invocation-status'])(
    '%s about a resource of nobody does nothing',
    async (name) => {
      const small = await appliedWorld();
      const before = await small.stored();
      expect(await small.call(reconcile, event(name))).toMatchObject({ kind: 'foreign' });
      expect(await small.stored()).toBe(before);
      expect(small.published).toEqual([]);
    },
  );

  it.each([
    ['nothing', null],
    ['a list', []],
    ['no detail', { ...event('interruption-warning'), detail: undefined }],
    ['no instance', { ...event('interruption-warning'), detail: {} }],
    ['a thousand levels', { ...event('reconcile-requested'), detail: { workload: nested(1_000) } }],
  ])('%s is ignored, counted, and changes nothing', async (_, raw) => {
    const small = await claimed();
    const before = await small.stored();
    expect(await small.call(reconcile, raw)).toHaveProperty('ignored');
    expect(await small.stored()).toBe(before);
    expect(mutations(small.world.region.calls)).toEqual(['ssm:PutParameter']);
  });

  it('wakes the loop of the workload it names: inside its hours one instance is asked for', async () => {
    const small = await appliedWorld();
    await small.call(reconcile, event('reconcile-requested'));
    expect(small.world.region.calls.get('ec2:CreateFleet')).toBe(1);
    const { owner, candidate } = await small.body();
    const [instance] = small.world.region.instances.keys();
    expect([owner?.instanceId, candidate?.instanceId]).toContain(instance);
  });
});

function nested(levels: number): unknown {
  let value: unknown = 'gitlab';
  for (let i = 0; i < levels; i += 1) value = { value };
  return value;
}

describe('tick', () => {
  it('wakes what is due, and nothing that is not', async () => {
    const small = await appliedWorld();
    await small.put((body) => body);
    const { records } = small.deps;
    const setWake = async (wakeAt: number) => {
      const stored = await small.call(() => () => records.load('gitlab'), {});
      if (typeof stored !== 'object' || stored === null) throw new Error('no record');
      const { version, lastWriteId, body } = JSON.parse(JSON.stringify(stored));
      await small.call(
        () => () =>
          records.save(
            {
              name: 'gitlab',
              version: version + 1,
              lastWriteId: `w${wakeAt}`,
              wakeAt: instant(wakeAt),
              body,
            },
            lastWriteId,
          ),
        {},
      );
    };
    const minute = Math.ceil(small.world.kernel.now() / 600_000) * 600_000 + 60_000;
    await small.world.kernel.runUntil(instant(minute));
    await setWake(minute + 3_600_000);
    expect(await small.call(tick, {})).toEqual({ woken: [] });
    expect(small.published).toEqual([]);
    await setWake(minute);
    expect(await small.call(tick, {})).toEqual({ woken: ['gitlab'] });
    expect(small.published).toEqual([wake]);
  });

  it('wakes every workload each ten minutes, whatever is written of it', async () => {
    const small = await appliedWorld();
    await small.put((body) => body);
    await small.world.kernel.runUntil(instant(Math.ceil(small.world.kernel.now() / 600_000) * 600_000));
    expect(await small.call(tick, {})).toEqual({ woken: ['gitlab'] });
  });
});
