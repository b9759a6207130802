// Taking over a volume that exists: what has to be true of it, and the steps until its marker is written.

import { describe, expect, it } from 'vitest';
import { add, minutes, seconds } from '../../shared/base/time.ts';
import type { HostAnswer } from '../../shared/host/answer.ts';
import { endedHold } from '../../shared/operate/edit.ts';
import type { SnapshotView, VolumeView } from '../../shared/port/cloud.ts';
import { snapshotTags, volumeTags } from '../../shared/port/tags.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import {
  ago,
  answered,
  attachedTo,
  candidate,
  DATASET,
  decide,
  effectsOf,
  inFlight,
  instance,
  NOW,
  OWNER,
  owner,
  reading,
  record,
  refusedPools,
  type Seen,
  SUCCESSOR,
  snapshotView,
  VOLUME,
  type VolumeChanges,
  volume,
} from './scene.ts';

const OLD = 'vol-000000000000000ad';
const definition = {
  ...record().definition,
  volume: { kind: 'adopt' as const, volumeId: OLD, fileSystem: 'ext4' as const },
};
const unadopted = (changes: Partial<RecordBody> = {}): RecordBody =>
  record({
    definition,
    state: 'launching',
    owner: undefined,
    candidate: candidate({ onlineAt: undefined }),
    volume: undefined,
    generation: 0,
    lastGeneration: 0,
    provedGeneration: 0,
    snapshots: [],
    dataset: { id: DATASET, fsUuid: 'made-up', formatted: false, setupDone: false },
    ...changes,
  });

const given = (changes: VolumeChanges = {}): VolumeView => ({
  ...volume({ volumeId: OLD, sizeGiB: 77 }),
  ...changes,
  tags: volumeTags({ 'spotkeep:project': 'spotkeep-test', ...changes.tags }),
});
const seen = (disks: VolumeView[], more: Seen = {}) =>
  reading({ hosts: [instance(SUCCESSOR)], online: [], disks, snaps: [], ...more });

