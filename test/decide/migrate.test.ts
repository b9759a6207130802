// A migration, phase by phase: what each waits for, what it does, and when it begins again or gives up.

import { describe, expect, it } from 'vitest';
import { add, minutes, ms, seconds } from '../../shared/base/time.ts';
import type { Plan } from '../../shared/decide/plan.ts';
import { CANDIDATE_KEPT } from '../../shared/decide/turn/limits.ts';
import type { Migration, RecordBody } from '../../shared/record/record.ts';
import { creatingCopy, intent, snapshotting as snapshotOf } from './intents.ts';
import {
  ago,
  attachedTo,
  COPY,
  candidate,
  copy,
  decide,
  former,
  instance,
  migration,
  NOW,
  OWNER,
  reading,
  record,
  type Seen,
  SNAPSHOT,
  type SnapshotChanges,
  SUCCESSOR,
  snapshotView,
  UNKNOWN,
  VOLUME,
  type VolumeChanges,
  volume,
} from './scene.ts';

const frozen = (changes: VolumeChanges = {}) =>
  volume({ ...changes, tags: { 'spotkeep:role': 'frozen', ...changes.tags } });
const there = candidate({ zone: 'eu-west-1b' });
const hosts = [instance(SUCCESSOR, { zone: 'eu-west-1b' })];

/** The owner is gone; an instance stands ready in the other zone. */
const moving = (changes: Partial<Migration>, more: Partial<RecordBody> = {}): RecordBody =>
  record({
    owner: undefined,
    state: 'snapshotting',
    candidate: there,
    migration: migration(changes),
    ...more,
  });
const at = (r: RecordBody, seen: Seen = {}, now = NOW): Plan =>
  decide(r, reading({ hosts, disks: [frozen()], ...seen }), now);
/** A restore stays in its zone and waits for no instance. */
const ALONE = { candidate: undefined };
/** What the copy was made in and of. */
const MADE = { migrationId: 'migration-1', snapshotId: SNAPSHOT };
/** The copy is asked for, and its answer is still to come. */
const COPIES = intent(creatingCopy());
const waitsOf = ({ waits }: Plan) => waits.map(({ what }) => what);
const phaseOf = ({ record: r }: Plan) => r.migration?.phase;

describe('securing', () => {
  it('freezes the source once nobody has it', () => {
    const planned = at(moving({}, { state: 'launching' }), { disks: [volume()] });
    expect(planned.effect).toEqual({ kind: 'tag-volume', volumeId: VOLUME, role: 'frozen' });
    expect(planned.reason).toBe(`freeze ${VOLUME}`);
    expect(planned.record.migration).toMatchObject({ phase: 'freezing', phaseAt: NOW, frozenAt: NOW });
    expect(planned.record.intent?.effect).toEqual(planned.effect);
    expect(planned.record.state).toBe('snapshotting');
    expect(planned.history).toContainEqual(
      expect.objectContaining({ reason: 'move the data from eu-west-1a to eu-west-1b' }),
    );
  });

  it.each<[string, Partial<RecordBody>, Seen]>([
    [
      'an instance in the target zone is still to come',
      {
        candidate: candidate({
          zone: 'eu-west-1b',
          launchedAt: undefined,
          onlineAt: undefined,
          instanceId: undefined,
        }),
      },
      { disks: [volume()] },
    ],
    ['a former owner is not proved dead', { leaving: [former()] }, { disks: [volume()] }],
    ['the volume is attached', {}, { disks: [volume({ attachments: attachedTo('i-0000000000000000f') })] }],
    ['the volume is in use', {}, { disks: [volume({ state: 'in-use' })] }],
    ['the volumes cannot be read', {}, { volumes: UNKNOWN }],
  ])('waits while %s', (_name, more, seen) => {
    const planned = at(moving({}, more), seen);
    expect(phaseOf(planned)).toBe('securing');
    expect(planned.effect?.kind).not.toBe('tag-volume');
  });

  it('names what it waits for', () => {
    expect(
      waitsOf(
        at(moving({}, { leaving: [former()] }), {
          disks: [volume()],
          hosts: [...hosts, instance(OWNER, { state: 'shutting-down' })],
        }),
      ),
    ).toContain('every former owner to be proved dead');
    expect(waitsOf(at(moving({}), { volumes: UNKNOWN }))).toContain('the volume to be free');
  });

  it('is given up when its instance is lost', () => {
    const planned = at(moving({}, { candidate: undefined }), { disks: [volume()], hosts: [] });
    expect(planned.record.migration).toBeUndefined();
    expect(planned.history).toContainEqual(
      expect.objectContaining({
        kind: 'migration-aborted',
        reason: 'its instance was lost before anything moved',
        detail: { migrationId: 'migration-1' },
      }),
    );
  });
});

