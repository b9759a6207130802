// A file system is made once, on a volume this control plane created blank, and never where data has or may have been.

import { describe, expect, it } from 'vitest';
import { copyOf } from '../../shared/base/copy.ts';
import { add, minutes, seconds } from '../../shared/base/time.ts';
import { applyOutcome } from '../../shared/decide/outcome.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { intent, launching } from './intents.ts';
import {
  ago,
  attachedTo,
  candidate,
  decide,
  effectsOf,
  instance,
  NOW,
  OWNER,
  owner,
  reading,
  record,
  SUCCESSOR,
  VOLUME,
  volume,
} from './scene.ts';

const starting = (
  dataset: Partial<RecordBody['dataset']>,
  home: Partial<NonNullable<RecordBody['volume']>> = {},
): RecordBody => {
  const r = record({ state: 'attaching', owner: owner({ startedAt: undefined, touchedAt: undefined }) });
  return {
    ...r,
    dataset: { ...r.dataset, ...dataset },
    ...(r.volume && { volume: { ...r.volume, ...home } }),
  };
};

const documentsOf = (r: RecordBody): string[] => {
  const documents: string[] = [];
  let at = NOW;
  let next = r;
  for (let turn = 0; turn < 20; turn += 1) {
    at = add(at, seconds(20));
    const planned = decide(next, reading(), at);
    if (planned.effect?.kind === 'command') documents.push(planned.effect.document);
    next = { ...planned.record, intent: undefined };
  }
  return documents;
};

describe('format', () => {
  it('is sent for a new and blank volume', () => {
    expect(documentsOf(starting({ formatted: false }, { fresh: true }))[0]).toBe('format');
  });

  it('is never sent once the dataset is formatted', () => {
    for (const fresh of [true, false])
      expect(documentsOf(starting({ formatted: true }, { fresh }))).not.toContain('format');
  });

  it('is never sent for a volume made from a snapshot, or one that served', () => {
    const parent = { generation: 1, migrationId: 'm' };
    expect(documentsOf(starting({ formatted: false }, { fresh: false, parent }))).not.toContain('format');
    expect(documentsOf(starting({ formatted: false }, { fresh: false }))).not.toContain('format');
  });

  it('that was not confirmed leaves no data to move: another zone gets a new blank volume', () => {
    const r = record({
      owner: undefined,
      state: 'launching',
      provedGeneration: 0,
      refusedSince: ago(minutes(5)),
      candidate: candidate({
        purpose: 'migration',
        zone: 'eu-west-1b',
        instanceId: undefined,
        onlineAt: undefined,
      }),
    });
    r.dataset = { ...r.dataset, formatted: false, formatSentAt: ago(minutes(6)) };
    if (r.volume) r.volume.fresh = true;
    const planned = decide({ ...r, intent: intent(launching()) }, reading({ hosts: [], disks: [volume()] }));
    if (!planned.effect) throw new Error('no launch');
    const after = copyOf(planned.record);
    const launched = { instanceId: SUCCESSOR, instanceType: 'm7i.large', zone: 'eu-west-1b' };
    applyOutcome(after, {
      effect: planned.effect,
      outcome: { kind: 'launched', result: { instance: launched, errors: [] } },
      now: NOW,
      freshId: 'fresh',
    });
    expect(after.migration).toBeUndefined();
    expect(after.volume).toBeUndefined();
    expect(after.dataset).toMatchObject({ formatted: false });
    expect(after.dataset.formatSentAt).toBeUndefined();
    expect(after.lineage).toMatchObject([{ role: 'superseded', promoted: false }]);
  });
});

describe('a call that is refused', () => {
  it('is not asked again at once', () => {
    const hosts = [instance(SUCCESSOR)];
    const blank = record({
      owner: undefined,
      volume: undefined,
      generation: 0,
      lastGeneration: 0,
      provedGeneration: 0,
      snapshots: [],
      state: 'launching',
      candidate: candidate(),
    });
    const seen = reading({ hosts, disks: [] });
    const first = decide(blank, seen);
    expect(first.effect?.kind).toBe('create-volume');
    if (!first.effect) throw new Error('no volume');
    const after = copyOf(first.record);
    applyOutcome(after, {
      effect: first.effect,
      outcome: { kind: 'refused', error: 'quota', code: 'VolumeLimitExceeded', message: '' },
      now: NOW,
      freshId: 'f',
    });
    expect(effectsOf(after, seen, { turns: 8, every: seconds(1) }).effects).toEqual([]);
    expect(effectsOf(after, seen, { turns: 2, every: seconds(60) }).effects).toEqual(['create-volume']);
  });
});

describe('attach', () => {
  it('is asked of exactly this volume and instance, when it is free', () => {
    const r = record({
      state: 'attaching',
      owner: owner({ attachedAt: undefined, startedAt: undefined, touchedAt: undefined }),
    });
    expect(decide(r, reading({ disks: [volume()] })).effect).toMatchObject({
      kind: 'attach',
      instanceId: OWNER,
    });
    const held = reading({ disks: [volume({ attachments: attachedTo('i-0000000000000000f') })] });
    expect(decide(r, held).effect).toBeUndefined();
  });

  it('that does not come is never tried elsewhere: the instance is ended first', () => {
    const stuck = volume({
      state: 'in-use',
      attachments: [{ instanceId: OWNER, state: 'attaching', deleteOnTermination: false }],
    });
    const r = record({
      state: 'attaching',
      owner: owner({
        attachedAt: undefined,
        startedAt: undefined,
        touchedAt: undefined,
        attachRequestedAt: ago(minutes(1)),
        firstAttachAt: ago(minutes(1)),
      }),
    });
    const { effects, record: after } = effectsOf(r, reading({ disks: [stuck] }), { turns: 20 });
    expect(effects.filter((kind) => kind === 'attach')).toEqual([]);
    expect(effects).toContain('terminate');
    expect(after.owner?.instanceId).toBe(OWNER);
  });
});

describe('a blank volume whose creation failed and whose answer was lost', () => {
  const unanswered = record({
    state: 'creating',
    owner: undefined,
    volume: undefined,
    generation: 0,
    lastGeneration: 1,
    provedGeneration: 0,
    snapshots: [],
    dataset: { ...record().dataset, formatted: false },
    candidate: candidate({ attempt: 1 }),
  });
  const seen = (state: 'error' | 'available', generation = '1') =>
    reading({
      hosts: [instance(SUCCESSOR)],
      disks: [volume({ state, tags: { 'spotkeep:generation': generation } })],
    });

  it('is no contradiction: another is made, under another number, and the sweep gets the failed one', () => {
    const known = decide(unanswered, seen('error'));
    expect(known.record.suspicion).toBeUndefined();
    expect(known.record.lineage).toMatchObject([{ volumeId: VOLUME, role: 'superseded', promoted: false }]);
    const { effect } = decide(known.record, seen('error'), add(NOW, seconds(5)));
    expect(effect).toMatchObject({ kind: 'create-volume', purpose: 'blank' });
    expect(effect?.kind === 'create-volume' && effect.request.tags['spotkeep:generation']).toBe('2');
  });

  it.each([
    ['that did not fail', unanswered, seen('available')],
    ['of a number this record never gave out', unanswered, seen('error', '2')],
    [
      'of a dataset that was formatted',
      { ...unanswered, dataset: { ...unanswered.dataset, formatted: true } },
      seen('error'),
    ],
  ])('one %s stays a contradiction', (_what, r, disks) => {
    const planned = decide(r, disks);
    expect(planned.record.suspicion).toMatchObject({ code: 'newer-volume' });
    expect(planned.effect).toBeUndefined();
  });
});
