// What the record knows after a call: of a launch, a volume, a snapshot, a command, and of refusals of each.

import { describe, expect, it } from 'vitest';
import { add, hours, minutes, ms, seconds } from '../../shared/base/time.ts';
import { applyOutcome, type Outcome } from '../../shared/decide/outcome.ts';
import type { LaunchResult } from '../../shared/port/cloud.ts';
import type { Effect } from '../../shared/record/effect.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { creatingBlank, creatingCopy, intent, launching as launchOf, snapshotting } from './intents.ts';
import {
  ago,
  COPY,
  candidate,
  former,
  inFlight,
  migration,
  NOW,
  OWNER,
  owner,
  record,
  SNAPSHOT,
  SUCCESSOR,
  VOLUME,
} from './scene.ts';

type Purpose = Extract<Effect, { kind: 'snapshot' }>['purpose'];

const became = (r: RecordBody, effect: Effect, outcome: Outcome): RecordBody => {
  applyOutcome(r, { effect, outcome, now: NOW, freshId: 'fresh' });
  return r;
};

describe('a launch', () => {
  const LAUNCH = launchOf();
  const asked = candidate({ instanceId: undefined, launchedAt: undefined, onlineAt: undefined });
  const launching = (changes: Partial<RecordBody> = {}) =>
    record({ owner: undefined, state: 'launching', candidate: asked, intent: intent(LAUNCH), ...changes });
  const got = { instanceId: SUCCESSOR, instanceType: 'm7a.large', zone: 'eu-west-1a' };
  const answered = (r: RecordBody, result: LaunchResult) => became(r, LAUNCH, { kind: 'launched', result });
  const refusal = (kind: LaunchResult['errors'][number]['kind'], instanceType?: string): LaunchResult => ({
    errors: [{ code: 'X', message: 'x', kind, instanceType }],
  });

  it('that gave an instance is remembered with it', () => {
    const r = answered(
      launching({ launches: [ago(hours(1)), ago(ms(3_599_999))], refusedSince: ago(minutes(1)) }),
      {
        instance: got,
        errors: [],
      },
    );
    expect(r.intent).toBeUndefined();
    expect(r.candidate).toMatchObject({ instanceId: SUCCESSOR, instanceType: 'm7a.large' });
    expect(r.launches).toEqual([ago(ms(3_599_999)), NOW]);
    expect(r.refusedSince).toBeUndefined();
  });

  it('on demand says nothing about the zone’s spot capacity', () => {
    const r = launching({
      candidate: { ...asked, purchase: 'on-demand' },
      refusedSince: ago(minutes(1)),
    });
    expect(answered(r, { instance: got, errors: [] }).refusedSince).toBe(ago(minutes(1)));
    const refused = launching({ candidate: { ...asked, purchase: 'on-demand' } });
    expect(answered(refused, refusal('capacity', 'm7i.large')).refusedSince).toBeUndefined();
  });

  it('whose candidate is gone leaves no trace but its intent’s end', () => {
    const r = answered(launching({ candidate: undefined }), { instance: got, errors: [] });
    expect(r.intent).toBeUndefined();
    expect(r.candidate).toBeUndefined();
    expect(r.launches).toEqual([]);
  });

  it('refused for capacity at home begins the time after which the zone may be left', () => {
    const r = answered(launching(), refusal('capacity', 'm7i.large'));
    expect(r.candidate).toBeUndefined();
    expect(r.refusedSince).toBe(NOW);
    expect(r.launchPause).toBeUndefined();
    const later = answered(launching({ refusedSince: ago(minutes(2)) }), refusal('capacity', 'm7i.large'));
    expect(later.refusedSince).toBe(ago(minutes(2)));
    const away = launching({ candidate: { ...asked, zone: 'eu-west-1b' } });
    expect(answered(away, refusal('capacity', 'm7i.large')).refusedSince).toBeUndefined();
  });

  it('refused before there is data blames the first zone of the definition alone', () => {
    const first = launching({ volume: undefined });
    expect(answered(first, refusal('capacity')).refusedSince).toBe(NOW);
    const other = launching({ volume: undefined, candidate: { ...asked, zone: 'eu-west-1b' } });
    expect(answered(other, refusal('capacity')).refusedSince).toBeUndefined();
    const given = launching({ volume: undefined, candidate: { ...asked, zone: 'eu-west-1b' } });
    given.definition = {
      ...given.definition,
      volume: { ...given.definition.volume, kind: 'adopt' } as never,
    };
    expect(answered(given, refusal('capacity')).refusedSince).toBe(NOW);
  });

  it('refused for another reason, or none, pauses', () => {
    const pause = { until: add(NOW, seconds(30)), why: 'another try at a launch' };
    expect(answered(launching(), refusal('other')).launchPause).toEqual(pause);
    expect(answered(launching(), { errors: [] }).launchPause).toEqual(pause);
    const quota = { until: add(NOW, minutes(5)), why: 'an account limit to be freed' };
    expect(answered(launching(), refusal('quota')).launchPause).toEqual(quota);
    expect(answered(launching(), refusal('quota')).refusedSince).toBeUndefined();
  });

  it('ends a pause that is over, and no other', () => {
    const over = { until: NOW, why: 'x' };
    expect(
      answered(launching({ launchPause: over }), { instance: got, errors: [] }).launchPause,
    ).toBeUndefined();
    const on = { until: add(NOW, ms(1)), why: 'x' };
    expect(answered(launching({ launchPause: on }), { instance: got, errors: [] }).launchPause).toEqual(on);
  });

  describe('in another zone', () => {
    const away = { ...asked, zone: 'eu-west-1b' };
    const there = { instance: { ...got, zone: 'eu-west-1b' }, errors: [] };

    it('begins a migration under a number of its own', () => {
      const r = answered(launching({ candidate: away, refusedSince: ago(minutes(4)) }), there);
      expect(r.lastGeneration).toBe(2);
      expect(r.generation).toBe(1);
      expect(r.migration).toEqual({
        migrationId: 'fresh',
        newGeneration: 2,
        fromVolume: VOLUME,
        fromZone: 'eu-west-1a',
        toZone: 'eu-west-1b',
        phase: 'securing',
        startedAt: NOW,
        phaseAt: NOW,
        reason: 'no capacity in eu-west-1a',
        requested: undefined,
        snapshotAttempt: 0,
        volumeAttempt: 0,
      });
      expect(r.refusedSince).toBe(ago(minutes(4)));
    });

    it('that a person asked for says so', () => {
      const moveRequest = { toZone: 'eu-west-1b', at: ago(minutes(1)) };
      const r = answered(launching({ candidate: away, moveRequest, owner: owner() }), there);
      expect(r.migration).toMatchObject({ requested: true, reason: 'the operator requested it' });
    });

    it('leaves an owner that serves alone', () => {
      expect(answered(launching({ candidate: away, owner: owner() }), there).migration).toBeUndefined();
      const other = { toZone: 'eu-west-1c', at: ago(minutes(1)) };
      expect(
        answered(launching({ candidate: away, owner: owner(), moveRequest: other }), there).migration,
      ).toBeUndefined();
      const draining = owner({ draining: { since: ago(seconds(5)), reason: 'warned' } });
      expect(answered(launching({ candidate: away, owner: draining }), there).migration).toBeDefined();
    });

    it('begins none without data, and none beside another', () => {
      const none = answered(launching({ candidate: away, volume: undefined }), there);
      expect(none.migration).toBeUndefined();
      expect(none.lastGeneration).toBe(1);
      const under = migration();
      const elsewhere = candidate({ zone: 'eu-west-1c', instanceId: undefined });
      const sent = (changes: Parameters<typeof migration>[0]) =>
        answered(launching({ candidate: elsewhere, migration: migration(changes) }), there).migration?.toZone;
      // A snapshot becomes a volume in any zone, until the copy is asked for.
      expect(sent({ phase: 'snapshotting' })).toBe('eu-west-1c');
      expect(sent({ phase: 'freezing' })).toBe('eu-west-1c');
      expect(sent({ phase: 'copying' })).toBe('eu-west-1b');
      expect(sent({ phase: 'snapshotting', requested: true })).toBe('eu-west-1b');
      expect(answered(launching({ candidate: away, migration: under }), there).migration).toEqual(under);
    });

    it('leaves a volume behind that was never formatted: another is made there', () => {
      const blank = { ...record().volume, volumeId: VOLUME, zone: 'eu-west-1a', createdAt: NOW, fresh: true };
      const dataset = { ...record().dataset, formatted: false, formatSentAt: ago(minutes(1)) };
      const r = answered(launching({ candidate: away, volume: blank, dataset }), there);
      expect(r.migration).toBeUndefined();
      expect(r.volume).toBeUndefined();
      expect(r.dataset.formatSentAt).toBeUndefined();
      expect(r.candidate?.purpose).toBe('start');
      expect(r.lineage).toEqual([
        {
          generation: 1,
          volumeId: VOLUME,
          zone: 'eu-west-1a',
          role: 'superseded',
          since: NOW,
          promoted: false,
        },
      ]);
      const formatted = { ...dataset, formatted: true };
      expect(
        answered(launching({ candidate: away, volume: blank, dataset: formatted }), there).migration,
      ).toBeDefined();
      const old = { ...blank, fresh: false };
      expect(answered(launching({ candidate: away, volume: old, dataset }), there).migration).toBeDefined();
    });
  });
});