describe('freezing', () => {
  it('waits ten seconds for its tag, then asks for it again', () => {
    const fresh = { disks: [volume()] };
    const young = at(moving({ phase: 'freezing', frozenAt: ago(ms(9_999)) }), fresh);
    expect(young.effect).toBeUndefined();
    expect(waitsOf(young)).toContain('the frozen tag');
    const old = at(moving({ phase: 'freezing', frozenAt: ago(seconds(10)) }), fresh);
    expect(old.effect).toEqual({ kind: 'tag-volume', volumeId: VOLUME, role: 'frozen' });
    expect(old.reason).toBe(`freeze ${VOLUME} again`);
    expect(old.record.migration?.frozenAt).toBe(NOW);
  });

  it('counts from the beginning of the phase where the time of the tag is not known', () => {
    const r = (phaseAt = NOW) => moving({ phase: 'freezing', frozenAt: undefined, phaseAt });
    expect(at(r(), { disks: [volume()] }).effect).toBeUndefined();
    expect(at(r(ago(seconds(10))), { disks: [volume()] }).effect?.kind).toBe('tag-volume');
  });

  it('makes the snapshot of a frozen source', () => {
    const planned = at(moving({ phase: 'freezing', frozenAt: ago(seconds(2)), snapshotAttempt: 1 }));
    // That of a call, not of a failure: refused calls are no reason to call a person.
    expect(planned.effect).toMatchObject({
      kind: 'snapshot',
      purpose: 'migration',
      volumeId: VOLUME,
      generation: 1,
      migrationId: 'migration-1',
      description: 'spotkeep gitlab migration migration-1',
      tags: { 'spotkeep:migration': 'migration-1', 'spotkeep:intent': `fresh-${NOW}` },
    });
    expect(planned.reason).toBe(`snapshot ${VOLUME}`);
    expect(planned.record.migration).toMatchObject({ phase: 'snapshotting', snapshotAttempt: 1 });
    expect(planned.record.intent?.effect).toEqual(planned.effect);
  });

  it.each<[string, Partial<RecordBody>, Seen]>([
    ['the source cannot be read', {}, { volumes: UNKNOWN }],
    ['a former owner is back among the living', { leaving: [former()] }, {}],
    ['somebody has the volume', {}, { disks: [frozen({ attachments: attachedTo('i-0000000000000000f') })] }],
    [
      'a snapshot was refused a moment ago',
      { refusal: { effect: 'snapshot', code: 'X', count: 1, until: add(NOW, seconds(5)) } as never },
      {},
    ],
  ])('makes none while %s', (_name, more, seen) => {
    const planned = at(moving({ phase: 'freezing', frozenAt: ago(seconds(60)) }, more), seen);
    expect(planned.effect?.kind).not.toBe('snapshot');
    expect(phaseOf(planned)).toBe('freezing');
  });

  it('of a restore goes on with the snapshot that was given', () => {
    const planned = at(
      moving(
        {
          phase: 'freezing',
          toZone: 'eu-west-1a',
          requested: true,
          snapshotId: SNAPSHOT,
          restore: { generation: 1, acceptLoss: true },
        },
        ALONE,
      ),
      { snaps: [snapshotView()], hosts: [] },
    );
    expect(planned.effect?.kind).not.toBe('snapshot');
    expect(phaseOf(planned)).toBe('snapshotting');
  });
});

