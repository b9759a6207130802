// Which snapshots are recovery points, what each tier keeps of them, and when rules that keep less take effect.

import { describe, expect, it } from 'vitest';
import { add, days, hours, type Instant, minutes } from '../../shared/base/time.ts';
import { losesByRules, surplusSnapshots, tiersOfRecord } from '../../shared/decide/volume/retention.ts';
import { afterChange, loweredAt, rulesNow } from '../../shared/decide/volume/rules.ts';
import { mayHaveSurplus } from '../../shared/decide/volume/sweep.ts';
import type { Definition, Tiers } from '../../shared/definition/definition.ts';
import type { RecordBody, Snapshot } from '../../shared/record/record.ts';
import {
  ago,
  backupTaken,
  COPY,
  decide,
  migration,
  NOW,
  owner,
  reading,
  record,
  SNAPSHOT,
  snapshotView,
  VOLUME,
  volume,
} from './scene.ts';

/** As a definition of an example, kept by these rules. */
const keeping = (
  keep: number | Tiers,
  more: { everyHours?: number; supersededDays?: number; afterStop?: boolean } = {},
): Definition => {
  const { supersededDays = 7, afterStop = true, ...rest } = more;
  const base = record().definition;
  return { ...base, backups: { afterStop, keep, ...rest }, retention: { supersededDays } };
};
const TIERS = { daily: 7, weekly: 4, monthly: 3 };

const base = (daysAgo: number, changes: Partial<Snapshot> = {}): Snapshot =>
  backupTaken({ snapshotId: `snap-${daysAgo}`, kind: 'base', startedAt: ago(days(daysAgo)), ...changes });
const stop = (daysAgo: number, changes: Partial<Snapshot> = {}): Snapshot =>
  base(daysAgo, { snapshotId: `stop-${daysAgo}`, kind: 'backup', ...changes });
const each = (count: number, make: (daysAgo: number) => Snapshot): Snapshot[] =>
  Array.from({ length: count }, (_, n) => make(n));

const kept = (definition: Definition, snapshots: Snapshot[], changes: Partial<RecordBody> = {}, at = NOW) => {
  const r = record({ definition, snapshots, retention: {}, ...changes });
  const gone = new Set(surplusSnapshots(r, at));
  return snapshots.filter((one) => !gone.has(one)).map(({ snapshotId }) => snapshotId);
};
const ids = (snapshots: readonly Snapshot[]): string[] => snapshots.map(({ snapshotId }) => snapshotId);

