// What somebody deleted by hand, or EC2 took back, is in no listing any more: it is waited for for a while, then the loop
// goes on without it. And moves that would wait without end are not begun.

import { describe, expect, it } from 'vitest';
import {
  add,
  days,
  hours,
  type Instant,
  instant,
  type Ms,
  minutes,
  ms,
  seconds,
} from '../../shared/base/time.ts';
import { FAILED_SNAPSHOTS } from '../../shared/decide/turn/limits.ts';
import { endedHold } from '../../shared/operate/edit.ts';
import type { InstanceView, SnapshotView, VolumeView } from '../../shared/port/cloud.ts';
import type { Lineage, Migration, RecordBody, Snapshot } from '../../shared/record/record.ts';
import {
  ago,
  attachedTo,
  backupTaken,
  COPY,
  candidate,
  copy,
  decide,
  effectsOf,
  former,
  instance,
  migration,
  NIGHT,
  NOW,
  OWNER,
  owner,
  reading,
  record,
  refusedPools,
  type Seen,
  SNAPSHOT,
  SUCCESSOR,
  snapshotView,
  UNKNOWN,
  VOLUME,
  volume,
} from './scene.ts';

/** Turns on a reading that stays, an effect's outcome never known; until something happens or `lasts` is over. */
const turns = (
  start: RecordBody,
  seen: Seen,
  { lasts, every = seconds(20), from = NOW }: { lasts: Ms; every?: Ms; from?: Instant },
) => {
  let r = start;
  let last = decide(r, reading(seen), from);
  for (let at = from; at <= from + lasts; at = add(at, every)) {
    last = decide(r, reading(seen), at);
    r = { ...last.record, intent: undefined };
    if (last.effect) break;
  }
  return { ...last, record: r };
};

const there = candidate({ purpose: 'migration', zone: 'eu-west-1b' });
const frozen = volume({ tags: { 'spotkeep:role': 'frozen' } });
const ofMove = (changes: Partial<Snapshot> = {}): Snapshot =>
  backupTaken({ kind: 'migration', startedAt: ago(minutes(2)), state: 'pending', ...changes });
const moving = (changes: Partial<Migration> = {}, more: Partial<RecordBody> = {}): RecordBody =>
  record({
    state: 'snapshotting',
    owner: undefined,
    candidate: there,
    lastGeneration: 2,
    migration: migration({
      phase: 'snapshotting',
      snapshotId: SNAPSHOT,
      snapshotAttempt: 1,
      frozenAt: ago(minutes(2)),
      phaseAt: NOW,
      ...changes,
    }),
    snapshots: [ofMove()],
    ...more,
  });
const during = (disks: VolumeView[], snaps?: SnapshotView[]): Seen => ({
  hosts: [instance(SUCCESSOR, { zone: 'eu-west-1b' })],
  disks,
  ...(snaps && { snaps }),
});