describe('the snapshot', () => {
  const waiting = (changes: Partial<Migration> = {}, more: Partial<RecordBody> = {}) =>
    moving(
      { phase: 'snapshotting', snapshotId: SNAPSHOT, snapshotAttempt: 1, ...changes },
      {
        snapshots: [
          ...(record().snapshots ?? []),
          {
            snapshotId: SNAPSHOT,
            kind: 'migration',
            generation: 1,
            volumeId: VOLUME,
            startedAt: ago(minutes(1)),
            state: 'pending',
          },
        ],
        ...more,
      },
    );
  const under = (changes: SnapshotChanges): Seen => ({ snaps: [snapshotView(changes)] });

  it('that is under way is waited for, in longer steps after ten minutes', () => {
    const asked = (phaseAt = ago(minutes(2))) =>
      at(waiting({ phaseAt }, { candidate: undefined }), {
        ...under({ state: 'pending', progressPercent: 40 }),
        hosts: [],
      }).waits.find(({ percent }) => percent !== undefined);
    expect(asked()).toEqual({
      step: 'snapshot',
      what: 'the snapshot',
      percent: 40,
      until: add(NOW, seconds(5)),
    });
    expect(asked(ago(minutes(10)))?.until).toBe(add(NOW, seconds(5)));
    expect(asked(ago(ms(600_001)))?.until).toBe(add(NOW, seconds(60)));
  });

  it('that is under way is one wait while its percentage rises; the reason tells it', () => {
    const here = (r: RecordBody, progressPercent: number, now = NOW) =>
      at(r, under({ state: 'pending', progressPercent }), now);
    const first = here(waiting(), 40);
    expect(first.reason).toBe('the snapshot (40 %)');
    expect(first.record.waitingFor).toEqual({ step: 'snapshot', what: 'the snapshot', since: NOW });
    const later = here(first.record, 60, add(NOW, seconds(20)));
    expect(later.waitsFor).toMatchObject({ step: 'snapshot', percent: 60 });
    expect(later.record.waitingFor?.since).toBe(NOW);
  });

  it('that no listing shows is waited for', () => {
    for (const seen of [{ snaps: [] }, { snapshots: UNKNOWN }])
      expect(at(waiting(), seen).waits).toContainEqual(
        expect.objectContaining({ step: 'snapshot', what: 'the snapshot', percent: 0 }),
      );
  });

  it('that takes a quarter of an hour is not worth an instance that waits', () => {
    const long = (lasts = CANDIDATE_KEPT, of = there) =>
      at(waiting({ phaseAt: ago(lasts) }, { candidate: of }), under({ state: 'pending' }));
    const released = long();
    expect(released.record.migration?.candidateReleasedAt).toBe(NOW);
    expect(released.record.candidate).toBeUndefined();
    expect(long(ms(CANDIDATE_KEPT - 1)).record.candidate).toBeDefined();
    // One snapshot after the other failed: it counts from the freezing.
    const several = waiting({ phaseAt: ago(minutes(1)), frozenAt: ago(CANDIDATE_KEPT) });
    expect(at(several, under({ state: 'pending' })).record.candidate).toBeUndefined();
  });

  it('that failed is recorded so, and another is made', () => {
    const planned = at(waiting(), under({ state: 'error' }));
    expect(planned.record.migration).toMatchObject({
      phase: 'freezing',
      snapshotId: undefined,
      snapshotAttempt: 2,
    });
    expect(planned.record.snapshots.map(({ snapshotId, state }) => [snapshotId, state])).toEqual([
      ['snap-base', 'completed'],
      [SNAPSHOT, 'error'],
    ]);
    expect(planned.history).toContainEqual(
      expect.objectContaining({ kind: 'snapshot-failed', reason: `${SNAPSHOT} failed` }),
    );
  });

  it('whose answer never came is made again, unless the answer may still come', () => {
    const none = at(waiting({ snapshotId: undefined }));
    expect(phaseOf(none)).toBe('freezing');
    const asked = intent(snapshotOf('migration'));
    const pending = at(waiting({ snapshotId: undefined }, { intent: asked }), { snaps: [] });
    expect(phaseOf(pending)).toBe('snapshotting');
    expect(waitsOf(pending)).toContain('the snapshot’s answer');
  });

  it('that is completed becomes a volume of the source’s kind', () => {
    const planned = at(waiting(), under({}));
    expect(planned.effect).toMatchObject({
      kind: 'create-volume',
      purpose: 'migration',
      generation: 2,
      migrationId: 'migration-1',
      request: {
        zone: 'eu-west-1b',
        sizeGiB: 20,
        type: 'gp3',
        iops: 3000,
        throughputMiBps: 125,
        kmsKeyId: 'key-1',
        snapshotId: SNAPSHOT,
        initializationRateMiBps: 300,
        tags: {
          'spotkeep:role': 'migrating',
          'spotkeep:generation': '2',
          'spotkeep:migration': 'migration-1',
        },
      },
    });
    expect(planned.reason).toBe('create generation 2 in eu-west-1b');
    expect(planned.record.migration).toMatchObject({ phase: 'copying', volumeAttempt: 1, newGeneration: 2 });
    expect(planned.record.state).toBe('copying');
    expect(planned.record.intent?.effect).toEqual(planned.effect);
    expect(planned.record.snapshots.at(-1)?.state).toBe('completed');
    expect(planned.record.snapshots.at(-2)?.state).toBe('completed');
  });

  it('that is completed leaves other snapshots as they are', () => {
    const pending = { ...record().snapshots[0], snapshotId: 'snap-other', state: 'pending' };
    const r = waiting({}, {});
    const planned = at({ ...r, snapshots: [pending as never, ...r.snapshots] }, under({}));
    expect(planned.record.snapshots.find(({ snapshotId }) => snapshotId === 'snap-other')?.state).toBe(
      'pending',
    );
  });

  it.each(['gp2', 'st1', 'sc1'] as const)('of a %s volume asks for no throughput and no IOPS', (type) => {
    const planned = at(waiting(), { ...under({}), disks: [frozen({ type, iops: 300 })] });
    const { effect } = planned;
    if (effect?.kind !== 'create-volume') throw new Error('no volume');
    expect(effect.request).toMatchObject({ type, iops: undefined, throughputMiBps: undefined });
  });

  it('of an io2 volume asks for its IOPS', () => {
    const { effect } = at(waiting(), { ...under({}), disks: [frozen({ type: 'io2', iops: 9000 })] });
    if (effect?.kind !== 'create-volume') throw new Error('no volume');
    expect(effect.request).toMatchObject({ type: 'io2', iops: 9000, throughputMiBps: undefined });
  });

  it('is made as large as the definition says by now, and never smaller than the source', () => {
    const size = (sizeGiB: number) => {
      const { effect } = at(waiting(), { ...under({}), disks: [frozen({ sizeGiB })] });
      return effect?.kind === 'create-volume' ? effect.request.sizeGiB : undefined;
    };
    const { volume: wanted } = record().definition;
    const inDefinition = wanted.kind === 'new' ? wanted.sizeGiB : 0;
    expect(size(inDefinition - 1)).toBe(inDefinition);
    expect(size(inDefinition + 5)).toBe(inDefinition + 5);
  });

  it('every try at the volume has its own number and token', () => {
    const made = (volumeAttempt: number) => {
      const { effect, record: r } = at(waiting({ volumeAttempt }, { lastGeneration: 2 }), under({}));
      if (effect?.kind !== 'create-volume') throw new Error('no volume');
      return { token: effect.request.token, number: r.migration?.newGeneration, last: r.lastGeneration };
    };
    expect(made(0)).toMatchObject({ number: 2, last: 2 });
    expect(made(1)).toMatchObject({ number: 3, last: 3 });
    expect(made(1).token).not.toBe(made(0).token);
  });

  it('is no reason for a volume while the source is not seen free', () => {
    expect(at(waiting(), { ...under({}), volumes: UNKNOWN }).effect).toBeUndefined();
    const taken = at(waiting(), { ...under({}), disks: [frozen({ attachments: attachedTo(OWNER) })] });
    expect(taken.effect?.kind).not.toBe('create-volume');
  });

  it('waits where a volume was refused a moment ago', () => {
    const refusal = { effect: 'create-volume', code: 'X', count: 1, until: add(NOW, seconds(5)) };
    expect(at(waiting({}, { refusal: refusal }), under({})).effect).toBeUndefined();
  });
});

