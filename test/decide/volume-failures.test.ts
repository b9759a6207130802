// Volumes that fail while they are created: the next is made, at growing intervals; after many a person is called.

import { describe, expect, it } from 'vitest';
import { add, type Instant, instant, minutes, seconds } from '../../shared/base/time.ts';
import { FAILED_VOLUMES } from '../../shared/decide/turn/limits.ts';
import { endedHold } from '../../shared/operate/edit.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import {
  ago,
  COPY,
  candidate,
  decide,
  instance,
  NOW,
  reading,
  record,
  SUCCESSOR,
  VOLUME,
  volume,
} from './scene.ts';

/** A new workload whose blank volume failed. */
const broken = (changes: Partial<RecordBody> = {}): RecordBody =>
  record({
    state: 'creating',
    stateSince: NOW,
    owner: undefined,
    candidate: candidate(),
    generation: 5,
    lastGeneration: 5,
    provedGeneration: 0,
    snapshots: [],
    dataset: { ...record().dataset, formatted: false },
    volume: { volumeId: VOLUME, zone: 'eu-west-1a', createdAt: ago(minutes(1)), fresh: true },
    ...changes,
  });

const seen = reading({
  hosts: [instance(SUCCESSOR)],
  disks: [volume({ state: 'error', tags: { 'spotkeep:generation': '5' } })],
});

const nextTry = (failedVolumes: number): Instant | undefined => {
  let r = decide(broken({ failedVolumes }), seen).record;
  for (let second = 0; second < 700; second += 5) {
    const planned = decide(r, seen, add(NOW, seconds(second)));
    if (planned.effect?.kind === 'create-volume') return add(NOW, seconds(second));
    r = { ...planned.record, intent: undefined };
  }
  return undefined;
};

describe('a blank volume that fails', () => {
  it('is left behind, and another is made after a pause that grows to ten minutes', () => {
    const { record: after } = decide(broken(), seen);
    expect(after.volume).toBeUndefined();
    expect(after.failedVolumes).toBe(1);
    expect([0, 1, 2, 3, 6, 9].map(nextTry)).toEqual(
      [5, 15, 45, 135, 600, 600].map((pause) => instant(NOW + pause * 1000)),
    );
  });

  it('is told to a person the third time, and left to one in the end', () => {
    expect(decide(broken({ failedVolumes: 1 }), seen).events).toEqual([]);
    expect(decide(broken({ failedVolumes: 2 }), seen).events).toMatchObject([
      { detailType: 'Alert', detail: { code: 'volumes-fail' } },
    ]);
    const { record: held, effect } = decide(broken({ failedVolumes: FAILED_VOLUMES - 1 }), seen);
    expect(held.hold?.code).toBe('volumes-fail');
    expect(effect?.kind).not.toBe('create-volume');
    expect(endedHold(held, NOW).failedVolumes).toBe(0);
  });

  it('is no contradiction when its answer was lost, whichever try it was', () => {
    const r = broken({ volume: undefined, lastGeneration: 6 });
    const lost = volume({ volumeId: COPY, state: 'error', tags: { 'spotkeep:generation': '6' } });
    const { record: after } = decide(r, reading({ hosts: [instance(SUCCESSOR)], disks: [lost] }));
    expect(after.suspicion).toBeUndefined();
    expect(after.lineage).toMatchObject([{ volumeId: COPY, generation: 6, promoted: false }]);
  });
});

describe('blank volumes that were left behind', () => {
  const left = (count: number, newest = ago(minutes(9))): RecordBody['lineage'] =>
    Array.from({ length: count }, (_, index) => ({
      generation: index + 1,
      volumeId: `vol-left-${index}`,
      zone: 'eu-west-1b',
      role: 'superseded' as const,
      since: index === 0 ? newest : ago(minutes(50)),
      promoted: false,
      tagged: true,
    }));
  const starting = (lineage: RecordBody['lineage'], state: 'available' | 'error' = 'available') => {
    const disks = lineage.map((one) =>
      volume({
        volumeId: one.volumeId,
        state,
        tags: { 'spotkeep:role': 'superseded', 'spotkeep:generation': String(one.generation) },
      }),
    );
    const r = broken({ volume: undefined, lineage, generation: 0, lastGeneration: 20 });
    return decide(r, reading({ hosts: [instance(SUCCESSOR)], disks }));
  };

  it('do not count up to two, nor when they failed', () => {
    expect(starting(left(2)).effect?.kind).toBe('create-volume');
    expect(starting(left(5), 'error').effect?.kind).toBe('create-volume');
    const deleted = left(5).map((one) => ({ ...one, role: 'deleted' as const }));
    expect(starting(deleted).effect?.kind).toBe('create-volume');
  });

  it('from three on have the next one made ten minutes after the last; a person hears of it', () => {
    const soon = starting(left(3));
    expect(soon.effect).toBeUndefined();
    expect(soon.waits).toContainEqual({
      step: 'retry',
      what: 'another try with a new volume',
      until: add(NOW, minutes(1)),
    });
    const text = '3 new volumes could not be brought into use: vol-left-0, vol-left-1, vol-left-2';
    expect(soon.events).toMatchObject([{ detailType: 'Alert', detail: { code: 'volumes-left', text } }]);
    expect(starting(left(3, ago(minutes(10)))).effect?.kind).toBe('create-volume');
    expect(starting(left(FAILED_VOLUMES - 1, ago(minutes(10)))).effect?.kind).toBe('create-volume');
  });

  it('are a hold when they are fifteen', () => {
    const { record: r, effect } = starting(left(FAILED_VOLUMES, ago(minutes(10))));
    expect(effect).toBeUndefined();
    expect(r.hold?.code).toBe('volumes-fail');
  });
});
