// What a person asked for, step by step in the planner: a restore, a destroy; and the role tags of volumes at rest.

import { describe, expect, it } from 'vitest';
import { add, days, hours, minutes, ms, seconds } from '../../shared/base/time.ts';
import { lossOf } from '../../shared/decide/migration/restore.ts';
import type { SnapshotView } from '../../shared/port/cloud.ts';
import type { Lineage, RecordBody, Snapshot } from '../../shared/record/record.ts';
import {
  ago,
  attachedTo,
  backupTaken,
  COPY,
  candidate,
  DATASET,
  decide,
  former,
  migration,
  NIGHT,
  NOW,
  OWNER,
  reading,
  record,
  type Seen,
  type SnapshotChanges,
  snapshotView,
  UNKNOWN,
  VOLUME,
  volume,
} from './scene.ts';

const BASE = 'snap-base';
const view = (changes: SnapshotChanges = {}): SnapshotView =>
  snapshotView({ snapshotId: BASE, tags: { 'spotkeep:dataset': DATASET }, ...changes });
const taken = (changes: Partial<Snapshot> = {}): Snapshot =>
  backupTaken({ snapshotId: BASE, startedAt: ago(hours(2)), ...changes });
const gone = { owner: undefined, state: 'parked' as const };

describe('what a restore would lose', () => {
  const loss = (changes: Partial<RecordBody>, one = taken()) => lossOf(record(changes), one, NOW);

  it('is nothing where the snapshot is of the present volume after its last writing', () => {
    expect(loss({ ...gone, writtenUntil: ago(hours(2)) })).toBeUndefined();
    expect(loss({ ...gone, writtenUntil: ago(hours(3)) })).toBeUndefined();
    const once = former({ wasOwner: false });
    expect(loss({ ...gone, writtenUntil: ago(hours(3)), leaving: [once] })).toBeUndefined();
  });

  it('is what was written since', () => {
    const later = ago(ms(7_199_999));
    expect(loss({ ...gone, writtenUntil: later })).toEqual({ from: ago(hours(2)), to: later });
    expect(loss({ ...gone, writtenUntil: undefined })).toEqual({ from: ago(hours(2)), to: NOW });
    expect(loss({})).toEqual({ from: ago(hours(2)), to: NOW });
    expect(loss({ ...gone, writtenUntil: ago(hours(3)), leaving: [former()] })).toEqual({
      from: ago(hours(2)),
      to: NOW,
    });
  });

  it('is told of another volume or generation too, and never backwards', () => {
    const rest = { ...gone, writtenUntil: ago(hours(3)) };
    const window = { from: ago(hours(2)), to: ago(hours(2)) };
    expect(loss(rest, taken({ volumeId: COPY }))).toEqual(window);
    expect(loss(rest, taken({ generation: 7 }))).toEqual(window);
    expect(loss({ ...rest, volume: undefined })).toEqual(window);
  });
});