describe('the copy', () => {
  const copying = (changes: Partial<Migration> = {}, more: Partial<RecordBody> = {}) =>
    moving(
      { phase: 'copying', snapshotId: SNAPSHOT, newVolumeId: COPY, volumeAttempt: 1, ...changes },
      { state: 'copying', lastGeneration: 2, ...more },
    );
  const both = (view: VolumeChanges = {}): Seen => ({ disks: [frozen(), copy(view)] });

  it('as it should be is promoted, in one step', () => {
    const { record: r, effect, reason } = at(copying(), both({ sizeGiB: 30 }));
    expect(effect).toBeUndefined();
    expect(r).toMatchObject({
      generation: 2,
      state: 'promoting',
      dataset: { sizeGiB: 30 },
      migration: { phase: 'promoted', phaseAt: NOW },
      volume: {
        volumeId: COPY,
        zone: 'eu-west-1b',
        createdAt: NOW,
        migrationId: 'migration-1',
        parent: { generation: 1, migrationId: 'migration-1', snapshotId: SNAPSHOT },
        fresh: false,
      },
    });
    expect(r.lineage).toEqual([
      {
        generation: 1,
        volumeId: VOLUME,
        zone: 'eu-west-1a',
        role: 'superseded',
        since: NOW,
        promoted: true,
        finalSnapshotId: SNAPSHOT,
        unproved: undefined,
      },
    ]);
    expect(reason).toBe(`promote ${COPY} to generation 2`);
  });

  it('of a volume that was never seen started has its parent’s marker, or its own', () => {
    const never = { provedGeneration: 0, volume: { ...record().volume, parent: { generation: 7, or: [6] } } };
    const { record: r } = at(copying({}, never as never), both());
    expect(r.volume?.parent).toEqual({ ...MADE, generation: 7, or: [6, 1] });
    const many = { ...never, volume: { ...record().volume, parent: { generation: 7, or: [2, 3, 4, 5, 6] } } };
    expect(at(copying({}, many as never), both()).record.volume?.parent?.or).toEqual([3, 4, 5, 6, 1]);
    const started = { ...never, provedGeneration: 1 };
    expect(at(copying({}, started as never), both()).record.volume?.parent).toEqual({
      ...MADE,
      generation: 1,
    });
  });

  it('of a restore has the marker of its snapshot, and what it leaves is kept', () => {
    const { record: r } = at(
      copying({ toZone: 'eu-west-1a', requested: true, restore: { generation: 5, acceptLoss: true } }, ALONE),
      { ...both({ zone: 'eu-west-1a' }), hosts: [] },
    );
    expect(r.volume?.parent).toEqual({ ...MADE, generation: 5 });
    expect(r.lineage[0]?.keep).toBe('days');
  });

  it.each<[string, VolumeChanges, string]>([
    ['from another snapshot', { snapshotId: 'snap-x' }, 'it is from snap-x'],
    ['from none', { snapshotId: undefined }, 'it is from no snapshot'],
    ['in another zone', { zone: 'eu-west-1c' }, 'it is in eu-west-1c'],
    ['smaller', { sizeGiB: 19 }, 'it has 19 GiB'],
    ['of another type', { type: 'gp2' }, 'it is gp2'],
    ['not encrypted', { encrypted: false }, 'it is not encrypted'],
    ['under another key', { kmsKeyId: 'key-2' }, 'it has another key'],
  ])('that is %s is never promoted', (_name, view, text) => {
    const { record: r } = at(copying(), both(view));
    expect(r.hold).toMatchObject({ code: 'copy-mismatch', evidence: `${COPY}: ${text}` });
    expect(r.generation).toBe(1);
    const asked = at(copying({ requested: true }), both(view));
    expect(asked.record.migration).toBeUndefined();
    expect(asked.record.hold).toBeUndefined();
    expect(asked.events).toContainEqual(
      expect.objectContaining({
        detail: expect.objectContaining({
          code: 'request-given-up',
          text: `the move was given up: ${COPY}: ${text}`,
        }),
      }),
    );
    expect(asked.record.lineage).toMatchObject([
      { volumeId: COPY, generation: 2, zone: 'eu-west-1b', promoted: false, role: 'superseded', since: NOW },
    ]);
  });

  it('of an unencrypted source may have any key, and a restore that is given up says so', () => {
    const open = frozen({ encrypted: false, kmsKeyId: undefined });
    expect(at(copying(), { disks: [open, copy({ kmsKeyId: 'key-9' })] }).record.generation).toBe(2);
    const restore = copying(
      {
        toZone: 'eu-west-1a',
        requested: true,
        restore: { generation: 1, acceptLoss: true },
      },
      ALONE,
    );
    expect(at(restore, { ...both(), hosts: [] }).events).toContainEqual(
      expect.objectContaining({
        detail: expect.objectContaining({ text: `the restore was given up: ${COPY}: it is in eu-west-1b` }),
      }),
    );
  });

  it.each<[string, Seen]>([
    ['the copy is in no listing', { disks: [frozen()] }],
    ['the source is in no listing', { disks: [copy()] }],
    ['neither can be read', { volumes: UNKNOWN }],
    ['the source is attached', { disks: [frozen({ attachments: attachedTo(OWNER) }), copy()] }],
  ])('is not promoted while %s', (_name, seen) => {
    const planned = at(copying(), seen);
    expect(planned.record.generation).toBe(1);
    expect(planned.record.migration?.newVolumeId).toBe(COPY);
  });

  it('is not promoted while a former owner is not proved dead', () => {
    const planned = at(copying({}, { leaving: [former()] }), both());
    expect(planned.record.generation).toBe(1);
  });

  it('that is being created is waited for, for ten minutes', () => {
    const young = at(copying({ phaseAt: ago(minutes(10)) }), both({ state: 'creating' }));
    expect(phaseOf(young)).toBe('copying');
    expect(waitsOf(young)).toContain('the new volume');
    const old = at(copying({ phaseAt: ago(ms(600_001)) }), both({ state: 'creating' }));
    expect(old.record.migration).toMatchObject({ phase: 'snapshotting', newVolumeId: undefined });
    expect(old.record.lineage).toMatchObject([{ volumeId: COPY, promoted: false, since: NOW }]);
  });

  it('that was asked for again late has its ten minutes from its own beginning', () => {
    const late = { phaseAt: ago(minutes(54)) };
    const young = at(copying(late), both({ state: 'creating', createdAt: ago(minutes(10)) }));
    expect(phaseOf(young)).toBe('copying');
    const old = at(copying(late), both({ state: 'creating', createdAt: ago(ms(600_001)) }));
    expect(old.record.migration?.newVolumeId).toBeUndefined();
  });

  it('that failed is left behind, and another is made', () => {
    const planned = at(copying(), both({ state: 'error' }));
    expect(planned.record.migration).toMatchObject({ phase: 'snapshotting', newVolumeId: undefined });
    expect(planned.record.lineage).toMatchObject([
      { volumeId: COPY, generation: 2, zone: 'eu-west-1b', role: 'superseded', promoted: false },
    ]);
    expect(planned.record.failedVolumes).toBe(1);
  });

  it('whose answer may still come is waited for; without one another is made', () => {
    const pending = at(copying({ newVolumeId: undefined }, { intent: COPIES }), { disks: [frozen()] });
    expect(phaseOf(pending)).toBe('copying');
    const lost = at(copying({ newVolumeId: undefined }), { disks: [frozen()] });
    expect(lost.record.migration).toMatchObject({ phase: 'snapshotting' });
    expect(lost.record.lineage).toEqual([]);
    expect(lost.record.failedVolumes).toBe(0);
  });
});

