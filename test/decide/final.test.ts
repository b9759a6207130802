// What a superseded volume is kept as: itself for its days, or its final snapshot for as many in its place. And that the
// sweep makes room for a start while the service waits for one.

import { describe, expect, it } from 'vitest';
import { add, days, hours, type Ms, minutes, seconds } from '../../shared/base/time.ts';
import { SNAPSHOTS_IN_PLACE } from '../../shared/decide/turn/limits.ts';
import { surplusSnapshots } from '../../shared/decide/volume/retention.ts';
import type { Lineage, RecordBody, Snapshot } from '../../shared/record/record.ts';
import {
  ago,
  attachedTo,
  backupTaken,
  COPY,
  candidate,
  decide,
  instance,
  NOW,
  OWNER,
  owner,
  reading,
  record,
  SUCCESSOR,
  snapshotView,
  volume,
} from './scene.ts';

const left = (generation: number, changes: Partial<Lineage> = {}): Lineage => ({
  generation,
  volumeId: `vol-${generation}`,
  zone: 'eu-west-1b',
  role: 'superseded',
  since: ago(days(5 - generation)),
  promoted: true,
  tagged: true,
  finalSnapshotId: `snap-${generation}`,
  ...changes,
});
const final = (generation: number, changes: Partial<Snapshot> = {}): Snapshot =>
  backupTaken({
    snapshotId: `snap-${generation}`,
    kind: 'migration',
    generation,
    volumeId: `vol-${generation}`,
    startedAt: add(ago(days(5 - generation)), -60_000 as Ms),
    ...changes,
  });

/** Generation 3 is proved; 1 and 2 were left behind four and three days ago. */
const moved = (changes: Partial<RecordBody> = {}): RecordBody =>
  record({
    generation: 3,
    lastGeneration: 3,
    provedGeneration: 3,
    volume: { volumeId: COPY, zone: 'eu-west-1a', createdAt: ago(days(3)), fresh: false },
    lineage: [left(1), left(2)],
    snapshots: [final(1), final(2), backupTaken({ snapshotId: 'snap-new', generation: 3, volumeId: COPY })],
    ...changes,
  });
const GOES = { kind: 'tag-volume', volumeId: 'vol-1', role: 'deleting' };

const disks = (owned: boolean) => [
  volume({
    volumeId: COPY,
    tags: { 'spotkeep:generation': '3' },
    ...(owned && { attachments: attachedTo(OWNER) }),
  }),
  ...[1, 2].map((one) =>
    volume({
      volumeId: `vol-${one}`,
      zone: 'eu-west-1b',
      tags: { 'spotkeep:role': 'superseded', 'spotkeep:generation': String(one) },
    }),
  ),
];
const snaps = ['snap-1', 'snap-2', 'snap-new'].map((snapshotId) => snapshotView({ snapshotId }));
const serving = reading({ disks: disks(true), snaps });
const swept = (r: RecordBody, seen = serving) => decide(r, seen, NOW, true);