describe('a restore', () => {
  const asked = (request = {}, changes: Partial<RecordBody> = {}) =>
    record({
      ...gone,
      writtenUntil: ago(hours(3)),
      snapshots: [taken({ snapshotId: 'snap-other' }), taken()],
      restoreRequest: { snapshotId: BASE, at: ago(minutes(1)), acceptLoss: false, ...request },
      moveRequest: { toZone: 'eu-west-1b', at: NOW },
      ...changes,
    });
  const at = (r: RecordBody, seen: Seen = {}) =>
    decide(
      r,
      reading({ hosts: [], disks: [volume()], snaps: [view({ snapshotId: 'snap-z' }), view()], ...seen }),
      NIGHT,
    );
  const givenUp = (r: RecordBody, seen: Seen = {}) => {
    const { record: after, events, reason } = at(r, seen);
    if (after.restoreRequest || after.migration) return undefined;
    const text = `${Reflect.get(Object(events[0]?.detail), 'text')}`;
    expect(text).toBe(`the restore was given up: ${reason.replace('restore given up: ', '')}`);
    expect(events[0]?.detail).toMatchObject({ code: 'request-given-up' });
    return text.replace('the restore was given up: ', '');
  };
  const late = { at: (NIGHT - 300_000) as typeof NIGHT };
  const young = { at: (NIGHT - 299_999) as typeof NIGHT };

  it('begins as a migration in its zone, and says so', () => {
    const { record: after, history, reason } = at(asked());
    expect(after.migration).toEqual({
      migrationId: `fresh-${NIGHT}`,
      newGeneration: 2,
      fromVolume: VOLUME,
      fromZone: 'eu-west-1a',
      toZone: 'eu-west-1a',
      phase: 'securing',
      startedAt: NIGHT,
      phaseAt: NIGHT,
      reason: `the operator requested the data of ${BASE}`,
      requested: true,
      snapshotId: BASE,
      snapshotAttempt: 0,
      volumeAttempt: 0,
      restore: { generation: 1, acceptLoss: false },
    });
    expect([after.restoreRequest, after.moveRequest, after.lastGeneration]).toEqual([
      undefined,
      undefined,
      2,
    ]);
    expect(history).toContainEqual({
      kind: 'restore',
      reason: `the data of ${BASE} takes the place of ${VOLUME}`,
      detail: { snapshotId: BASE, generation: 1, takenAt: ago(hours(2)) },
    });
    expect(reason).toBe(`restore ${BASE} as generation 2`);
  });

  it('looks five minutes for a snapshot that is not listed as completed', () => {
    const missing = { snaps: [view({ snapshotId: 'snap-z' })] };
    expect(at(asked(young), missing).waits.map(({ what }) => what)).toContain(
      `${BASE} to be listed as completed`,
    );
    const why = `${BASE} is no completed snapshot of this dataset`;
    expect(givenUp(asked(late), missing)).toBe(why);
    expect(givenUp(asked(late), { snaps: [view({ state: 'pending' })] })).toBe(why);
    expect(givenUp(asked(late), { snaps: [view({ volumeId: COPY })] })).toBe(why);
  });

  it('believes what the record names, whatever the tags of the snapshot say', () => {
    const edited = [{}, { 'spotkeep:dataset': 'other', 'spotkeep:project': 'other' }];
    for (const tags of edited as Record<string, string>[])
      expect(givenUp(asked(late), { snaps: [view({ tags })] })).toBeUndefined();
  });

  it('waits for a reading of the snapshots', () => {
    expect(at(asked(late), { snapshots: UNKNOWN }).waits.map(({ what }) => what)).toContain(
      'a reading of the snapshots',
    );
  });

  it('is given up for what is not one to restore from', () => {
    const why = `${BASE} is not one to restore from`;
    expect(givenUp(asked({}, { snapshots: [taken({ snapshotId: 'snap-other' })] }))).toBe(why);
    expect(givenUp(asked({}, { snapshots: [taken({ unproved: true })] }))).toBe(why);
    expect(givenUp(asked({ acceptLoss: true }, { volume: undefined }))).toBe(
      'there is no volume to take the place of',
    );
  });

  it('is given up when something was written since, unless that was accepted', () => {
    const written = { writtenUntil: ago(hours(1)) };
    expect(givenUp(asked({}, written))).toBe('something was written since, and its loss was not accepted');
    expect(at(asked({ acceptLoss: true }, written)).record.migration?.restore?.acceptLoss).toBe(true);
  });

  it('waits half an hour until no volume is left behind: the last place is for a start', () => {
    const old = (volumeId: string): Lineage => ({
      generation: 1,
      volumeId,
      zone: 'eu-west-1a',
      role: 'superseded',
      since: ago(days(1)),
      promoted: true,
      tagged: true,
    });
    const full = { lineage: [old('vol-a')] };
    const disks = [volume(), volume({ volumeId: 'vol-a', tags: { 'spotkeep:role': 'superseded' } })];
    const soon = { at: ago(ms(minutes(30) - 1), NIGHT) };
    expect(at(asked(soon, full), { disks }).waits.map(({ what }) => what)).toContain(
      'a volume left behind to be deleted',
    );
    const late30 = { at: ago(minutes(30), NIGHT) };
    expect(givenUp(asked(late30, full), { disks })).toBe('the dataset has as many volumes as it may have');
  });

  it('takes the last place where nothing that waits would make another free', () => {
    const left: Lineage = {
      generation: 1,
      volumeId: 'vol-a',
      zone: 'eu-west-1a',
      role: 'superseded',
      since: ago(days(1)),
      promoted: true,
      tagged: true,
    };
    const disks = [volume(), volume({ volumeId: 'vol-a', tags: { 'spotkeep:role': 'superseded' } })];
    const begins = (changes: Partial<RecordBody>) => at(asked({}, changes), { disks }).record.migration;
    expect(begins({ lineage: [left] })).toBeUndefined();
    // What was restored before does not start: the operator wants another.
    expect(begins({ lineage: [left], provedGeneration: 0 })).toBeDefined();
    expect(begins({ lineage: [{ ...left, keep: 'person' }] })).toBeDefined();
    const two = [left, { ...left, volumeId: 'vol-b' }];
    expect(begins({ lineage: two, provedGeneration: 0 })).toBeUndefined();
  });

  it('does not begin beside a migration, under a hold or a suspicion', () => {
    const hold = { code: 'volume-missing' as const, at: NOW, evidence: 'x' };
    expect(at(asked({}, { hold })).record.migration).toBeUndefined();
    const contradicted = at(asked(), { disks: [volume({ tags: { 'spotkeep:generation': '9' } })] });
    expect(contradicted.record.migration).toBeUndefined();
  });

  it('that is done says what it was', () => {
    const promoted = record({
      ...gone,
      generation: 2,
      lastGeneration: 2,
      volume: { volumeId: COPY, zone: 'eu-west-1a', createdAt: NOW, fresh: false },
      incident: { id: 'i', kind: 'lost', at: NOW, instanceId: OWNER, zoneFrom: 'eu-west-1a', phases: [] },
      migration: migration({
        phase: 'promoted',
        newVolumeId: COPY,
        snapshotId: BASE,
        requested: true,
        restore: { generation: 1, acceptLoss: true },
      }),
    });
    const home = volume({ volumeId: COPY, tags: { 'spotkeep:generation': '2' } });
    const {
      record: after,
      events,
      history,
      reason,
    } = decide(
      promoted,
      reading({ hosts: [], disks: [volume({ tags: { 'spotkeep:role': 'frozen' } }), home] }),
    );
    const detail = { snapshotId: BASE, generation: 2, left: VOLUME };
    expect(reason).toBe(`the data is that of ${BASE} now`);
    expect(events).toContainEqual({
      detailType: 'Restored',
      detail: expect.objectContaining(detail) as unknown,
    });
    expect(history).toContainEqual({ kind: 'restored', reason: `the data is that of ${BASE} now`, detail });
    expect(after.incident?.phases.map(({ name }) => name)).toContain('restored');
  });
});

