// After a table restore: nothing of the region is believed from the record, no instance is left alive, no number is given
// twice, and what is known by its tags alone is never deleted.

import { describe, expect, it } from 'vitest';
import { add, days, type Ms, minutes } from '../../shared/base/time.ts';
import type { VolumeView } from '../../shared/port/cloud.ts';
import type { RecordBody, Recover } from '../../shared/record/record.ts';
import {
  ago,
  attachedTo,
  COPY,
  candidate,
  DATASET,
  decide,
  effectsOf,
  former,
  instance,
  NOW,
  OWNER,
  PROJECT,
  reading,
  record,
  SUCCESSOR,
  snapshotView,
  VOLUME,
  type VolumeChanges,
  volume,
} from './scene.ts';

const THERE = 'table-2';
const read = <T>(value: T) => ({ kind: 'read' as const, value });
const seen = (more: Parameters<typeof reading>[0] = {}) =>
  reading({ hosts: [], disks: [disk()], snaps: [], tableId: read(THERE), ...more });
const disk = (changes: VolumeChanges = {}): VolumeView => volume(changes);
/** This reading is the fifth. */
const clear = (changes: Partial<Recover> = {}): Recover => ({
  at: ago(minutes(15)),
  tableId: THERE,
  ended: [],
  begun: true,
  clearSince: ago(minutes(11)),
  readings: 4,
  ...changes,
});
const recovering = (changes: Partial<RecordBody> = {}): RecordBody =>
  record({
    owner: undefined,
    state: 'held',
    hold: { code: 'table-restored', at: ago(minutes(20)), evidence: 'another table' },
    recover: clear(),
    ...changes,
  });
/** As a copy promoted in the time that was lost. */
const later = (changes: VolumeChanges = {}): VolumeView =>
  disk({
    volumeId: COPY,
    zone: 'eu-west-1b',
    snapshotId: 'snap-m',
    ...changes,
    tags: { 'spotkeep:generation': '2', 'spotkeep:migration': 'migration-9', ...changes.tags },
  });