describe('a volume to adopt', () => {
  it('gets role and generation, and is looked at before anything is written on it', () => {
    const { record: after, effect } = decide(unadopted(), seen([given()]));
    expect(effect).toEqual({ kind: 'tag-volume', volumeId: OLD, role: 'active', generation: 1 });
    expect(after).toMatchObject({
      generation: 1,
      lastGeneration: 1,
      volume: { volumeId: OLD, zone: 'eu-west-1a', createdAt: given().createdAt, fresh: false },
      dataset: { formatted: true, adopting: 'inspect', sizeGiB: 77 },
      intent: { effect: { kind: 'tag-volume', volumeId: OLD, role: 'active', generation: 1 } },
    });
  });

  it.each<[string, VolumeView[], string, string]>([
    ['is in no listing', [], 'volume-missing', OLD],
    ['lacks our tag', [{ ...given(), tags: {} }], 'adopt-untagged', 'spotkeep:project=spotkeep-test'],
    [
      'has the tag of another project',
      [given({ tags: { 'spotkeep:project': 'other' } })],
      'adopt-untagged',
      OLD,
    ],
    ['is attached', [given({ attachments: attachedTo(OWNER) })], 'adopt-attached', OWNER],
    ['is where no subnet is', [given({ zone: 'eu-west-1f' })], 'adopt-zone', 'eu-west-1f'],
    ['failed', [given({ state: 'error' })], 'volume-error', OLD],
    ['is being deleted', [given({ state: 'deleting' })], 'volume-missing', OLD],
  ])('that %s is a hold after three readings over five minutes', (_what, disks, code, evidence) => {
    const once = decide(unadopted(), seen(disks)).record;
    expect(once.hold).toBeUndefined();
    expect(once.suspicion).toMatchObject({ code, reads: 1 });
    const { record: after, effects } = effectsOf(unadopted(), seen(disks), { turns: 11 });
    expect(after.hold).toMatchObject({ code, evidence: expect.stringContaining(evidence) });
    expect(after.volume).toBeUndefined();
    expect(effects).not.toContain('tag-volume');
    const mended = decide(once, seen([given()]));
    expect(mended.record.suspicion).toBeUndefined();
    expect(mended.effect?.kind).toBe('tag-volume');
  });

  describe('that was a home before, in whatever project,', () => {
    const theirs = { 'spotkeep:dataset': 'theirs', 'spotkeep:role': 'active' };
    const number = (generation: number) => ({ 'spotkeep:generation': String(generation) });
    const home = given({
      tags: { 'spotkeep:project': 'spotkeep-test', ...theirs, ...number(3) },
    });
    const there = (changes: Record<string, string>) => ({
      ...volume({ volumeId: VOLUME }),
      tags: volumeTags({ 'spotkeep:project': 'other', ...theirs, ...changes }),
    });
    const taken = (changes: Record<string, string>, volumeId = OLD) => ({
      ...snapshotView({ volumeId }),
      tags: snapshotTags({ ...changes }),
    });
    const adopted = (more: VolumeView[], snaps: SnapshotView[] = []) =>
      decide(unadopted(), seen([home, ...more], { snaps })).record;

    it.each<[string, VolumeView[], SnapshotView[], number]>([
      ['itself', [], [], 4],
      ['a copy of its dataset', [there({ ...number(7), 'spotkeep:role': 'migrating' })], [], 8],
      ['an earlier home of its dataset', [there(number(2))], [], 4],
      ['a snapshot of it', [], [taken(number(9))], 10],
      ['a snapshot of its dataset', [], [taken({ ...theirs, ...number(6) }, VOLUME)], 7],
      ['no volume of another dataset', [there({ 'spotkeep:dataset': 'x', ...number(9) })], [], 4],
      ['no snapshot of another dataset', [], [taken({ 'spotkeep:dataset': 'x', ...number(9) }, VOLUME)], 4],
    ])('gets a number above that of %s', (_what, disks, snaps, generation) => {
      expect(adopted(disks, snaps)).toMatchObject({ generation, lastGeneration: generation });
    });

    it.each(['active', 'frozen', 'superseded'])('is a hold where a later one is %s', (role) => {
      const later = there({ ...number(4), 'spotkeep:role': role });
      const { record: after, effects } = effectsOf(unadopted(), seen([home, later]), { turns: 11 });
      expect(after.hold).toEqual({
        code: 'adopt-older',
        at: expect.anything(),
        evidence: `${OLD} is generation 3 of a dataset of which ${VOLUME} is generation 4`,
      });
      expect(effects).not.toContain('tag-volume');
    });

    it('is not touched before its snapshots are read', () => {
      const unread = seen([home], { snapshots: { kind: 'unknown', why: 'throttled' } });
      expect(decide(unadopted(), unread).effect).toBeUndefined();
    });
  });

  it('whose tags cannot be written for ten minutes is a hold, and tagged again after resume', () => {
    const first = { ...decide(unadopted(), seen([given()])).record, intent: undefined };
    const { record: after, effects } = effectsOf(first, seen([given()]), { turns: 40 });
    expect(after.hold?.code).toBe('generation-mismatch');
    expect(effects).toContain('tag-volume');
    const at = add(NOW, minutes(30));
    const resumed = endedHold({ ...after, intent: undefined, leaving: [] }, at);
    expect(resumed.volume?.adopted?.since).toBe(at);
    expect(decide(resumed, seen([given()]), at).effect?.kind).toBe('tag-volume');
  });

  it('does not move while its tags are unread', () => {
    const first = { ...decide(unadopted(), seen([given()])).record, intent: undefined };
    const shut = {
      ...first,
      candidate: undefined,
      refusedSince: ago(minutes(20)),
      unavailablePools: refusedPools('eu-west-1a'),
    };
    const zoneOf = (view: VolumeView) => {
      const { effect } = decide(shut, seen([view], { hosts: [] }), add(NOW, seconds(5)));
      return effect?.kind === 'launch' ? effect.request.zone : undefined;
    };
    expect(zoneOf(given())).toBeUndefined();
    const tags = { 'spotkeep:role': 'active', 'spotkeep:generation': '1' };
    expect(zoneOf(given({ tags }))).toMatch(/^eu-west-1[bc]$/);
  });

  it('is asked of nobody in a restored table', () => {
    const restored = seen([given()], { tableId: { kind: 'read', value: 'table-2' } });
    expect(decide(unadopted(), restored).effect).toBeUndefined();
    expect(decide(unadopted(), restored).record.volume).toBeUndefined();
  });

  it('is tagged again until both tags are read back, and had by nobody before', () => {
    const first = { ...decide(unadopted(), seen([given()])).record, intent: undefined };
    expect(decide(first, seen([given()]), add(NOW, seconds(9))).effect).toBeUndefined();
    const again = decide(first, seen([given()]), add(NOW, seconds(10)));
    expect(again.effect).toEqual({ kind: 'tag-volume', volumeId: OLD, role: 'active', generation: 1 });
    expect(again.record.volume?.adopted).toEqual({ since: NOW, askedAt: add(NOW, seconds(10)) });
    // Long after: still no contradiction, and no owner.
    const ready = { ...first, candidate: candidate() };
    const all = effectsOf(ready, seen([given()], { online: [SUCCESSOR] }), { turns: 20 });
    expect(new Set(all.effects)).toEqual(new Set(['tag-volume']));
    expect(all.record.hold).toBeUndefined();
    const role = given({ tags: { 'spotkeep:role': 'active' } });
    expect(decide(ready, seen([role], { online: [SUCCESSOR] })).record.owner).toBeUndefined();
    const both = given({ tags: { 'spotkeep:role': 'active', 'spotkeep:generation': '1' } });
    const done = decide(ready, seen([both], { online: [SUCCESSOR] }));
    expect(done.effect).toBeUndefined();
    expect(done.record.owner?.instanceId).toBe(SUCCESSOR);
  });

  it('is not touched while the volumes are not read, nor refused for an attachment that is over', () => {
    const unread = seen([], { volumes: { kind: 'unknown', why: 'throttled' } });
    expect(decide(unadopted(), unread).record.hold).toBeUndefined();
    expect(decide(unadopted(), unread).effect).toBeUndefined();
    const over = [{ instanceId: OWNER, state: 'detached' as const, deleteOnTermination: false }];
    expect(decide(unadopted(), seen([given({ attachments: over })])).effect?.kind).toBe('tag-volume');
  });
});