describe('a destroy', () => {
  const ending = (
    destroyed: Partial<NonNullable<RecordBody['destroyed']>> = {},
    changes: Partial<RecordBody> = {},
  ) =>
    record({
      ...gone,
      destroyed: { at: ago(minutes(2)), keepSnapshots: true, ...destroyed },
      lastBackupAt: ago(minutes(5)),
      ...changes,
    });
  const at = (r: RecordBody, seen: Seen = {}, now = NOW) =>
    decide(r, reading({ hosts: [], disks: [volume()], ...seen }), now);
  const waits = (r: RecordBody, seen: Seen = {}) => at(r, seen).waits.map(({ what }) => what);
  const LAST = { snapshotId: 'snap-last' };

  it('takes a last snapshot of the volume at rest', () => {
    const { effect } = at(ending());
    expect(effect).toMatchObject({ kind: 'snapshot', purpose: 'backup', volumeId: VOLUME });
  });

  it.each<[string, Partial<RecordBody>]>([
    ['a candidate', { candidate: candidate() }],
    ['a former owner', { leaving: [former()] }],
    ['a migration', { migration: migration({ phase: 'snapshotting', snapshotId: BASE, requested: true }) }],
  ])('waits for %s to end', (_name, changes) => {
    expect(at(ending({}, changes)).effect?.kind).not.toBe('snapshot');
  });

  it('waits for the volume to be free and seen', () => {
    const held = [volume({ attachments: attachedTo('i-0000000000000000f') })];
    expect(at(ending(), { disks: held }).effect).toBeUndefined();
    expect(at(ending(), { volumes: UNKNOWN }).effect).toBeUndefined();
  });

  it('waits for its last snapshot, and hands the volume over when it is there', () => {
    const pending = ending(LAST, { snapshots: [taken({ ...LAST, state: 'pending' })] });
    expect(waits(pending)).toContain('the last snapshot');
    const {
      record: after,
      events,
      history,
      reason,
    } = at(ending(LAST, { snapshots: [taken(LAST)], backupDue: true, backupRequest: { at: NOW } }));
    expect(after.volume).toBeUndefined();
    expect(after.lineage).toEqual([
      {
        generation: 1,
        volumeId: VOLUME,
        zone: 'eu-west-1a',
        role: 'superseded',
        since: NOW,
        promoted: true,
        finalSnapshotId: 'snap-last',
      },
    ]);
    expect(after).toMatchObject({
      backupDue: false,
      backupRequest: undefined,
      destroyed: { handedOverAt: NOW },
    });
    const detail = { volumeId: VOLUME, snapshotId: 'snap-last' };
    expect(events).toContainEqual({
      detailType: 'Destroyed',
      detail: expect.objectContaining(detail) as unknown,
    });
    expect(history).toContainEqual({ kind: 'destroyed', reason: `${VOLUME} is left to the sweep`, detail });
    expect(reason).toBe(`${VOLUME} is left to the sweep`);
  });

  it('asks again a minute after a try of its own', () => {
    const failed = (lastBackupAt: typeof NOW) =>
      ending(LAST, { snapshots: [taken({ ...LAST, state: 'error' })], lastBackupAt });
    expect(at(failed(ago(seconds(60)))).effect?.kind).toBe('snapshot');
    expect(waits(failed(ago(ms(59_999))))).toContain('another try at the last snapshot');
    // One before the destroy does not count.
    const just = ending({ at: ago(seconds(10)) }, { lastBackupAt: ago(seconds(11)) });
    expect(at(just).effect?.kind).toBe('snapshot');
    const refused = ending({}, { refusal: { effect: 'snapshot', until: add(NOW, seconds(5)) } });
    expect(at(refused).effect).toBeUndefined();
  });

  it('has nothing to keep of a volume that was never formatted', () => {
    const blank = { ...record().volume, volumeId: VOLUME, zone: 'eu-west-1a', createdAt: NOW, fresh: true };
    const dataset = { ...record().dataset, formatted: false };
    const fresh = { volume: blank, provedGeneration: 0, snapshots: [] };
    expect(at(ending({}, { ...fresh, dataset })).record.lineage[0]).toMatchObject({ promoted: false });
    const asked = at(ending({}, { ...fresh, dataset: { ...dataset, formatSentAt: NOW } }));
    expect(asked.effect?.kind).toBe('snapshot');
    const formatted = at(ending({}, { ...fresh, dataset: { ...dataset, formatted: true } }));
    expect(formatted.effect?.kind).toBe('snapshot');
    const old = at(ending({}, { volume: { ...blank, fresh: false }, dataset }));
    expect(old.effect?.kind).toBe('snapshot');
  });

  it('without a volume has nothing to hand over, and is finished when nothing is left', () => {
    const none = at(ending({}, { volume: undefined, snapshots: [] }));
    expect(none.reason).toBe('there is no volume to take care of');
    expect(none.record.destroyed?.handedOverAt).toBe(NOW);
    const over = { handedOverAt: ago(minutes(1)), ...LAST };
    const done = at(ending(over, { volume: undefined, snapshots: [taken(LAST)] }));
    expect(done.record.destroyed?.finishedAt).toBe(NOW);
    expect(done.reason).toBe('destroyed');
    expect(done.history).toContainEqual({
      kind: 'destroy-finished',
      reason: 'nothing of it is left but its last snapshots',
      detail: {},
    });
  });

  it('is not finished while the sweep has something to take', () => {
    const over = { handedOverAt: ago(minutes(1)), ...LAST };
    const left: Lineage = {
      generation: 1,
      volumeId: COPY,
      zone: 'eu-west-1a',
      role: 'superseded',
      since: ago(days(1)),
      promoted: true,
      tagged: true,
    };
    const finished = (changes: Partial<RecordBody>, destroyed = {}) =>
      at(ending({ ...over, ...destroyed }, { volume: undefined, snapshots: [taken(LAST)], ...changes }), {
        disks: [volume({ volumeId: COPY, tags: { 'spotkeep:role': 'superseded' } })],
      }).record.destroyed?.finishedAt;
    expect(finished({ lineage: [left] })).toBeUndefined();
    expect(finished({ lineage: [{ ...left, role: 'deleted' }] })).toBe(NOW);
    expect(finished({ lineage: [{ ...left, keep: 'person' }] })).toBe(NOW);
    expect(finished({ lineage: [{ ...left, role: 'deleted' }, left] })).toBeUndefined();
    const more = { snapshots: [taken(LAST), taken({ snapshotId: 'snap-more' })] };
    expect(finished(more, { keepSnapshots: false })).toBeUndefined();
    expect(finished(more)).toBe(NOW);
  });

  it('does nothing on hold, nor when it is finished', () => {
    const hold = { code: 'volume-missing' as const, at: NOW, evidence: 'x' };
    expect(at(ending({}, { hold })).effect).toBeUndefined();
    expect(at(ending({ finishedAt: NOW })).effect).toBeUndefined();
  });
});