describe('pools', () => {
  const LAUNCH = launchOf();
  const asked = candidate({
    instanceId: undefined,
    instanceTypes: ['m7i.large', 'm7a.large'],
  });
  const pools = (
    errors: LaunchResult['errors'],
    before: RecordBody['unavailablePools'] = [],
    got = false,
  ) => {
    const instance = { instanceId: SUCCESSOR, instanceType: 'm7a.large', zone: 'eu-west-1a' };
    const r = record({ owner: undefined, candidate: asked, unavailablePools: before });
    return became(r, LAUNCH, { kind: 'launched', result: { errors, ...(got && { instance }) } })
      .unavailablePools;
  };
  const I = 'm7i.large|eu-west-1a|spot';
  const A = 'm7a.large|eu-west-1a|spot';
  const capacity = { code: 'X', message: 'x', kind: 'capacity' as const };

  it('that refused are asked again after 45 s, later after more refusals, up to four minutes', () => {
    expect(pools([{ ...capacity, instanceType: 'm7i.large' }])).toEqual([
      { pool: I, until: add(NOW, seconds(45)), refusals: 1 },
    ]);
    const next = (refusals: number) =>
      pools([{ ...capacity, instanceType: 'm7i.large' }], [{ pool: I, until: NOW, refusals }])[0];
    expect(next(2)).toEqual({ pool: I, until: add(NOW, seconds(45)), refusals: 3 });
    expect(next(3)).toEqual({ pool: I, until: add(NOW, seconds(90)), refusals: 4 });
    expect(next(6)).toEqual({ pool: I, until: add(NOW, seconds(180)), refusals: 7 });
    expect(next(9)).toEqual({ pool: I, until: add(NOW, minutes(4)), refusals: 10 });
    expect(next(20)).toEqual({ pool: I, until: add(NOW, minutes(4)), refusals: 20 });
  });

  it('are all refused by an answer that names none, unless an instance came', () => {
    expect(pools([capacity]).map(({ pool }) => pool)).toEqual([I, A]);
    expect(pools([capacity], [], true)).toEqual([]);
  });

  it('that cannot serve at all are left out for six hours', () => {
    const errors = [{ code: 'X', message: 'x', kind: 'pool-unusable' as const, instanceType: 'm7a.large' }];
    expect(pools(errors)).toEqual([{ pool: A, until: add(NOW, hours(6)), refusals: 1 }]);
    expect(pools(errors, [{ pool: A, until: NOW, refusals: 4 }])[0]?.refusals).toBe(5);
  });

  it('that gave an instance are open again; others stay as they are', () => {
    const other = { pool: 'm7i.large|eu-west-1b|spot', until: add(NOW, minutes(1)), refusals: 2 };
    expect(pools([], [{ pool: A, until: add(NOW, minutes(1)), refusals: 2 }, other], true)).toEqual([other]);
  });

  it('are forgotten an hour after they opened; sixty are kept', () => {
    const old = (until: number) => pools([], [{ pool: 'x', until: until as never, refusals: 1 }]);
    expect(old(NOW - 3_600_000)).toEqual([]);
    expect(old(NOW - 3_599_999)).toHaveLength(1);
    const many = Array.from({ length: 70 }, (_, i) => ({
      pool: `p${i}`,
      until: add(NOW, minutes(1)),
      refusals: 1,
    }));
    const kept = pools([], many);
    expect(kept).toHaveLength(60);
    expect(kept[0]?.pool).toBe('p10');
  });
});