describe('while a table is recovered', () => {
  it('every instance of the workload is ended, known or not, and nothing is launched', () => {
    const { recover } = recovering();
    const r = recovering({ recover: { ...recover, clearSince: undefined } as RecordBody['recover'] });
    const hosts = [instance(OWNER), instance(SUCCESSOR)];
    const { effects, record: after } = effectsOf(r, seen({ hosts }), { turns: 4, every: 1_000 as Ms });
    expect(new Set(effects)).toEqual(new Set(['terminate']));
    expect(after.leaving.map((one) => one.instanceId).sort()).toEqual([OWNER, SUCCESSOR]);
    expect(after.leaving.every((one) => one.wasOwner)).toBe(true);
  });

  it('instances of other workloads are left alone', () => {
    const hosts = [instance(OWNER, { workload: 'wiki' })];
    const { effects } = effectsOf(recovering(), seen({ hosts }), { turns: 1 });
    expect(effects).toEqual([]);
  });

  it.each<[string, Partial<RecordBody>, Parameters<typeof reading>[0]]>([
    ['a former owner is not proved dead', { leaving: [former()] }, { hosts: [] }],
    ['a stranger is alive', {}, { hosts: [instance(SUCCESSOR)] }],
    [
      'ten minutes without any instance have not passed',
      { recover: clear({ clearSince: ago(minutes(9)) }) },
      {},
    ],
    ['there were only four complete readings', { recover: clear({ readings: 3 }) }, {}],
    [
      'a volume is missing that an earlier reading showed',
      { recover: clear({ shown: [{ id: COPY, at: ago(minutes(9)) }] }) },
      {},
    ],
    ['the instances cannot be read', {}, { instances: { kind: 'unknown', why: 'throttled' } }],
    ['the volumes cannot be read', {}, { volumes: { kind: 'unknown', why: 'throttled' } }],
    ['the snapshots cannot be read', {}, { snapshots: { kind: 'unknown', why: 'throttled' } }],
    ['the table cannot be told', {}, { tableId: { kind: 'unknown', why: 'throttled' } }],
    ['the volume is attached', {}, { disks: [disk({ state: 'available', attachments: attachedTo(OWNER) })] }],
  ])('it does not end while %s', (_, changes, more) => {
    const { record: after } = decide(recovering(changes), seen(more));
    expect(after.recover).toBeDefined();
    expect(after.hold?.code).toBe('table-restored');
    expect(after.tableId).toBe('table-1');
  });

  it('every complete reading counts, what each showed is kept, and an instance begins it anew', () => {
    const first = decide(recovering({ recover: clear({ readings: undefined }) }), seen()).record.recover;
    expect(first).toMatchObject({ readings: 1, shown: [{ id: VOLUME, at: NOW }] });
    const r = recovering({
      recover: clear({ readings: 2, shown: [{ id: COPY, at: ago(minutes(2)) }] }),
    });
    expect(decide(r, seen()).record.recover).toMatchObject({
      readings: 3,
      shown: [
        { id: COPY, at: ago(minutes(2)), missed: 1 },
        { id: VOLUME, at: NOW },
      ],
    });
    const unread = decide(r, seen({ volumes: { kind: 'unknown', why: 'throttled' } })).record.recover;
    expect(unread).toMatchObject({ readings: 2 });
    const busy = decide(r, seen({ hosts: [instance(SUCCESSOR)] })).record.recover;
    expect(busy?.readings).toBeUndefined();
    expect(busy?.clearSince).toBeUndefined();
  });

  it('the snapshot a volume was made of counts like the volume, others do not', () => {
    const snaps = ['snap-m', 'snap-else'].map((snapshotId) => snapshotView({ snapshotId }));
    const { recover } = decide(
      recovering({ recover: clear({ readings: 1 }) }),
      seen({ disks: [later()], snaps }),
    ).record;
    expect(recover?.shown?.map((one) => one.id)).toEqual([COPY, 'snap-m']);
  });

  it('a volume that five readings lack, and for ten minutes, is no longer waited for', () => {
    const lacking = (missed: number | undefined, minutesAgo: number) => {
      const shown = [{ id: COPY, at: ago(minutes(minutesAgo)), missed }];
      return decide(recovering({ recover: clear({ shown }) }), seen()).record.recover;
    };
    expect(lacking(4, 10)).toBeUndefined();
    // Nobody looked for an hour: one reading after it is still one reading.
    expect(lacking(undefined, 60)).toBeDefined();
    expect(lacking(3, 60)).toBeDefined();
    expect(lacking(40, 9)).toBeDefined();
  });

  it('a person’s word is not believed of an instance that a listing shows', () => {
    const { recover } = recovering();
    const told = { ...recover, ended: [OWNER] } as RecordBody['recover'];
    const r = recovering({ leaving: [former()], recover: told });
    const alive = decide(r, seen({ hosts: [instance(OWNER, { state: 'shutting-down' })] }));
    expect(alive.record.leaving).toHaveLength(1);
    const gone = decide(r, seen({ hosts: [] }));
    expect(gone.record.leaving).toEqual([]);
  });

  it('a candidate of then may have become an owner since: its death is proved like one’s', () => {
    const { recover } = recovering();
    const fresh = { ...recover, begun: undefined, clearSince: undefined } as RecordBody['recover'];
    const { record: after } = decide(recovering({ candidate: candidate(), recover: fresh }), seen());
    expect(after.candidate).toBeUndefined();
    expect(after.leaving).toMatchObject([{ instanceId: SUCCESSOR, wasOwner: true }]);
  });

  it('a table that is restored once more begins anew', () => {
    const { record: after } = decide(recovering(), seen({ tableId: read('table-3') }));
    expect(after.recover).toBeUndefined();
    expect(after.hold?.code).toBe('table-restored');
  });
});