describe('a snapshot that vanished', () => {
  it('is waited for for six minutes and three readings, then another is made', () => {
    const seen = during([frozen], []);
    const early = turns(moving(), seen, { lasts: ms(minutes(6) - 1) });
    expect(early.effect).toBeUndefined();
    expect(early.record.migration).toMatchObject({ phase: 'snapshotting', snapshotId: SNAPSHOT });
    const late = turns(moving(), seen, { lasts: minutes(7) });
    expect(late.effect).toMatchObject({ kind: 'snapshot', purpose: 'migration', volumeId: VOLUME });
    expect(late.record.snapshots).toMatchObject([{ snapshotId: SNAPSHOT, state: 'error' }]);
    // Two readings are not three, however far apart.
    const seldom = turns(moving(), seen, { lasts: minutes(6), every: minutes(6) });
    expect(seldom.effect).toBeUndefined();
    expect(turns(moving(), { ...seen, snapshots: UNKNOWN }, { lasts: minutes(9) }).effect).toBeUndefined();
  });

  it('counts anew when one reading shows it', () => {
    const missed = turns(moving(), during([frozen], []), { lasts: minutes(5) }).record;
    expect(missed.snapshots[0]?.missing?.readings).toBeGreaterThan(3);
    const shown = during([frozen], [snapshotView({ state: 'pending' })]);
    expect(decide(missed, reading(shown), add(NOW, minutes(6))).record.snapshots[0]?.missing).toBeUndefined();
  });

  it('is made again too where it was completed before the copy was made of it', () => {
    const r = moving({}, { snapshots: [ofMove({ state: 'completed' })] });
    const late = turns(r, during([frozen], []), { lasts: minutes(7) });
    expect(late.effect).toMatchObject({ kind: 'snapshot', purpose: 'migration' });
  });

  it('does not stand in the way of the next backup', () => {
    const pending = backupTaken({ state: 'pending', startedAt: ago(minutes(2)) });
    const r = record({ owner: undefined, state: 'parked', snapshots: [pending] });
    const seen: Seen = { hosts: [], disks: [volume()], snaps: [] };
    const late = turns(r, seen, { lasts: minutes(20), every: minutes(2), from: NIGHT });
    expect(late.record.snapshots[0]?.state).toBe('error');
    expect(late.effect).toMatchObject({ kind: 'snapshot', purpose: 'backup' });
  });

  it('that is completed and that nothing waits for is left as it is', () => {
    const r = record({ snapshots: [backupTaken()] });
    expect(turns(r, { snaps: [] }, { lasts: minutes(9) }).record.snapshots).toEqual([backupTaken()]);
  });
});

describe('a snapshot of another move', () => {
  it('is never made a copy of, whatever the record says', () => {
    const foreign = snapshotView({ tags: { 'spotkeep:migration': 'migration-0' } });
    const planned = decide(moving(), reading(during([frozen], [foreign])));
    expect(planned.effect).toBeUndefined();
    expect(planned.record.migration).toMatchObject({ phase: 'freezing', snapshotId: undefined });
    expect(decide(moving(), reading(during([frozen], [snapshotView({ tags: {} })]))).effect).toBeUndefined();
  });

  it('is asked for under the move’s id', () => {
    const r = moving({ phase: 'freezing', snapshotId: 'snap-stale' }, { snapshots: [] });
    const planned = decide(r, reading(during([frozen])));
    expect(planned.effect).toMatchObject({
      kind: 'snapshot',
      volumeId: VOLUME,
      purpose: 'migration',
      migrationId: 'migration-1',
      generation: 1,
      unproved: undefined,
    });
    expect(planned.record.intent?.effect).toEqual(planned.effect);
    expect(planned.record.migration?.snapshotId).toBeUndefined();
    const unproved = decide({ ...r, provedGeneration: 0 }, reading(during([frozen])));
    expect(unproved.effect).toMatchObject({ unproved: true });
  });
});