describe('recovery points', () => {
  it('of a service that never stops are kept by day, week and month', () => {
    const all = each(120, base);
    const names = kept(keeping(TIERS), all);
    // A Tuesday: seven days, the Sundays before, and the last days of months.
    const dates = all.filter((one) => names.includes(one.snapshotId)).map((one) => ofDay(one.startedAt));
    expect(dates).toEqual([
      '2026-03-24',
      '2026-03-23',
      '2026-03-22',
      '2026-03-21',
      '2026-03-20',
      '2026-03-19',
      '2026-03-18',
      '2026-03-15',
      '2026-03-08',
      '2026-02-28',
      '2026-01-31',
    ]);
  });

  it('by a number alone are those of days', () => {
    expect(kept(keeping(3), each(10, base))).toEqual(['snap-0', 'snap-1', 'snap-2']);
  });

  it('are not pushed out by moves, which have none of their own', () => {
    const moves = [1, 2, 3, 4, 5, 6, 7, 8].map((n) =>
      base(0, { snapshotId: `move-${n}`, kind: 'migration', startedAt: ago(minutes(40 * n)) }),
    );
    const names = kept(keeping(3), [...moves, ...each(3, (n) => base(n + 1))]);
    expect(names).toEqual(['move-1', 'move-2', 'snap-1', 'snap-2', 'snap-3']);
  });

  it('are not pushed out by backups by hand, which stay', () => {
    const byHand = [1, 2, 3, 4].map((n) =>
      stop(0, { snapshotId: `hand-${n}`, startedAt: ago(minutes(n)), label: `before change ${n}` }),
    );
    const older = stop(300, { snapshotId: 'hand-old', label: 'before 17.0' });
    const daily = each(4, stop);
    expect(kept(keeping(4), [...byHand, ...daily, older])).toEqual(ids([...byHand, ...daily, older]));
    // One that failed has nothing to keep.
    expect(kept(keeping(4), [...daily, { ...older, state: 'error' }])).toEqual(ids(daily));
  });

  it('of a volume nobody wrote on, or of one not yet started, take no day’s place', () => {
    const idle = each(10, (n) => base(n, { repeat: true }));
    const worked = [stop(12), stop(13)];
    expect(kept(keeping(2), [...idle, ...worked])).toEqual(['snap-0', 'snap-1', 'stop-12', 'stop-13']);
    const unproved = each(3, (n) => base(n, { unproved: true }));
    expect(kept(keeping(1), [...unproved, stop(4)])).toEqual(['snap-0', 'snap-1', 'stop-4']);
  });

  it('of one day are the last after a stop, or else the last', () => {
    const day = [
      base(0, { snapshotId: 'late', startedAt: ago(hours(1)) }),
      stop(0, { snapshotId: 'stopped', startedAt: ago(hours(3)) }),
      stop(0, { snapshotId: 'stopped-before', startedAt: ago(hours(5)) }),
      base(0, { snapshotId: 'early', startedAt: ago(hours(8)) }),
    ];
    // A day later, when none of these is the newest any more.
    const next = each(2, (n) => base(-1, { snapshotId: `next-${n}`, startedAt: add(NOW, hours(20 + n)) }));
    const later = add(NOW, days(1));
    expect(kept(keeping(9), [...next, ...day], {}, later)).toEqual(['next-0', 'next-1', 'stopped']);
  });

  it('with more than one a day stay as many as are made in a day', () => {
    const often = Array.from({ length: 9 }, (_, n) =>
      base(0, { snapshotId: `snap-${n}`, startedAt: ago(hours(n)) }),
    );
    expect(kept(keeping(1, { everyHours: 6 }), often)).toEqual(['snap-0', 'snap-1', 'snap-2', 'snap-3']);
    expect(kept(keeping(1), often)).toEqual(['snap-0', 'snap-1']);
  });

  it('are told by tier, with how far back each goes', () => {
    const r = record({ definition: keeping(TIERS), snapshots: each(40, base), retention: {} });
    expect(
      tiersOfRecord(r, NOW).map(({ tier, keep, kept: points }) => [
        tier,
        keep,
        points.length,
        points.at(-1)?.snapshotId,
      ]),
    ).toEqual([
      ['daily', 7, 7, 'snap-6'],
      ['weekly', 4, 4, 'snap-16'],
      ['monthly', 3, 2, 'snap-24'],
    ]);
  });
});

const ofDay = (at: Instant): string => new Date(at).toISOString().slice(0, 10);