describe('a volume', () => {
  const { request } = creatingCopy();
  const BLANK = creatingBlank({ generation: 3, request: { ...request, sizeGiB: 33 } });
  const MOVED = creatingCopy({ request: { ...request, sizeGiB: 33 } });
  const made: Outcome = { kind: 'volume-created', volumeId: COPY };

  it('that is blank is the dataset’s, under the number that was written down', () => {
    const r = record({
      owner: undefined,
      volume: undefined,
      lastGeneration: 4,
      intent: intent(BLANK),
    });
    became(r, BLANK, made);
    expect(r.intent).toBeUndefined();
    expect(r).toMatchObject({
      generation: 3,
      volume: { volumeId: COPY, zone: 'eu-west-1b', createdAt: NOW, fresh: true },
      dataset: { sizeGiB: 33 },
    });
  });

  it('of a migration is its copy, and nothing else changes', () => {
    const r = record({ migration: migration({ phase: 'copying' }), intent: intent(MOVED) });
    became(r, MOVED, made);
    expect(r.intent).toBeUndefined();
    expect(r.migration?.newVolumeId).toBe(COPY);
    expect(r.volume?.volumeId).toBe(VOLUME);
    expect(r.dataset.sizeGiB).toBe(20);
  });

  it.each<[string, Effect, RecordBody]>([
    ['of a migration that is over', MOVED, record()],
    ['of another migration', MOVED, record({ migration: migration({ migrationId: 'migration-2' }) })],
    ['that is blank where there is one', BLANK, record()],
  ])('%s is left behind, not forgotten', (_name, effect, r) => {
    const { lineage, volume: home, migration: under, generation } = became(r, effect, made);
    expect(lineage).toMatchObject([
      { volumeId: COPY, zone: 'eu-west-1b', role: 'superseded', promoted: false, since: NOW },
    ]);
    expect([home?.volumeId, under?.newVolumeId, generation]).toEqual([VOLUME, undefined, 1]);
  });

  it('that is refused takes its migration back to the snapshot', () => {
    const r = record({ migration: migration({ phase: 'copying', phaseAt: ago(minutes(1)) }) });
    became(r, MOVED, { kind: 'refused', error: 'quota', code: 'X', message: 'x' });
    expect(r.migration).toMatchObject({ phase: 'snapshotting', phaseAt: NOW });
    const blank = record({ migration: migration({ phase: 'copying' }) });
    became(blank, BLANK, { kind: 'refused', error: 'quota', code: 'X', message: 'x' });
    expect(blank.migration?.phase).toBe('copying');
  });
});