describe('snapshots that fail', () => {
  const failing = during([frozen], [snapshotView({ state: 'error' })]);
  const pauseAfter = (before: number): number => {
    const errors = Array.from({ length: before }, (_, index) =>
      ofMove({ snapshotId: `snap-${index}`, state: 'error' }),
    );
    const r = decide(moving({}, { snapshots: [...errors, ofMove()] }), reading(failing)).record;
    return ((r.refusal?.until ?? 0) - NOW) / 1000;
  };

  it('are made again at growing intervals, up to ten minutes', () => {
    expect([0, 1, 2, 4, 5, 9].map(pauseAfter)).toEqual([5, 15, 45, 405, 600, 600]);
    const waiting = decide(moving(), reading(failing)).record;
    expect(waiting.refusal?.effect).toBe('snapshot');
    const again = (at: Instant) => decide(waiting, reading(failing), at).effect?.kind;
    expect(again(add(NOW, ms(4_999)))).toBeUndefined();
    expect(again(add(NOW, seconds(5)))).toBe('snapshot');
    // One that was completed ends the count.
    const good = ofMove({ snapshotId: 'snap-good', state: 'completed', startedAt: ago(minutes(1)) });
    const r = moving({}, { snapshots: [ofMove({ snapshotId: 'snap-old', state: 'error' }), good, ofMove()] });
    expect(decide(r, reading(failing)).record.refusal?.until).toBe(add(NOW, seconds(5)));
  });

  it('call a person after fifteen, whose resume begins the count anew', () => {
    const before = moving({ snapshotAttempt: FAILED_SNAPSHOTS - 2 });
    expect(decide(before, reading(failing)).record.hold).toBeUndefined();
    const held = decide(moving({ snapshotAttempt: FAILED_SNAPSHOTS - 1 }), reading(failing)).record;
    expect(held.hold).toMatchObject({ code: 'snapshots-fail', evidence: expect.stringContaining(VOLUME) });
    expect(endedHold(held, NOW).migration).toMatchObject({ snapshotAttempt: 0 });
    expect(endedHold(record(), NOW).migration).toBeUndefined();
  });

  it('make the next backup wait as well', () => {
    const r = record({
      owner: undefined,
      state: 'parked',
      backupDue: true,
      refusal: { effect: 'snapshot', until: add(NIGHT, seconds(5)) },
    });
    const seen = reading({ hosts: [], disks: [volume()] });
    expect(decide(r, seen, NIGHT).effect).toBeUndefined();
    expect(decide(r, seen, add(NIGHT, seconds(5))).effect?.kind).toBe('snapshot');
  });
});

describe('a copy', () => {
  const copying = moving(
    { phase: 'copying', newVolumeId: COPY, volumeAttempt: 1 },
    { state: 'copying', snapshots: [ofMove({ state: 'completed' })] },
  );
  const whole = [snapshotView()];

  it('that vanished is made again after six minutes', () => {
    const seen = during([frozen], whole);
    expect(turns(copying, seen, { lasts: ms(minutes(6) - 1) }).record.migration?.newVolumeId).toBe(COPY);
    const late = turns(copying, seen, { lasts: minutes(8) });
    expect(late.effect).toMatchObject({ kind: 'create-volume', request: { snapshotId: SNAPSHOT } });
    expect(late.record.migration).toMatchObject({ newVolumeId: undefined, newGeneration: 3 });
    expect(late.record.lineage).toMatchObject([{ volumeId: COPY, promoted: false }]);
    expect(late.record.failedVolumes).toBe(1);
  });

  it.each(['deleting', 'deleted', 'in-use'] as const)('that is %s is not promoted', (state) => {
    const { record: after } = decide(copying, reading(during([frozen, copy({ state })])));
    expect(after.generation).toBe(1);
    expect(after.volume?.volumeId).toBe(VOLUME);
    expect(after.migration).toMatchObject({ phase: 'snapshotting', newVolumeId: undefined });
    expect(decide(copying, reading(during([frozen, copy()]))).record.volume?.volumeId).toBe(COPY);
  });
});

