// The fences: who may own the volume, when a source may be frozen, when a copy may become the dataset. Each test names
// the rule it would miss.

import { describe, expect, it } from 'vitest';
import { add, minutes, seconds } from '../../shared/base/time.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import {
  ago,
  attachedTo,
  COPY,
  candidate,
  copy,
  decide,
  effectsOf,
  former,
  instance,
  migration,
  NOW,
  OWNER,
  owner,
  reading,
  record,
  SNAPSHOT,
  SUCCESSOR,
  snapshotView,
  VOLUME,
  volume,
} from './scene.ts';

const draining = (changes: Partial<NonNullable<RecordBody['owner']>['draining']> = {}) => ({
  since: ago(seconds(20)),
  reason: 'warned' as const,
  ...changes,
});
const both = [instance(OWNER), instance(SUCCESSOR)];
const handingOver = (drain?: ReturnType<typeof draining>): RecordBody =>
  record({
    state: 'handing-over',
    owner: owner({
      interruption: { noticedAt: ago(seconds(30)), actionAt: (NOW + 90_000) as typeof NOW },
      draining: drain,
    }),
    candidate: candidate({ purpose: 'handover' }),
  });

describe('handover', () => {
  it('passes the volume on when its owner has unmounted and it is seen free', () => {
    const r = handingOver(draining({ unmountedAt: ago(seconds(5)), detachRequestedAt: ago(seconds(5)) }));
    const { record: after } = decide(r, reading({ hosts: both, disks: [volume()] }));
    expect(after.owner?.instanceId).toBe(SUCCESSOR);
    expect(after.leaving).toMatchObject([{ instanceId: OWNER, wasOwner: true }]);
  });

  it.each([
    ['nobody drains', undefined, volume()],
    ['the stop is not confirmed', draining(), volume()],
    [
      'it is still attached',
      draining({ unmountedAt: ago(seconds(5)) }),
      volume({ attachments: attachedTo(OWNER) }),
    ],
    [
      'it is detaching',
      draining({ unmountedAt: ago(seconds(5)) }),
      volume({
        state: 'in-use',
        attachments: [{ instanceId: OWNER, state: 'detaching', deleteOnTermination: false }],
      }),
    ],
    [
      'it is busy',
      draining({ stopGivenUpAt: ago(seconds(5)) }),
      volume({
        state: 'in-use',
        attachments: [{ instanceId: OWNER, state: 'busy', deleteOnTermination: false }],
      }),
    ],
    [
      'it is frozen',
      draining({ unmountedAt: ago(seconds(5)) }),
      volume({ tags: { 'spotkeep:role': 'frozen' } }),
    ],
    [
      'it has another generation',
      draining({ unmountedAt: ago(seconds(5)) }),
      volume({ tags: { 'spotkeep:generation': '2' } }),
    ],
  ])('never passes it on while %s', (_, drain, disk) => {
    let r = handingOver(drain);
    for (let turn = 0; turn < 5; turn += 1) {
      const planned = decide(r, reading({ hosts: both, disks: [disk] }));
      r = { ...planned.record, intent: undefined };
      expect(r.owner?.instanceId).toBe(OWNER);
      if (drain === undefined) return;
    }
  });

  it('believes the attachment where a listing contradicts itself', () => {
    const r = handingOver(draining({ stopGivenUpAt: ago(seconds(5)) }));
    const torn = volume({ state: 'available', attachments: attachedTo(OWNER) });
    expect(
      decide(
        r,
        reading({ hosts: [instance(OWNER, { state: 'shutting-down' }), instance(SUCCESSOR)], disks: [torn] }),
      ).record.owner?.instanceId,
    ).toBe(OWNER);
    const { record: after } = effectsOf(r, reading({ hosts: both, disks: [torn] }), { turns: 4 });
    expect(after.owner?.instanceId).toBe(OWNER);
  });

  it('never passes it on to an instance in another zone', () => {
    const r = handingOver(draining({ unmountedAt: ago(seconds(5)) }));
    const hosts = [instance(OWNER), instance(SUCCESSOR, { zone: 'eu-west-1b' })];
    expect(decide(r, reading({ hosts, disks: [volume()] })).record.owner?.instanceId).toBe(OWNER);
  });

  it('stops Docker on the owner before anything else is asked of the volume', () => {
    const planned = decide(handingOver(draining()), reading({ hosts: both }));
    expect(planned.effect).toMatchObject({ kind: 'command', document: 'stop', instanceId: OWNER });
  });

  it('asks a detach only after a confirmed unmount, and names the instance', () => {
    const r = handingOver(draining({ unmountedAt: ago(seconds(2)) }));
    expect(decide(r, reading({ hosts: both })).effect).toEqual({
      kind: 'detach',
      volumeId: VOLUME,
      instanceId: OWNER,
    });
    const given = handingOver(draining({ stopGivenUpAt: ago(seconds(2)) }));
    const { effects } = effectsOf(given, reading({ hosts: both }), { turns: 20 });
    expect(effects).not.toContain('detach');
    expect(effects).toContain('terminate');
  });

  it('never takes a drain back, even when the warning proves wrong', () => {
    const r = record({
      owner: owner({ draining: draining({ reason: 'closing' }) }),
      override: { kind: 'run', from: ago(minutes(1)), until: (NOW + 9e6) as typeof NOW },
    });
    const { record: after, effects } = effectsOf(r, reading(), { turns: 20 });
    expect(after.owner?.draining).toBeDefined();
    expect(effects).toContain('terminate');
  });
});

