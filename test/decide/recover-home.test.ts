// After a restored table: which volume is the dataset's home by its tags, and what the record is rewritten to.

import { describe, expect, it } from 'vitest';
import { days } from '../../shared/base/time.ts';
import { findHome, rewrite } from '../../shared/decide/recovery/home.ts';
import { createContext } from '../../shared/decide/turn/context.ts';
import type { SnapshotView, VolumeView } from '../../shared/port/cloud.ts';
import type { Lineage, RecordBody } from '../../shared/record/record.ts';
import { createCalendar } from '../../shared/schedule/calendar.ts';
import { definition } from '../definition/example.ts';
import { intent, snapshotting } from './intents.ts';
import {
  ago,
  attachedTo,
  COPY,
  DATASET,
  migration,
  NOW,
  OWNER,
  PROJECT,
  reading,
  record,
  SNAPSHOT,
  type SnapshotChanges,
  snapshotView,
  VOLUME,
  type VolumeChanges,
  volume,
} from './scene.ts';

const mine = (changes: VolumeChanges = {}) => volume(changes);
const other = (changes: VolumeChanges = {}) => mine({ volumeId: COPY, ...changes });
const taken = (changes: SnapshotChanges = {}) =>
  snapshotView({
    ...changes,
    tags: {
      'spotkeep:project': PROJECT,
      'spotkeep:dataset': DATASET,
      'spotkeep:generation': '1',
      ...changes.tags,
    },
  });
const left = (changes: Partial<Lineage> = {}): Lineage => ({
  generation: 1,
  volumeId: 'vol-left',
  zone: 'eu-west-1a',
  role: 'superseded',
  since: ago(days(3)),
  promoted: true,
  ...changes,
});

const contextOf = (r: RecordBody, disks: VolumeView[], snaps: SnapshotView[] = []) =>
  createContext({
    name: 'gitlab',
    record: { ...r, recover: r.recover ?? { at: NOW, tableId: 'table-2', begun: true, ended: [] } },
    reading: reading({ hosts: [], disks, snaps }),
    now: NOW,
    calendar: createCalendar(r.definition.schedule),
    fresh: { id: 'fresh', uuid: 'uuid' },
    settings: { launchTemplate: 'lt', parameterPath: '/p', project: PROJECT },
    may: { delete: false },
  });
const resting = (changes: Partial<RecordBody> = {}) =>
  record({ owner: undefined, state: 'held', ...changes });
const found = (disks: VolumeView[], r = resting()) => findHome(contextOf(r, disks));
const homeOf = (disks: VolumeView[], r = resting()) => {
  const answer = found(disks, r);
  return answer.kind === 'home' ? answer.home?.volumeId : answer;
};
const rewritten = (disks: VolumeView[], snaps: SnapshotView[] = [], r = resting()) => {
  const ctx = contextOf(r, disks, snaps);
  const answer = findHome(ctx);
  if (answer.kind !== 'home') throw new Error(answer.kind);
  rewrite(ctx, answer);
  return ctx.r;
};

