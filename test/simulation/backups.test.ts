// What is kept of the past on the embedded region: by day whatever moves and people do, and never less at once.

import { describe, expect, it } from 'vitest';
import { days, hours, minutes } from '../../shared/base/time.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { type Operated, operated, parked, serving } from './operator-world.ts';

const ALWAYS = { schedule: { timeZone: 'UTC', always: true } };

/** Days of the completed snapshots that the region has and that nobody made by hand, newest first. */
const daysKept = (on: Operated): string[] => {
  const there = on.body().snapshots.filter((one) => {
    const seen = on.world.region.snapshots.get(one.snapshotId);
    return one.state === 'completed' && seen && !seen.deleted && one.kind !== 'migration' && !one.label;
  });
  return there
    .map((one) => new Date(one.startedAt).toISOString().slice(0, 10))
    .sort()
    .reverse();
};

const applied = (on: Operated, backups: unknown): Promise<unknown> =>
  on.world.invoke('apply-workload', { definition: { ...on.body().definition, backups } });

describe('a service that never stops', () => {
  it('has a recovery point of each day that it is to keep, through moves and backups by hand', async () => {
    const on = await operated({ ...ALWAYS, backups: { keep: 3 } });
    await on.until('serving', serving, hours(2));
    for (let day = 0; day < 4; day += 1) {
      await on.pass(hours(20));
      const zone = day % 2 === 0 ? 'eu-west-1b' : 'eu-west-1a';
      await on.ask('backup', { label: `day ${day}` });
      await on.pass(minutes(10));
      await on.ask('move', { zone });
      await on.until('moved', (body) => serving(body) && body.owner?.zone === zone, hours(2));
      await on.until('a day', () => on.world.kernel.now() % days(1) < minutes(5), hours(24));
    }
    await on.pass(hours(12));
    const kept = [...new Set(daysKept(on))];
    const today = new Date(on.world.kernel.now()).toISOString().slice(0, 10);
    expect(kept.length).toBeGreaterThanOrEqual(3);
    const spread = kept.slice(0, 3).map((day) => Math.round((Date.parse(today) - Date.parse(day)) / days(1)));
    expect(spread.every((back, index) => back <= index + 1)).toBe(true);
    expect(on.body().snapshots.filter((one) => one.label !== undefined)).toHaveLength(4);
    const shown = await on.ask('status');
    expect(shown).toMatchObject({
      workloads: [{ backups: { tiers: { daily: { keep: 3, kept: 3 } }, manual: { kept: 4, most: 20 } } }],
    });
    on.expectSound();
  });
});

describe('a lowering of retention', () => {
  const LATER = days(7);
  const withPast = async (): Promise<Operated> => {
    const on = await operated({ ...ALWAYS, backups: { keep: 30 } });
    await on.until('serving', serving, hours(2));
    await on.pass(days(3));
    expect(daysKept(on).length).toBeGreaterThanOrEqual(3);
    return on;
  };

  it('lets nothing go for seven days, and says what would', async () => {
    const on = await withPast();
    const before = daysKept(on).length;
    const answer = await applied(on, { afterStop: true, keep: 1 });
    const at = on.world.kernel.now() + LATER;
    expect(answer).toMatchObject({
      ok: true,
      changed: true,
      says: expect.stringContaining('retention is lower from'),
    });
    expect(Object(answer).retention.snapshots).toHaveLength(before - 2);
    expect(Date.parse(Object(answer).retention.effectiveAt)).toBeLessThanOrEqual(at);
    expect(Object(await on.ask('status')).workloads[0].backups.lowering.snapshots).toHaveLength(before - 2);
    await on.pass(days(6.9));
    expect(daysKept(on).length).toBeGreaterThanOrEqual(before);
    await on.pass(days(0.3));
    expect(daysKept(on).length).toBeLessThanOrEqual(3);
    on.expectSound();
  });

  it('that is taken back lets nothing go at all', async () => {
    const on = await withPast();
    const before = daysKept(on).length;
    await applied(on, { afterStop: true, keep: 1 });
    await on.pass(days(1));
    const back = await applied(on, { afterStop: true, keep: 30 });
    expect(back).toMatchObject({ ok: true, says: expect.stringContaining('applies again') });
    expect(Object(await on.ask('status')).workloads[0].backups.lowering).toBeUndefined();
    await on.pass(days(6.5));
    expect(daysKept(on).length).toBeGreaterThanOrEqual(before + 7);
    on.expectSound();
  });
});

describe('a backup by hand', () => {
  it('goes by an owner’s word alone, and the last copy by nobody’s', async () => {
    const on = await operated({ backups: { keep: 1 } });
    await on.until('serving', serving, hours(2));
    await on.ask('backup', { label: 'before 17.0' });
    const made = (body: RecordBody) => body.snapshots.find((one) => one.label === 'before 17.0');
    await on.until('a backup', (body) => made(body)?.state === 'completed');
    const { snapshotId = '' } = made(on.body()) ?? {};
    expect(on.world.region.snapshots.get(snapshotId)?.tags).toMatchObject({
      'spotkeep:label': 'before 17.0',
    });
    await on.until('parked', parked, hours(5));
    await on.pass(days(4));
    expect(made(on.body())?.state).toBe('completed');
    expect(await on.ask('backup-delete', { snapshotId, confirm: 'yes' })).toMatchObject({ code: 'invalid' });
    expect(await on.ask('backup-delete', { snapshotId, confirm: snapshotId })).toMatchObject({ ok: true });
    await on.until('gone', (body) => made(body) === undefined, hours(1));
    expect(on.world.region.snapshots.get(snapshotId)?.deleted).toBe(true);
    for (const one of on.body().snapshots)
      await on.ask('backup-delete', { snapshotId: one.snapshotId, confirm: one.snapshotId });
    await on.pass(hours(2));
    expect(on.body().snapshots.filter((one) => one.state === 'completed').length).toBeGreaterThanOrEqual(1);
    on.expectSound();
  });
});
