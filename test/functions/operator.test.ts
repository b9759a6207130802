// What the operator's functions answer, through their exports: questions change nothing, refusals say why and change
// nothing, and what was asked for is asked once.

import { describe, expect, it } from 'vitest';
import { createHandler as apply } from '../../functions/apply-workload.ts';
import { createHandler as backup } from '../../functions/backup.ts';
import { createHandler as destroy } from '../../functions/destroy.ts';
import { createHandler as history } from '../../functions/history.ts';
import { createHandler as move } from '../../functions/move.ts';
import { createHandler as plan } from '../../functions/plan.ts';
import { createHandler as recover } from '../../functions/recover.ts';
import { createHandler as restore } from '../../functions/restore.ts';
import { createHandler as resume } from '../../functions/resume.ts';
import { createHandler as startNow } from '../../functions/start-now.ts';
import { createHandler as status } from '../../functions/status.ts';
import { add, minutes } from '../../shared/base/time.ts';
import type { HistoryKind } from '../../shared/port/records.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { definition } from '../definition/example.ts';
import { appliedWorld, type SmallWorld, TUESDAY } from './small-world.ts';

const VOLUME = 'vol-0123456789abcdef0';
const SNAP = 'snap-0123456789abcdef0';
const OLD = 'snap-0123456789abcdef1';
const on = { workload: 'gitlab' };

/** At rest, with data and two snapshots: one after the last stop, one before. */
const withData = async (changes: Partial<RecordBody> = {}): Promise<SmallWorld> => {
  const small = await appliedWorld();
  const snapshot = { kind: 'backup' as const, generation: 1, volumeId: VOLUME, state: 'completed' as const };
  await small.put((body) => ({
    ...body,
    dataset: { ...body.dataset, formatted: true, setupDone: true, sizeGiB: 20 },
    generation: 1,
    lastGeneration: 1,
    provedGeneration: 1,
    volume: { volumeId: VOLUME, zone: 'eu-west-1a', createdAt: TUESDAY, fresh: false },
    override: { kind: 'stop', from: TUESDAY, until: add(TUESDAY, minutes(900)) },
    writtenUntil: add(TUESDAY, minutes(-60)),
    snapshots: [
      { ...snapshot, snapshotId: OLD, startedAt: add(TUESDAY, minutes(-600)) },
      { ...snapshot, snapshotId: SNAP, startedAt: add(TUESDAY, minutes(-30)) },
    ],
    ...changes,
  }));
  return small;
};

const hold = { code: 'newer-volume' as const, at: TUESDAY, evidence: 'vol-1 is generation 7' };
const migration: RecordBody['migration'] = {
  migrationId: 'm',
  newGeneration: 2,
  fromVolume: VOLUME,
  fromZone: 'eu-west-1a',
  toZone: 'eu-west-1b',
  phase: 'securing',
  startedAt: TUESDAY,
  phaseAt: TUESDAY,
  reason: 'r',
  snapshotAttempt: 0,
  volumeAttempt: 0,
};
const owner: RecordBody['owner'] = {
  instanceId: 'i-0123456789abcdef0',
  launchId: 'launch-1',
  zone: 'eu-west-1a',
  instanceType: 'm7i.large',
  purchase: 'spot',
  since: TUESDAY,
  launchedAt: TUESDAY,
  seenAliveAt: TUESDAY,
  startFailures: 0,
};
const destroyed = { at: TUESDAY, keepSnapshots: true };

