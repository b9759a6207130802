// What the sweep may delete of a workload that lives: volumes that were left behind, and snapshots past their retention.
// What its record remembers is not enough: somebody may have deleted by hand what it counts on.

import { describe, expect, it } from 'vitest';
import type { RecordBody, Snapshot } from '../../shared/decide/record.ts';
import type { VolumeView } from '../../shared/port/cloud.ts';
import { days, minutes } from '../../shared/port/time.ts';
import {
  ago,
  attachedTo,
  COPY,
  decide,
  NOW,
  OWNER,
  record,
  snapshotView,
  VOLUME,
  volume,
  world,
} from './scene.ts';

const taken = (snapshotId: string, daysAgo: number, changes: Partial<Snapshot> = {}): Snapshot => ({
  snapshotId,
  kind: 'backup',
  generation: 2,
  volumeId: COPY,
  startedAt: ago(days(daysAgo)),
  state: 'completed',
  ...changes,
});

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
const old = (changes: Partial<VolumeView> = {}) =>
  volume({ ...changes, tags: { 'spotkeep:role': 'superseded', ...changes.tags } });
const listed = (...ids: string[]) => ids.map((snapshotId) => snapshotView({ snapshotId, volumeId: COPY }));
const seen = (left: VolumeView[], snaps: ReturnType<typeof listed> | undefined) =>
  world({ disks: [active, ...left], ...(snaps && { snaps }) });

describe('a volume that was left behind', () => {
  it('is marked, then deleted, once its days are over', () => {
    const snaps = listed('snap-new');
    const marked = decide(moved(), seen([old()], snaps), NOW, true);
    expect(marked.effect).toMatchObject({ kind: 'tag-volume', volumeId: VOLUME, role: 'deleting' });
    const deleting = moved({}, { role: 'deleting', askedAt: ago(minutes(5)) });
    const gone = decide(deleting, seen([old({ tags: { 'spotkeep:role': 'deleting' } })], snaps), NOW, true);
    expect(gone.effect).toMatchObject({ kind: 'delete-volume', volumeId: VOLUME });
    expect(gone.record.intent).toMatchObject({ kind: 'delete-volume', targets: { volume: VOLUME } });
  });

  it.each<[string, RecordBody, ReturnType<typeof world>]>([
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
      moved({ hold: { code: 'x', at: ago(minutes(9)), evidence: '' } }),
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
    const r = moved({ lineage: [], snapshots: [taken('snap-new', 0.4), failed] });
    expect(decide(r, seen([], listed()), NOW, true).effect).toMatchObject({ snapshotId: 'snap-failed' });
  });
});