describe('the home', () => {
  it.each(['active', 'frozen'])('is a volume that is tagged %s', (role) => {
    expect(homeOf([mine({ tags: { 'spotkeep:role': role } })])).toBe(VOLUME);
  });

  it('is the one of the highest generation', () => {
    const newer = other({ tags: { 'spotkeep:generation': '3' } });
    expect(homeOf([mine({ tags: { 'spotkeep:role': 'frozen' } }), newer])).toBe(COPY);
    expect(homeOf([newer, mine()])).toBe(COPY);
  });

  it('is none where two are of the same generation', () => {
    expect(homeOf([mine(), other()])).toEqual({
      kind: 'stay',
      code: 'recover-ambiguous' as const,
      evidence: `${VOLUME} and ${COPY} are both generation 1`,
    });
  });

  it.each(['', '0', '01', 'seven', '1x', 'x1', '1234567890'])(
    'has to say its generation: not "%s"',
    (text) => {
      expect(homeOf([mine({ tags: { 'spotkeep:generation': text } })])).toEqual({
        kind: 'stay',
        code: 'recover-no-generation' as const,
        evidence: `${VOLUME} has no generation tag`,
      });
    },
  );

  it('is not an earlier one than the record knows', () => {
    expect(homeOf([mine()], resting({ generation: 2, lastGeneration: 2 }))).toEqual({
      kind: 'stay',
      code: 'recover-older' as const,
      evidence: `${VOLUME} is generation 1, the record was at 2 already`,
    });
  });

  it('is none, and none is needed, of a destroyed workload whose volume was left to the sweep', () => {
    const destroyed = {
      at: ago(days(1)),
      keepSnapshots: false,
      snapshotId: SNAPSHOT,
      handedOverAt: ago(days(1)),
    };
    const tombstone = (changes: Partial<RecordBody> = {}) =>
      resting({ volume: undefined, lineage: [left({ volumeId: VOLUME })], destroyed, ...changes });
    const behind = mine({ tags: { 'spotkeep:role': 'superseded' } });
    for (const disks of [[behind], []])
      expect(findHome(contextOf(tombstone(), disks, [taken()]))).toMatchObject({
        kind: 'home',
        home: undefined,
      });
    const r = rewritten([behind], [taken()], tombstone());
    expect(r).toMatchObject({
      hold: undefined,
      tableId: 'table-2',
      destroyed,
      lineage: [{ volumeId: VOLUME, role: 'superseded', since: ago(days(3)), tagged: true }],
      snapshots: [{ snapshotId: SNAPSHOT, state: 'completed' }],
    });
    expect(r.volume).toBeUndefined();
    // The table was restored to before its volume was left, and before its last snapshot was written down.
    const early = tombstone({
      volume: record().volume,
      lineage: [],
      destroyed: { at: ago(days(1)), keepSnapshots: false },
    });
    const last = taken({ startedAt: ago(days(0.9)), tags: { 'spotkeep:role': 'backup' } });
    const older = taken({
      snapshotId: 'snap-old',
      startedAt: ago(days(2)),
      tags: { 'spotkeep:role': 'backup' },
    });
    const base = taken({ snapshotId: 'snap-base', startedAt: NOW, tags: { 'spotkeep:role': 'base' } });
    const pending = { ...last, snapshotId: 'snap-pending', state: 'pending' as const };
    const before = rewritten([behind], [older, pending, last, base], early);
    expect(before.destroyed?.snapshotId).toBe(SNAPSHOT);
    // Without it somebody has to look: the volume may be all there is.
    const none = { kind: 'stay', code: 'recover-no-volume' };
    expect(findHome(contextOf(early, [behind], [older, pending, base]))).toMatchObject(none);
    expect(rewritten([], [older], early).destroyed?.snapshotId).toBeUndefined();
    expect(before.volume).toBeUndefined();
    expect(before.lineage).toMatchObject([
      { volumeId: VOLUME, role: 'superseded', promoted: true, keep: 'days' },
    ]);
    // And where it is still its home, it is found as ever.
    expect(homeOf([mine()], tombstone())).toBe(VOLUME);
  });

  it('is missed where a record from before the first start finds data of its dataset', () => {
    const young = resting({
      volume: undefined,
      generation: 0,
      dataset: { ...record().dataset, formatted: false },
    });
    const missed = { kind: 'stay', code: 'recover-no-volume' };
    const behind = { 'spotkeep:role': 'superseded' };
    expect(findHome(contextOf(young, [mine({ tags: behind, snapshotId: SNAPSHOT })]))).toMatchObject(missed);
    expect(findHome(contextOf(young, [], [taken()]))).toMatchObject(missed);
    const foreign = taken({ tags: { 'spotkeep:dataset': 'other' } });
    const blank = mine({ tags: behind, snapshotId: undefined });
    expect(findHome(contextOf(young, [blank], [foreign]))).toMatchObject({ kind: 'home', home: undefined });
  });

  it('is missed where there was one', () => {
    const none = {
      kind: 'stay',
      code: 'recover-no-volume' as const,
      evidence: 'no volume of the dataset is tagged active or frozen',
    };
    expect(homeOf([])).toEqual(none);
    const unformatted = { ...record().dataset, formatted: false };
    expect(homeOf([], resting({ dataset: unformatted }))).toEqual(none);
    expect(homeOf([], resting({ volume: undefined }))).toEqual(none);
    expect(homeOf([], resting({ volume: undefined, dataset: unformatted, generation: 0 }))).toBeUndefined();
  });

  it('is waited for while somebody has it or it is on its way', () => {
    expect(homeOf([mine({ attachments: attachedTo(OWNER) })])).toEqual({
      kind: 'wait',
      what: `the volume to leave ${OWNER}`,
      holder: OWNER,
    });
    expect(homeOf([mine({ state: 'creating' })])).toEqual({ kind: 'wait', what: `${VOLUME}, now creating` });
    expect(homeOf([mine({ state: 'error' })])).toEqual({
      kind: 'stay',
      code: 'recover-volume-error' as const,
      evidence: `${VOLUME} is in state error`,
    });
  });

  it.each<[string, VolumeChanges]>([
    ['deleted', { state: 'deleted' }],
    ['being deleted', { state: 'deleting' }],
    ['of another dataset, and not named', { volumeId: COPY, tags: { 'spotkeep:dataset': 'other' } }],
    ['a copy that was never promoted', { tags: { 'spotkeep:role': 'migrating' } }],
    ['superseded', { tags: { 'spotkeep:role': 'superseded' } }],
    ['without a role', { tags: { 'spotkeep:role': undefined as never } }],
  ])('is none that is %s', (_name, changes) => {
    expect(homeOf([mine(changes)])).toMatchObject({ kind: 'stay', code: 'recover-no-volume' });
  });

  it.each<[string, VolumeChanges]>([
    ['another project has the one that the record names', { tags: { 'spotkeep:project': 'other' } }],
    ['another project has one', { volumeId: COPY, tags: { 'spotkeep:project': 'other' } }],
    ['no project has one', { volumeId: COPY, tags: { 'spotkeep:project': undefined as never } }],
    ['another workload has one', { volumeId: COPY, tags: { 'spotkeep:workload': 'other' } }],
    [
      'another project left one behind',
      { volumeId: COPY, tags: { 'spotkeep:project': 'other', 'spotkeep:role': 'superseded' } },
    ],
  ])('is none while %s of its generation or a later one', (_name, changes) => {
    const there = mine(changes);
    const disks = there.volumeId === VOLUME ? [there] : [mine(), there];
    expect(homeOf(disks)).toMatchObject({ kind: 'stay', code: 'recover-elsewhere' });
    const later = mine({ ...changes, tags: { ...changes.tags, 'spotkeep:generation': '4' } });
    expect(homeOf([...disks, later])).toMatchObject({ kind: 'stay', code: 'recover-elsewhere' });
  });

  it('is the one here where another project has an earlier one, or a copy that was never promoted', () => {
    const there = (tags: Record<string, string>) => other({ tags: { 'spotkeep:project': 'other', ...tags } });
    const home = mine({ tags: { 'spotkeep:generation': '3' } });
    expect(homeOf([home, there({ 'spotkeep:generation': '2' })])).toBe(VOLUME);
    const copyThere = there({ 'spotkeep:generation': '9', 'spotkeep:role': 'migrating' });
    expect(rewritten([home, copyThere])).toMatchObject({ generation: 3, lastGeneration: 9, lineage: [] });
  });

  it('says whose the other one is', () => {
    const there = other({ tags: { 'spotkeep:project': 'other', 'spotkeep:generation': '4' } });
    expect(homeOf([mine(), there])).toEqual({
      kind: 'stay',
      code: 'recover-elsewhere',
      evidence: `${COPY}, tagged for other/gitlab, is generation 4 of this dataset, here the newest is 1`,
    });
  });

  describe('without our tags', () => {
    const untagged = (volumeId: string) =>
      mine({
        volumeId,
        tags: {
          'spotkeep:project': undefined as never,
          'spotkeep:workload': undefined as never,
          'spotkeep:dataset': undefined as never,
        },
      });

    it('is one that the record names: its volume, either end of a move, the lineage, the adopted one', () => {
      expect(homeOf([untagged(VOLUME)])).toBe(VOLUME);
      expect(homeOf([untagged(COPY)], resting({ migration: migration({ newVolumeId: COPY }) }))).toBe(COPY);
      expect(
        homeOf([untagged('vol-from')], resting({ migration: migration({ fromVolume: 'vol-from' }) })),
      ).toBe('vol-from');
      expect(homeOf([untagged('vol-left')], resting({ lineage: [left()] }))).toBe('vol-left');
      const base = definition();
      const adopted = { ...base, volume: { ...base.volume, kind: 'adopt', volumeId: 'vol-given' } } as never;
      expect(homeOf([untagged('vol-given')], resting({ definition: adopted }))).toBe('vol-given');
    });

    it('is no other', () => {
      expect(homeOf([untagged('vol-x')])).toMatchObject({ code: 'recover-no-volume' });
    });

    it('or with a dataset of before its adoption, or another workload’s, it is the one that the record names', () => {
      expect(homeOf([mine({ tags: { 'spotkeep:dataset': 'other' } })])).toBe(VOLUME);
      expect(homeOf([mine({ tags: { 'spotkeep:workload': 'other' } })])).toBe(VOLUME);
    });
  });
});

