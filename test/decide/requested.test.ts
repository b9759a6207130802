// What a person asked for, in the planner: a move, a restore, a backup, a destroy. The fences are those of every migration;
// each test names the rule it would miss.

import { describe, expect, it } from 'vitest';
import { add, days, hours, type Ms, minutes, seconds } from '../../shared/base/time.ts';
import { applyOutcome } from '../../shared/decide/outcome.ts';
import type { SnapshotView } from '../../shared/port/cloud.ts';
import type { Migration, RecordBody, Snapshot } from '../../shared/record/record.ts';
import {
  ago,
  attachedTo,
  backupTaken,
  COPY,
  candidate,
  copy,
  DATASET,
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
  type SnapshotChanges,
  SUCCESSOR,
  snapshotView,
  TOUCHES,
  VOLUME,
  volume,
} from './scene.ts';

const BASE = 'snap-base';
const asked = (changes: Partial<NonNullable<RecordBody['restoreRequest']>> = {}) => ({
  snapshotId: BASE,
  at: ago(seconds(30)),
  acceptLoss: true,
  ...changes,
});
const view = (changes: SnapshotChanges = {}): SnapshotView =>
  snapshotView({ snapshotId: BASE, tags: { 'spotkeep:dataset': DATASET }, ...changes });
const restoring = (changes: Partial<Migration> = {}): Migration =>
  migration({
    requested: true,
    toZone: 'eu-west-1a',
    snapshotId: BASE,
    restore: { generation: 1, acceptLoss: true },
    ...changes,
  });