describe('a snapshot', () => {
  const of = (purpose: Purpose, more: { label?: string; repeat?: boolean } = {}) =>
    snapshotting(purpose, { migrationId: purpose === 'migration' ? 'migration-1' : undefined, ...more });
  const made: Outcome = { kind: 'snapshot-created', snapshotId: SNAPSHOT };
  const taking = (purpose: Purpose, changes: Partial<RecordBody> = {}) =>
    record({
      intent: intent(of(purpose)),
      owner: undefined,
      backupDue: true,
      backupRequest: { at: ago(minutes(1)) },
      ...changes,
    });
  const entry = {
    snapshotId: SNAPSHOT,
    generation: 1,
    volumeId: VOLUME,
    startedAt: NOW,
    state: 'pending',
    unproved: undefined,
  };

  it('of a migration is the one it waits for', () => {
    const r = became(
      taking('migration', { migration: migration({ phase: 'snapshotting' }) }),
      of('migration'),
      made,
    );
    expect(r.intent).toBeUndefined();
    expect(r.migration?.snapshotId).toBe(SNAPSHOT);
    expect(r.snapshots.at(-1)).toEqual({ ...entry, kind: 'migration' });
    expect(r).toMatchObject({ backupDue: true, backupRequest: { at: ago(minutes(1)) } });
    expect(r.snapshots).toHaveLength(2);
  });

  it('of an earlier migration, answered late, is listed and nothing more', () => {
    const later = migration({ migrationId: 'migration-2', phase: 'snapshotting' });
    const r = became(taking('migration', { migration: later }), of('migration'), made);
    expect(r.migration?.snapshotId).toBeUndefined();
    expect(r.snapshots.at(-1)).toEqual({ ...entry, kind: 'migration' });
    const has = became(
      taking('migration', { migration: { ...later, snapshotId: 'snap-own' } }),
      of('migration'),
      made,
    );
    expect(has.migration?.snapshotId).toBe('snap-own');
  });

  it('from before the last writes is no backup after the stop, and not the last one of a destroyed workload', () => {
    const destroyed = { at: ago(seconds(2)), keepSnapshots: true };
    const asked = { backupRequest: { at: ago(minutes(1)) } };
    const early = became(taking('backup', { destroyed, ...asked }), of('backup'), made);
    expect(early.destroyed?.snapshotId).toBeUndefined();
    const written = { destroyed: { ...destroyed, at: ago(minutes(1)) }, ...asked };
    for (const changes of [{ writtenUntil: ago(seconds(2)) }, { owner: owner() }]) {
      const r = became(taking('backup', { ...written, ...changes }), of('backup'), made);
      expect(r.destroyed?.snapshotId).toBeUndefined();
      expect(r).toMatchObject({ backupDue: true, ...asked });
      expect(r.snapshots.at(-1)).toEqual({ ...entry, kind: 'backup' });
    }
    // It vanished meanwhile, and nothing proves yet when it ended.
    const gone = became(
      taking('backup', { leaving: [former({ since: ago(seconds(2)) })] }),
      of('backup'),
      made,
    );
    expect(gone.backupDue).toBe(true);
    const since = became(taking('backup', { owner: owner({ since: ago(seconds(2)) }) }), of('backup'), made);
    expect(since.backupDue).toBe(false);
    const wish = { backupRequest: { at: ago(seconds(2)) } };
    expect(became(taking('backup', wish), of('backup', { label: 'x' }), made).backupRequest).toEqual(
      wish.backupRequest,
    );
  });

  it('asked for before the first start is marked so, however late its answer', () => {
    const first = snapshotting('base', { unproved: true });
    expect(became(taking('base'), first, made).snapshots.at(-1)?.unproved).toBe(true);
  });

  it('after a stop is the backup that was due, and the last one of a destroyed workload', () => {
    const destroyed = { at: ago(minutes(1)), keepSnapshots: true };
    const r = became(taking('backup', { destroyed }), of('backup'), made);
    expect(r).toMatchObject({ backupDue: false, backupRequest: { at: ago(minutes(1)) } });
    expect(r.destroyed?.snapshotId).toBe(SNAPSHOT);
    expect(r.snapshots.at(-1)).toEqual({ ...entry, kind: 'backup' });
  });

  it('by hand answers the request for one, under its label, and not the backup that is due after a stop', () => {
    const r = became(taking('backup'), of('backup', { label: 'before 17.0' }), made);
    expect(r).toMatchObject({ backupDue: true, backupRequest: undefined });
    expect(r.snapshots.at(-1)).toEqual({ ...entry, kind: 'backup', label: 'before 17.0' });
  });

  it('in which nothing is new is marked so', () => {
    const r = became(taking('base'), of('base', { repeat: true }), made);
    expect(r.snapshots.at(-1)).toEqual({ ...entry, kind: 'base', repeat: true });
  });

  it('of the day changes no migration and no backup', () => {
    const r = became(taking('base', { migration: migration({ phase: 'snapshotting' }) }), of('base'), made);
    expect(r.snapshots.at(-1)).toEqual({ ...entry, kind: 'base' });
    expect(r.migration?.snapshotId).toBeUndefined();
    expect(r.backupDue).toBe(true);
  });

  it('of a volume that was never started is marked so', () => {
    const r = became(taking('base', { provedGeneration: 0 }), of('base'), made);
    expect(r.snapshots.at(-1)?.unproved).toBe(true);
  });

  it('is recorded once', () => {
    const [base] = record().snapshots;
    const r = became(
      taking('base', { snapshots: base ? [base, { ...base, snapshotId: SNAPSHOT }] : [] }),
      of('base'),
      made,
    );
    expect(r.snapshots.map(({ snapshotId }) => snapshotId)).toEqual(['snap-base', SNAPSHOT]);
    expect(r.snapshots.at(-1)?.state).toBe('pending');
  });

  it('without an intent is nobody’s', () => {
    expect(became(record(), of('base'), made).snapshots).toHaveLength(1);
  });

  it('that is refused lets its migration ask again', () => {
    const refused: Outcome = { kind: 'refused', error: 'throttled', code: 'X', message: 'x' };
    const moving = () => record({ migration: migration({ phase: 'snapshotting' }) });
    expect(became(moving(), of('migration'), refused).migration?.phase).toBe('freezing');
    expect(became(moving(), of('base'), refused).migration?.phase).toBe('snapshotting');
  });
});