describe('a blank volume that vanished', () => {
  const blank = (changes: Partial<RecordBody> = {}) =>
    record({
      state: 'creating',
      owner: undefined,
      candidate: candidate(),
      provedGeneration: 0,
      snapshots: [],
      dataset: { ...record().dataset, formatted: false },
      volume: { volumeId: VOLUME, zone: 'eu-west-1a', createdAt: ago(minutes(1)), fresh: true },
      ...changes,
    });
  const seen: Seen = { hosts: [instance(SUCCESSOR)], disks: [] };

  it.each<[string, VolumeView[]]>([
    ['from the listings', []],
    ['after it failed', [volume({ state: 'deleting' })]],
  ])('%s held nothing: another is made after six minutes', (_what, disks) => {
    const after = turns(blank(), { ...seen, disks }, { lasts: minutes(7) });
    expect(after.effect).toMatchObject({ kind: 'create-volume', purpose: 'blank' });
    expect(after.record.hold).toBeUndefined();
    expect(after.record.lineage).toMatchObject([{ volumeId: VOLUME, promoted: false }]);
    expect(turns(blank(), { ...seen, disks }, { lasts: ms(minutes(6) - 1) }).record.volume).toBeDefined();
  });

  it.each<[string, Partial<RecordBody>]>([
    ['a format was asked for', { dataset: { ...record().dataset, formatted: false, formatSentAt: NOW } }],
    ['it is formatted', { dataset: record().dataset }],
    ['it was served from', { provedGeneration: 1 }],
    ['an instance has it', { owner: owner({ startedAt: undefined }), candidate: undefined }],
  ])('is a hold once %s', (_what, changes) => {
    const after = turns(
      blank(changes),
      { ...seen, hosts: [instance(OWNER), instance(SUCCESSOR)] },
      { lasts: minutes(9) },
    );
    expect(after.record.hold?.code).toBe('volume-missing');
    expect(after.record.volume?.volumeId).toBe(VOLUME);
  });

  it('is waited for anew once it is listed', () => {
    const missed = turns(blank(), seen, { lasts: minutes(5) }).record;
    expect(missed.volume?.missing?.readings).toBeGreaterThan(3);
    const listed = reading({ ...seen, disks: [volume()] });
    expect(decide(missed, listed, add(NOW, minutes(6))).record.volume?.missing).toBeUndefined();
  });
});

describe('a superseded volume that a person deleted', () => {
  const left = (changes: Partial<Lineage> = {}): Lineage => ({
    generation: 1,
    volumeId: 'vol-left',
    zone: 'eu-west-1a',
    role: 'superseded',
    since: ago(days(1)),
    promoted: true,
    tagged: true,
    ...changes,
  });
  const looked = (one: Lineage, disks: VolumeView[], looks = 3) => {
    const seen = reading({ disks: [volume({ attachments: attachedTo(OWNER) }), ...disks] });
    return effectsOf(record({ lineage: [one] }), seen, { turns: looks, every: minutes(10) });
  };

  it('takes nobody’s place any more, once three readings lack it', () => {
    expect(looked(left(), []).record.lineage).toMatchObject([{ volumeId: 'vol-left', role: 'deleted' }]);
    expect(looked(left({ keep: 'person' }), []).record.lineage[0]?.role).toBe('deleted');
    expect(looked(left(), [], 2).record.lineage[0]?.role).toBe('superseded');
    const shown = volume({ volumeId: 'vol-left', tags: { 'spotkeep:role': 'superseded' } });
    expect(looked(left(), [shown]).record.lineage).toMatchObject([left()]);
    expect(looked(left(), [{ ...shown, state: 'deleted' }]).record.lineage[0]?.role).toBe('deleted');
    const [missed] = looked(left(), [], 2).record.lineage;
    expect(missed?.missing).toMatchObject({ readings: 2 });
    expect(looked(missed ?? left(), [shown], 1).record.lineage[0]?.missing).toBeUndefined();
    const unread = effectsOf(record({ lineage: [left()] }), reading({ volumes: UNKNOWN }), {
      every: minutes(10),
    });
    expect(unread.record.lineage).toEqual([left()]);
  });
});