describe('a refusal', () => {
  it.each<[string, typeof move, Record<string, unknown>, Partial<RecordBody>, Record<string, unknown>]>([
    ['move on hold', move, { zone: 'eu-west-1b' }, { hold }, { code: 'held' }],
    ['move in a migration', move, { zone: 'eu-west-1c' }, { migration }, { code: 'refused' }],
    ['move without data', move, { zone: 'eu-west-1b' }, { volume: undefined }, { code: 'refused' }],
    ['backup on hold', backup, {}, { hold }, { code: 'held' }],
    ['backup in a migration', backup, {}, { migration }, { code: 'refused' }],
    ['backup of what never ran', backup, {}, { provedGeneration: 0 }, { code: 'refused' }],
    ['restore on hold', restore, { snapshotId: SNAP }, { hold }, { code: 'held' }],
    ['restore in a migration', restore, { snapshotId: SNAP }, { migration }, { code: 'refused' }],
    [
      'restore of a stranger',
      restore,
      { snapshotId: `${SNAP.slice(0, -1)}9` },
      {},
      { code: 'invalid', path: 'snapshotId' },
    ],
    ['restore of an older snapshot', restore, { snapshotId: OLD }, {}, { code: 'loss' }],
    ['restore while it runs', restore, { snapshotId: SNAP }, { owner }, { code: 'loss' }],
    [
      'restore of a former generation',
      restore,
      { snapshotId: SNAP },
      { generation: 2, lastGeneration: 2 },
      { code: 'loss' },
    ],
    [
      'restore when nobody knows the last write',
      restore,
      { snapshotId: SNAP },
      { writtenUntil: undefined },
      { code: 'loss' },
    ],
    [
      'restore of what is being deleted',
      restore,
      { snapshotId: SNAP },
      {
        intent: { id: 'x', effect: { kind: 'delete-snapshot', snapshotId: SNAP }, at: TUESDAY },
      },
      { code: 'refused' },
    ],
    [
      'destroy of what is wanted',
      destroy,
      { confirm: 'gitlab' },
      { override: undefined },
      { code: 'refused' },
    ],
    ['destroy of what runs', destroy, { confirm: 'gitlab' }, { owner }, { code: 'refused' }],
    ['destroy in a migration', destroy, { confirm: 'gitlab' }, { migration }, { code: 'refused' }],
    ['destroy on hold', destroy, { confirm: 'gitlab' }, { hold }, { code: 'held' }],
    ['a start of what was destroyed', startNow, {}, { destroyed }, { code: 'destroyed' }],
    ['a move of what was destroyed', move, { zone: 'eu-west-1b' }, { destroyed }, { code: 'destroyed' }],
    [
      'resume of what is being recovered',
      resume,
      {},
      { hold, recover: { at: TUESDAY, tableId: 't', ended: [] } },
      { code: 'refused' },
    ],
  ])('of %s says why and changes nothing', async (_, create, payload, changes, expected) => {
    const small = await withData(changes);
    const before = await small.stored();
    const answer = await small.call(create, { ...on, ...payload });
    expect(answer).toMatchObject({
      ok: false,
      workload: 'gitlab',
      says: expect.stringMatching(/./),
      ...expected,
    });
    expect(await small.stored()).toBe(before);
    expect(small.published).toEqual([]);
  });

  it('of an older snapshot names the window that would be lost', async () => {
    const small = await withData();
    expect(await small.call(restore, { ...on, snapshotId: OLD })).toMatchObject({
      window: { from: '2026-03-23T23:20:00.000Z', to: '2026-03-24T08:20:00.000Z' },
      says: expect.stringContaining('9 h 0 min'),
    });
  });

  it('of a name that nobody knows', async () => {
    const small = await withData();
    for (const [create, more] of [
      [move, { zone: 'eu-west-1b' }],
      [backup, {}],
      [restore, { snapshotId: SNAP }],
      [recover, {}],
      [destroy, { confirm: 'wiki' }],
      [plan, {}],
      [history, {}],
    ] as const)
      expect(await small.call(create, { workload: 'wiki', ...more })).toMatchObject({
        ok: false,
        code: 'not-found',
      });
  });
});