describe('at the cap the oldest goes before its days', () => {
  it('and its final snapshot is kept in its place, from the same write on', () => {
    const { effect, record: after } = swept(moved());
    expect(effect).toMatchObject(GOES);
    expect(after.snapshots.find((one) => one.snapshotId === 'snap-1')?.inPlaceSince).toBe(ago(days(4)));
    expect(after.snapshots.find((one) => one.snapshotId === 'snap-2')?.inPlaceSince).toBeUndefined();
  });

  it('one at a time: the next stays while the first is on its way out', () => {
    const leaving = left(1, { role: 'deleting', askedAt: ago(seconds(5)) });
    expect(swept(moved({ lineage: [leaving, left(2)] })).effect).toBeUndefined();
  });

  it.each<[string, RecordBody]>([
    ['its final snapshot failed', moved({ snapshots: [final(1, { state: 'error' }), final(2)] })],
    [
      'only a later snapshot is there',
      moved({ snapshots: moved().snapshots.filter((one) => one.generation !== 1) }),
    ],
    ['the present volume was not started', moved({ provedGeneration: 2 })],
    ['it is not tagged yet', moved({ lineage: [left(1, { tagged: false }), left(2)] })],
    ['an operator has to judge it', moved({ lineage: [left(1, { keep: 'person' }), left(2)] })],
  ])('but not when %s', (_what, r) => {
    expect(swept(r).effect).not.toMatchObject(GOES);
  });

  it('nor when its final snapshot was deleted by hand', () => {
    const gone = reading({ disks: disks(true), snaps: snaps.slice(1) });
    expect(swept(moved(), gone).effect).not.toMatchObject(GOES);
  });

  it('nor when as many are kept in their volumes’ place as may be', () => {
    const many = Array.from({ length: SNAPSHOTS_IN_PLACE }, (_, index) =>
      final(1, {
        snapshotId: `snap-kept-${index}`,
        volumeId: `vol-kept-${index}`,
        inPlaceSince: ago(days(1)),
      }),
    );
    const r = moved();
    expect(swept({ ...r, snapshots: [...r.snapshots, ...many] }).effect).toBeUndefined();
    expect(swept({ ...r, snapshots: [...r.snapshots, ...many.slice(1)] }).effect).toMatchObject(GOES);
  });

  it('of a record of before: the newest snapshot that a move took of it is its final one', () => {
    const before = { finalSnapshotId: undefined };
    const r = moved({ lineage: [left(1, before), left(2, before)] });
    const early = final(1, { snapshotId: 'snap-early', startedAt: ago(days(6)) });
    const { effect, record: after } = swept({ ...r, snapshots: [early, ...r.snapshots] });
    expect(effect).toMatchObject(GOES);
    expect(after.snapshots.filter((one) => one.inPlaceSince !== undefined)).toMatchObject([
      { snapshotId: 'snap-1' },
    ]);
  });
});

describe('a service that waits for capacity', () => {
  const down = (changes: Partial<RecordBody> = {}): RecordBody =>
    moved({ owner: undefined, state: 'launching', refusedSince: ago(minutes(4)), ...SHUT, ...changes });
  const SHUT = {
    unavailablePools: record().definition.capacity.instanceTypes.flatMap((type) =>
      record().definition.capacity.zones.map(({ zone }) => ({
        pool: `${type}|${zone}|spot`,
        until: add(NOW, minutes(2)),
        refusals: 3,
      })),
    ),
  };
  const rest = reading({ hosts: [], disks: disks(false), snaps });

  it('has a place made free for it', () => {
    expect(swept(down(), rest).effect).toMatchObject(GOES);
  });

  it('not while the present volume was not started, or an instance is on its way', () => {
    expect(swept(down({ provedGeneration: 2 }), rest).effect).toBeUndefined();
    const launched = { candidate: candidate({ zone: 'eu-west-1a', onlineAt: undefined }) };
    const seen = reading({ hosts: [instance(SUCCESSOR)], disks: disks(false), snaps });
    expect(swept(down(launched), seen).effect).toBeUndefined();
    const starting = reading({ disks: disks(true), snaps });
    expect(swept(moved({ owner: owner({ startedAt: undefined }) }), starting).effect).not.toMatchObject(GOES);
  });

  it('loses no snapshot meanwhile', () => {
    const old = Array.from({ length: 12 }, (_, index) =>
      backupTaken({
        snapshotId: `snap-old-${index}`,
        generation: 3,
        volumeId: COPY,
        startedAt: ago(days(9 + index)),
      }),
    );
    const r = down({ lineage: [left(2)], snapshots: [...moved().snapshots, ...old] });
    const all = r.snapshots.map(({ snapshotId }) => snapshotView({ snapshotId }));
    expect(surplusSnapshots(r, NOW).length).toBeGreaterThan(0);
    expect(swept(r, reading({ hosts: [], disks: disks(false), snaps: all })).effect).toBeUndefined();
  });
});

