// What the sweep may take of a destroyed workload: nothing while anybody may write or the last snapshot is not there.

import { describe, expect, it } from 'vitest';
import { days } from '../../shared/base/time.ts';
import { mayGoOfDestroyed, surplusOfDestroyed } from '../../shared/decide/volume/destroy.ts';
import type { Lineage, RecordBody, Snapshot } from '../../shared/record/record.ts';
import { ago, backupTaken, former, owner, record, VOLUME } from './scene.ts';

const LAST = 'snap-last';
const taken = (snapshotId: string, state: Snapshot['state'] = 'completed'): Snapshot =>
  backupTaken({ snapshotId, startedAt: ago(days(1)), state });
const left: Lineage = {
  generation: 1,
  volumeId: VOLUME,
  zone: 'eu-west-1a',
  role: 'superseded',
  since: ago(days(9)),
  promoted: true,
  tagged: true,
};
const destroyed = (
  changes: Partial<RecordBody> = {},
  of: Partial<NonNullable<RecordBody['destroyed']>> = {},
): RecordBody =>
  record({
    owner: undefined,
    volume: undefined,
    state: 'parked',
    lineage: [left],
    snapshots: [taken('snap-old'), taken(LAST), taken('snap-pending', 'pending')],
    destroyed: {
      at: ago(days(9)),
      keepSnapshots: false,
      snapshotId: LAST,
      handedOverAt: ago(days(8)),
      ...of,
    },
    ...changes,
  });

describe('a volume of a destroyed workload', () => {
  it('may go when its last snapshot is there', () => {
    expect(mayGoOfDestroyed(destroyed(), left)).toBe(true);
  });

  it.each<[string, RecordBody]>([
    ['it still has a home', destroyed({ volume: record().volume })],
    ['it has an owner', destroyed({ owner: owner() })],
    ['a former owner is not proved dead', destroyed({ leaving: [former({ wasOwner: false }), former()] })],
    ['it was not handed over', destroyed({}, { handedOverAt: undefined })],
    [
      'its last snapshot is not completed',
      destroyed({ snapshots: [taken('snap-old'), taken(LAST, 'pending')] }),
    ],
    ['its last snapshot is none of those that are there', destroyed({ snapshots: [taken('snap-old')] })],
    ['it has no last snapshot', destroyed({}, { snapshotId: undefined })],
    ['it was not destroyed', destroyed({ destroyed: undefined })],
  ])('stays while %s', (_why, r) => {
    expect(mayGoOfDestroyed(r, left)).toBe(false);
  });

  it('that was never anybody’s home needs no snapshot, but the others', () => {
    const copy = { ...left, promoted: false };
    expect(mayGoOfDestroyed(destroyed({ snapshots: [] }), copy)).toBe(true);
    expect(mayGoOfDestroyed(destroyed({ leaving: [former({ wasOwner: false })] }), copy)).toBe(true);
    expect(mayGoOfDestroyed(destroyed({ leaving: [former()] }), copy)).toBe(false);
    expect(mayGoOfDestroyed(destroyed({}, { handedOverAt: undefined }), copy)).toBe(false);
  });
});

describe('the snapshots of a destroyed workload', () => {
  const surplus = (r: RecordBody) => surplusOfDestroyed(r).map(({ snapshotId }) => snapshotId);

  it('go but for the last one and what pends, where a person said so', () => {
    expect(surplus(destroyed())).toEqual(['snap-old']);
    expect(surplus(destroyed({}, { keepSnapshots: true }))).toEqual([]);
  });

  it('stay while the last one is not there', () => {
    expect(surplus(destroyed({ snapshots: [taken('snap-old'), taken(LAST, 'error')] }))).toEqual([]);
    expect(surplus(destroyed({ snapshots: [taken('snap-old')] }))).toEqual([]);
    expect(surplus(destroyed({}, { handedOverAt: undefined }))).toEqual([]);
  });
});
