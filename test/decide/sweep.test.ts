// What the sweep may delete of a workload that lives: volumes that were left behind, and snapshots past their retention.
// What its record remembers is not enough: somebody may have deleted by hand what it counts on.

import { describe, expect, it } from 'vitest';
import { add, days, hours, minutes, seconds } from '../../shared/base/time.ts';
import { surplusSnapshots } from '../../shared/decide/volume/retention.ts';
import { mayHaveSurplus } from '../../shared/decide/volume/sweep.ts';
import { tiersOf } from '../../shared/definition/backups.ts';
import type { VolumeView } from '../../shared/port/cloud.ts';
import type { RecordBody, Snapshot } from '../../shared/record/record.ts';
import {
  ago,
  attachedTo,
  backupTaken,
  COPY,
  decide,
  former,
  migration,
  NOW,
  OWNER,
  owner,
  reading,
  record,
  snapshotView,
  VOLUME,
  type VolumeChanges,
  volume,
} from './scene.ts';

const taken = (snapshotId: string, daysAgo: number, changes: Partial<Snapshot> = {}): Snapshot =>
  backupTaken({ snapshotId, generation: 2, volumeId: COPY, startedAt: ago(days(daysAgo)), ...changes });

/** Generation 2 serves and is proved; generation 1 was left behind long ago. */
const moved = (
  changes: Partial<RecordBody> = {},
  left: Partial<RecordBody['lineage'][number]> = {},
): RecordBody =>
  record({
    generation: 2,
    lastGeneration: 2,
    provedGeneration: 2,
    volume: { volumeId: COPY, zone: 'eu-west-1a', createdAt: ago(days(9)), fresh: false },
    lineage: [
      {
        generation: 1,
        volumeId: VOLUME,
        zone: 'eu-west-1a',
        role: 'superseded',
        since: ago(days(8)),
        promoted: true,
        tagged: true,
        ...left,
      },
    ],
    snapshots: [taken('snap-new', 0.4)],
    ...changes,
  });

const active = volume({
  volumeId: COPY,
  attachments: attachedTo(OWNER),
  tags: { 'spotkeep:generation': '2' },
});
const old = (changes: VolumeChanges = {}) =>
  volume({ ...changes, tags: { 'spotkeep:role': 'superseded', ...changes.tags } });
const listed = (...ids: string[]) => ids.map((snapshotId) => snapshotView({ snapshotId, volumeId: COPY }));
const seen = (left: VolumeView[], snaps: ReturnType<typeof listed> | undefined) =>
  reading({ disks: [active, ...left], ...(snaps && { snaps }) });

describe('a volume that was left behind', () => {
  it('is marked, then deleted, once its days are over', () => {
    const snaps = listed('snap-new');
    const marked = decide(moved(), seen([old()], snaps), NOW, true);
    expect(marked.effect).toMatchObject({ kind: 'tag-volume', volumeId: VOLUME, role: 'deleting' });
    const deleting = moved({}, { role: 'deleting', askedAt: ago(minutes(5)) });
    const gone = decide(deleting, seen([old({ tags: { 'spotkeep:role': 'deleting' } })], snaps), NOW, true);
    expect(gone.effect).toMatchObject({ kind: 'delete-volume', volumeId: VOLUME });
    expect(gone.record.intent?.effect).toEqual(gone.effect);
  });

  it.each<[string, RecordBody, ReturnType<typeof reading>]>([
    ['its days are not over', moved({}, { since: ago(days(6)) }), seen([old()], listed('snap-new'))],
    ['its successor is not proved', moved({ provedGeneration: 1 }), seen([old()], listed('snap-new'))],
    ['no snapshot is recorded', moved({ snapshots: [] }), seen([old()], listed('snap-new'))],
    [
      'the snapshot is of an earlier generation',
      moved({ snapshots: [taken('snap-new', 0.4, { generation: 0 })] }),
      seen([old()], listed('snap-new')),
    ],
    [
      'the snapshot is not completed',
      moved({ snapshots: [taken('snap-new', 0, { state: 'pending' })] }),
      seen([old()], [snapshotView({ snapshotId: 'snap-new', state: 'pending' })]),
    ],
    ['the snapshot was deleted by hand', moved(), seen([old()], listed('snap-other'))],
    ['the snapshots were not read', moved(), seen([old()], undefined)],
    [
      'it is attached',
      moved(),
      seen([old({ attachments: attachedTo('i-0000000000000000f') })], listed('snap-new')),
    ],
    ['a person keeps it', moved({}, { keep: 'person' }), seen([old()], listed('snap-new'))],
    [
      'the workload is held',
      moved({ hold: { code: 'volume-missing' as const, at: ago(minutes(9)), evidence: '' } }),
      seen([old()], listed('snap-new')),
    ],
    ['the sweep may not delete', moved(), seen([old()], listed('snap-new'))],
    [
      'three were deleted within the hour',
      moved({ deletions: Array.from({ length: 20 }, () => ago(minutes(5))) }),
      seen([old()], listed('snap-new')),
    ],
  ])('stays while %s', (what, r, view) => {
    const { effect } = decide(r, view, NOW, what !== 'the sweep may not delete');
    expect(effect?.kind ?? 'none').not.toMatch(/delete|tag-volume/);
  });
});