describe('rules that keep less', () => {
  const many = each(30, stop);
  const from = (definition: Definition, changes: Partial<RecordBody> = {}): RecordBody =>
    record({ definition, snapshots: many, retention: {}, ...changes });
  /** As `apply` leaves the record. */
  const changed = (r: RecordBody, definition: Definition, at: Instant = NOW): RecordBody => ({
    ...r,
    definition,
    retention: afterChange(r, definition, at),
  });
  const left = (r: RecordBody, at: Instant): number => many.length - surplusSnapshots(r, at).length;
  const WEEK = add(NOW, days(7));
  const almost = add(WEEK, minutes(-1));

  it('hold seven days later; until then nothing goes', () => {
    const r = changed(from(keeping(30)), keeping(1));
    expect(left(r, NOW)).toBe(30);
    expect(left(r, almost)).toBe(30);
    expect(mayHaveSurplus(r, almost)).toBe(false);
    expect(ids(losesByRules(r, NOW))).toEqual(ids(many.slice(2)));
    expect(loweredAt(r, NOW)).toBe(WEEK);
    // The newest two of any kind stay in any case.
    expect(left(r, WEEK)).toBe(2);
    expect(mayHaveSurplus(r, WEEK)).toBe(true);
    expect(loweredAt(r, WEEK)).toBeUndefined();
  });

  it('begin their seven days anew with each change of them', () => {
    const first = changed(from(keeping(30)), keeping(10));
    const third = add(NOW, days(3));
    const second = changed(first, keeping(5), third);
    expect(left(second, add(NOW, days(9)))).toBe(30);
    expect(left(second, add(third, days(7)))).toBe(5);
    // More than the one before, less than what holds: still a change after which something goes.
    const up = changed(first, keeping(12), third);
    expect(left(up, add(NOW, days(9)))).toBe(30);
    expect(left(up, add(third, days(7)))).toBe(12);
  });

  it('are taken back by the rules before, or by more', () => {
    for (const back of [keeping(30), keeping(31), keeping({ daily: 30, weekly: 4, monthly: 0 })]) {
      const r = changed(changed(from(keeping(30)), keeping(1)), back, add(NOW, days(3)));
      expect(r.retention).toEqual({});
      expect(left(r, add(NOW, days(30)))).toBe(30);
    }
  });

  it('are not put off by a change of something else', () => {
    const r = changed(from(keeping(30)), keeping(1));
    const other = changed(r, { ...keeping(1), stopGraceSeconds: 90 }, add(NOW, days(6)));
    expect(other.retention).toEqual(r.retention);
  });

  it.each<[string, Definition, Definition]>([
    ['a tier', keeping(TIERS), keeping({ ...TIERS, monthly: 0 })],
    ['days for weeks', keeping(30), keeping({ daily: 7, weekly: 52, monthly: 0 })],
    ['every', keeping(7, { everyHours: 6 }), keeping(7)],
    ['the days of volumes left behind', keeping(7, { supersededDays: 30 }), keeping(7)],
  ])('may be those of %s', (_what, before, after) => {
    const r = changed(from(before), after);
    expect(loweredAt(r, NOW)).toBe(WEEK);
    expect(rulesNow(r, almost)).toMatchObject({
      supersededDays: before.retention.supersededDays,
    });
    expect(rulesNow(r, WEEK)).toEqual(rulesNow(from(after), WEEK));
  });

  it('keep at once what they keep more of', () => {
    const r = changed(from(keeping(30)), keeping({ daily: 7, weekly: 0, monthly: 12 }));
    expect(rulesNow(r, NOW)).toMatchObject({ daily: 30, weekly: 0, monthly: 12 });
    // And what was added on the way is kept as long.
    const again = changed(r, keeping(7), add(NOW, days(2)));
    expect(rulesNow(again, add(NOW, days(8)))).toMatchObject({ daily: 30, monthly: 12 });
    expect(rulesNow(again, add(NOW, days(9)))).toMatchObject({ daily: 7, monthly: 0 });
  });

  it('do not let a volume go that was left behind', () => {
    const lineage = [
      {
        generation: 1,
        volumeId: VOLUME,
        zone: 'eu-west-1a',
        role: 'superseded' as const,
        since: ago(days(10)),
        promoted: true,
        tagged: true,
      },
    ];
    const home = { volumeId: COPY, zone: 'eu-west-1a', createdAt: ago(days(10)), fresh: false };
    const of = (definition: Definition) =>
      from(definition, {
        generation: 2,
        provedGeneration: 2,
        volume: home,
        lineage,
        snapshots: [stop(0, { generation: 2 })],
      });
    const r = changed(of(keeping(7, { supersededDays: 30 })), keeping(7));
    expect(mayHaveSurplus(r, almost)).toBe(false);
    expect(mayHaveSurplus(r, WEEK)).toBe(true);
  });
});

