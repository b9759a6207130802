// move and backup on the embedded region.

import { describe, expect, it } from 'vitest';
import { hours, minutes } from '../../shared/base/time.ts';
import { operated, parked, serving } from './operator-world.ts';

describe('move', () => {
  it('brings a running service to the other zone with every record, and serves until an instance stands ready there', async () => {
    const on = await operated();
    await on.until('serving', serving, hours(2));
    const from = on.body().volume?.volumeId;
    expect(await on.ask('move', { zone: 'eu-west-1b' })).toMatchObject({ ok: true, changed: true });
    expect(await on.ask('move', { zone: 'eu-west-1b' })).toMatchObject({ ok: true, changed: false });
    let early = false;
    await on.until('a drain', (body) => {
      if (body.owner?.draining && body.candidate?.onlineAt === undefined) early = true;
      return body.owner?.draining !== undefined;
    });
    expect(early).toBe(false);
    expect(await on.ask('move', { zone: 'eu-west-1c' })).toMatchObject({ ok: false, code: 'refused' });
    await on.until('serving there', (body) => serving(body) && body.owner?.zone === 'eu-west-1b');
    expect(on.body()).toMatchObject({ generation: 2, provedGeneration: 2 });
    expect(on.body().lineage).toMatchObject([{ volumeId: from, role: 'superseded', promoted: true }]);
    expect(on.body().moveRequest).toBeUndefined();
    const { acknowledged, onVolume } = on.written();
    expect(onVolume).toBe(acknowledged);
    on.expectSound();
  });

  it('to a zone without capacity leaves the service running, and is forgotten after a while', async () => {
    const on = await operated();
    await on.until('serving', serving, hours(2));
    const { owner } = on.body();
    on.world.region.pools.script({
      zone: 'eu-west-1b',
      available: false,
      from: on.world.kernel.now(),
      until: on.world.kernel.now() + hours(4),
    });
    await on.ask('move', { zone: 'eu-west-1b' });
    await on.pass(minutes(100));
    expect(on.body().owner).toMatchObject({ instanceId: owner?.instanceId });
    expect(on.body().moveRequest).toBeDefined();
    await on.until('forgotten', (body) => body.moveRequest === undefined, minutes(40));
    expect(on.body().owner?.instanceId).toBe(owner?.instanceId);
    expect(on.world.ledger.line(on.name).stretches).toHaveLength(1);
    on.expectSound();
  });

  it('that is asked for at night happens at the next start', async () => {
    const on = await operated();
    await on.until('serving', serving, hours(2));
    await on.until('parked', parked, hours(5));
    expect(await on.ask('move', { zone: 'eu-west-1c' })).toMatchObject({
      ok: true,
      says: expect.stringContaining('at its next start (2026-03-24T07:00'),
    });
    await on.pass(minutes(30));
    expect(parked(on.body())).toBe(true);
    await on.until('serving there', (body) => serving(body) && body.owner?.zone === 'eu-west-1c', hours(24));
    on.expectSound();
  });

  it('that was withdrawn before an instance came leaves the service where it is', async () => {
    const on = await operated();
    await on.until('serving', serving, hours(2));
    await on.ask('move', { zone: 'eu-west-1b' });
    expect(await on.ask('move', { zone: 'eu-west-1a' })).toMatchObject({ ok: true, changed: true });
    await on.pass(minutes(20));
    expect(on.body()).toMatchObject({ generation: 1, state: 'serving' });
    expect(on.body().candidate).toBeUndefined();
    expect(on.body().leaving).toEqual([]);
    on.expectSound();
  });
});

describe('backup', () => {
  it('of a running service makes one snapshot, and a second while it is pending makes none', async () => {
    const on = await operated();
    await on.until('serving', serving, hours(2));
    const owner = on.body().owner?.instanceId;
    expect(await on.ask('backup')).toMatchObject({ ok: true, changed: true });
    expect(await on.ask('backup')).toMatchObject({ ok: true, changed: false });
    await on.until('pending', (body) => body.snapshots.some((one) => one.kind === 'backup'));
    expect(await on.ask('backup')).toMatchObject({ ok: true, changed: false });
    await on.until('completed', (body) =>
      body.snapshots.some((one) => one.kind === 'backup' && one.state === 'completed'),
    );
    expect(on.body().snapshots.filter((one) => one.kind === 'backup')).toHaveLength(1);
    expect(on.body().owner?.instanceId).toBe(owner);
    on.expectSound();
  });

  it('of a service at rest is made at rest', async () => {
    const on = await operated({ 'backups.afterStop': false });
    await on.until('serving', serving, hours(2));
    await on.until('parked', parked, hours(5));
    expect(await on.ask('backup')).toMatchObject({ ok: true, changed: true });
    await on.until('completed', (body) =>
      body.snapshots.some((one) => one.kind === 'backup' && one.state === 'completed'),
    );
    expect(on.body().backupRequest).toBeUndefined();
    on.expectSound();
  });
});