describe('a snapshot past its retention', () => {
  const many = Array.from({ length: 14 }, (_, i) => taken(`snap-${i}`, i + 0.4));
  const ids = many.map(({ snapshotId }) => snapshotId);
  const full = moved({ lineage: [], snapshots: many });

  it('is deleted, while those that stay are there', () => {
    const { effect } = decide(full, seen([], listed(...ids)), NOW, true);
    expect(effect).toMatchObject({ kind: 'delete-snapshot' });
  });

  it('stays when somebody deleted those that were to stay', () => {
    const kept = decide(full, seen([], listed(...ids)), NOW, true).effect;
    const surplus = kept?.kind === 'delete-snapshot' ? kept.snapshotId : '';
    expect(decide(full, seen([], listed(surplus)), NOW, true).effect).toBeUndefined();
    expect(decide(full, seen([], undefined), NOW, true).effect).toBeUndefined();
  });

  it('that failed needs no other', () => {
    const failed = taken('snap-failed', 20, { state: 'error' });
    // Taken for gone, and there after all, the last one of all: it stays.
    const back = decide(
      moved({ lineage: [], snapshots: [failed] }),
      seen([], [snapshotView({ snapshotId: 'snap-failed' })]),
      NOW,
      true,
    );
    expect(back.effect?.kind).not.toBe('delete-snapshot');
    const r = moved({ lineage: [], snapshots: [taken('snap-new', 0.4), failed] });
    expect(decide(r, seen([], listed()), NOW, true).effect).toMatchObject({ snapshotId: 'snap-failed' });
  });
});