describe('a restore', () => {
  it('is not ended by one listing that lacks its snapshot, but by its loss', () => {
    const frozen = volume({ tags: { 'spotkeep:role': 'frozen' } });
    const taken = backupTaken({ snapshotId: BASE });
    const r = record({
      owner: undefined,
      state: 'snapshotting',
      lastGeneration: 2,
      migration: restoring({ phase: 'snapshotting', phaseAt: NOW }),
      snapshots: [taken],
    });
    const none = reading({ hosts: [], disks: [frozen], snaps: [] });
    expect(decide(r, none).record.migration?.phase).toBe('snapshotting');
    const gone = { ...r, snapshots: [{ ...taken, state: 'error' as const }] };
    expect(decide(gone, none).record.migration).toBeUndefined();
    const foreign = reading({ hosts: [], disks: [frozen], snaps: [view({ volumeId: COPY })] });
    expect(decide(r, foreign).record.migration).toBeUndefined();
  });

  it('begins as a migration in the zone, with a number of its own', () => {
    const { record: after } = decide(record({ restoreRequest: asked() }), reading({ snaps: [view()] }));
    expect(after.migration).toMatchObject({
      phase: 'securing',
      newGeneration: 2,
      fromVolume: VOLUME,
      toZone: 'eu-west-1a',
      snapshotId: BASE,
      restore: { generation: 1, acceptLoss: true },
    });
    expect(after.restoreRequest).toBeUndefined();
    expect(after.generation).toBe(1);
  });

  it.each<[string, Partial<RecordBody>, SnapshotView[]]>([
    ['nobody accepted the loss', { restoreRequest: asked({ acceptLoss: undefined }) }, [view()]],
    ['the snapshot is in no listing', { restoreRequest: asked() }, []],
    ['it is not completed', { restoreRequest: asked() }, [view({ state: 'pending' })]],
    ['it failed', { restoreRequest: asked() }, [view({ state: 'error' })]],
    ['it is of another volume', { restoreRequest: asked() }, [view({ volumeId: COPY })]],
    [
      'the record does not know it, whatever its tags say',
      { restoreRequest: asked({ snapshotId: 'snap-stranger' }) },
      [view({ snapshotId: 'snap-stranger' })],
    ],
    [
      'its volume had never been started',
      { restoreRequest: asked(), snapshots: record().snapshots.map((one) => ({ ...one, unproved: true })) },
      [view()],
    ],
    [
      'a hold stands',
      { restoreRequest: asked(), hold: { code: 'volume-missing' as const, at: NOW, evidence: 'y' } },
      [view()],
    ],
  ])('never stops the service while %s', (_, changes, snaps) => {
    const { record: after, effects } = effectsOf(record(changes), reading({ snaps }), { turns: 30 });
    expect(after.migration).toBeUndefined();
    expect(after.owner?.draining).toBeUndefined();
    expect(after.generation).toBe(1);
    expect(effects.filter((one) => TOUCHES.has(one))).toEqual([]);
    if (!after.hold) expect(after.restoreRequest).toBeUndefined();
  });

  it('does not begin while the volume’s generation contradicts the record', () => {
    const disks = [volume({ attachments: attachedTo(OWNER), tags: { 'spotkeep:generation': '2' } })];
    const { record: after } = effectsOf(
      record({ restoreRequest: asked() }),
      reading({ snaps: [view()], disks }),
      {
        turns: 6,
      },
    );
    expect(after.migration).toBeUndefined();
    expect(after.owner?.draining).toBeUndefined();
  });

  it('drains its owner first, and freezes nothing while a former owner is not proved dead', () => {
    const drained = decide(record({ migration: restoring() }), reading());
    expect(drained.record.owner?.draining?.reason).toBe('moving');
    const r = record({ owner: undefined, leaving: [former()], migration: restoring() });
    const { effects, record: after } = effectsOf(r, reading({ hosts: [instance(OWNER)], disks: [volume()] }));
    expect(effects.filter((one) => TOUCHES.has(one) && one !== 'launch')).toEqual([]);
    expect(after.migration?.phase).toBe('securing');
  });

  it('freezes the source, takes no snapshot of it, and copies the given one', () => {
    const r = record({
      owner: undefined,
      migration: restoring({ phase: 'freezing', frozenAt: ago(seconds(20)) }),
    });
    const frozen = volume({ tags: { 'spotkeep:role': 'frozen' } });
    const { effects } = effectsOf(r, reading({ hosts: [], disks: [frozen], snaps: [view()] }), {
      at: NIGHT,
      turns: 2,
    });
    expect(effects).toEqual(['create-volume']);
  });

  it('goes back to the present data when the snapshot is not what it was', () => {
    const r = record({ owner: undefined, migration: restoring({ phase: 'snapshotting' }) });
    const frozen = volume({ tags: { 'spotkeep:role': 'frozen' } });
    const { record: after } = decide(
      r,
      reading({ hosts: [], disks: [frozen], snaps: [view({ volumeId: COPY })] }),
      NIGHT,
    );
    expect(after.migration).toBeUndefined();
    expect(after).toMatchObject({ generation: 1, volume: { volumeId: VOLUME } });
  });

  it('is never promoted from a wrong copy: the present data stays', () => {
    const r = record({
      owner: undefined,
      lastGeneration: 2,
      migration: restoring({ phase: 'copying', newVolumeId: COPY }),
    });
    const frozen = volume({ tags: { 'spotkeep:role': 'frozen' } });
    const wrong = copy({ zone: 'eu-west-1a', snapshotId: 'snap-other' });
    const { record: after } = decide(
      r,
      reading({ hosts: [], disks: [frozen, wrong], snaps: [view()] }),
      NIGHT,
    );
    expect(after.migration).toBeUndefined();
    expect(after).toMatchObject({ generation: 1, volume: { volumeId: VOLUME } });
    expect(after.lineage).toMatchObject([{ volumeId: COPY, role: 'superseded', promoted: false }]);
  });

  it('promotes with the marker of the snapshot, and keeps what it leaves for its days', () => {
    const r = record({
      owner: undefined,
      generation: 4,
      lastGeneration: 5,
      provedGeneration: 4,
      migration: restoring({ phase: 'copying', newGeneration: 5, newVolumeId: COPY }),
    });
    const disks = [
      volume({ tags: { 'spotkeep:role': 'frozen', 'spotkeep:generation': '4' } }),
      copy({ zone: 'eu-west-1a', snapshotId: BASE, tags: { 'spotkeep:generation': '5' } }),
    ];
    const { record: after } = decide(r, reading({ hosts: [], disks, snaps: [view()] }), NIGHT);
    expect(after).toMatchObject({
      generation: 5,
      volume: { volumeId: COPY, parent: { generation: 1 } },
      lineage: [{ volumeId: VOLUME, generation: 4, role: 'superseded', keep: 'days' }],
    });
  });

  it('leaves a volume that goes before its days only when a final snapshot of its own takes its place', () => {
    const base = { ...record().snapshots[0], generation: 3, volumeId: COPY } as Snapshot;
    const of = (volumeId: string, changes: Partial<Snapshot> = {}): Snapshot => ({
      ...base,
      snapshotId: `snap-${volumeId}`,
      kind: 'migration',
      volumeId,
      startedAt: ago(days(2), NIGHT),
      ...changes,
    });
    const kept = (since: Ms, ...finals: Snapshot[]): RecordBody => ({
      ...record({ owner: undefined, state: 'parked', generation: 3, lastGeneration: 3, provedGeneration: 3 }),
      volume: { volumeId: COPY, zone: 'eu-west-1a', createdAt: ago(days(9)), fresh: false },
      snapshots: [base, ...finals],
      lineage: [1, 2].map((generation) => ({
        generation,
        volumeId: `vol-${generation}`,
        zone: 'eu-west-1a',
        role: 'superseded' as const,
        since: ago(since, NIGHT),
        promoted: true,
        tagged: true,
        keep: generation === 1 ? ('days' as const) : undefined,
      })),
    });
    const disks = [
      copy({ zone: 'eu-west-1a', tags: { 'spotkeep:role': 'active', 'spotkeep:generation': '3' } }),
      ...[1, 2].map((n) =>
        volume({
          volumeId: `vol-${n}`,
          tags: { 'spotkeep:role': 'superseded', 'spotkeep:generation': String(n) },
        }),
      ),
    ];
    const target = (r: RecordBody) => {
      const snaps = r.snapshots.map(({ snapshotId, volumeId }) => snapshotView({ snapshotId, volumeId }));
      return decide(r, reading({ hosts: [], disks, snaps }), NIGHT, true).effect;
    };
    const going = (volumeId: string) => ({ kind: 'tag-volume', volumeId, role: 'deleting' });
    // A snapshot that some move took of it before says nothing of what was written until the restore.
    const [earlier, moved] = [of('vol-1'), of('vol-2')];
    expect(target(kept(days(1), earlier, moved))).toMatchObject(going('vol-2'));
    const own = of('vol-1', { snapshotId: 'snap-final', kind: 'base', startedAt: ago(hours(20), NIGHT) });
    expect(target(kept(days(1), earlier, moved, own))).toMatchObject(going('vol-1'));
    expect(target(kept(days(30)))).toMatchObject(going('vol-1'));
  });
});