describe('promoted', () => {
  const promoted = (changes: Partial<Migration> = {}, more: Partial<RecordBody> = {}) =>
    record({
      owner: undefined,
      state: 'promoting',
      generation: 2,
      lastGeneration: 2,
      candidate: there,
      volume: { ...record().volume, volumeId: COPY, zone: 'eu-west-1b', createdAt: NOW, fresh: false },
      lineage: [
        {
          generation: 1,
          volumeId: VOLUME,
          zone: 'eu-west-1a',
          role: 'superseded',
          since: NOW,
          promoted: true,
        },
      ],
      migration: migration({ phase: 'promoted', newVolumeId: COPY, snapshotId: SNAPSHOT, ...changes }),
      refusedSince: ago(minutes(9)),
      moveRequest: { toZone: 'eu-west-1b', at: ago(minutes(9)) },
      ...more,
    });
  const tagged = (tags: Record<string, string>): Seen => ({ disks: [frozen(), copy({ tags })] });
  const home = tagged({ 'spotkeep:role': 'active', 'spotkeep:generation': '2' });

  it('is over when role and generation of the new home are read back', () => {
    const { record: r, events, history } = at(promoted(), home);
    expect(r.migration).toBeUndefined();
    expect(r).toMatchObject({ lastMoveAt: NOW, refusedSince: undefined, moveRequest: undefined });
    const detail = { from: 'eu-west-1a', to: 'eu-west-1b', generation: 2 };
    expect(events).toContainEqual(
      expect.objectContaining({ detailType: 'Moved', detail: expect.objectContaining(detail) }),
    );
    expect(history).toContainEqual({ kind: 'moved', reason: 'no capacity in eu-west-1a', detail });
  });

  it.each([
    ['role', { 'spotkeep:role': 'migrating', 'spotkeep:generation': '2' }],
    ['generation', { 'spotkeep:role': 'active', 'spotkeep:generation': '1' }],
  ])('is not over while the %s is another: it is written', (_name, tags) => {
    const planned = at(promoted(), tagged(tags));
    expect(planned.effect).toEqual({ kind: 'tag-volume', volumeId: COPY, role: 'active', generation: 2 });
    expect(planned.reason).toBe(`tag ${COPY} as active`);
    expect(planned.record.migration).toMatchObject({ phase: 'promoted', taggedAt: NOW });
    expect(planned.record.intent?.effect).toEqual(planned.effect);
  });

  it('writes the tags again after ten seconds', () => {
    const seen = tagged({});
    const young = at(promoted({ taggedAt: ago(ms(9_999)) }), seen);
    expect(young.effect).toBeUndefined();
    expect(waitsOf(young)).toContain('the role tag');
    expect(at(promoted({ taggedAt: ago(seconds(10)) }), seen).effect?.kind).toBe('tag-volume');
  });

  it('waits for a reading', () => {
    const planned = at(promoted(), { volumes: UNKNOWN });
    expect(planned.effect).toBeUndefined();
    expect(waitsOf(planned)).toContain('a reading of the new volume');
    expect(planned.record.migration).toBeDefined();
  });

  it('of a restore says so, and is no move', () => {
    const { record: r, events } = at(promoted({ restore: { generation: 1, acceptLoss: true } }), home);
    expect(r.migration).toBeUndefined();
    expect(r.lastMoveAt).toBeUndefined();
    expect(events).toContainEqual(expect.objectContaining({ detailType: 'Restored' }));
    expect(events).not.toContainEqual(expect.objectContaining({ detailType: 'Moved' }));
  });
});