describe('a former owner whose end nothing proves', () => {
  const vanished = (since: Ms) =>
    former({
      instanceId: 'i-000000000000000ff',
      since: ago(since),
      lastSeenAt: ago(since),
      terminateAcceptedAt: undefined,
    });
  const serving = (since: Ms, changes: Partial<RecordBody>) =>
    record({ leaving: [vanished(since)], ...changes });
  const asked = { restoreRequest: { snapshotId: SNAPSHOT, at: ago(minutes(6)), acceptLoss: true } };
  const whole = { snaps: [snapshotView({ tags: {} })] };

  it('keeps a restore from stopping the service, and ends its request after two hours', () => {
    const r = serving(minutes(1), { ...asked, snapshots: [backupTaken()] });
    const early = decide(r, reading(whole));
    expect(early.record.migration).toBeUndefined();
    expect(early.record.restoreRequest).toBeDefined();
    const late = { ...r, restoreRequest: { ...asked.restoreRequest, at: ago(hours(2)) } };
    const given = decide(late, reading(whole));
    expect(given.record.restoreRequest).toBeUndefined();
    expect(given.events).toContainEqual(expect.objectContaining({ detailType: 'Alert' }));
    const proved = decide({ ...r, leaving: [] }, reading(whole));
    expect(proved.record.migration?.restore).toBeDefined();
    // One that is still listed ends soon.
    const listed = [instance(OWNER), instance('i-000000000000000ff', { state: 'shutting-down' })];
    expect(decide(r, reading({ ...whole, hosts: listed })).record.migration?.restore).toBeDefined();
  });

  const shuttingDown = instance('i-000000000000000ff', { state: 'shutting-down' });

  it('keeps a move that a person asked for from beginning, and from stopping the service', () => {
    const move = { moveRequest: { toZone: 'eu-west-1b', at: NOW } };
    const away = (hosts: InstanceView[]) => {
      const { effect } = turns(serving(minutes(1), move), { hosts }, { lasts: minutes(1) });
      return effect?.kind === 'launch' ? effect.request.zone : effect?.kind;
    };
    expect(away([instance(OWNER), shuttingDown])).toBe('eu-west-1b');
    expect(away([instance(OWNER)])).not.toBe('eu-west-1b');
    const ready = serving(minutes(1), {
      candidate: there,
      migration: migration({ requested: true }),
      lastGeneration: 2,
    });
    const drained = (hosts: InstanceView[]) =>
      decide(ready, reading({ hosts: [...hosts, instance(SUCCESSOR, { zone: 'eu-west-1b' })] })).record.owner
        ?.draining?.reason;
    expect(drained([instance(OWNER), shuttingDown])).toBe('moving');
    expect(drained([instance(OWNER)])).toBeUndefined();
  });

  const refusing = (changes: Partial<RecordBody>, hosts: InstanceView[]) => {
    const r = record({
      owner: undefined,
      state: 'launching',
      refusedSince: ago(minutes(20)),
      unavailablePools: refusedPools('eu-west-1a'),
      ...changes,
    });
    r.leaving = r.leaving.map((one) => ({ ...one, terminateSentAt: NOW }));
    const { effect } = decide(r, reading({ hosts, disks: [volume()] }));
    return effect?.kind === 'launch' ? effect.request.zone : effect?.kind;
  };

  it('keeps the data where it is while its zone refuses', () => {
    const leaving = [vanished(minutes(1))];
    const before = refusing({ leaving }, [shuttingDown]);
    expect(before).toMatch(/^eu-west-1[bc]$/);
    expect(refusing({ leaving }, [])).not.toBe(before);
  });

  it('does so too while it is still called the owner', () => {
    const lost = owner({
      draining: { since: ago(minutes(5)), reason: 'lost', stopGivenUpAt: ago(minutes(5)) },
      terminateSentAt: NOW,
    });
    const before = refusing({ owner: lost }, [instance(OWNER, { state: 'shutting-down' })]);
    expect(before).toMatch(/^eu-west-1[bc]$/);
    expect(refusing({ owner: lost }, [])).not.toBe(before);
  });

  it.each<[string, Partial<Migration>]>([
    ['a move', {}],
    ['a move that a person asked for', { requested: true }],
    ['a restore', { requested: true, toZone: 'eu-west-1a', restore: { generation: 1 } }],
  ])('ends %s that was begun before it vanished, after half an hour', (_what, changes) => {
    const securing = (since: Ms) =>
      moving(
        { phase: 'securing', snapshotId: undefined, ...changes },
        { leaving: [vanished(since)], ...(changes.restore && { candidate: undefined }) },
      );
    const seen = reading(during([volume()]));
    expect(decide(securing(ms(minutes(30) - 1)), seen).record.migration).toBeDefined();
    const { record: after, effect } = decide(securing(minutes(30)), seen);
    expect(after.migration).toBeUndefined();
    expect(effect?.kind).not.toBe('tag-volume');
    // The instance in the other zone would be in the way of one at home.
    expect(after.candidate).toBeUndefined();
    // It was still listed a moment ago.
    const late = securing(minutes(40));
    late.leaving = late.leaving.map((one) => ({ ...one, lastSeenAt: ago(minutes(29)) }));
    expect(decide(late, seen).record.migration).toBeDefined();
    // Past that step nobody of them is left.
    const frozenAlready = moving({ phase: 'freezing', snapshotId: undefined, ...changes });
    expect(decide(frozenAlready, reading(during([frozen]))).record.migration).toBeDefined();
  });
});