describe('the host adopts it', () => {
  const adopting = (mode: 'inspect' | 'mark', command = true): RecordBody =>
    record({
      definition,
      state: 'formatting',
      volume: { volumeId: OLD, zone: 'eu-west-1a', createdAt: NOW, fresh: false },
      provedGeneration: 0,
      snapshots: [],
      dataset: { id: DATASET, fsUuid: 'made-up', formatted: true, setupDone: false, adopting: mode },
      owner: owner({ startedAt: undefined }),
      operationNumber: 8,
      ...(command && { command: inFlight('adopt') }),
    });
  const attached = volume({ volumeId: OLD, attachments: attachedTo(OWNER) });
  const answering = (answer: Partial<HostAnswer>) =>
    answered({ code: 'inspected', ...answer }, { disks: [attached] });

  it('is asked to look first, then to write', () => {
    const sent = (mode: 'inspect' | 'mark') =>
      decide(adopting(mode, false), reading({ disks: [attached] })).effect;
    const inspect = sent('inspect');
    expect(inspect).toMatchObject({ kind: 'command', document: 'adopt', instanceId: OWNER });
    expect(inspect).not.toEqual(sent('mark'));
  });

  it('tells the file system, which is the record’s from then on', () => {
    const { record: after } = decide(adopting('inspect'), answering({ fsUuid: 'uuid-found' }));
    expect(after.dataset).toMatchObject({ fsUuid: 'uuid-found', adopting: 'mark' });
    const none = decide(adopting('inspect'), answering({})).record;
    expect(none.hold?.code).toBe('adopt-no-uuid');
    expect(none.dataset.adopting).toBe('inspect');
  });

  it('has written the marker: the next step is an ordinary start', () => {
    const { record: after, history } = decide(adopting('mark'), answering({ code: 'adopted' }));
    expect(after.dataset.adopting).toBeUndefined();
    expect(history.map((one) => one.kind)).toContain('adopted');
  });

  it('is left for another instance when it refuses or never answers', () => {
    const refused = decide(
      adopting('mark'),
      answering({ ok: false, code: 'docker-down', remedy: 'other-instance' }),
    );
    expect(refused.record.owner?.draining?.reason).toBe('replaced');
    const late = decide(adopting('mark'), reading({ disks: [attached] }), add(NOW, minutes(5)));
    expect(late.record.owner?.draining?.reason).toBe('replaced');
    expect(late.record.dataset.adopting).toBe('mark');
    const held = decide(adopting('mark'), answering({ ok: false, code: 'marker-other-dataset', hold: true }));
    expect(held.record.hold).toMatchObject({ code: 'marker-other-dataset' });
  });

  it('is never formatted', () => {
    const fresh = adopting('inspect', false);
    fresh.dataset.formatted = false;
    expect(decide(fresh, reading({ disks: [attached] })).record.hold?.code).toBe('format-refused');
    expect(VOLUME).not.toBe(OLD);
  });
});
