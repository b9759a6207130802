// destroy on the embedded region: a last snapshot, then the sweep, days later; the name never comes back.

import { describe, expect, it } from 'vitest';
import { days, hours, minutes } from '../../shared/base/time.ts';
import { parsed } from '../definition/example.ts';
import { operated, parked, serving } from './operator-world.ts';

describe('destroy', () => {
  it('is refused without the name, and while the service runs or is wanted', async () => {
    const on = await operated();
    await on.until('serving', serving, hours(2));
    expect(await on.ask('destroy', { confirm: 'gitlap' })).toMatchObject({
      code: 'invalid',
      path: 'confirm',
    });
    expect(await on.ask('destroy', { confirm: on.name })).toMatchObject({ ok: false, code: 'refused' });
    expect(on.body().destroyed).toBeUndefined();
  });

  it('keeps a last snapshot with every record; the volume goes when its days are over, and nothing starts again', async () => {
    const on = await operated();
    await on.until('serving', serving, hours(2));
    await on.until('parked', parked, hours(5));
    const volume = on.volume();
    expect(await on.ask('destroy', { confirm: on.name, keepSnapshots: false })).toMatchObject({
      ok: true,
      changed: true,
    });
    expect(await on.ask('destroy', { confirm: on.name })).toMatchObject({ ok: true, changed: false });
    await on.until('handed over', (body) => body.destroyed?.handedOverAt !== undefined);
    const final = on.world.region.snapshots.get(on.body().destroyed?.snapshotId ?? '');
    expect(final).toMatchObject({ state: 'completed', volumeId: volume.id });
    expect(final?.content.records).toBe(on.world.ledger.line(on.name).acknowledged);
    expect(on.body().volume).toBeUndefined();
    for (const [name, payload] of [
      ['start-now', {}],
      ['move', { zone: 'eu-west-1b' }],
      ['resume', {}],
      ['backup', {}],
    ] as const)
      expect(await on.ask(name, payload)).toMatchObject({ ok: false, code: 'destroyed' });
    const { definition, setupScript } = parsed({});
    expect(await on.world.invoke('apply-workload', { definition, setupScript })).toMatchObject({
      ok: false,
      code: 'destroyed',
    });
    await on.pass(days(6));
    expect(volume.state).toBe('available');
    expect(volume.tags['spotkeep:role']).toBe('superseded');
    await on.until('finished', (body) => body.destroyed?.finishedAt !== undefined, days(3));
    expect(volume.state).toBe('deleted');
    expect(on.world.ledger.line(on.name).stretches).toHaveLength(1);
    const left = [...on.world.region.snapshots.values()].filter((one) => !one.deleted);
    expect(left.map((one) => one.id)).toEqual([final?.id]);
    on.expectSound();
  }, 60_000);

  it('takes another last snapshot when the first one fails', async () => {
    const on = await operated({ 'backups.afterStop': false });
    await on.until('serving', serving, hours(2));
    await on.until('parked', parked, hours(5));
    await on.pass(minutes(30));
    on.world.region.switches.failSnapshots = 1;
    await on.ask('destroy', { confirm: on.name });
    await on.until('handed over', (body) => body.destroyed?.handedOverAt !== undefined, hours(2));
    const final = on.world.region.snapshots.get(on.body().destroyed?.snapshotId ?? '');
    expect(final?.state).toBe('completed');
    expect(on.body().snapshots.some((one) => one.state === 'error')).toBe(true);
    on.expectSound();
  });

  it('of a workload that never ran leaves nothing', async () => {
    const on = await operated({ 'schedule.windows': [{ days: 'fri', from: '09:00', to: '13:00' }] });
    await on.pass(minutes(5));
    await on.ask('destroy', { confirm: on.name });
    await on.until('finished', (body) => body.destroyed?.finishedAt !== undefined);
    await on.pass(days(7));
    expect(on.world.region.instances.size).toBe(0);
    on.expectSound();
  });
});