describe('an owner that vanished while it left for a move', () => {
  it('goes among the leaving, where its end can be proved', () => {
    const draining = owner({
      draining: { since: ago(minutes(7)), reason: 'moving', stopGivenUpAt: ago(minutes(6)) },
      missingSince: ago(minutes(6)),
      terminateAcceptedAt: ago(minutes(6)),
      terminateSentAt: ago(minutes(6)),
    });
    const r = moving({ phase: 'securing', snapshotId: undefined }, { owner: draining, state: 'draining' });
    const { record: after } = decide(r, reading(during([volume()])));
    expect(after.owner).toBeUndefined();
    expect(after.leaving).toMatchObject([
      { instanceId: OWNER, wasOwner: true, terminateAcceptedAt: ago(minutes(6)) },
    ]);
    // The move waits for the proof.
    expect(after.migration?.phase).toBe('securing');
  });

  it('does so without a move too, and one is begun after the proof by absence', () => {
    const lost = owner({
      draining: { since: ago(minutes(7)), reason: 'lost', stopGivenUpAt: ago(minutes(6)) },
      missingSince: ago(minutes(6)),
      seenAliveAt: ago(minutes(7)),
      terminateAcceptedAt: ago(minutes(6)),
      terminateSentAt: ago(minutes(6)),
    });
    let r = record({ owner: lost, state: 'draining', refusedSince: ago(minutes(5)) });
    const zones: string[] = [];
    const seen = reading({ hosts: [], disks: [volume()] });
    for (let minute = 0; minute < 180 && zones.length === 0; minute += 1) {
      const at = add(NOW, minutes(minute));
      const unavailablePools = refusedPools('eu-west-1a', add(at, minutes(4)));
      const planned = decide({ ...r, unavailablePools }, seen, at);
      r = { ...planned.record, intent: undefined };
      if (planned.effect?.kind === 'launch') zones.push(planned.effect.request.zone);
    }
    expect(r.owner).toBeUndefined();
    expect(r.leaving).toEqual([]);
    expect(zones).toEqual([expect.stringMatching(/^eu-west-1[bc]$/)]);
  });

  it('may have written until that proof', () => {
    const one = former({ instanceId: OWNER });
    const r = moving(
      { phase: 'securing', snapshotId: undefined },
      { leaving: [one], writtenUntil: instant(5) },
    );
    const dead = reading(during([volume()]));
    const ended = {
      ...dead,
      instances: { kind: 'read' as const, value: [instance(OWNER, { state: 'terminated' })] },
    };
    expect(decide(r, ended).record.writtenUntil).toBe(NOW);
    const never = { ...r, leaving: [{ ...one, wasOwner: false }] };
    expect(decide(never, ended).record.writtenUntil).toBe(5);
  });
});