describe('a snapshot that is kept in the place of its volume', () => {
  const inPlace = (since: Ms) =>
    moved({
      lineage: [left(2)],
      snapshots: [
        final(1, { inPlaceSince: ago(since) }),
        ...Array.from({ length: 4 }, (_, index) =>
          backupTaken({
            snapshotId: `snap-b${index}`,
            kind: 'base',
            generation: 3,
            volumeId: COPY,
            startedAt: ago(hours(index)),
          }),
        ),
      ],
    });
  const surplus = (r: RecordBody) => surplusSnapshots(r, NOW).map((one) => one.snapshotId);

  it('stays for as many days as the volume would have', () => {
    expect(surplus(inPlace(days(7)))).toContain('snap-1');
    expect(surplus(inPlace((days(7) - 1) as Ms))).not.toContain('snap-1');
  });

  it('stays of a destroyed workload, too', () => {
    const destroyed = {
      at: ago(days(1)),
      keepSnapshots: false,
      handedOverAt: ago(days(1)),
      snapshotId: 'snap-b0',
    };
    const of = (since: Ms): RecordBody => ({
      ...inPlace(since),
      volume: undefined,
      owner: undefined,
      destroyed,
    });
    expect(surplus(of(days(6)))).toEqual(['snap-b1', 'snap-b2', 'snap-b3']);
    expect(surplus(of(days(7)))).toContain('snap-1');
  });
});

describe('the final snapshot of a volume that is there', () => {
  it('stays, whatever other snapshots there are: only with it can the volume make room', () => {
    const many = Array.from({ length: 9 }, (_, index) =>
      backupTaken({
        snapshotId: `snap-b${index}`,
        kind: 'base',
        generation: 3,
        volumeId: COPY,
        startedAt: ago(hours(index)),
      }),
    );
    const surplus = (lineage: Lineage[]) =>
      surplusSnapshots(moved({ lineage, snapshots: [final(1), ...many] }), NOW).map((one) => one.snapshotId);
    expect(surplus([left(1)])).not.toContain('snap-1');
    expect(surplus([left(1, { role: 'deleted' })])).toContain('snap-1');
  });
});

describe('what a restore leaves behind', () => {
  const restored = (changes: Partial<Lineage> = {}, more: Partial<RecordBody> = {}): RecordBody =>
    moved({
      lineage: [left(2, { keep: 'days', finalSnapshotId: undefined, ...changes })],
      snapshots: [final(2), backupTaken({ snapshotId: 'snap-new', generation: 3, volumeId: COPY })],
      ...more,
    });

  it('gets a final snapshot of its own', () => {
    const { effect, record: after } = decide(restored(), serving);
    expect(effect).toMatchObject({
      kind: 'snapshot',
      volumeId: 'vol-2',
      generation: 2,
      purpose: 'migration',
    });
    expect(after.lineage).toMatchObject([{ finalAskedAt: NOW, finalTries: 1 }]);
    expect(decide(restored({ unproved: true }), serving).effect).toMatchObject({ unproved: true });
  });

  it.each<[string, RecordBody]>([
    ['it has one', restored({}, { snapshots: [final(2, { startedAt: ago(days(2)) })] })],
    [
      'one is being made',
      restored({}, { snapshots: [final(2, { startedAt: ago(days(2)), state: 'pending' })] }),
    ],
    [
      'it was asked for within the hour',
      restored({ finalAskedAt: ago((hours(1) - 1) as Ms), finalTries: 1 }),
    ],
    ['fifteen failed', restored({ finalAskedAt: ago(days(1)), finalTries: 15 })],
    ['the present volume was not started', restored({}, { provedGeneration: 2 })],
    ['nothing of ours is known of it', restored({ keep: 'person' })],
    ['it was never a home', restored({ promoted: false })],
  ])('and none when %s', (_what, r) => {
    expect(decide(r, serving).effect).not.toMatchObject({ kind: 'snapshot', volumeId: 'vol-2' });
  });

  it('is left alone by the sweep, which may make no snapshot', () => {
    expect(swept(restored()).effect?.kind).not.toBe('snapshot');
  });
});