describe('the record', () => {
  it('gets the home as it is, and numbers above all that were ever seen', () => {
    const home = other({
      zone: 'eu-west-1b',
      sizeGiB: 44,
      createdAt: ago(days(1)),
      tags: { 'spotkeep:generation': '4' },
    });
    const r = rewritten([home], [taken({ tags: { 'spotkeep:generation': '6' } })]);
    expect(r).toMatchObject({
      generation: 4,
      lastGeneration: 6,
      provedGeneration: 1,
      tableId: 'table-2',
      dataset: { formatted: true, sizeGiB: 44 },
      volume: { volumeId: COPY, zone: 'eu-west-1b', createdAt: ago(days(1)), fresh: false },
    });
    expect(r.volume?.parent).toBeUndefined();
    expect(r.dataset.formatSentAt).toBeUndefined();
  });

  it.each<[string, Partial<RecordBody>, number]>([
    ['its own last', { lastGeneration: 9 }, 9],
    ['a migration’s', { migration: migration({ newGeneration: 8 }) }, 8],
    ['the lineage’s', { lineage: [left({ generation: 7 })] }, 7],
  ])('counts on from %s', (_name, changes, last) => {
    expect(rewritten([mine()], [], resting(changes)).lastGeneration).toBe(last);
  });

  it('counts on from what other volumes and snapshots of the dataset say, and from no others', () => {
    const copyOf = other({ tags: { 'spotkeep:role': 'migrating', 'spotkeep:generation': '5' } });
    expect(rewritten([mine(), copyOf]).lastGeneration).toBe(5);
    const foreign = taken({
      volumeId: 'vol-x',
      tags: { 'spotkeep:dataset': 'other', 'spotkeep:generation': '9' },
    });
    expect(rewritten([mine()], [foreign]).lastGeneration).toBe(1);
  });

  it('counts on from what was taken of its volumes in another project, and takes none of it up', () => {
    const theirs = taken({
      tags: { 'spotkeep:project': 'other', 'spotkeep:dataset': 'other', 'spotkeep:generation': '9' },
    });
    expect(rewritten([mine()], [theirs])).toMatchObject({ lastGeneration: 9, snapshots: [] });
    const sameDataset = taken({ tags: { 'spotkeep:project': 'other', 'spotkeep:generation': '8' } });
    expect(rewritten([mine()], [sameDataset])).toMatchObject({ lastGeneration: 8, snapshots: [] });
    const named = resting({ snapshots: [{ ...record().snapshots[0], snapshotId: SNAPSHOT } as never] });
    expect(rewritten([mine()], [sameDataset], named).snapshots).toMatchObject([{ snapshotId: SNAPSHOT }]);
    const bare = taken({
      tags: { 'spotkeep:project': '', 'spotkeep:dataset': '', 'spotkeep:generation': '' },
    });
    expect(rewritten([mine()], [bare], named).snapshots).toMatchObject([
      { snapshotId: SNAPSHOT, generation: 1, volumeId: VOLUME },
    ]);
  });

  it('keeps the newest snapshot of each volume that is gone in its place, from now on', () => {
    const of = (snapshotId: string, volumeId: string, daysAgo: number) =>
      taken({ snapshotId, volumeId, startedAt: ago(days(daysAgo)) });
    const snaps = [
      of('snap-early', 'vol-gone', 3),
      of('snap-late', 'vol-gone', 2),
      of('snap-told', 'vol-told', 4),
      of('snap-home', VOLUME, 1),
    ];
    const told = { ...record().snapshots[0], snapshotId: 'snap-told', inPlaceSince: ago(days(4)) };
    const before = resting({
      lineage: [left({ volumeId: 'vol-gone' }), left({ volumeId: 'vol-told' })],
      snapshots: [{ ...told, volumeId: 'vol-told' } as RecordBody['snapshots'][number]],
    });
    const { snapshots } = rewritten([mine()], snaps, before);
    expect(snapshots.map((one) => [one.snapshotId, one.inPlaceSince])).toEqual([
      ['snap-early', undefined],
      ['snap-late', NOW],
      ['snap-told', ago(days(4))],
      ['snap-home', undefined],
    ]);
  });

  it('keeps its own volume with what it knew of it', () => {
    const known = {
      ...record().volume,
      volumeId: VOLUME,
      zone: 'eu-west-1a',
      createdAt: NOW,
      fresh: true,
      migrationId: 'm-7',
    };
    const r = rewritten([mine()], [], resting({ volume: known }));
    expect(r.volume).toEqual({ ...known, fresh: false });
    expect(r.provedGeneration).toBe(1);
    expect(r.dataset.adopting).toBeUndefined();
  });

  it('knows a copy’s parent by its snapshot, and which markers it may have', () => {
    const home = other({
      snapshotId: SNAPSHOT,
      tags: { 'spotkeep:generation': '9', 'spotkeep:migration': 'm-9' },
    });
    const generations = [0, 1, 2, 3, 4, 5, 6, 8, 9].map((generation) =>
      left({ generation, volumeId: `vol-${generation}` }),
    );
    const r = rewritten(
      [home],
      [
        taken({ volumeId: 'vol-8', tags: { 'spotkeep:generation': '8' } }),
        taken({ snapshotId: 'snap-x', tags: { 'spotkeep:generation': '3' } }),
      ],
      resting({ lineage: generations }),
    );
    expect(r.volume).toMatchObject({
      migrationId: 'm-9',
      parent: { generation: 8, migrationId: 'm-9', snapshotId: SNAPSHOT, or: [6, 5, 4, 3, 2] },
    });
    const untold = rewritten([home], [taken({ tags: { 'spotkeep:generation': '' } })]);
    expect(untold.volume?.parent).toBeUndefined();
    const none = rewritten(
      [other({ snapshotId: SNAPSHOT, tags: { 'spotkeep:generation': '9' } })],
      [taken({ tags: { 'spotkeep:generation': '8' } })],
    );
    expect(none.volume?.parent).toBeUndefined();
    const one = rewritten(
      [other({ snapshotId: SNAPSHOT, tags: { 'spotkeep:generation': '3', 'spotkeep:migration': 'm' } })],
      [taken({ tags: { 'spotkeep:generation': '2' } })],
    );
    expect(one.volume?.parent?.or).toEqual([1]);
  });

  it('leaves what it knows by tags alone to a person', () => {
    const copyOf = other({
      zone: 'eu-west-1b',
      tags: { 'spotkeep:role': 'migrating', 'spotkeep:generation': '5' },
    });
    const old = mine({ volumeId: 'vol-old', tags: { 'spotkeep:role': 'superseded' } });
    const r = rewritten([mine({ tags: { 'spotkeep:generation': '6' } }), copyOf, old]);
    expect(r.lineage).toEqual([
      {
        generation: 5,
        volumeId: COPY,
        zone: 'eu-west-1b',
        role: 'superseded',
        since: NOW,
        promoted: false,
        tagged: false,
        keep: 'person',
      },
      {
        generation: 1,
        volumeId: 'vol-old',
        zone: 'eu-west-1a',
        role: 'superseded',
        since: NOW,
        promoted: true,
        tagged: true,
        keep: 'person',
      },
    ]);
  });

  it('keeps what it knew of the lineage, and calls what is gone deleted', () => {
    const shown = mine({
      volumeId: 'vol-left',
      tags: { 'spotkeep:role': 'superseded', 'spotkeep:generation': '' },
    });
    const r = rewritten(
      [mine(), shown],
      [],
      resting({
        lineage: [
          left({ promoted: false }),
          left({ volumeId: 'vol-gone', generation: 2 }),
          left({ volumeId: VOLUME }),
        ],
      }),
    );
    expect(r.lineage).toEqual([
      left({ volumeId: 'vol-gone', generation: 2, role: 'deleted' }),
      left({ promoted: false, tagged: true, keep: 'days' }),
    ]);
    const kept = rewritten([mine(), shown], [], resting({ lineage: [left({ keep: 'person' })] }));
    expect(kept.lineage[0]?.keep).toBe('person');
    const unnumbered = rewritten([
      mine(),
      mine({ volumeId: 'vol-new', tags: { 'spotkeep:role': 'superseded', 'spotkeep:generation': '' } }),
    ]);
    expect(unnumbered.lineage[0]?.generation).toBe(1);
  });

  it('takes up the snapshots of its volumes that say their generation', () => {
    const snaps = [
      taken({ snapshotId: 'snap-base', state: 'completed' }),
      taken({ snapshotId: 'snap-b', state: 'pending', tags: { 'spotkeep:role': 'backup' } }),
      taken({ snapshotId: 'snap-m', state: 'error', tags: { 'spotkeep:role': 'migration' } }),
      taken({ snapshotId: 'snap-r', state: 'recoverable' as never, tags: { 'spotkeep:role': 'odd' } }),
      taken({ snapshotId: 'snap-x', volumeId: 'vol-foreign' }),
      taken({ snapshotId: 'snap-y', tags: { 'spotkeep:generation': '0' } }),
      taken({ snapshotId: 'snap-l', volumeId: 'vol-left', tags: { 'spotkeep:role': undefined as never } }),
    ];
    const r = rewritten([mine()], snaps, resting({ lineage: [left()] }));
    expect(r.snapshots.map(({ snapshotId, kind, state }) => [snapshotId, kind, state])).toEqual([
      ['snap-base', 'base', 'completed'],
      ['snap-b', 'backup', 'pending'],
      ['snap-m', 'migration', 'error'],
      ['snap-r', 'base', 'error'],
      ['snap-l', 'base', 'completed'],
    ]);
    expect(r.snapshots[0]?.startedAt).toBe(record().snapshots[0]?.startedAt);
    expect(r.snapshots[1]).toMatchObject({ generation: 1, volumeId: VOLUME, startedAt: taken().startedAt });
  });

  it('asks once more for the file system of a volume that was adopted meanwhile', () => {
    const base = definition();
    const adopted = { ...base, volume: { ...base.volume, kind: 'adopt', volumeId: VOLUME } } as never;
    expect(
      rewritten([mine()], [], resting({ definition: adopted, volume: undefined })).dataset.adopting,
    ).toBe('inspect');
    expect(rewritten([mine()], [], resting({ definition: adopted })).dataset.adopting).toBeUndefined();
    expect(rewritten([mine()], [], resting({ volume: undefined })).dataset.adopting).toBeUndefined();
  });

  it('forgets what was under way in a time that never was', () => {
    const r = rewritten(
      [mine()],
      [],
      resting({
        hold: { code: 'volume-missing' as const, at: NOW, evidence: 'x' },
        migration: migration(),
        moveRequest: { toZone: 'eu-west-1b', at: NOW },
        backupRequest: { at: NOW },
        restoreRequest: { snapshotId: 's', at: NOW, acceptLoss: true },
        refusal: { effect: 'launch', until: NOW },
        refusedSince: NOW,
        thawedAt: NOW,
        writtenUntil: NOW,
        unavailablePools: [{ pool: 'p', until: NOW, refusals: 1 }],
        suspended: [{ ...intent(snapshotting('base')), effect: snapshotting('base') }],
      }),
    );
    const { recover, hold, migration: move, moveRequest, backupRequest, restoreRequest, refusal } = r;
    expect([recover, hold, move, moveRequest, backupRequest, restoreRequest, refusal]).toEqual(
      Array(7).fill(undefined),
    );
    expect([r.refusedSince, r.thawedAt, r.writtenUntil, r.intent]).toEqual(Array(4).fill(undefined));
    expect([r.unavailablePools, r.suspended]).toEqual([[], []]);
  });

  it('without a home has none', () => {
    const blank = resting({
      volume: undefined,
      generation: 0,
      lastGeneration: 0,
      provedGeneration: 0,
      dataset: { ...record().dataset, formatted: false },
      snapshots: [],
    });
    const r = rewritten([], [], blank);
    expect(r.volume).toBeUndefined();
    expect(r.dataset.formatted).toBe(false);
    expect(r.tableId).toBe('table-2');
  });
});