describe('a refusal', () => {
  const refused = (effect: Effect, error: 'quota' | 'throttled' | 'capacity' | 'not-found', r = record()) =>
    became({ ...r, intent: intent(effect) }, effect, {
      kind: 'refused',
      error,
      code: 'X',
      message: 'x',
    });
  const DETACH: Effect = { kind: 'detach', volumeId: VOLUME, instanceId: OWNER };
  const LAUNCH = launchOf();

  it('rests for a quarter of a minute, of an account limit for one', () => {
    expect(refused(DETACH, 'throttled')).toMatchObject({
      intent: undefined,
      refusal: { effect: 'detach', until: add(NOW, seconds(15)) },
    });
    expect(refused(DETACH, 'quota').refusal?.until).toBe(add(NOW, seconds(60)));
    expect(refused(DETACH, 'quota').launchPause).toBeUndefined();
    expect(refused(DETACH, 'quota', record({ candidate: candidate() })).candidate).toBeDefined();
  });

  it('of a launch pauses launches, unless it is for capacity', () => {
    const r = record({ candidate: candidate() });
    expect(refused(LAUNCH, 'throttled', r)).toMatchObject({
      candidate: undefined,
      launchPause: { until: add(NOW, seconds(30)), why: 'another try at a launch (throttled)' },
    });
    expect(refused(LAUNCH, 'quota', r).launchPause).toEqual({
      until: add(NOW, seconds(300)),
      why: 'an account limit to be freed',
    });
    expect(refused(LAUNCH, 'capacity', r).launchPause).toBeUndefined();
  });

  it.each(['throttled', 'quota', 'capacity', 'pool-unusable', 'denied'] as const)(
    'of kind %s says nothing of an earlier try that was lost: what may have been made stays written down',
    (error) => {
      const again = { ...intent(LAUNCH), again: true };
      const r = record({ candidate: candidate({ instanceId: undefined }), intent: again });
      became(r, LAUNCH, { kind: 'refused', error, code: 'X', message: 'x' });
      expect(r.intent).toEqual(again);
      expect(r.candidate).toBeDefined();
      expect(r.refusal?.effect).toBe('launch');
      const moving = record({
        migration: migration({ phase: 'copying' }),
        intent: { ...intent(creatingCopy()), again: true },
      });
      became(moving, creatingCopy(), { kind: 'refused', error, code: 'X', message: 'x' });
      expect(moving.migration?.phase).toBe('copying');
    },
  );

  it.each(['token-burned', 'invalid', 'not-found'] as const)('of kind %s is the end of it', (error) => {
    const r = record({
      candidate: candidate({ instanceId: undefined }),
      intent: { ...intent(LAUNCH), again: true },
    });
    became(r, LAUNCH, { kind: 'refused', error, code: 'X', message: 'x' });
    expect(r.intent).toBeUndefined();
    expect(r.candidate).toBeUndefined();
  });

  it('to delete what is gone already is as good as a yes, of a snapshot alone', () => {
    const gone = refused({ kind: 'delete-snapshot', snapshotId: 'snap-base' }, 'not-found');
    expect(gone.snapshots).toEqual([]);
    expect(gone.refusal).toBeUndefined();
    expect(refused(DETACH, 'not-found').refusal).toBeDefined();
    expect(refused({ kind: 'delete-snapshot', snapshotId: 'snap-base' }, 'throttled').snapshots).toHaveLength(
      1,
    );
  });
});

