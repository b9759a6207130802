// recover on the embedded region, after the table was restored to an earlier time: nothing of the lost time is believed,
// no record of the containers is lost, and no number is given twice.

import { describe, expect, it } from 'vitest';
import { hours, minutes } from '../../shared/base/time.ts';
import { type Operated, operated, parked, serving } from './operator-world.ts';

const TABLE = 'spotkeep-demo';

/** Takes the table of now; the returned function puts it back under a new identity, as a restore does. */
const tableOfNow = (on: Operated): (() => void) => {
  const { world } = on;
  const copy = world.region.dynamo.snapshot(TABLE);
  return () => {
    world.lambda.killRunning();
    world.lambda.redeploy();
    world.region.dynamo.restoreAsNewTable(copy);
    // What the judge knew of the record is of another table now; the numbers that were given stay given.
    world.judge.forget(on.name);
  };
};

/** Restored, and held for it. */
const held = async (on: Operated, restore: () => void): Promise<void> => {
  restore();
  // The ten-minute round finds it, whatever its wake-ups.
  for (let waited = 0; waited < 12 && !on.world.judge.records.has(on.name); waited += 1)
    await on.pass(minutes(1));
  await on.until('held', (body) => body.hold?.code === 'table-restored', minutes(40));
};

const alive = (on: Operated): string[] =>
  [...on.world.region.instances.values()].filter((one) => one.state !== 'terminated').map((one) => one.id);

const recovered = async (on: Operated): Promise<void> => {
  expect(await on.ask('recover')).toMatchObject({ ok: true, changed: true });
  expect(await on.ask('recover')).toMatchObject({ ok: true, changed: false });
  expect(await on.ask('resume')).toMatchObject({ ok: false, code: 'refused' });
  await on.until('recovered', (body) => body.recover === undefined && body.hold === undefined, hours(2));
};

describe('recover', () => {
  it('of a table that was not restored changes nothing', async () => {
    const on = await operated();
    await on.until('serving', serving, hours(2));
    expect(await on.ask('recover')).toMatchObject({ ok: true, changed: false });
    expect(on.body().hold).toBeUndefined();
  });

  it('after a handover that the table does not know ends every instance first and loses nothing', async () => {
    const on = await operated();
    await on.until('serving', serving, hours(2));
    const restore = tableOfNow(on);
    const first = on.body().owner?.instanceId;
    // The owner of then is reclaimed, another serves when the table comes back.
    on.world.hosts.freeze(first ?? '');
    await on.until('another owner', (body) => serving(body) && body.owner?.instanceId !== first, hours(1));
    await held(on, restore);
    const before = on.written().acknowledged;
    await recovered(on);
    expect(on.body()).toMatchObject({ generation: 1, lastGeneration: 1 });
    await on.until('serving', serving, minutes(20));
    const { acknowledged, onVolume } = on.written();
    expect(onVolume).toBe(acknowledged);
    expect(acknowledged).toBeGreaterThanOrEqual(before);
    on.expectSound();
  }, 60_000);

  it('after a move that the table does not know takes the volume of the higher generation, and gives higher numbers only', async () => {
    const on = await operated();
    await on.until('serving', serving, hours(2));
    const restore = tableOfNow(on);
    await on.ask('move', { zone: 'eu-west-1b' });
    await on.until('moved', (body) => serving(body) && body.generation === 2);
    const home = on.volume().id;
    await on.pass(minutes(10));
    await held(on, restore);
    expect(on.body().volume?.volumeId).not.toBe(home);
    await recovered(on);
    expect(on.body()).toMatchObject({ generation: 2, volume: { volumeId: home, zone: 'eu-west-1b' } });
    expect(on.body().lastGeneration).toBeGreaterThanOrEqual(2);
    expect(on.body().lineage).toMatchObject([{ generation: 1, role: 'superseded', keep: 'days' }]);
    await on.until(
      'serving there',
      (body) => serving(body) && body.owner?.zone === 'eu-west-1b',
      minutes(20),
    );
    const { acknowledged, onVolume } = on.written();
    expect(onVolume).toBe(acknowledged);
    // The next number is above all that were given.
    await on.ask('move', { zone: 'eu-west-1c' });
    await on.until('moved again', (body) => serving(body) && body.generation === 3);
    expect(on.written().onVolume).toBe(on.written().acknowledged);
    on.expectSound();
  }, 60_000);

  it('in the middle of a move that the table does not know takes the source, whatever became of the copy', async () => {
    const on = await operated();
    await on.until('serving', serving, hours(2));
    const restore = tableOfNow(on);
    const home = on.volume().id;
    await on.ask('move', { zone: 'eu-west-1b' });
    await on.until('copying', (body) => body.migration?.phase === 'copying');
    await held(on, restore);
    await recovered(on);
    expect(on.body().volume?.volumeId).toBe(home);
    expect(on.body().lastGeneration).toBe(2);
    await on.until('serving', serving, minutes(20));
    const { acknowledged, onVolume } = on.written();
    expect(onVolume).toBe(acknowledged);
    on.expectSound();
  }, 60_000);

  it('begins nothing while an instance is alive, and knows the one that was launched since', async () => {
    const on = await operated();
    await on.until('serving', serving, hours(2));
    await on.until('parked', parked, hours(5));
    const restore = tableOfNow(on);
    await on.pass(hours(20));
    await on.until('serving', serving, hours(2));
    await held(on, restore);
    expect(alive(on)).toHaveLength(1);
    await on.ask('recover');
    await on.until('begun', (body) => body.recover?.begun === true);
    let early = false;
    await on.until(
      'recovered',
      (body) => {
        if (body.recover === undefined && alive(on).length > 0 && body.owner === undefined) early = true;
        return body.recover === undefined;
      },
      hours(1),
    );
    expect(early).toBe(false);
    await on.until('serving', serving, minutes(20));
    const { acknowledged, onVolume } = on.written();
    expect(onVolume).toBe(acknowledged);
    on.expectSound();
  }, 60_000);

  it('waits for a person’s word where no listing shows the owner of then any more', async () => {
    const on = await operated();
    await on.until('serving', serving, hours(2));
    const restore = tableOfNow(on);
    const gone = on.body().owner?.instanceId ?? '';
    await on.until('parked', parked, hours(5));
    await on.pass(hours(4));
    await held(on, restore);
    await on.ask('recover');
    await on.pass(hours(5));
    expect(on.body().recover).toBeDefined();
    expect(await on.ask('status')).toMatchObject({
      workloads: [{ recover: { waitingFor: [gone] }, hold: { code: 'table-restored' } }],
    });
    expect(await on.ask('recover', { ended: [gone] })).toMatchObject({ ok: true, changed: true });
    await on.until('recovered', (body) => body.recover === undefined && body.hold === undefined, hours(1));
    await on.until('serving', serving, hours(24));
    const { acknowledged, onVolume } = on.written();
    expect(onVolume).toBe(acknowledged);
    on.expectSound();
  }, 60_000);

  it('stays held when no volume is tagged as the home', async () => {
    const on = await operated();
    await on.until('serving', serving, hours(2));
    await on.until('parked', parked, hours(5));
    const restore = tableOfNow(on);
    await held(on, restore);
    on.volume().tags['spotkeep:role'] = 'superseded';
    on.volume().views.put(on.world.kernel.now(), undefined);
    await on.ask('recover');
    await on.until('held', (body) => body.hold?.code === 'recover-no-volume', hours(1));
    expect(on.body().recover).toBeUndefined();
  }, 60_000);
});