describe('the instance for it', () => {
  const done: Seen = { snaps: [snapshotView({ state: 'completed' })] };
  const snapshotting = (changes: Partial<Migration> = {}, more: Partial<RecordBody> = {}) =>
    moving({ phase: 'snapshotting', snapshotId: SNAPSHOT, newVolumeId: undefined, ...changes }, more);
  const copying = (more: Partial<RecordBody> = {}) =>
    moving(
      { phase: 'copying', snapshotId: SNAPSHOT, newVolumeId: COPY, volumeAttempt: 1 },
      { state: 'copying', lastGeneration: 2, ...more },
    );
  const copied: Seen = { disks: [frozen(), copy()] };
  const young = { candidate: candidate({ zone: 'eu-west-1b', onlineAt: undefined }) };
  const taken = { candidate: candidate({ zone: 'eu-west-1b', interrupted: true }) };

  it('is there before the copy is made', () => {
    expect(at(snapshotting(), done).effect?.kind).toBe('create-volume');
    const waits = at(snapshotting({}, young), { ...done, online: [] });
    expect(waits.effect).toBeUndefined();
    expect(waitsOf(waits)).toContain('an instance ready in eu-west-1b');
    expect(at(snapshotting({}, ALONE), { ...done, hosts: [] }).effect).toMatchObject({
      kind: 'launch',
      request: { zone: 'eu-west-1b' },
    });
    // What was refused is asked for again first: an instance would be paid for in vain.
    expect(
      at(snapshotting({ refusedSince: ago(minutes(1)) }, young), { ...done, online: [] }).effect?.kind,
    ).toBe('create-volume');
  });

  it('is there before the copy is promoted', () => {
    expect(at(copying(), copied).record.generation).toBe(2);
    const waits = at(copying(young), { ...copied, online: [] });
    expect(waits.record.generation).toBe(1);
    expect(waitsOf(waits)).toContain('an instance ready in eu-west-1b');
    expect(at(copying(ALONE), { ...copied, hosts: [] }).record.generation).toBe(1);
    expect(at(copying(taken), copied).record.generation).toBe(1);
  });

  it('is not waited for where none will start: a request goes on after its hours', () => {
    const night = add(NOW, minutes(600));
    const requested = moving(
      { phase: 'copying', snapshotId: SNAPSHOT, newVolumeId: COPY, volumeAttempt: 1, requested: true },
      { ...ALONE, lastGeneration: 2 },
    );
    expect(at(requested, { ...copied, hosts: [] }, night).record.generation).toBe(2);
  });

  it('waits with every launch while launches are paused', () => {
    const paused = {
      ...ALONE,
      launchPause: { until: add(NOW, minutes(5)), why: 'an account limit to be freed' },
    };
    const planned = at(snapshotting({}, paused), { ...done, hosts: [] });
    expect(planned.effect).toBeUndefined();
    expect(waitsOf(planned)).toContain('an account limit to be freed');
  });
});

