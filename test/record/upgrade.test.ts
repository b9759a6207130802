// Records as schema 2 wrote them, with a call whose answer was lost: what becomes of its intent, and that the saga goes on.

import { describe, expect, it } from 'vitest';
import { add, type Instant, minutes, seconds } from '../../shared/base/time.ts';
import { readRecord } from '../../shared/record/read.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import {
  ago,
  COPY,
  candidate,
  DATASET,
  decide,
  effectsOf,
  instance,
  migration,
  NOW,
  reading,
  record,
  type Seen,
  SNAPSHOT,
  SUCCESSOR,
  snapshotView,
  VOLUME,
  volume,
} from '../decide/scene.ts';

type Targets = Record<string, string>;

const AT = ago(seconds(20));
const asked = (kind: string, targets: Targets, id = 'intent-7') => ({
  id,
  kind,
  targets,
  at: AT,
  deadline: NOW,
});

/** A record of today, with what schema 2 said of the calls under way. */
const ofSchema2 = (
  changes: Partial<RecordBody>,
  { intent, suspended = [] }: { intent?: unknown; suspended?: unknown[] },
): RecordBody => {
  const body = { ...record(changes), schema: 2, intent, suspended };
  const read = readRecord({ body: JSON.parse(JSON.stringify(body)) });
  if (read.kind !== 'record') throw new Error(`unreadable: ${JSON.stringify(read)}`);
  return read.body;
};

const DOWN = { owner: undefined, state: 'launching' as const };
const UNANSWERED = candidate({
  instanceId: undefined,
  onlineAt: undefined,
  launchedAt: undefined,
  requestedAt: AT,
});

describe('an intent of schema 2', () => {
  it.each<[string, Targets]>([
    ['launch', { launch: 'launch-2', zone: 'eu-west-1a', purchase: 'spot' }],
    ['attach', { volume: VOLUME, instance: SUCCESSOR }],
    ['terminate', { instance: SUCCESSOR }],
    ['command', { instance: SUCCESSOR, operation: 'op-8' }],
    ['tag-volume', { volume: VOLUME, role: 'frozen' }],
    ['delete-snapshot', { snapshot: SNAPSHOT }],
  ])('to %s is left out: it is decided again from what is seen', (kind, targets) => {
    const r = ofSchema2({}, { intent: asked(kind, targets), suspended: [asked(kind, targets, 'intent-6')] });
    expect([r.schema, r.intent, r.suspended]).toEqual([3, undefined, []]);
  });

  it('to make a volume is looked for by its number', () => {
    const blank = { zone: 'eu-west-1a', generation: '4', token: 't', sizeGiB: '20' };
    const r = ofSchema2(DOWN, { intent: { ...asked('create-volume', blank), again: true } });
    expect(r.intent).toEqual({
      id: 'intent-7',
      at: AT,
      again: true,
      effect: { kind: 'earlier-volume', purpose: 'blank', generation: 4 },
    });
    const copy = { sizeGiB: '20', zone: 'eu-west-1b', generation: '2', snapshot: SNAPSHOT };
    const moving = ofSchema2(
      { ...DOWN, migration: migration({ phase: 'copying' }) },
      { suspended: [asked('create-volume', copy)] },
    );
    expect(moving.suspended.map((one) => one.effect)).toEqual([
      { kind: 'earlier-volume', purpose: 'migration', generation: 2, migrationId: 'migration-1' },
    ]);
  });

  it.each<[Targets, object]>([
    [{ purpose: 'backup', generation: '1' }, { purpose: 'backup' }],
    [
      { purpose: 'base', generation: '1', unproved: 'yes' },
      { purpose: 'base', unproved: true },
    ],
    [
      { purpose: 'migration', generation: '1', migration: 'migration-1' },
      { purpose: 'migration', migrationId: 'migration-1' },
    ],
  ])('to make a snapshot (%o) keeps what its answer means', (targets, kept) => {
    const r = ofSchema2(DOWN, { intent: asked('snapshot', { volume: VOLUME, ...targets }) });
    expect(r.intent?.effect).toEqual({
      kind: 'snapshot',
      volumeId: VOLUME,
      generation: 1,
      description: '',
      tags: {},
      ...kept,
    });
  });

  it.each([
    ['without targets', { id: 'x', kind: 'create-volume', at: 1, deadline: 2 }],
    ['without a number', asked('create-volume', { zone: 'eu-west-1a' })],
    ['without an id', { ...asked('snapshot', { volume: VOLUME, generation: '1' }), id: undefined }],
    ['that is none', 'snapshot'],
  ])('%s names nothing that could be looked for', (_name, intent) => {
    const r = ofSchema2(DOWN, { intent, suspended: [intent] });
    expect([r.intent, r.suspended]).toEqual([undefined, []]);
  });

  it('is read once more as it was brought up', () => {
    const intent = asked('snapshot', { volume: VOLUME, generation: '1', purpose: 'base' });
    const r = ofSchema2(DOWN, { intent });
    expect(readRecord({ body: JSON.parse(JSON.stringify(r)) })).toEqual({ kind: 'record', body: r });
  });
});