describe('a record of a version before the tiers', () => {
  const older = (snapshots: Snapshot[]): RecordBody => record({ definition: keeping(7), snapshots });
  const snaps = (snapshots: Snapshot[]) =>
    snapshots.map(({ snapshotId }) => snapshotView({ snapshotId, volumeId: VOLUME }));
  const disks = [
    volume({
      attachments: [{ instanceId: owner().instanceId, state: 'attached', deleteOnTermination: false }],
    }),
  ];

  it('loses nothing for seven days that it kept, from when the sweep first meets it', () => {
    const sameDay = each(7, (n) => stop(0, { snapshotId: `stop-${n}`, startedAt: ago(minutes(70 * n + 1)) }));
    const r = older(sameDay);
    expect(surplusSnapshots(r, NOW)).toEqual([]);
    expect(mayHaveSurplus(r, NOW)).toBe(true);
    const swept = decide(r, reading({ disks, snaps: snaps(sameDay) }), NOW, true);
    expect(swept.effect).toBeUndefined();
    expect(swept.sweeps).toBe(true);
    expect(swept.record.retention).toMatchObject({ until: add(NOW, days(7)), before: { stops: 7 } });
    expect(swept.history).toMatchObject([{ kind: 'retention' }]);
    expect(mayHaveSurplus(swept.record, add(NOW, days(6)))).toBe(false);
    expect(ids(surplusSnapshots(swept.record, add(NOW, days(7))))).toEqual(ids(sameDay.slice(2)));
  });

  it('where the tiers keep as much is left as it is', () => {
    const r = older(each(7, stop));
    expect(mayHaveSurplus(r, NOW)).toBe(false);
    const past = older(each(9, stop));
    const swept = decide(past, reading({ disks, snaps: snaps(past.snapshots) }), NOW, true);
    expect(swept.effect).toMatchObject({ kind: 'delete-snapshot' });
    expect(swept.record.retention).toBeUndefined();
  });

  it('keeps what it kept through a lowering', () => {
    const r = older(each(7, stop));
    const definition = keeping(1);
    const next = { ...r, definition, retention: afterChange(r, definition, NOW) };
    expect(surplusSnapshots(next, add(NOW, days(6)))).toEqual([]);
    expect(surplusSnapshots(next, add(NOW, days(7)))).toHaveLength(5);
  });
});

describe('a snapshot that an owner wants deleted', () => {
  const asked = (changes: Partial<Snapshot> = {}) =>
    stop(3, { snapshotId: SNAPSHOT, label: 'before 17.0', deleteRequestedAt: ago(minutes(2)), ...changes });
  const swept = (snapshots: Snapshot[], shown: Snapshot[], changes: Partial<RecordBody> = {}) =>
    decide(
      record({ definition: keeping(7), snapshots, retention: {}, ...changes }),
      reading({ snaps: shown.map(({ snapshotId }) => snapshotView({ snapshotId })) }),
      NOW,
      true,
    ).effect;

  it('goes, whoever made it', () => {
    const all = [stop(0), asked()];
    expect(swept(all, all)).toMatchObject({ kind: 'delete-snapshot', snapshotId: SNAPSHOT });
    const own = [stop(0), asked({ label: undefined })];
    expect(swept(own, own)).toMatchObject({ kind: 'delete-snapshot', snapshotId: SNAPSHOT });
  });

  it.each<[string, Snapshot[], Snapshot[], Partial<RecordBody>]>([
    ['no other is there', [stop(0), asked()], [asked()], {}],
    ['no other of its generation is', [stop(0), asked({ generation: 2 })], [stop(0), asked()], {}],
    [
      'it is to be restored',
      [stop(0), asked()],
      [stop(0), asked()],
      { restoreRequest: { snapshotId: SNAPSHOT, at: NOW } },
    ],
    ['a move is under way', [stop(0), asked()], [stop(0), asked()], { migration: migration() }],
  ])('stays while %s', (_what, snapshots, shown, changes) => {
    expect(swept(snapshots, shown, changes)?.kind).not.toBe('delete-snapshot');
  });
});