describe('what ends a migration before it is promoted', () => {
  const night = add(NOW, minutes(600));
  const snapshotting = (changes: Partial<Migration> = {}, more: Partial<RecordBody> = {}) =>
    moving({ phase: 'snapshotting', snapshotId: SNAPSHOT, ...changes }, more);
  const pending: Seen = { snaps: [snapshotView({ state: 'pending' })] };

  it('is the end of its hours, unless a person asked for it', () => {
    const over = at(snapshotting({}, ALONE), { ...pending, hosts: [] }, night);
    expect(over.record.migration).toBeUndefined();
    expect(over.history).toContainEqual(
      expect.objectContaining({ kind: 'migration-aborted', reason: 'its hours are over' }),
    );
    expect(over.events).not.toContainEqual(
      expect.objectContaining({ detail: expect.objectContaining({ code: 'request-given-up' }) }),
    );
    expect(
      at(snapshotting({ requested: true }, ALONE), { ...pending, hosts: [] }, night).record.migration,
    ).toBeDefined();
  });

  it('is an instance in the old zone, which is asked for where the new one gives none any more', () => {
    const back = { candidate: candidate({ zone: 'eu-west-1a' }) };
    const seen = { ...pending, hosts: [instance(SUCCESSOR)] };
    const home = at(snapshotting({}, back), seen);
    expect(home.record.migration).toBeUndefined();
    expect(home.history).toContainEqual(expect.objectContaining({ reason: 'eu-west-1a has capacity again' }));
    expect(at(snapshotting({ requested: true }, back), seen).record.migration).toBeUndefined();
    // A restore goes nowhere else.
    const restoring = { requested: true, restore: { generation: 1 } };
    expect(at(snapshotting(restoring, back), seen).record.migration).toBeDefined();
    const asked = {
      candidate: candidate({
        zone: 'eu-west-1a',
        instanceId: undefined,
        launchedAt: undefined,
        onlineAt: undefined,
      }),
    };
    expect(at(snapshotting({}, asked), { ...pending, hosts: [] }).record.migration).toBeDefined();
  });

  it('is nothing while the answer about a copy may still come', () => {
    const back = { candidate: candidate({ zone: 'eu-west-1a' }), intent: COPIES };
    const planned = at(snapshotting({ phase: 'copying' }, back), {
      ...pending,
      hosts: [instance(SUCCESSOR)],
    });
    expect(planned.record.migration).toBeDefined();
  });
});