describe('a saga of schema 2 goes on', () => {
  const at = (r: RecordBody, seen: Seen, now: Instant = NOW) => decide(r, reading(seen), now);
  const free = [volume()];

  it('with the instance that came of its launch', () => {
    const launch = { launch: 'launch-2', zone: 'eu-west-1a', purchase: 'spot' };
    const r = ofSchema2({ ...DOWN, candidate: UNANSWERED }, { intent: asked('launch', launch) });
    const hidden = at(r, { hosts: [], disks: free });
    expect(hidden.effect).toBeUndefined();
    expect(hidden.record.candidate?.launchId).toBe('launch-2');
    const shown = at(r, { hosts: [instance(SUCCESSOR)], disks: free });
    expect(shown.record.candidate?.instanceId).toBe(SUCCESSOR);
    const late = effectsOf(r, reading({ hosts: [], disks: free }), { at: add(NOW, minutes(2)), turns: 2 });
    expect(late.effects).toContain('launch');
    expect(late.record.candidate?.launchId).not.toBe('launch-2');
  });

  const blank = () =>
    ofSchema2(
      {
        ...DOWN,
        state: 'creating',
        candidate: candidate(),
        volume: undefined,
        generation: 0,
        lastGeneration: 1,
        provedGeneration: 0,
        dataset: { id: DATASET, fsUuid: 'uuid-1', formatted: false, setupDone: false },
        snapshots: [],
      },
      { intent: asked('create-volume', { zone: 'eu-west-1a', generation: '1', token: 't', sizeGiB: '20' }) },
    );
  const HOSTS = [instance(SUCCESSOR)];

  it('with the blank volume that was made', () => {
    const { record: after, effect } = at(blank(), { hosts: HOSTS, disks: free });
    expect(effect).toBeUndefined();
    expect(after).toMatchObject({
      generation: 1,
      lastGeneration: 1,
      volume: { volumeId: VOLUME, zone: 'eu-west-1a', createdAt: NOW, fresh: true },
      dataset: { sizeGiB: 20 },
    });
    expect(after.intent).toBeUndefined();
    expect(after.hold ?? after.suspicion).toBeUndefined();
  });

  it('with another blank volume, under another number, once none can have been made', () => {
    const other = [volume({ tags: { 'spotkeep:dataset': 'another' } })];
    const before = at(blank(), { hosts: HOSTS, disks: other }, add(AT, minutes(5)));
    expect(before.effect).toBeUndefined();
    expect(before.waits).toContainEqual(expect.objectContaining({ what: 'the new volume to show itself' }));
    const unread = { hosts: HOSTS, volumes: { kind: 'unknown', why: 'throttled' } } as const;
    expect(at(blank(), unread, add(AT, minutes(6))).record.intent).toBeDefined();
    const { effects, record: after } = effectsOf(blank(), reading({ hosts: HOSTS, disks: other }), {
      at: add(AT, minutes(6)),
      turns: 2,
      every: seconds(1),
    });
    expect(effects).toEqual(['create-volume']);
    expect(after.lastGeneration).toBe(2);
  });

  it('with the copy that was made', () => {
    const r = ofSchema2(
      {
        ...DOWN,
        state: 'copying',
        lastGeneration: 2,
        migration: migration({ phase: 'copying', snapshotId: SNAPSHOT, volumeAttempt: 1 }),
        candidate: candidate({ purpose: 'migration', zone: 'eu-west-1b' }),
      },
      {
        intent: asked('create-volume', {
          sizeGiB: '20',
          zone: 'eu-west-1b',
          generation: '2',
          snapshot: SNAPSHOT,
        }),
      },
    );
    const hosts = [instance(SUCCESSOR, { zone: 'eu-west-1b' })];
    const source = volume({ tags: { 'spotkeep:role': 'frozen' } });
    const made = volume({
      volumeId: COPY,
      zone: 'eu-west-1b',
      tags: { 'spotkeep:role': 'migrating', 'spotkeep:generation': '2' },
    });
    const waits = at(r, { hosts, disks: [source], snaps: [snapshotView()] });
    expect([waits.effect, waits.record.migration?.phase]).toEqual([undefined, 'copying']);
    const { record: after } = at(r, { hosts, disks: [source, made], snaps: [snapshotView()] });
    expect(after.migration).toMatchObject({ phase: 'copying', newVolumeId: COPY });
    expect(after.lineage).toEqual([]);
  });

  it('with the snapshot that was made', () => {
    const r = ofSchema2(
      {
        ...DOWN,
        state: 'snapshotting',
        migration: migration({ phase: 'snapshotting', phaseAt: AT }),
        candidate: candidate({ purpose: 'migration', zone: 'eu-west-1b' }),
      },
      {
        intent: asked('snapshot', {
          purpose: 'migration',
          migration: 'migration-1',
          volume: VOLUME,
          generation: '1',
        }),
      },
    );
    const snaps = [snapshotView({ state: 'pending', tags: { 'spotkeep:intent': 'intent-7' } })];
    const disks = [volume({ tags: { 'spotkeep:role': 'frozen' } })];
    const hosts = [instance(SUCCESSOR, { zone: 'eu-west-1b' })];
    expect(at(r, { hosts, disks, snaps }).record.migration?.snapshotId).toBe(SNAPSHOT);
  });
});