describe('a copy of a copy', () => {
  it('names the marker that its unstarted source still has', () => {
    const r = record({
      owner: undefined,
      generation: 2,
      lastGeneration: 3,
      volume: {
        volumeId: VOLUME,
        zone: 'eu-west-1a',
        createdAt: NOW,
        fresh: false,
        parent: { generation: 1, migrationId: 'm' },
      },
      migration: restoring({ restore: undefined, phase: 'copying', newGeneration: 3, newVolumeId: COPY }),
    });
    const disks = [
      volume({ tags: { 'spotkeep:role': 'frozen', 'spotkeep:generation': '2' } }),
      copy({ zone: 'eu-west-1a', snapshotId: BASE, tags: { 'spotkeep:generation': '3' } }),
    ];
    const { record: after } = decide(r, reading({ hosts: [], disks, snaps: [view()] }), NIGHT);
    expect(after.volume?.parent).toMatchObject({ generation: 1, or: [2] });
  });
});

describe('a move of a running service', () => {
  const moving = (changes: Partial<RecordBody> = {}): RecordBody =>
    record({ moveRequest: { toZone: 'eu-west-1b', at: NOW }, ...changes });
  const there = candidate({ zone: 'eu-west-1b', purpose: 'migration' });

  it('launches where it was asked to go, and drains nothing', () => {
    const planned = decide(moving());
    expect(planned.effect).toMatchObject({ kind: 'launch', request: { zone: 'eu-west-1b' } });
    expect(planned.record.owner?.draining).toBeUndefined();
  });

  it('drains when the instance there is ready, not before', () => {
    const r = moving({ migration: migration({ requested: true }) });
    const hosts = [instance(OWNER), instance(SUCCESSOR, { zone: 'eu-west-1b' })];
    const early = effectsOf(
      { ...r, candidate: { ...there, onlineAt: undefined } },
      reading({ hosts, online: [OWNER] }),
      {
        turns: 3,
        every: seconds(5),
      },
    );
    expect(early.record.owner?.draining).toBeUndefined();
    const ready = decide({ ...r, candidate: there }, reading({ hosts }));
    expect(ready.record.owner?.draining?.reason).toBe('moving');
  });

  it('freezes nothing while its owner lives', () => {
    const r = moving({ candidate: there, migration: migration({ requested: true }) });
    const hosts = [instance(OWNER), instance(SUCCESSOR, { zone: 'eu-west-1b' })];
    const { effects } = effectsOf(r, reading({ hosts, disks: [volume()] }));
    expect(effects).not.toContain('tag-volume');
  });

  it('ends an owner that has unmounted although the instance there is ready', () => {
    const drainedOwner = owner({
      draining: { since: ago(seconds(20)), reason: 'moving', unmountedAt: ago(seconds(5)) },
    });
    const r = moving({ owner: drainedOwner, candidate: there, migration: migration({ requested: true }) });
    const hosts = [instance(OWNER), instance(SUCCESSOR, { zone: 'eu-west-1b' })];
    expect(decide(r, reading({ hosts, disks: [volume()] })).effect).toMatchObject({
      kind: 'terminate',
      instanceId: OWNER,
    });
  });

  it('that was withdrawn before the launch was answered begins no migration beside a serving owner', () => {
    const r = record({ candidate: candidate({ ...there, instanceId: undefined, launchedAt: undefined }) });
    const launched = { instanceId: SUCCESSOR, instanceType: 'm7i.large', zone: 'eu-west-1b' };
    const { effect } = decide(moving());
    if (effect?.kind !== 'launch') throw new Error('no launch');
    applyOutcome(r, {
      effect,
      outcome: { kind: 'launched', result: { instance: launched, errors: [] } },
      now: NOW,
      freshId: 'fresh',
    });
    expect(r.migration).toBeUndefined();
    expect(r.candidate?.instanceId).toBe(SUCCESSOR);
  });

  it('stays in its zone at the cap of volumes', () => {
    const lineage = [1, 2].map((generation) => ({
      generation,
      volumeId: `vol-${generation}`,
      zone: 'eu-west-1a',
      role: 'superseded' as const,
      since: ago(days(1)),
      promoted: true,
    }));
    const { effects } = effectsOf(moving({ lineage }), reading(), { turns: 4 });
    expect(effects).not.toContain('launch');
  });
});