describe('what the record alone tells of a deletion', () => {
  const old8 = { since: ago(days(8)) };

  it.each<[string, RecordBody, boolean]>([
    ['a volume whose days are over', moved({}, old8), true],
    ['a volume on its way out', moved({}, { role: 'deleting', since: NOW }), true],
    ['a volume within its days', moved({}, { since: ago(days(6)) }), false],
    ['a deleted volume', moved({}, { role: 'deleted' }), false],
    ['an unproved successor', moved({ provedGeneration: 1 }, old8), false],
    ['no snapshot', moved({ snapshots: [] }, old8), false],
    [
      'a snapshot that is not completed',
      moved({ snapshots: [taken('snap-new', 0.4, { state: 'pending' })] }, old8),
      false,
    ],
    [
      'a snapshot of an earlier generation',
      moved({ snapshots: [taken('snap-new', 0.4, { generation: 0 })] }, old8),
      false,
    ],
    ['a generation that is not earlier than the proved one', moved({}, { ...old8, generation: 2 }), false],
    ['its very last day', moved({}, { since: ago(days(7)) }), true],
    [
      'a copy, when the first generation is proved',
      moved({ generation: 1, provedGeneration: 1 }, { promoted: false, ...old8 }),
      true,
    ],
    ['the active volume under a superseded name', moved({}, { ...old8, volumeId: COPY }), false],
    [
      'a volume that a former owner may still hold',
      moved({ leaving: [former({ volumeId: VOLUME })] }, old8),
      false,
    ],
    ['a hold', moved({ hold: { code: 'volume-missing' as const, at: NOW, evidence: '' } }, old8), false],
    ['a migration', moved({ migration: migration() }, old8), false],
    ['no home and no destroy', moved({ volume: undefined }, old8), false],
    ['nothing left behind', moved({ lineage: [] }), false],
    ['a copy that never was a home, an hour old', moved({}, { promoted: false, since: ago(hours(1)) }), true],
    [
      'a copy that never was a home, younger',
      moved({}, { promoted: false, since: add(ago(hours(1)), minutes(1)) }),
      false,
    ],
    [
      'a copy, while nothing is proved',
      moved({ provedGeneration: 0, generation: 0 }, { promoted: false, ...old8 }),
      false,
    ],
  ])('of %s', (_what, r, expected) => {
    expect(mayHaveSurplus(r, NOW)).toBe(expected);
  });

  it('by the number of volumes rather than by days, where the cap is reached', () => {
    const two = [1, 2].map((generation) => ({
      generation,
      volumeId: `vol-${generation}`,
      zone: 'eu-west-1a',
      role: 'superseded' as const,
      since: ago(days(1)),
      promoted: true,
      tagged: true,
    }));
    const finals = two.map(({ volumeId, generation }) =>
      taken(`snap-${volumeId}`, 1.1, { kind: 'migration', volumeId, generation }),
    );
    const full = {
      generation: 3,
      lastGeneration: 3,
      provedGeneration: 3,
      snapshots: [taken('s', 0.4, { generation: 3 }), ...finals],
    };
    const may = (changes: Partial<RecordBody>) => mayHaveSurplus(moved({ ...full, ...changes }), NOW);
    expect(may({ lineage: two })).toBe(true);
    const one = { lineage: two.slice(0, 1), snapshots: full.snapshots.slice(0, 2) };
    expect(may(one)).toBe(false);
    expect(may({ lineage: two, snapshots: [taken('s', 0.4, { generation: 3 })] })).toBe(false);
    expect(may({ lineage: two, provedGeneration: 2 })).toBe(false);
    const restored = two.map((one) => ({ ...one, keep: 'days' as const }));
    expect(may({ lineage: restored, snapshots: full.snapshots.slice(0, 2) })).toBe(false);
    // What an operator asks for leaves a place free for a start.
    expect(may({ ...one, moveRequest: { toZone: 'eu-west-1b', at: NOW } })).toBe(true);
  });

  it('keeps the newest backups as asked, what pends, and what a move or a restore is made from', () => {
    const snapshots = Array.from({ length: 12 }, (_, i) => taken(`snap-${i}`, i + 0.4));
    const gone = (changes: Partial<RecordBody> = {}) =>
      surplusSnapshots(moved({ snapshots, ...changes }), NOW).map((one) => one.snapshotId);
    const { daily } = tiersOf(record().definition.backups);
    expect(gone()).toEqual(snapshots.slice(daily).map((one) => one.snapshotId));
    const [first = ''] = gone();
    expect(gone({ migration: migration({ snapshotId: first }) })).not.toContain(first);
    expect(gone({ restoreRequest: { snapshotId: first, at: NOW } })).not.toContain(first);
    const pending = snapshots.map((one) =>
      one.snapshotId === first ? { ...one, state: 'pending' as const } : one,
    );
    expect(gone({ snapshots: pending })).not.toContain(first);
    const bases = snapshots.map((one) => ({ ...one, kind: 'base' as const }));
    expect(gone({ snapshots: bases })).toEqual(bases.slice(daily).map((one) => one.snapshotId));
    const moves = snapshots.map((one) => ({ ...one, kind: 'migration' as const }));
    expect(gone({ snapshots: moves })).toEqual(moves.slice(2).map((one) => one.snapshotId));
  });

  it('keeps what the present volume was made of until it has been started', () => {
    const snapshots = Array.from({ length: 12 }, (_, i) => taken(`snap-${i}`, i + 0.4));
    const source = taken('snap-source', 20, { kind: 'migration', generation: 1, volumeId: VOLUME });
    const parent = { generation: 1, migrationId: 'm', snapshotId: source.snapshotId };
    const home = { volumeId: COPY, zone: 'eu-west-1a', createdAt: ago(days(9)), fresh: false };
    const gone = (changes: Partial<RecordBody>) =>
      surplusSnapshots(moved({ lineage: [], snapshots: [...snapshots, source], ...changes }), NOW).map(
        (one) => one.snapshotId,
      );
    expect(gone({ provedGeneration: 1, volume: { ...home, parent } })).not.toContain('snap-source');
    expect(gone({ provedGeneration: 2, volume: { ...home, parent } })).toContain('snap-source');
    expect(gone({ provedGeneration: 1, volume: home })).toContain('snap-source');
  });
});

