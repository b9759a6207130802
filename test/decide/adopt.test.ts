// Taking over a volume that exists: what has to be true of it, and the steps until its marker is written.

import { describe, expect, it } from 'vitest';
import type { RecordBody } from '../../shared/decide/record.ts';
import type { HostAnswer } from '../../shared/host/answer.ts';
import type { VolumeView } from '../../shared/port/cloud.ts';
import { add, minutes } from '../../shared/port/time.ts';
import {
  answered,
  attachedTo,
  candidate,
  DATASET,
  decide,
  inFlight,
  instance,
  NOW,
  OWNER,
  owner,
  record,
  type Seen,
  SUCCESSOR,
  VOLUME,
  volume,
  world,
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

const given = (changes: Partial<VolumeView> = {}): VolumeView => ({
  ...volume({ volumeId: OLD, sizeGiB: 77 }),
  tags: { 'spotkeep:project': 'spotkeep-test' },
  ...changes,
});
const seen = (disks: VolumeView[], more: Seen = {}) =>
  world({ hosts: [instance(SUCCESSOR)], online: [], disks, ...more });

describe('a volume to adopt', () => {
  it('gets role and generation, and is looked at before anything is written on it', () => {
    const { record: after, effect } = decide(unadopted(), seen([given()]));
    expect(effect).toEqual({ kind: 'tag-volume', volumeId: OLD, role: 'active', generation: 1 });
    expect(after).toMatchObject({
      generation: 1,
      lastGeneration: 1,
      volume: { volumeId: OLD, zone: 'eu-west-1a', createdAt: given().createdAt, fresh: false },
      dataset: { formatted: true, adopting: 'inspect', sizeGiB: 77 },
      intent: { kind: 'tag-volume', targets: { volume: OLD, role: 'active' } },
    });
  });

  it.each<[string, VolumeView[], string, string]>([
    ['is in no listing', [], 'volume-missing', OLD],
    ['lacks our tag', [given({ tags: {} })], 'adopt-untagged', 'spotkeep:project=spotkeep-test'],
    [
      'has the tag of another project',
      [given({ tags: { 'spotkeep:project': 'other' } })],
      'adopt-untagged',
      OLD,
    ],
    ['is attached', [given({ attachments: attachedTo(OWNER) })], 'adopt-attached', OWNER],
  ])('that %s is a hold', (_what, disks, code, evidence) => {
    const { record: after, effect } = decide(unadopted(), seen(disks));
    expect(after.hold).toMatchObject({ code, evidence: expect.stringContaining(evidence) });
    expect(after.volume).toBeUndefined();
    expect(effect).toBeUndefined();
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
      decide(adopting(mode, false), world({ disks: [attached] })).effect;
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
    const late = decide(adopting('mark'), world({ disks: [attached] }), add(NOW, minutes(5)));
    expect(late.record.owner?.draining?.reason).toBe('replaced');
    expect(late.record.dataset.adopting).toBe('mark');
    const held = decide(adopting('mark'), answering({ ok: false, code: 'marker-other-dataset', hold: true }));
    expect(held.record.hold).toMatchObject({ code: 'marker-other-dataset' });
  });

  it('is never formatted', () => {
    const fresh = adopting('inspect', false);
    fresh.dataset.formatted = false;
    expect(decide(fresh, world({ disks: [attached] })).record.hold?.code).toBe('format-refused');
    expect(VOLUME).not.toBe(OLD);
  });
});