describe('the home that is found', () => {
  it('is the active volume, the hold ends, and the table is the new one', () => {
    const { record: after } = decide(recovering(), seen());
    expect(after).toMatchObject({
      tableId: THERE,
      state: 'parked',
      generation: 1,
      volume: { volumeId: VOLUME },
    });
    expect(after.hold).toBeUndefined();
    expect(after.recover).toBeUndefined();
  });

  it('is the one of the higher generation, active before frozen, with its parent’s marker named', () => {
    const disks = [disk({ tags: { 'spotkeep:role': 'frozen' } }), later()];
    const snaps = [
      snapshotView({
        snapshotId: 'snap-m',
        tags: { 'spotkeep:dataset': DATASET, 'spotkeep:generation': '1' },
      }),
    ];
    const { record: after } = decide(recovering(), seen({ disks, snaps }));
    expect(after).toMatchObject({
      generation: 2,
      volume: { volumeId: COPY, zone: 'eu-west-1b', parent: { generation: 1, migrationId: 'migration-9' } },
      lineage: [{ volumeId: VOLUME, generation: 1, role: 'superseded', promoted: true, keep: 'days' }],
    });
  });

  it('is never a copy that was not promoted, nor one that was left behind', () => {
    for (const role of ['migrating', 'superseded', 'deleting']) {
      const disks = [disk(), later({ tags: { 'spotkeep:role': role } })];
      const { record: after } = decide(recovering(), seen({ disks }));
      expect(after).toMatchObject({ generation: 1, lastGeneration: 2, volume: { volumeId: VOLUME } });
    }
  });

  it.each<[string, string, Partial<RecordBody>, VolumeView[]]>([
    ['two are of one generation', 'recover-ambiguous', {}, [disk(), disk({ volumeId: COPY })]],
    ['there is none', 'recover-no-volume', {}, [disk({ tags: { 'spotkeep:role': 'superseded' } })]],
    ['none is listed', 'recover-no-volume', {}, []],
    [
      'it is older than the record already was',
      'recover-older',
      { generation: 3, lastGeneration: 3 },
      [disk()],
    ],
    [
      'its generation cannot be read',
      'recover-no-generation',
      {},
      [disk({ tags: { 'spotkeep:generation': 'x' } })],
    ],
    ['it failed', 'recover-volume-error', {}, [disk({ state: 'error' })]],
    [
      'it carries another dataset',
      'recover-no-volume',
      {},
      [disk({ volumeId: COPY, tags: { 'spotkeep:dataset': '01OTHER0000000000000000000' } })],
    ],
    ['another project has it', 'recover-elsewhere', {}, [disk({ tags: { 'spotkeep:project': 'other' } })]],
  ])('is none, and the hold stays, when %s', (_, code, changes, disks) => {
    const { record: after } = decide(recovering(changes), seen({ disks }));
    expect(after.hold?.code).toBe(code);
    expect(after.recover).toBeUndefined();
    expect(after.tableId).toBe('table-1');
  });

  it('leaves no number that was seen anywhere to be given again', () => {
    const disks = [disk(), later({ tags: { 'spotkeep:role': 'superseded', 'spotkeep:generation': '7' } })];
    const snaps = [
      snapshotView({ volumeId: 'vol-x', tags: { 'spotkeep:dataset': DATASET, 'spotkeep:generation': '9' } }),
    ];
    expect(decide(recovering(), seen({ disks, snaps })).record.lastGeneration).toBe(9);
    expect(decide(recovering(), seen({ disks })).record.lastGeneration).toBe(7);
  });

  it('is never formatted again, whatever the record of then knew', () => {
    const { dataset } = record();
    const r = recovering({
      dataset: { ...dataset, formatted: false },
      volume: undefined,
      generation: 0,
      provedGeneration: 0,
    });
    const { record: after } = decide(r, seen());
    expect(after).toMatchObject({ generation: 1, dataset: { formatted: true }, volume: { fresh: false } });
  });

  it('leaves what is known by its tags alone to a person, however old it grows', () => {
    const disks = [disk(), later({ tags: { 'spotkeep:role': 'superseded' } })];
    const recovered = decide(recovering(), seen({ disks })).record;
    expect(recovered.lineage).toMatchObject([{ volumeId: COPY, keep: 'person' }]);
    const proved = { ...recovered, generation: 3, provedGeneration: 3, snapshots: record().snapshots };
    const old = {
      ...proved,
      snapshots: proved.snapshots.map((one) => ({ ...one, generation: 3 })),
      lineage: proved.lineage.map((one) => ({ ...one, since: ago(days(90)) })),
    };
    const now = disks.map((one) =>
      one.volumeId === VOLUME ? { ...one, tags: { ...one.tags, generation: 3 } } : one,
    );
    const planned = decide(old, seen({ disks: now }), add(NOW, minutes(700)), true);
    expect(planned.effect).toBeUndefined();
  });

  it('keeps of the snapshots those of its own volumes', () => {
    const tags = { 'spotkeep:project': PROJECT, 'spotkeep:dataset': DATASET, 'spotkeep:generation': '1' };
    const mine = snapshotView({ tags });
    const snaps = [mine, snapshotView({ snapshotId: 'snap-stranger', volumeId: 'vol-x', tags })];
    const { record: after } = decide(recovering(), seen({ snaps }));
    expect(after.snapshots.map((one) => one.snapshotId)).toEqual([mine.snapshotId]);
  });
});