describe('what is asked for', () => {
  it.each<[string, typeof move, Record<string, unknown>, (body: RecordBody) => unknown]>([
    ['a move', move, { zone: 'eu-west-1b' }, (body) => body.moveRequest?.toZone],
    ['a backup', backup, {}, (body) => body.backupRequest],
    ['a restore that loses nothing', restore, { snapshotId: SNAP }, (body) => body.restoreRequest],
    ['a restore', restore, { snapshotId: OLD, acceptLoss: true }, (body) => body.restoreRequest?.acceptLoss],
    ['a destroy', destroy, { confirm: 'gitlab' }, (body) => body.destroyed],
  ])('%s is written once, and wakes the loop once', async (_, create, payload, written) => {
    const small = await withData();
    expect(await small.call(create, { ...on, ...payload })).toMatchObject({ ok: true, changed: true });
    expect(written(await small.body())).toBeTruthy();
    expect(small.published).toEqual([{ type: 'Reconcile Requested', detail: on }]);
    const before = await small.stored();
    expect(await small.call(create, { ...on, ...payload })).toMatchObject({ ok: true, changed: false });
    expect(await small.stored()).toBe(before);
  });

  it('a restore may end a hold where a person says so', async () => {
    const small = await withData({ hold, state: 'held' });
    const answer = await small.call(restore, { ...on, snapshotId: SNAP, endHold: true });
    expect(answer).toMatchObject({
      ok: true,
      changed: true,
      says: expect.stringContaining('hold newer-volume'),
    });
    expect((await small.body()).hold).toBeUndefined();
  });

  it('a fifth backup within an hour is refused', async () => {
    const made = Array.from({ length: 4 }, (_, n) => ({
      snapshotId: `snap-${n}`,
      kind: 'backup' as const,
      generation: 1,
      volumeId: VOLUME,
      startedAt: add(TUESDAY, minutes(-10 * n)),
      state: 'completed' as const,
      label: `before change ${n}`,
    }));
    const small = await withData({ snapshots: made });
    expect(await small.call(backup, on)).toMatchObject({ ok: false, code: 'refused' });
  });

  it('a recovery holds, and takes a person’s word once more', async () => {
    const small = await withData({ tableId: 'another' });
    expect(await small.call(recover, on)).toMatchObject({ ok: true, changed: true });
    expect(await small.body()).toMatchObject({ state: 'held', hold: { code: 'table-restored' } });
    const ended = ['i-0123456789abcdef0'];
    expect(await small.call(recover, { ...on, ended })).toMatchObject({ ok: true, changed: true });
    expect((await small.body()).recover?.ended).toEqual(ended);
    expect(await small.call(recover, { ended })).toMatchObject({ ok: true, workloads: [{ changed: false }] });
  });
});