describe('a backup on request', () => {
  it('of a running service is taken once, though another is not due', () => {
    const r = record({ backupRequest: { at: NOW }, lastBackupAt: ago(minutes(5)) });
    const planned = decide(r);
    expect(planned.effect).toMatchObject({ kind: 'snapshot', purpose: 'backup', volumeId: VOLUME });
    const made = planned.record;
    if (!planned.effect) throw new Error('no snapshot');
    applyOutcome(made, {
      effect: planned.effect,
      outcome: { kind: 'snapshot-created', snapshotId: 'snap-new' },
      now: NOW,
      freshId: 'fresh',
    });
    expect(made.backupRequest).toBeUndefined();
    expect(decide(made, reading({ snaps: [] }), add(NOW, minutes(2))).effect?.kind).not.toBe('snapshot');
  });

  it('right after another is taken a minute later, and looked at again then, not at the next probe', () => {
    const r = record({ backupRequest: { at: NOW }, lastBackupAt: ago(seconds(20)) });
    const planned = decide(r);
    expect(planned.effect?.kind).not.toBe('snapshot');
    expect(planned.nextCheckAt).toBeLessThanOrEqual(add(NOW, seconds(40)));
    expect(decide(r, reading(), add(NOW, seconds(40))).effect).toMatchObject({ purpose: 'backup' });
  });

  it('is not taken between the steps of a drain', () => {
    const draining = owner({ draining: { since: ago(seconds(5)), reason: 'closing' } });
    const r = record({ backupRequest: { at: NOW }, owner: draining });
    expect(effectsOf(r, reading(), { turns: 3 }).effects).not.toContain('snapshot');
  });
});

