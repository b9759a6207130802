// Contradictions between the record and the region: which they are, and when one becomes a hold.

import { describe, expect, it } from 'vitest';
import { add, minutes, seconds } from '../../shared/base/time.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import {
  ago,
  attachedTo,
  COPY,
  decide,
  former,
  instance,
  migration,
  NOW,
  OWNER,
  reading,
  record,
  type Seen,
  VOLUME,
  type VolumeChanges,
  volume,
} from './scene.ts';

const held = volume({ attachments: attachedTo(OWNER) });
const STRANGER = 'i-0000000000000000f';
const suspected = (seen: Seen, r: RecordBody = record()) => decide(r, reading(seen)).record.suspicion;
const other = (changes: VolumeChanges = {}) =>
  volume({ volumeId: COPY, ...changes, tags: { 'spotkeep:generation': '2', ...changes.tags } });
const stranger = (changes = {}) => [
  instance(OWNER),
  instance(STRANGER, { launchId: 'launch-x', ...changes }),
];

describe('the region contradicts the record', () => {
  it.each<[string, Seen, string, string]>([
    [
      'another table',
      { tableId: { kind: 'read', value: 'table-2' } },
      'table-restored',
      'the record was written in table table-1, this is table-2',
    ],
    ['no volume', { disks: [] }, 'volume-missing', `${VOLUME} is in no listing`],
    ['a deleted volume', { disks: [volume({ state: 'deleted' })] }, 'volume-missing', `${VOLUME} is deleted`],
    [
      'a volume being deleted',
      { disks: [volume({ state: 'deleting' })] },
      'volume-missing',
      `${VOLUME} is deleting`,
    ],
    [
      'a failed volume',
      { disks: [volume({ state: 'error' })] },
      'volume-error',
      `${VOLUME} is in state error`,
    ],
    [
      'Multi-Attach',
      { disks: [volume({ multiAttach: true })] },
      'multi-attach',
      `${VOLUME} has Multi-Attach enabled`,
    ],
    [
      'another generation',
      { disks: [volume({ tags: { 'spotkeep:generation': '0' } })] },
      'generation-mismatch',
      `${VOLUME} is tagged 0, the record is at 1`,
    ],
    [
      'a holder nobody knows',
      { disks: [volume({ attachments: attachedTo(STRANGER) })] },
      'volume-held-by-other',
      `${VOLUME} is attached to ${STRANGER}`,
    ],
    [
      'a later active volume',
      { disks: [held, other()] },
      'newer-volume',
      `${COPY} is generation 2, the record is at 1`,
    ],
    [
      'a later frozen volume',
      { disks: [held, other({ tags: { 'spotkeep:role': 'frozen' } })] },
      'newer-volume',
      `${COPY} is generation 2, the record is at 1`,
    ],
    [
      'a later superseded volume',
      { disks: [held, other({ tags: { 'spotkeep:role': 'superseded' } })] },
      'newer-volume',
      `${COPY} is generation 2, the record is at 1`,
    ],
    [
      'a launch nobody knows',
      { hosts: stranger() },
      'unknown-instance',
      `${STRANGER} is of this stack and carries this workload's tags with launch launch-x, which no record knows`,
    ],
    [
      'an instance without a launch',
      { hosts: stranger({ launchId: undefined }) },
      'unknown-instance',
      `${STRANGER} is of this stack and carries this workload's tags with launch none, which no record knows`,
    ],
  ])('by %s', (_what, seen, code, evidence) => {
    expect(suspected(seen)).toMatchObject({ code, evidence, firstAt: NOW, lastAt: NOW, reads: 1 });
  });

  it.each<[string, Seen, RecordBody?]>([
    ['volumes that were not read', { volumes: { kind: 'unknown', why: 'throttled' } }],
    ['a table that was not read', { tableId: { kind: 'unknown', why: 'throttled' } }],
    [
      'a later volume of another dataset',
      { disks: [held, other({ tags: { 'spotkeep:dataset': 'another' } })] },
    ],
    [
      'a copy that is only in the making',
      { disks: [held, other({ tags: { 'spotkeep:role': 'migrating' } })] },
    ],
    ['an earlier volume', { disks: [held, other({ tags: { 'spotkeep:generation': '0' } })] }],
    ['a volume of the same generation', { disks: [held, other({ tags: { 'spotkeep:generation': '1' } })] }],
    [
      'a later volume that the record names',
      { disks: [held, other()] },
      record({
        lineage: [
          {
            generation: 2,
            volumeId: COPY,
            zone: 'eu-west-1a',
            role: 'superseded',
            since: NOW,
            promoted: false,
            tagged: true,
          },
        ],
      }),
    ],
    [
      'the copy of the migration under way',
      { hosts: [], disks: [volume({ tags: { 'spotkeep:role': 'frozen' } }), other()], snaps: [] },
      record({ owner: undefined, migration: migration({ phase: 'copying', newVolumeId: COPY }) }),
    ],
    ['a launch of history', { hosts: stranger({ launchId: 'launch-2' }) }],
    ['an instance of another workload', { hosts: stranger({ workload: 'other' }) }],
    ['a stranger that has ended', { hosts: stranger({ state: 'terminated' }) }],
    ['a stranger that ends', { hosts: stranger({ state: 'shutting-down' }) }],
    ['launches that were not read', { hosts: stranger(), knownLaunches: { kind: 'not-asked' } }],
    [
      'a former owner that still holds it',
      { hosts: [instance(OWNER)], disks: [held] },
      record({ owner: undefined, leaving: [former()] }),
    ],
    [
      'a former owner with its launch',
      { hosts: stranger() },
      record({ leaving: [former({ instanceId: STRANGER, launchId: 'launch-x' })] }),
    ],
  ])('not by %s', (_what, seen, r) => {
    expect(suspected(seen, r ?? record())).toBeUndefined();
  });
});

describe('a suspicion', () => {
  const wrong = reading({ disks: [volume({ tags: { 'spotkeep:generation': '0' } })] });
  const doubted = (changes = {}) =>
    record({
      suspicion: {
        code: 'generation-mismatch',
        firstAt: ago(minutes(5)),
        lastAt: ago(minutes(1)),
        reads: 2,
        evidence: 'e',
        ...changes,
      },
    });

  it('becomes a hold by the third reading, five minutes after the first', () => {
    const { record: after, events } = decide(doubted(), wrong);
    expect(after).toMatchObject({ state: 'held', hold: { code: 'generation-mismatch', at: NOW } });
    expect(after.suspicion).toBeUndefined();
    expect(events).toMatchObject([{ detailType: 'Held', detail: { code: 'generation-mismatch' } }]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['it is younger', { firstAt: add(ago(minutes(5)), seconds(1)) }],
    ['it was read once', { reads: 1 }],
    ['the last reading was moments ago', { lastAt: add(ago(minutes(1)), seconds(1)) }],
    ['it was of another kind', { code: 'volume-error' }],
  ])('does not while %s', (_what, changes) => {
    const { record: after } = decide(doubted(changes), wrong);
    expect(after.hold).toBeUndefined();
    expect(after.suspicion).toBeDefined();
  });

  it('ends by a complete reading that agrees, and by nothing else', () => {
    expect(decide(doubted(), reading()).record.suspicion).toBeUndefined();
    const half = reading({ instances: { kind: 'unknown', why: 'throttled' } });
    expect(decide(doubted(), half).record.suspicion).toMatchObject({ reads: 2 });
    const other = reading({ volumes: { kind: 'unknown', why: 'throttled' } });
    expect(decide(doubted(), other).record.suspicion).toMatchObject({ reads: 2 });
  });
});
