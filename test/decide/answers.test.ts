// What is made of the host's answers to format and start.

import { describe, expect, it } from 'vitest';
import { jsonBytes } from '../../shared/base/json-bytes.ts';
import { add, minutes, seconds } from '../../shared/base/time.ts';
import { BINDS_BYTES } from '../../shared/decide/turn/limits.ts';
import type { HostAnswer } from '../../shared/host/answer.ts';
import type { HostCommand, RecordBody } from '../../shared/record/record.ts';
import {
  ago,
  answered,
  decide,
  inFlight,
  NIGHT,
  NOW,
  OWNER,
  owner,
  reading,
  record,
  VOLUME,
} from './scene.ts';

const asked = (document: HostCommand['document'], changes: Partial<RecordBody> = {}): RecordBody =>
  record({
    state: document === 'format' ? 'formatting' : 'starting',
    owner: owner({ startedAt: undefined, bootId: undefined }),
    operationNumber: 8,
    command: inFlight(document),
    ...changes,
  });

describe('format', () => {
  const blank = (changes: Partial<RecordBody> = {}) =>
    asked('format', {
      dataset: { ...record().dataset, formatted: false, formatSentAt: ago(seconds(10)) },
      volume: { volumeId: VOLUME, zone: 'eu-west-1a', createdAt: ago(minutes(2)), fresh: true },
      provedGeneration: 0,
      snapshots: [],
      ...changes,
    });

  it('that is confirmed is remembered for good', () => {
    const { record: after, history } = decide(blank(), answered({ code: 'formatted' }));
    expect(after.dataset).toMatchObject({ formatted: true, formatSentAt: ago(seconds(10)) });
    expect(history[0]).toMatchObject({ kind: 'formatted', detail: { volumeId: VOLUME } });
  });

  it.each<[string, Parameters<typeof decide>]>([
    ['is never confirmed', [blank(), reading(), add(NOW, minutes(5))]],
    [
      'finds a volume that is not blank',
      [blank(), answered({ ok: false, code: 'not-blank', remedy: 'new-volume' })],
    ],
  ])('that %s leaves the volume behind: another, with the same file-system id', (_what, question) => {
    const { record: after, history } = decide(...question);
    expect(after.volume).toBeUndefined();
    expect(after.lineage).toMatchObject([
      { volumeId: VOLUME, generation: 1, zone: 'eu-west-1a', role: 'superseded', promoted: false },
    ]);
    // The id is the dataset's: a recovery from before this finds the later volume with it.
    expect(after.dataset).toMatchObject({ formatted: false, fsUuid: 'uuid-1', formatSentAt: undefined });
    expect(after.owner?.draining?.reason).toBe('replaced');
    expect(history.map((one) => one.kind)).toContain('blank-abandoned');
  });

  it('whose every send was refused never reached the host: the volume is kept', () => {
    const sent = (tries: number, refused: number | undefined) =>
      decide(blank({ command: inFlight('format', { tries, refused, deadline: NOW }) }), reading());
    const kept = sent(3, 3);
    expect(kept.record.volume?.volumeId).toBe(VOLUME);
    expect(kept.record.dataset.formatSentAt).toBeUndefined();
    expect(kept.record.owner?.draining).toBeUndefined();
    expect(kept.events[0]).toMatchObject({ detailType: 'Alert', detail: { code: 'command-refused' } });
    // One of them may have been carried out.
    expect(sent(3, 2).record.volume).toBeUndefined();
    expect(sent(1, undefined).record.volume).toBeUndefined();
  });

  it('is refused for a copy, and for what is not fresh, with a hold', () => {
    const none = { ...blank(), command: undefined };
    const made = { volumeId: VOLUME, zone: 'eu-west-1a', createdAt: NOW };
    const held = (volume: RecordBody['volume']) => decide({ ...none, volume }).record.hold;
    expect(held({ ...made, fresh: false })).toMatchObject({
      code: 'format-refused',
      evidence: expect.stringContaining(VOLUME),
    });
    expect(held({ ...made, fresh: true, parent: { generation: 1, migrationId: 'm' } })?.code).toBe(
      'format-refused',
    );
    expect(held({ ...made, fresh: true })).toBeUndefined();
  });

  it('that a person has to look at is a hold', () => {
    const { record: after } = decide(blank(), answered({ ok: false, code: 'device-mismatch', hold: true }));
    expect(after.hold).toMatchObject({ code: 'device-mismatch', evidence: expect.stringContaining(OWNER) });
    expect(after.volume?.volumeId).toBe(VOLUME);
  });
});