describe('the snapshot of the day', () => {
  const resting = (snapshots: Snapshot[], changes: Partial<RecordBody> = {}): RecordBody =>
    record({
      definition: keeping(7),
      state: 'parked',
      owner: undefined,
      writtenUntil: ago(days(2)),
      snapshots,
      retention: {},
      ...changes,
    });
  const alone = reading({ hosts: [], disks: [volume()] });
  /** Saturday: it rests. */
  const SATURDAY = add(NOW, days(4));
  const taken = (r: RecordBody, at: Instant = NOW, seen = reading()) => {
    const { effect } = decide(r, seen, at);
    return effect?.kind === 'snapshot' ? effect : undefined;
  };
  const serving = (snapshots: Snapshot[], changes: Partial<RecordBody> = {}) =>
    record({ definition: keeping(7), snapshots, retention: {}, ...changes });

  it('of a running service is due before a day is over, whatever moves and people made meanwhile', () => {
    expect(taken(serving([base(1)]))).toMatchObject({ purpose: 'base' });
    expect(taken(serving([base(1, { startedAt: ago(hours(23)) })]))).toBeUndefined();
    const lately = ago(hours(2));
    const others = [
      base(1, { snapshotId: 'move', kind: 'migration', startedAt: lately }),
      stop(1, { snapshotId: 'hand', label: 'before 17.0', startedAt: lately }),
    ];
    expect(taken(serving([base(1), ...others]))).toMatchObject({ purpose: 'base' });
  });

  it('comes as often as the definition says', () => {
    const definition = keeping(7, { everyHours: 6 });
    const at = (hoursAgo: number) => serving([base(0, { startedAt: ago(hours(hoursAgo)) })], { definition });
    expect(taken(at(5))).toBeUndefined();
    expect(taken(at(6))).toMatchObject({ purpose: 'base' });
  });

  it('is left to the stop if the hours end within the hour', () => {
    // 17:20 in Riga; the hours end at 18:00.
    const at = add(NOW, hours(6));
    const due = (definition: Definition, now: Instant) =>
      taken(
        serving([base(1)], { definition, owner: owner({ probedAt: now, grantUntil: add(now, days(1)) }) }),
        now,
      );
    const own = keeping(7);
    expect(due(own, at)).toBeUndefined();
    expect(due(own, add(NOW, hours(5)))).toMatchObject({ purpose: 'base' });
    expect(due(keeping(7, { afterStop: false }), at)).toMatchObject({ purpose: 'base' });
    const always = { ...own, schedule: { ...own.schedule, mode: 'always' as const, windows: [] } };
    expect(due(always, at)).toMatchObject({ purpose: 'base' });
  });

  it('that failed is tried again after an hour', () => {
    const failed = base(0, { snapshotId: 'failed', state: 'error', startedAt: ago(minutes(50)) });
    const r = (tried: Instant) => serving([base(2), failed], { lastBackupAt: tried });
    expect(taken(r(ago(minutes(50))))).toBeUndefined();
    expect(taken(r(ago(minutes(61))))).toMatchObject({ purpose: 'base' });
  });

  it('of a volume nobody wrote on since the last point is a repeat', () => {
    const stopped = stop(1, { startedAt: add(SATURDAY, days(-1)) });
    const since = { writtenUntil: add(SATURDAY, hours(-25)) };
    expect(taken(resting([stopped], since), SATURDAY, alone)).toMatchObject({
      purpose: 'base',
      repeat: true,
    });
    const written = taken(resting([stopped], { writtenUntil: SATURDAY }), SATURDAY, alone);
    expect(written).toMatchObject({ purpose: 'base', repeat: undefined });
    // A backup by hand has everything too, and an owner may delete it.
    const byHand = { ...stopped, label: 'before 17.0' };
    expect(taken(resting([byHand], since), SATURDAY, alone)?.repeat).toBeUndefined();
  });
});