describe('a yes', () => {
  const accepted = (effect: Effect, r = record()) =>
    became({ ...r, intent: intent(effect) }, effect, { kind: 'accepted' });
  const TERMINATE: Effect = { kind: 'terminate', instanceId: OWNER, force: false };

  it('to a terminate is remembered with owner and leaving, the first time', () => {
    const r = accepted(
      TERMINATE,
      record({
        leaving: [
          former({ terminateAcceptedAt: undefined }),
          former({ instanceId: SUCCESSOR, terminateAcceptedAt: undefined }),
        ],
      }),
    );
    expect(r.intent).toBeUndefined();
    expect(r.owner?.terminateAcceptedAt).toBe(NOW);
    expect(r.leaving.map((one) => one.terminateAcceptedAt)).toEqual([NOW, undefined]);
    const before = ago(minutes(3));
    const again = accepted(
      TERMINATE,
      record({
        owner: owner({ terminateAcceptedAt: before }),
        leaving: [former({ terminateAcceptedAt: before })],
      }),
    );
    expect(again.owner?.terminateAcceptedAt).toBe(before);
    expect(again.leaving[0]?.terminateAcceptedAt).toBe(before);
    const other = accepted({ ...TERMINATE, instanceId: SUCCESSOR });
    expect(other.owner?.terminateAcceptedAt).toBeUndefined();
  });

  it('to the deletion of a snapshot takes it from the record', () => {
    expect(accepted({ kind: 'delete-snapshot', snapshotId: 'snap-base' }).snapshots).toEqual([]);
    expect(accepted({ kind: 'delete-snapshot', snapshotId: 'snap-x' }).snapshots).toHaveLength(1);
    expect(accepted(TERMINATE).snapshots).toHaveLength(1);
  });

  it('to the move of an address is its owner’s', () => {
    const to = (instanceId: string) =>
      accepted({ kind: 'associate-address', allocationId: 'eipalloc-1', instanceId }).owner?.addressAt;
    expect(to(OWNER)).toBe(NOW);
    expect(to(SUCCESSOR)).toBeUndefined();
    expect(accepted(TERMINATE).owner?.addressAt).toBeUndefined();
  });

  it('to a command gives it its id', () => {
    const effect: Effect = { kind: 'command', document: 'start', instanceId: OWNER, parameters: {} };
    const sent: Outcome = { kind: 'command-sent', commandId: 'command-9' };
    const r = became(
      record({ command: inFlight('start', { commandId: undefined }), intent: intent(effect) }),
      effect,
      sent,
    );
    expect(r.intent).toBeUndefined();
    expect(r.command).toMatchObject({ document: 'start', commandId: 'command-9' });
    expect(became(record(), effect, sent).command).toBeUndefined();
  });
});

describe('a command', () => {
  const COMMAND: Effect = { kind: 'command', document: 'format', instanceId: OWNER, parameters: {} };
  const no: Outcome = { kind: 'refused', error: 'throttled', code: 'X', message: 'x' };

  it('counts the sends that were refused, and no others', () => {
    const once = became(record({ command: inFlight('format') }), COMMAND, no);
    expect(once.command?.refused).toBe(1);
    expect(became(once, COMMAND, no).command?.refused).toBe(2);
    expect(became(once, COMMAND, { kind: 'lost', code: 'X' }).command?.refused).toBe(2);
    const other: Effect = { kind: 'detach', volumeId: VOLUME, instanceId: OWNER };
    expect(became(record({ command: inFlight('format') }), other, no).command?.refused).toBeUndefined();
    expect(became(record(), COMMAND, no).command).toBeUndefined();
  });
});

describe('no answer', () => {
  it('leaves the intent: the call may have been made', () => {
    const r = record({ intent: intent(launchOf()), candidate: candidate() });
    const same = structuredClone(r);
    expect(became(r, launchOf(), { kind: 'lost', code: 'X' })).toEqual(same);
  });
});
