// restore on the embedded region: the data of the snapshot is served under a new generation, and nothing else is lost.

import { describe, expect, it } from 'vitest';
import { days, hours, minutes, ms } from '../../shared/base/time.ts';
import { type Operated, operated, parked, serving } from './operator-world.ts';

/** Serving for a while after a backup was completed. */
const withBackup = async (changes: Record<string, unknown> = {}): Promise<{ on: Operated; id: string }> => {
  const on = await operated(changes);
  await on.until('serving', serving, hours(2));
  await on.pass(minutes(10));
  await on.ask('backup');
  const made = () => on.body().snapshots.find((one) => one.kind === 'backup' && one.state === 'completed');
  await on.until('a backup', () => made() !== undefined);
  await on.pass(minutes(20));
  return { on, id: made()?.snapshotId ?? '' };
};

const recordsOf = (on: Operated, id: string): number =>
  on.world.region.snapshots.get(id)?.content.records ?? -1;

describe('restore', () => {
  it('without accepting the loss is refused with the window that would be lost, and changes nothing', async () => {
    const { on, id } = await withBackup();
    const before = on.body();
    const answer = await on.ask('restore', { snapshotId: id });
    expect(answer).toMatchObject({ ok: false, code: 'loss' });
    const taken = before.snapshots.find((one) => one.snapshotId === id)?.startedAt ?? 0;
    expect(answer.window).toEqual({
      from: new Date(taken).toISOString(),
      to: expect.stringMatching(/^2026-03-23T/),
    });
    expect(on.body()).toEqual(before);
  });

  it('serves the data of the snapshot, keeps the volume it replaces, and goes on from there', async () => {
    const { on, id } = await withBackup();
    const left = on.volume();
    const lost = on.written().acknowledged - recordsOf(on, id);
    expect(lost).toBeGreaterThan(100);
    expect(await on.ask('restore', { snapshotId: id, acceptLoss: true })).toMatchObject({
      ok: true,
      changed: true,
    });
    expect(await on.ask('restore', { snapshotId: id, acceptLoss: true })).toMatchObject({
      ok: true,
      changed: false,
    });
    await on.until('the old owner gone', (body) => body.owner === undefined);
    await on.until('restored', (body) => serving(body) && body.generation === 2);
    const { acknowledged, onVolume } = on.written();
    expect(onVolume).toBe(acknowledged);
    expect(on.volume().snapshotId).toBe(id);
    expect(on.volume().content.marker).toMatchObject({ generation: 2, volumeId: on.volume().id });
    expect(on.body().provedGeneration).toBe(2);
    expect(on.body().lineage).toMatchObject([
      { volumeId: left.id, generation: 1, role: 'superseded', keep: 'days' },
    ]);
    await on.until('tagged', () => left.tags['spotkeep:role'] === 'superseded');
    expect(on.events.map(({ type }) => type)).toContain('Restored');
    // Days later it is still there, and then the sweep takes it.
    await on.pass(days(6));
    expect(left.state).toBe('available');
    await on.until('deleted', () => left.state === 'deleted', days(2));
    on.expectSound();
  }, 60_000);

  it('of the backup after a stop loses nothing and needs no word', async () => {
    const on = await operated();
    await on.until('serving', serving, hours(2));
    await on.until('parked', parked, hours(5));
    await on.until('a backup', (body) =>
      body.snapshots.some((one) => one.kind === 'backup' && one.state === 'completed'),
    );
    const id = on.body().snapshots.find((one) => one.kind === 'backup')?.snapshotId ?? '';
    const { acknowledged } = on.written();
    expect(await on.ask('restore', { snapshotId: id })).toMatchObject({ ok: true, changed: true });
    await on.until('restored', (body) => body.generation === 2 && parked(body));
    expect(on.written()).toEqual({ acknowledged, onVolume: acknowledged });
    await on.until('serving', serving, hours(24));
    on.expectSound();
  }, 60_000);

  it('of a snapshot that vanished gives up before the service is stopped for it', async () => {
    const { on, id } = await withBackup();
    const owner = on.body().owner?.instanceId;
    const snapshot = on.world.region.snapshots.get(id);
    if (!snapshot) throw new Error('no snapshot');
    snapshot.deleted = true;
    snapshot.views.put(on.world.kernel.now(), undefined);
    expect(await on.ask('restore', { snapshotId: id, acceptLoss: true })).toMatchObject({ ok: true });
    await on.until('given up', (body) => body.restoreRequest === undefined);
    await on.pass(minutes(10));
    expect(on.body()).toMatchObject({ generation: 1, state: 'serving', owner: { instanceId: owner } });
    on.expectSound();
  });

  it('of a snapshot that vanishes on the way goes back to the present data', async () => {
    const { on, id } = await withBackup();
    await on.ask('restore', { snapshotId: id, acceptLoss: true });
    await on.until('under way', (body) => body.migration?.phase === 'securing');
    const snapshot = on.world.region.snapshots.get(id);
    if (!snapshot) throw new Error('no snapshot');
    snapshot.deleted = true;
    snapshot.views.put(on.world.kernel.now(), undefined);
    await on.until('serving again', (body) => serving(body) && !body.migration);
    expect(on.body()).toMatchObject({ generation: 1, lastGeneration: 2 });
    const { acknowledged, onVolume } = on.written();
    expect(onVolume).toBe(acknowledged);
    on.expectSound();
  });

  it('survives a control plane killed in every phase', async () => {
    const { on, id } = await withBackup();
    await on.ask('restore', { snapshotId: id, acceptLoss: true });
    const seen = new Set<string>();
    const { judge, kernel, lambda } = on.world;
    const { onRecord } = judge;
    judge.onRecord = (name, body, before) => {
      onRecord(name, body, before);
      const phase = body.migration?.phase;
      if (!phase || seen.has(phase)) return;
      seen.add(phase);
      kernel.after(ms(0), () => lambda.killRunning());
    };
    await on.until('restored', (body) => serving(body) && body.generation === 2, hours(1));
    expect([...seen]).toEqual(expect.arrayContaining(['securing', 'freezing', 'copying']));
    const { acknowledged, onVolume } = on.written();
    expect(onVolume).toBe(acknowledged);
    on.expectSound();
  });
});
