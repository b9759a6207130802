// Operators at work on an unpleasant region: moves, backups, restores, stops and starts at random, machines reclaimed, the
// table restored once and recovered. Whatever is met, no invariant breaks, and in the end the service serves the data that
// nobody gave up.

import { describe, expect, it } from 'vitest';
import { hours, minutes } from '../../shared/base/time.ts';
import { reclaimInstance, warnInstance } from '../../simulator/region/instances.ts';
import { HEALED, swarmRates } from '../campaign/faults.ts';
import { type Operated, operated, serving, ZONES } from './operator-world.ts';

const SEEDS = [1, 12];
const DAYS = 2;

type Chance = ReturnType<Operated['world']['chance']>;

const restoreTable = (on: Operated, copy: ReturnType<typeof on.world.region.dynamo.snapshot>): void => {
  const { world } = on;
  world.kernel.woke();
  world.lambda.killRunning();
  world.lambda.redeploy();
  world.region.dynamo.restoreAsNewTable(copy);
  world.judge.forget(on.name);
};

/** As a person would: sends it, and does not wait for the answer. */
const send = (on: Operated, name: string, payload: Record<string, unknown> = {}): void => {
  on.world.kernel.woke();
  void on.world.lambda.invoke(name, { workload: on.name, ...payload });
};

const commandAtRandom = (on: Operated, chance: Chance): void => {
  const record = on.world.judge.records.get(on.name);
  const what = chance.pick(['move', 'move', 'backup', 'restore', 'restore', 'start-now', 'stop-now']);
  if (what === 'move') send(on, 'move', { zone: chance.pick(ZONES) });
  else if (what === 'restore') {
    const snapshots = record?.snapshots.map((one) => one.snapshotId) ?? [];
    if (snapshots.length > 0)
      send(on, 'restore', { snapshotId: chance.pick(snapshots), acceptLoss: true, endHold: true });
  } else send(on, what);
};

const befall = (on: Operated, chance: Chance): void => {
  for (const instance of on.world.region.instances.values()) {
    if (instance.state !== 'running' || !chance.hit(0.5)) continue;
    on.world.kernel.woke();
    if (chance.hit(0.3)) reclaimInstance(on.world.region, instance);
    else warnInstance(on.world.region, instance, 120);
    return;
  }
};

/** Holds are ended after a while; a restored table is recovered, with a person's word for what is really gone. */
const attend = (on: Operated): void => {
  const record = on.world.judge.records.get(on.name);
  if (!record?.hold || on.world.kernel.now() - record.hold.at < minutes(10)) return;
  if (record.recover) {
    const gone = record.leaving
      .map((one) => one.instanceId)
      .filter((id) => (on.world.region.instances.get(id)?.state ?? 'terminated') === 'terminated');
    if (on.world.kernel.now() - record.recover.at > minutes(40) && gone.length > 0)
      send(on, 'recover', { ended: gone });
  } else if (/^(table-restored|recover-)/.test(record.hold.code)) send(on, 'recover');
  else send(on, 'resume');
};

const live = async (on: Operated, chance: Chance): Promise<void> => {
  let copy: ReturnType<typeof on.world.region.dynamo.snapshot> | undefined;
  const end = on.world.kernel.now() + hours(24 * DAYS);
  const restoreAt = end - hours(chance.between(8, 40));
  const copyAt = restoreAt - minutes(chance.between(1, 600));
  let restored = false;
  while (on.world.kernel.now() < end) {
    await on.pass(minutes(10));
    if (copy === undefined && on.world.kernel.now() >= copyAt)
      copy = on.world.region.dynamo.snapshot('spotkeep-demo');
    if (copy && !restored && on.world.kernel.now() >= restoreAt) {
      restored = true;
      restoreTable(on, copy);
    }
    if (chance.hit(0.12)) commandAtRandom(on, chance);
    if (chance.hit(0.04)) befall(on, chance);
    attend(on);
  }
};

const heal = async (on: Operated): Promise<void> => {
  on.world.region.rates = HEALED;
  for (let round = 0; round < 80; round += 1) {
    await on.pass(minutes(10));
    attend(on);
    const record = on.world.judge.records.get(on.name);
    if (record && !record.hold && !record.recover && !record.restoreRequest && !record.migration) break;
  }
  await on.ask('start-now', { until: '2026-03-27T23:00' });
  await on.until('serving in the end', serving, hours(3));
};

describe('operators on an unpleasant region', () => {
  const happened = new Map<string, number>();

  it.each(SEEDS)(
    'break nothing, seed %i',
    async (seed) => {
      const on = await operated(
        { 'schedule.windows': [{ days: 'mon-sun', from: '00:00', to: '20:00' }] },
        { seed },
      );
      const chance = on.world.chance('operators');
      on.world.region.rates = swarmRates(chance, new Set(['fsckFails']));
      await live(on, chance);
      await heal(on);
      const { acknowledged, onVolume } = on.written();
      expect(onVolume).toBe(acknowledged);
      on.expectSound();
      for (const { type } of on.events) happened.set(type, (happened.get(type) ?? 0) + 1);
    },
    300_000,
  );

  it('did restore, move and recover meanwhile', () => {
    for (const type of ['Restored', 'Moved', 'Table Recovered'])
      expect(happened.get(type), type).toBeGreaterThan(0);
  });
});