describe('a migration', () => {
  const secured = (changes: Partial<RecordBody> = {}): RecordBody =>
    record({
      owner: undefined,
      state: 'launching',
      lastGeneration: 2,
      migration: migration(),
      candidate: candidate({ purpose: 'migration', zone: 'eu-west-1b' }),
      ...changes,
    });
  const target = instance(SUCCESSOR, { zone: 'eu-west-1b' });

  it('freezes the source when every former owner is dead and it is free', () => {
    const { effect } = decide(secured(), reading({ hosts: [target], disks: [volume()] }));
    expect(effect).toEqual({ kind: 'tag-volume', volumeId: VOLUME, role: 'frozen' });
  });

  it.each([
    ['is shutting down', [target, instance(OWNER, { state: 'shutting-down' })]],
    ['is in no listing', [target]],
    ['is seen stopped', [target, instance(OWNER, { state: 'stopped' })]],
  ])('never freezes while a former owner %s', (_, hosts) => {
    const { effects, record: after } = effectsOf(
      secured({ leaving: [former()] }),
      reading({ hosts, disks: [volume()] }),
    );
    expect(effects.filter((kind) => kind !== 'terminate')).toEqual([]);
    expect(after.migration?.phase).toBe('securing');
  });

  it('waits for every former owner, not for the last alone', () => {
    const earlier = former({ instanceId: 'i-00000000000000009', launchId: 'launch-9' });
    const hosts = [
      target,
      instance(OWNER, { state: 'terminated' }),
      instance('i-00000000000000009', { launchId: 'launch-9', state: 'shutting-down' }),
    ];
    const { record: after } = effectsOf(
      secured({ leaving: [former(), earlier] }),
      reading({ hosts, disks: [volume()] }),
    );
    expect(after.leaving.map((one) => one.instanceId)).toEqual(['i-00000000000000009']);
    expect(after.migration?.phase).toBe('securing');
  });

  it('never freezes while it has an owner or an attachment', () => {
    const held = reading({
      hosts: [target, instance(OWNER)],
      disks: [volume({ attachments: attachedTo(OWNER) })],
    });
    const { effects } = effectsOf(secured({ leaving: [former()] }), held);
    expect(effects).not.toContain('tag-volume');
    expect(effects).not.toContain('snapshot');
  });

  it.each([
    [
      'attached to an instance that never owned it',
      volume({ state: 'available', attachments: attachedTo(OWNER) }),
    ],
    ['in use by nobody that is listed', volume({ state: 'in-use' })],
  ])('never freezes while the volume is %s', (_, disk) => {
    const r = secured({ leaving: [former({ wasOwner: false })] });
    const { effects } = effectsOf(
      r,
      reading({ hosts: [target, instance(OWNER, { state: 'shutting-down' })], disks: [disk] }),
      { turns: 4 },
    );
    expect(effects).not.toContain('tag-volume');
  });

  it('never snapshots before the frozen tag is read back', () => {
    const r = secured({ migration: migration({ phase: 'freezing', frozenAt: NOW }) });
    expect(decide(r, reading({ hosts: [target], disks: [volume()] })).effect).toBeUndefined();
    const frozen = volume({ tags: { 'spotkeep:role': 'frozen' } });
    expect(decide(r, reading({ hosts: [target], disks: [frozen] })).effect).toMatchObject({
      kind: 'snapshot',
      volumeId: VOLUME,
    });
  });

  const copying = (changes: Partial<RecordBody> = {}): RecordBody =>
    secured({
      state: 'copying',
      migration: migration({
        phase: 'copying',
        phaseAt: NOW,
        snapshotId: SNAPSHOT,
        newVolumeId: COPY,
        volumeAttempt: 1,
      }),
      ...changes,
    });
  const frozen = volume({ tags: { 'spotkeep:role': 'frozen' } });

  it('promotes a copy that is what it must be, and makes nobody owner before its tags are read back', () => {
    const planned = decide(copying(), reading({ hosts: [target], disks: [frozen, copy()] }));
    expect(planned.record).toMatchObject({ generation: 2, volume: { volumeId: COPY, zone: 'eu-west-1b' } });
    expect(planned.record.lineage).toMatchObject([{ volumeId: VOLUME, role: 'superseded', promoted: true }]);
    const next = decide(planned.record, reading({ hosts: [target], disks: [frozen, copy()] }));
    expect(next.effect).toEqual({ kind: 'tag-volume', volumeId: COPY, role: 'active', generation: 2 });
    expect(next.record.owner).toBeUndefined();
  });

  it.each([
    ['from another snapshot', copy({ snapshotId: 'snap-0000000000000000f' })],
    ['from none', copy({ snapshotId: undefined })],
    ['smaller', copy({ sizeGiB: 19 })],
    ['in another zone', copy({ zone: 'eu-west-1c' })],
    ['of another type', copy({ type: 'gp2' })],
    ['unencrypted', copy({ encrypted: false })],
    ['of another key', copy({ kmsKeyId: 'key-2' })],
  ])('never promotes a copy that is %s', (_, wrong) => {
    const planned = decide(copying(), reading({ hosts: [target], disks: [frozen, wrong] }));
    expect(planned.record).toMatchObject({ generation: 1, volume: { volumeId: VOLUME } });
    expect(planned.record.hold?.code).toBe('copy-mismatch');
  });

  it.each(['creating', 'error'] as const)('never promotes a copy that is in state %s', (state) => {
    const planned = decide(copying(), reading({ hosts: [target], disks: [frozen, copy({ state })] }));
    expect(planned.record.generation).toBe(1);
  });

  it('never makes a copy of a snapshot that is not completed', () => {
    const r = secured({
      migration: migration({ phase: 'snapshotting', phaseAt: NOW, snapshotId: SNAPSHOT, snapshotAttempt: 1 }),
    });
    for (const snaps of [[snapshotView({ state: 'pending', progressPercent: 99 })], []])
      expect(
        effectsOf(r, reading({ hosts: [target], disks: [frozen], snaps }), { every: seconds(5) }).effects,
      ).toEqual([]);
    const done = reading({ hosts: [target], disks: [frozen], snaps: [snapshotView()] });
    expect(decide(r, done).effect).toMatchObject({
      kind: 'create-volume',
      request: { snapshotId: SNAPSHOT, type: 'gp3', kmsKeyId: 'key-1' },
    });
  });

  const generationOf = (planned: ReturnType<typeof decide>): string | undefined =>
    planned.effect?.kind === 'create-volume' ? planned.effect.request.tags['spotkeep:generation'] : undefined;
  const done = { hosts: [target], disks: [frozen], snaps: [snapshotView()] };

  it('burns the number of a copy that failed', () => {
    const failed = decide(
      copying(),
      reading({ hosts: [target], disks: [frozen, copy({ state: 'error' })] }),
    ).record;
    expect(failed.lineage).toMatchObject([{ generation: 2, volumeId: COPY, promoted: false }]);
    expect(decide(failed, reading(done)).effect).toBeUndefined();
    const again = decide(failed, reading(done), add(NOW, seconds(5)));
    expect(again.record.migration?.newGeneration).toBe(3);
    expect(generationOf(again)).toBe('3');
  });

  it('burns the number of a copy that was refused: its lost first answer may have been a volume', () => {
    const refused = copying({
      state: 'snapshotting',
      lastGeneration: 2,
      migration: migration({
        phase: 'snapshotting',
        phaseAt: NOW,
        snapshotId: SNAPSHOT,
        snapshotAttempt: 1,
        volumeAttempt: 1,
      }),
    });
    const again = decide(refused, reading(done));
    expect(generationOf(again)).toBe('3');
    expect(again.record.lastGeneration).toBe(3);
  });
});