describe('a destroyed workload', () => {
  const FINAL = 'snap-final';
  const gone = (changes: Partial<RecordBody> = {}): RecordBody =>
    record({
      owner: undefined,
      state: 'parked',
      destroyed: { at: ago(minutes(10)), keepSnapshots: true, snapshotId: FINAL },
      ...changes,
    });
  const final = (state: 'pending' | 'completed' | 'error') => [
    ...record().snapshots,
    {
      ...record().snapshots[0],
      snapshotId: FINAL,
      kind: 'backup' as const,
      generation: 1,
      volumeId: VOLUME,
      startedAt: ago(minutes(9)),
      state,
    },
  ];
  const alone = reading({ hosts: [], disks: [volume()], snaps: [] });
  const handed = (state: 'pending' | 'completed', since: number): RecordBody =>
    gone({
      volume: undefined,
      snapshots: final(state),
      destroyed: { at: ago(days(40)), keepSnapshots: true, snapshotId: FINAL, handedOverAt: ago(days(40)) },
      lineage: [
        {
          generation: 1,
          volumeId: VOLUME,
          zone: 'eu-west-1a',
          role: 'superseded',
          since: ago(since as ReturnType<typeof days>),
          promoted: true,
          tagged: true,
        },
      ],
    });

  it('is never launched, inside its hours and under an override', () => {
    const override = { kind: 'run' as const, from: ago(minutes(1)), until: add(NOW, minutes(300)) };
    const { effects } = effectsOf(gone({ override, snapshots: final('completed') }), alone, { turns: 6 });
    expect(effects).not.toContain('launch');
  });

  it('keeps its volume until the last snapshot is completed', () => {
    const first = decide(gone({ destroyed: { at: ago(minutes(1)), keepSnapshots: true } }), alone);
    expect(first.effect).toMatchObject({ kind: 'snapshot', volumeId: VOLUME });
    const pending = effectsOf(gone({ snapshots: final('pending') }), alone, { turns: 4 });
    expect(pending.record.volume?.volumeId).toBe(VOLUME);
    const failed = effectsOf(gone({ snapshots: final('error') }), alone, { turns: 1 });
    expect(failed.record.volume?.volumeId).toBe(VOLUME);
    expect(failed.effects).toEqual(['snapshot']);
    const done = decide(gone({ snapshots: final('completed') }), alone);
    expect(done.record.volume).toBeUndefined();
    expect(done.record.lineage).toMatchObject([{ volumeId: VOLUME, role: 'superseded', promoted: true }]);
  });

  it('keeps its volume while anything of it lives or it is attached', () => {
    const snapshots = final('completed');
    const living = gone({ snapshots, leaving: [former()] });
    const held = reading({ hosts: [instance(OWNER)], disks: [volume()], snaps: [] });
    expect(effectsOf(living, held, { turns: 3 }).record.volume?.volumeId).toBe(VOLUME);
    const attached = reading({ hosts: [], disks: [volume({ attachments: attachedTo(OWNER) })], snaps: [] });
    expect(effectsOf(gone({ snapshots }), attached, { turns: 3 }).record.volume?.volumeId).toBe(VOLUME);
  });

  it('loses its volume to the sweep only after its days, and only with the last snapshot completed', () => {
    const disks = [volume({ tags: { 'spotkeep:role': 'superseded' } })];
    const seen = reading({ hosts: [], disks, snaps: [snapshotView({ snapshotId: FINAL })] });
    const swept = (r: RecordBody) => decide(r, seen, NOW, true).effect;
    expect(swept(handed('completed', days(1)))).toBeUndefined();
    const pending = reading({
      hosts: [],
      disks,
      snaps: [snapshotView({ snapshotId: FINAL, state: 'pending' })],
    });
    expect(decide(handed('pending', days(30)), pending, NOW, true).effect).toBeUndefined();
    expect(swept({ ...handed('completed', days(30)), snapshots: [] })).toBeUndefined();
    expect(swept(handed('completed', days(30)))).toMatchObject({ kind: 'tag-volume', role: 'deleting' });
  });

  it('keeps its volume, and every other snapshot, when somebody deleted the last snapshot by hand', () => {
    const disks = [volume({ tags: { 'spotkeep:role': 'superseded' } })];
    const others = [snapshotView({ snapshotId: BASE })];
    const r = handed('completed', days(30));
    r.destroyed = { ...r.destroyed, at: ago(days(40)), keepSnapshots: false };
    expect(decide(r, reading({ hosts: [], disks, snaps: others }), NOW, true).effect).toBeUndefined();
    const unread = reading({ hosts: [], disks });
    expect(decide(r, unread, NOW, true).effect).toBeUndefined();
  });

  it('keeps the last snapshot whatever was asked', () => {
    const seen = reading({ hosts: [], disks: [], snaps: [snapshotView({ snapshotId: FINAL })] });
    const all = { ...handed('completed', days(30)), lineage: [] };
    expect(decide(all, seen, NOW, true).effect).toBeUndefined();
    const purged = {
      ...all,
      destroyed: { at: ago(days(40)), keepSnapshots: false, snapshotId: FINAL, handedOverAt: ago(days(40)) },
    };
    expect(decide(purged, seen, NOW, true).effect).toMatchObject({
      kind: 'delete-snapshot',
      snapshotId: BASE,
    });
    const last = { ...purged, snapshots: purged.snapshots.filter((one) => one.snapshotId === FINAL) };
    expect(decide(last, seen, NOW, true).effect).toBeUndefined();
  });

  it('does not adopt its volume again', () => {
    const r = handed('completed', days(1));
    r.definition = { ...r.definition, volume: { kind: 'adopt', volumeId: VOLUME, fileSystem: 'ext4' } };
    const disks = [volume({ tags: { 'spotkeep:project': 'spotkeep-test', 'spotkeep:role': 'superseded' } })];
    const { record: after, effects } = effectsOf(r, reading({ hosts: [], disks, snaps: [] }), { turns: 3 });
    expect(after.volume).toBeUndefined();
    expect(effects).toEqual([]);
  });
});