describe('a question', () => {
  it('plan shows the next step and writes nothing', async () => {
    const small = await appliedWorld();
    const before = await small.stored();
    expect(await small.call(plan, on)).toMatchObject({
      ok: true,
      state: 'launching',
      effect: { kind: 'launch' },
      reason: expect.stringContaining('launch spot in'),
      settled: false,
      underWay: false,
    });
    expect(await small.stored()).toBe(before);
    expect(small.world.region.instances.size).toBe(0);
    expect(small.published).toEqual([]);
  });

  it('history gives incidents their phases in seconds, the newest first, one on request', async () => {
    const small = await withData({
      incident: {
        id: 'lost-i-0123456789abcdef2',
        kind: 'lost',
        at: add(TUESDAY, minutes(-1)),
        instanceId: 'i-0123456789abcdef2',
        zoneFrom: 'eu-west-1a',
        phases: [{ name: 'detected', at: add(TUESDAY, minutes(-1)) }],
      },
    });
    const at = add(TUESDAY, minutes(-50));
    const entry = (
      version: number,
      minute: number,
      kind: HistoryKind,
      detail: Record<string, unknown> = {},
    ) =>
      small.deps.records.appendHistory({
        workload: 'gitlab',
        version,
        at: add(TUESDAY, minutes(minute)),
        kind,
        reason: kind,
        detail,
      });
    const incident = {
      id: 'warned-i-0123456789abcdef1',
      kind: 'warned',
      at,
      zoneFrom: 'eu-west-1a',
      zoneTo: 'eu-west-1b',
      endedAt: add(at, minutes(2)),
      outcome: 'serving',
      phases: [
        { name: 'noticed', at },
        { name: 'draining', at: add(at, minutes(1)) },
      ],
    };
    await small.call(
      () => async () => {
        await entry(1001, -60, 'drain');
        await entry(1002, -49, 'owner');
        await entry(1003, -48, 'incident', incident);
      },
      {},
    );
    const all = await small.call(history, on);
    expect(all).toMatchObject({
      ok: true,
      incidents: [
        { number: 1, kind: 'lost', phases: [{ name: 'detected' }] },
        {
          number: 2,
          kind: 'warned',
          zoneTo: 'eu-west-1b',
          seconds: 120,
          phases: [
            { name: 'noticed', seconds: 60 },
            { name: 'draining', seconds: 60 },
          ],
        },
      ],
    });
    for (const which of [2, incident.id]) {
      const one = await small.call(history, { ...on, incident: which });
      expect(one).toMatchObject({ incidents: [{ id: incident.id }] });
      const kinds = Object(one).entries.map((shown: { kind: string }) => shown.kind);
      expect(kinds).toEqual(['incident', 'owner']);
    }
    expect(Object(await small.call(history, { ...on, limit: 1 })).entries).toHaveLength(1);
  });

  it('status tells the data, the backups, the definition and what is asked for', async () => {
    const small = await withData({
      moveRequest: { toZone: 'eu-west-1b', at: TUESDAY },
      backupRequest: { at: TUESDAY },
      restoreRequest: { snapshotId: SNAP, at: TUESDAY },
    });
    const body = await small.body();
    expect(await small.call(status, on)).toMatchObject({
      ok: true,
      workloads: [
        {
          schema: 3,
          definition: body.definition,
          definitionHash: body.definitionHash,
          dataset: { id: body.dataset.id, fsUuid: body.dataset.fsUuid, generation: 1, provedGeneration: 1 },
          backups: { last: { snapshotId: SNAP }, pending: false, requestedAt: '2026-03-24T09:20:00.000Z' },
          move: { toZone: 'eu-west-1b' },
          restore: { snapshotId: SNAP, phase: 'asked' },
          costBasis: { volumeGiB: 20, volumes: 1, snapshots: 2 },
          schedule: { timeZone: 'Europe/Riga', text: ['mon-fri 09:00-18:00'] },
          warnings: expect.any(Array),
        },
      ],
    });
  });

  it('apply with dryRun says each change and writes nothing', async () => {
    const small = await withData();
    const before = await small.stored();
    const same = await small.call(apply, { definition: definition(), dryRun: true });
    expect(same).toMatchObject({ ok: true, changed: false, dryRun: true, created: false, changes: [] });
    const next = definition({ 'backups.keep': 9, stopGraceSeconds: 60 });
    expect(await small.call(apply, { definition: next, dryRun: true })).toMatchObject({
      ok: true,
      changes: expect.arrayContaining([
        { path: 'backups.keep', from: expect.any(Number), to: 9 },
        { path: 'stopGraceSeconds', from: expect.any(Number), to: 60 },
      ]),
    });
    const smaller = definition({ 'volume.sizeGiB': 5 });
    expect(await small.call(apply, { definition: smaller, dryRun: true })).toMatchObject({
      ok: false,
      code: 'invalid',
      path: 'volume.sizeGiB',
    });
    const other = definition({ name: 'wiki' });
    expect(await small.call(apply, { definition: other, dryRun: true })).toMatchObject({
      ok: true,
      created: true,
      changes: expect.arrayContaining([{ path: 'name', to: 'wiki' }]),
    });
    expect(await small.stored()).toBe(before);
    expect(await small.stored('wiki')).toBe('[null,[]]');
  });
});