describe('the role of a volume at rest', () => {
  const seen = (role: string, more: Seen = {}): Seen => ({
    hosts: [],
    disks: [volume({ tags: { 'spotkeep:role': role } })],
    ...more,
  });
  const at = (r: RecordBody, given: Seen) => decide(r, reading(given), NIGHT);

  it('is active again when a move was given up', () => {
    const { effect, record: after, reason } = at(record(gone), seen('frozen'));
    expect(effect).toEqual({ kind: 'tag-volume', volumeId: VOLUME, role: 'active' });
    expect(after.thawedAt).toBe(NIGHT);
    expect(after.intent?.effect).toEqual(effect);
    expect(reason).toBe(`thaw ${VOLUME}: the migration was given up`);
    expect(at(record(gone), seen('active')).effect).toBeUndefined();
  });

  it('is asked for again after ten seconds', () => {
    const thawed = (since: number) =>
      at(record({ ...gone, thawedAt: (NIGHT - since) as typeof NIGHT }), seen('frozen'));
    expect(thawed(9_999).effect).toBeUndefined();
    expect(thawed(9_999).waits.map(({ what }) => what)).toContain('the role tag');
    expect(thawed(10_000).effect?.kind).toBe('tag-volume');
  });

  it('is superseded where it was left behind, asked for once a minute', () => {
    const one: Lineage = {
      generation: 1,
      volumeId: COPY,
      zone: 'eu-west-1b',
      role: 'superseded',
      since: ago(hours(1)),
      promoted: false,
    };
    const left = (
      changes: Partial<Lineage> = {},
      disk: Parameters<typeof volume>[0] = {},
      more: Partial<RecordBody> = {},
    ) =>
      at(record({ ...gone, lastGeneration: 2, lineage: [{ ...one, ...changes }], ...more }), {
        hosts: [],
        disks: [
          volume(),
          volume({ volumeId: COPY, ...disk, tags: { 'spotkeep:role': 'migrating', ...disk?.tags } }),
        ],
      });
    const asked = left();
    expect(asked.effect).toEqual({ kind: 'tag-volume', volumeId: COPY, role: 'superseded' });
    expect(asked.reason).toBe(`tag ${COPY} as superseded`);
    expect(asked.record.lineage[0]?.askedAt).toBe(NIGHT);
    expect(asked.record.intent?.effect).toEqual(asked.effect);
    expect(left({ askedAt: (NIGHT - 59_999) as typeof NIGHT }).effect).toBeUndefined();
    expect(left({ askedAt: (NIGHT - 60_000) as typeof NIGHT }).effect?.kind).toBe('tag-volume');
    expect(left({ tagged: true }).effect).toBeUndefined();
    expect(left({ role: 'deleting' }).effect).toBeUndefined();
    expect(left({}, { state: 'deleted' }).effect).toBeUndefined();
    const told = left({}, { tags: { 'spotkeep:role': 'superseded' } });
    expect(told.effect).toBeUndefined();
    expect(told.record.lineage[0]?.tagged).toBe(true);
  });
});