describe('death', () => {
  const gone = record({ owner: undefined, state: 'parked', leaving: [former({ terminateSentAt: NOW })] });
  const nobody = reading({ hosts: [], disks: [volume()] });

  it('is `terminated` read, or its event', () => {
    const seen = reading({ hosts: [instance(OWNER, { state: 'terminated' })], disks: [volume()] });
    expect(decide(gone, seen).record.leaving).toEqual([]);
    const notice = {
      workload: 'gitlab',
      id: 'x',
      kind: 'instance-state' as const,
      state: 'terminated',
      instanceId: OWNER,
      receivedAt: NOW,
    };
    expect(decide(gone, reading({ hosts: [], disks: [volume()], notices: [notice] })).record.leaving).toEqual(
      [],
    );
  });

  it('is not absence, nor two absences, nor three close together', () => {
    const { record: after } = effectsOf(gone, nobody, { turns: 33, every: minutes(4) });
    expect(after.leaving).toHaveLength(1);
    expect(effectsOf(gone, nobody, { turns: 300, every: seconds(20) }).record.leaving).toHaveLength(1);
  });

  it('is three complete listings ten minutes apart, the first two hours after it was last seen', () => {
    const { record: after } = effectsOf(gone, nobody, { turns: 16, every: minutes(10) });
    expect(after.leaving).toEqual([]);
  });

  it('is not absence when its end was never accepted, or it was never seen', () => {
    for (const change of [{ terminateAcceptedAt: undefined }, { seenOnce: false }]) {
      const r = { ...gone, leaving: [former(change)] };
      expect(effectsOf(r, nobody, { turns: 60, every: minutes(10) }).record.leaving).toHaveLength(1);
    }
  });

  it('that nothing proves is told to a person', () => {
    const since = { since: ago(minutes(40)), lastSeenAt: ago(minutes(40)) };
    const r = { ...gone, leaving: [former({ terminateAcceptedAt: undefined, ...since })] };
    expect(decide(r, nobody).events).toMatchObject([
      { detailType: 'Alert', detail: { code: 'unproved-end' } },
    ]);
  });

  it('is not a reading that failed', () => {
    const failed = reading({ instances: { kind: 'unknown', why: 'throttled' }, disks: [volume()] });
    expect(effectsOf(gone, failed, { turns: 60, every: minutes(10) }).record.leaving).toHaveLength(1);
  });
});