describe('the proof by absence', () => {
  it('is counted from the last listing that showed it, not from the last word of its agent', () => {
    const lost = owner({
      draining: { since: ago(minutes(6)), reason: 'lost', stopGivenUpAt: ago(minutes(5)) },
      seenAliveAt: ago(hours(3)),
      missingSince: ago(minutes(6)),
      terminateAcceptedAt: ago(minutes(5)),
      terminateSentAt: ago(minutes(5)),
    });
    const seen = { hosts: [], disks: [volume({ attachments: attachedTo(OWNER) })] };
    const gone = decide(record({ owner: lost, state: 'draining' }), reading(seen)).record;
    expect(gone.leaving).toMatchObject([{ lastSeenAt: ago(minutes(6)) }]);
    const provedAfter = (lasts: Ms) => {
      const looks = { turns: lasts / minutes(5), every: minutes(5) };
      return effectsOf({ ...gone, intent: undefined }, reading(seen), looks).record.leaving.length === 0;
    };
    expect(provedAfter(minutes(110))).toBe(false);
    expect(provedAfter(minutes(150))).toBe(true);
  });
});

describe('a move whose next call is refused', () => {
  const paused = (effect: string, lasts: Ms, changes: Partial<Migration> = {}) =>
    moving(
      {
        phase: 'freezing',
        snapshotId: undefined,
        frozenAt: ago(lasts),
        refusedSince: ago(lasts),
        ...changes,
      },
      {
        snapshots: [],
        refusal: { effect, until: add(NOW, seconds(10)) },
        ...(changes.snapshotId && { snapshots: [ofMove({ state: 'completed' })] }),
      },
    );
  const whole = [snapshotView()];

  it.each<[string, Partial<Migration>]>([
    ['snapshot', {}],
    ['create-volume', { phase: 'snapshotting', snapshotId: SNAPSHOT }],
  ])('(%s) lets its instance go after a quarter of an hour, and home is asked again', (effect, changes) => {
    const seen = reading(during([frozen], whole));
    const early = decide(paused(effect, ms(minutes(15) - 1), changes), seen).record;
    expect(early.candidate).toBeDefined();
    const late = decide(paused(effect, minutes(15), changes), seen).record;
    expect(late.candidate).toBeUndefined();
    expect(late.migration?.candidateReleasedAt).toBe(NOW);
    const alone = decide(
      { ...paused(effect, minutes(15), changes), candidate: undefined },
      reading(during([frozen], whole)),
    );
    expect(alone.effect).toMatchObject({ kind: 'launch', request: { zone: 'eu-west-1a' } });
    const leaving = late.leaving.map((one) => ({ ...one, terminateSentAt: NOW }));
    const next = decide({ ...late, leaving }, seen, add(NOW, seconds(1)));
    expect(next.effect).toMatchObject({ kind: 'launch', request: { zone: 'eu-west-1a' } });
  });

  it('is given up after two hours where a person asked for it', () => {
    const asked = { requested: true };
    const seen = reading(during([frozen], whole));
    expect(decide(paused('snapshot', ms(hours(2) - 1), asked), seen).record.migration).toBeDefined();
    const late = decide(paused('snapshot', hours(2), asked), seen);
    expect(late.record.migration).toBeUndefined();
    expect(late.events).toContainEqual(
      expect.objectContaining({ detail: expect.objectContaining({ code: 'request-given-up' }) as unknown }),
    );
    expect(decide(paused('snapshot', hours(2)), seen).record.migration).toBeDefined();
  });

  it('counts from the first refusal in a row', () => {
    const first = paused('snapshot', minutes(1), { refusedSince: undefined });
    expect(decide(first, reading(during([frozen]))).record.migration?.refusedSince).toBe(NOW);
    const pending = moving({ refusedSince: ago(hours(1)) });
    const under = reading(during([frozen], [snapshotView({ state: 'pending' })]));
    expect(decide(pending, under).record.migration?.refusedSince).toBeUndefined();
    const unread = reading({ ...during([frozen]), snapshots: UNKNOWN });
    expect(decide(pending, unread).record.migration?.refusedSince).toBe(ago(hours(1)));
    const copying = moving({ phase: 'copying', newVolumeId: COPY, refusedSince: ago(hours(1)) });
    const made = reading(during([frozen, copy({ state: 'creating', createdAt: NOW })]));
    expect(decide(copying, made).record.migration?.refusedSince).toBeUndefined();
  });
});