describe('a deletion under way', () => {
  const deleting = (left: Partial<RecordBody['lineage'][number]> = {}) =>
    moved({}, { role: 'deleting', askedAt: ago(minutes(5)), ...left });
  const tagged = old({ tags: { 'spotkeep:role': 'deleting' } });
  const swept = (r: RecordBody, left: VolumeView[]) => decide(r, seen(left, listed('snap-new')), NOW, true);

  it.each<[string, VolumeView[]]>([
    ['in no listing', []],
    ['deleted', [old({ state: 'deleted' })]],
    ['being deleted', [old({ state: 'deleting' })]],
  ])('is over when the volume is %s', (_what, left) => {
    const { record: after, history } = swept(deleting(), left);
    expect(after.lineage).toMatchObject([{ volumeId: VOLUME, role: 'deleted', since: NOW }]);
    expect(history.map((one) => one.kind)).toContain('volume-deleted');
  });

  it('waits for the tag, asks for it again after a minute, and for the deletion after five', () => {
    const untagged = old();
    expect(swept(deleting({ askedAt: add(ago(minutes(1)), seconds(1)) }), [untagged]).effect).toBeUndefined();
    expect(swept(deleting({ askedAt: ago(minutes(1)) }), [untagged]).effect).toMatchObject({
      kind: 'tag-volume',
    });
    expect(
      swept(deleting({ deleteAskedAt: add(ago(minutes(5)), seconds(1)) }), [tagged]).effect,
    ).toBeUndefined();
    expect(swept(deleting({ deleteAskedAt: ago(minutes(5)) }), [tagged]).effect).toMatchObject({
      kind: 'delete-volume',
    });
  });

  it('is never of a volume that failed to be read, or while the active one is in error', () => {
    const unread = {
      ...seen([], listed('snap-new')),
      volumes: { kind: 'unknown' as const, why: 'throttled' as const },
    };
    expect(decide(deleting(), unread, NOW, true).effect).toBeUndefined();
    const broken = reading({ disks: [{ ...active, state: 'error' }, tagged], snaps: listed('snap-new') });
    expect(decide(deleting(), broken, NOW, true).effect?.kind).not.toBe('delete-volume');
  });

  it('counts its deletions for an hour, at most ten', () => {
    const { record: after } = swept(deleting(), [tagged]);
    expect(after.deletions).toEqual([NOW]);
    const times = (count: number, minutesAgo: number) =>
      Array.from({ length: count }, () => ago(minutes(minutesAgo)));
    const with_ = (deletions: RecordBody['deletions']) => swept({ ...deleting(), deletions }, [tagged]);
    expect(with_(times(10, 59)).effect).toBeUndefined();
    expect(with_(times(9, 59)).effect).toMatchObject({ kind: 'delete-volume' });
    expect(with_(times(10, 60)).record.deletions).toEqual([NOW]);
  });

  it('does not get in the way of a start', () => {
    const starting = { ...deleting(), owner: owner({ startedAt: undefined }) };
    expect(swept(starting, [tagged]).effect?.kind).not.toBe('delete-volume');
  });
});