describe('start', () => {
  it('that is done proves the generation', () => {
    const start = asked('start', {
      generation: 3,
      provedGeneration: 1,
      failedInstances: 2,
      failedVolumes: 4,
      dataset: { ...record().dataset, setupDone: false },
      volume: { volumeId: VOLUME, zone: 'eu-west-1a', createdAt: ago(minutes(9)), fresh: true },
    });
    start.generation = 1;
    start.provedGeneration = 0;
    const { record: after, history } = decide(start, answered({ bootId: 'boot-1', setup: 'ran' }));
    expect(after).toMatchObject({
      state: 'serving',
      provedGeneration: 1,
      failedInstances: 0,
      failedVolumes: 0,
      dataset: { setupDone: true },
      volume: { fresh: false },
      owner: { startedAt: NOW, probedAt: NOW, bootId: 'boot-1', startFailures: 0 },
    });
    expect(history.find((one) => one.kind === 'started')).toMatchObject({
      detail: { instanceId: OWNER, zone: 'eu-west-1a', purchase: 'spot', instanceType: 'm7i.large' },
    });
  });

  it.each<[HostAnswer['setup'], boolean]>([
    ['ran', true],
    ['already', true],
    [undefined, false],
  ])('with setup %s: done is %s', (setup, done) => {
    const start = asked('start', { dataset: { ...record().dataset, setupDone: false } });
    expect(start.definition.setup).toBeDefined();
    expect(decide(start, answered({ setup })).record.dataset.setupDone).toBe(done);
    const without = { ...start, definition: { ...start.definition, setup: undefined } };
    expect(decide(without, answered({ setup })).record.dataset.setupDone).toBe(true);
  });

  it('names data outside the volume once, and forgets it when it is gone', () => {
    const binds = [{ container: 'db', source: '/srv/db', target: '/data' }];
    const first = decide(asked('start'), answered({ unkeptBinds: binds }));
    expect(first.record.unkeptBinds).toEqual(binds);
    expect(first.events).toContainEqual({
      detailType: 'Unprotected Data',
      detail: { workload: 'gitlab', at: NOW, binds },
    });
    const again = decide(asked('start', { unkeptBinds: binds }), answered({ unkeptBinds: binds }));
    expect(again.events.map((one) => one.detailType)).not.toContain('Unprotected Data');
    const gone = decide(asked('start', { unkeptBinds: binds }), answered({ unkeptBinds: [] }));
    expect(gone.record.unkeptBinds).toBeUndefined();
    const many = Array.from({ length: 14 }, (_, i) => ({ container: `c${i}`, source: '/s', target: '/t' }));
    expect(decide(asked('start'), answered({ unkeptBinds: many })).record.unkeptBinds).toHaveLength(10);
    // What they may have together; paths are of any length.
    const path = '/ж'.repeat(120);
    const wide = Array.from({ length: 10 }, () => ({ container: 'app', source: path, target: path }));
    const kept = decide(asked('start'), answered({ unkeptBinds: wide })).record.unkeptBinds;
    expect(kept?.length).toBeGreaterThan(1);
    expect(jsonBytes(kept)).toBeLessThanOrEqual(BINDS_BYTES);
  });

  it('on a copy of a copy tries each parent the marker may be of, each exactly, then holds', () => {
    const home = (parent: NonNullable<RecordBody['volume']>['parent']) =>
      asked('start', {
        volume: { volumeId: VOLUME, zone: 'eu-west-1a', createdAt: NOW, fresh: false, parent },
      });
    const older = answered({ ok: false, code: 'marker-older', hold: true });
    const next = (parent: NonNullable<RecordBody['volume']>['parent']) => decide(home(parent), older).record;
    const first = next({ generation: 5, migrationId: 'm', or: [4, 3] });
    expect(first.volume?.parent).toEqual({ generation: 4, migrationId: 'm', or: [3] });
    expect(first.hold).toBeUndefined();
    expect(next({ generation: 4, migrationId: 'm', or: [3] }).volume?.parent).toEqual({
      generation: 3,
      migrationId: 'm',
      or: undefined,
    });
    expect(next({ generation: 3, migrationId: 'm' }).hold?.code).toBe('marker-older');
    const newer = decide(
      home({ generation: 5, migrationId: 'm', or: [4] }),
      answered({ ok: false, code: 'marker-newer', hold: true }),
    ).record;
    expect(newer.hold?.code).toBe('marker-newer');
    expect(newer.volume?.parent?.generation).toBe(5);
  });

  it('that meets a spot notice hands over, and outside its hours closes', () => {
    const notice = decide(asked('start'), answered({ ok: false, code: 'spot-notice' })).record;
    expect(notice.owner?.draining?.reason).toBe('warned');
    const closing = decide(asked('start'), reading(), NIGHT).record;
    expect(closing.owner?.draining?.reason).toBe('closing');
  });

  it('that never answers is tried on another instance, and told', () => {
    const { record: after, events } = decide(asked('start'), reading(), add(NOW, minutes(5)));
    expect(after.owner?.draining?.reason).toBe('replaced');
    expect(events.map((one) => one.detail.code)).toContain('start-failed');
  });
});
