// Contradictions between record and reading: wait, look again, and only then hold; and what a failed reading may cause.

import { describe, expect, it } from 'vitest';
import { add, minutes, seconds } from '../../shared/base/time.ts';
import type { Reading } from '../../shared/decide/turn/reading.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { creatingCopy, intent, launching, snapshotting } from './intents.ts';
import {
  ago,
  attachedTo,
  candidate,
  decide,
  effectsOf,
  instance,
  migration,
  NIGHT,
  NOW,
  OWNER,
  owner,
  reading,
  record,
  SNAPSHOT,
  SUCCESSOR,
  snapshotView,
  TOUCHES,
  VOLUME,
  volume,
} from './scene.ts';

const down = (changes: Partial<RecordBody> = {}): RecordBody =>
  record({ owner: undefined, state: 'launching', ...changes });
const free = volume();
const newer = volume({ volumeId: 'vol-0000000000000000f', tags: { 'spotkeep:generation': '5' } });

const CONTRADICTIONS: [code: string, seen: Reading][] = [
  ['generation-mismatch', reading({ hosts: [], disks: [volume({ tags: { 'spotkeep:generation': '0' } })] })],
  ['newer-volume', reading({ hosts: [], disks: [free, newer] })],
  ['table-restored', reading({ hosts: [], disks: [free], tableId: { kind: 'read', value: 'table-2' } })],
  ['volume-missing', reading({ hosts: [], disks: [] })],
  ['volume-error', reading({ hosts: [], disks: [volume({ state: 'error' })] })],
  ['multi-attach', reading({ hosts: [], disks: [volume({ multiAttach: true })] })],
  [
    'volume-held-by-other',
    reading({ hosts: [], disks: [volume({ attachments: attachedTo('i-0000000000000000f') })] }),
  ],
  [
    'unknown-instance',
    reading({ hosts: [instance('i-0000000000000000f', { launchId: 'nobody-s' })], disks: [free] }),
  ],
];

/** Records in which the next thing would touch the data. */
const EAGER: [what: string, r: RecordBody][] = [
  ['a launch', down()],
  [
    'a lost launch',
    down({
      candidate: candidate({ instanceId: undefined, onlineAt: undefined }),
      intent: intent(launching(), NOW),
    }),
  ],
  [
    'a backup',
    down({
      backupDue: true,
      override: { kind: 'stop', from: ago(minutes(9)), until: add(NOW, minutes(60)) },
    }),
  ],
  [
    'a freeze',
    down({
      lastGeneration: 2,
      migration: migration(),
      candidate: candidate({ purpose: 'migration', zone: 'eu-west-1b' }),
    }),
  ],
  [
    'a lost copy',
    down({
      lastGeneration: 2,
      migration: migration({ phase: 'copying', snapshotId: SNAPSHOT, volumeAttempt: 1 }),
      intent: intent(creatingCopy(), NOW),
    }),
  ],
];

describe.each(CONTRADICTIONS)('%s', (code, seen) => {
  it.each(EAGER)('lets %s wait, then holds, and touches nothing meanwhile', (_, r) => {
    const quiet = { ...seen, snapshots: { kind: 'read' as const, value: [snapshotView()] } };
    const first = decide(r, quiet);
    expect(first.record.hold).toBeUndefined();
    expect(first.record.suspicion).toMatchObject({ code, reads: 1 });
    const { effects, record: after } = effectsOf(r, quiet, { turns: 40, every: seconds(20) });
    expect(effects.filter((kind) => TOUCHES.has(kind))).toEqual([]);
    expect(after.hold?.code).toBe(code);
    expect(after.generation).toBe(1);
  });
});

describe('a contradiction', () => {
  const [[, seen] = ['', reading()]] = CONTRADICTIONS;

  it('is no hold before three readings and five minutes', () => {
    const early = effectsOf(down(), seen, { turns: 200, every: seconds(1) }).record;
    expect(early.hold).toBeUndefined();
    const twice = decide(decide(down(), seen).record, seen, add(NOW, minutes(30))).record;
    expect(twice.hold).toBeUndefined();
  });

  it('that goes away by itself is forgotten', () => {
    const r = decide(down(), seen).record;
    const after = decide(r, reading({ hosts: [], disks: [free] }), add(NOW, minutes(2)));
    expect(after.record.suspicion).toBeUndefined();
    expect(after.effect?.kind).toBe('launch');
  });

  it('keeps a serving owner serving, and drains and ends it at closing', () => {
    const contradictory = reading({
      disks: [volume({ attachments: attachedTo(OWNER), tags: { 'spotkeep:generation': '0' } })],
    });
    const { record: after, effects } = effectsOf(record(), contradictory, { turns: 40, every: seconds(20) });
    expect(after.hold?.code).toBe('generation-mismatch');
    expect(after.owner?.draining).toBeUndefined();
    expect(effects.filter((kind) => TOUCHES.has(kind))).toEqual([]);
    const closing = effectsOf(after, contradictory, { at: NIGHT, turns: 40 });
    expect(closing.record.owner?.draining?.reason).toBe('closing');
    expect(closing.effects).toContain('terminate');
    expect(closing.effects.filter((kind) => TOUCHES.has(kind))).toEqual([]);
  });
});

describe('on hold', () => {
  const hold = { code: 'newer-volume' as const, at: ago(minutes(10)), evidence: 'x' };

  it.each(EAGER)('%s is not done, whatever the time', (_, r) => {
    const seen = reading({ hosts: [], disks: [free], snaps: [snapshotView()] });
    expect(
      effectsOf({ ...r, state: 'held', hold }, seen, { turns: 60, every: minutes(2) }).effects.filter(
        (kind) => TOUCHES.has(kind),
      ),
    ).toEqual([]);
  });

  it('nothing is deleted', () => {
    const old = ago(minutes(60_000));
    const lineage = [
      {
        generation: 1,
        volumeId: VOLUME,
        zone: 'eu-west-1a',
        role: 'superseded' as const,
        since: old,
        promoted: true,
        tagged: true,
      },
    ];
    const r = record({ hold, lineage, generation: 2, lastGeneration: 2, provedGeneration: 2 });
    expect(
      effectsOf(r, reading({ snaps: [] }), { mayDelete: true }).effects.filter((kind) => TOUCHES.has(kind)),
    ).toEqual([]);
  });

  it('a launch whose answer was lost is not in the way once a person has ended the hold', () => {
    const waiting = down({
      candidate: candidate({ instanceId: undefined, onlineAt: undefined, launchedAt: undefined }),
    });
    const seen = reading({ hosts: [], disks: [free] });
    expect(effectsOf({ ...waiting, intent: intent(launching()) }, seen, { turns: 1 }).effects).toEqual([
      'launch',
    ]);
    // Of an earlier version, which did not write down what exactly was asked: it has time to show itself.
    expect(effectsOf(waiting, seen, { turns: 2 }).effects).toEqual([]);
    expect(effectsOf(waiting, seen, { turns: 4 }).effects).toContain('launch');
  });
});

describe('a reading that failed', () => {
  const unknown = { kind: 'unknown' as const, why: 'throttled' as const };
  const failing = (what: 'volumes' | 'instances' | 'tableId'): Reading => ({
    ...reading({ hosts: [], disks: [free], snaps: [snapshotView()] }),
    [what]: unknown,
  });

  it.each(
    EAGER.flatMap(([name, r]) =>
      (['volumes', 'instances', 'tableId'] as const).map((what) => ({ name, r, what })),
    ),
  )('$what: $name is not done, and no hold', ({ r, what }) => {
    const { effects, record: after } = effectsOf(r, failing(what), { turns: 60, every: minutes(1) });
    expect(effects.filter((kind) => TOUCHES.has(kind))).toEqual([]);
    expect(after.hold).toBeUndefined();
  });

  it('ends nobody that serves', () => {
    const blind = { ...reading(), instances: unknown, volumes: unknown, agents: unknown };
    const { effects, record: after } = effectsOf(record(), blind, { turns: 60, every: minutes(1) });
    expect(effects.filter((kind) => kind !== 'command')).toEqual([]);
    expect(after.owner?.draining).toBeUndefined();
  });
});

describe('an unchanged reading', () => {
  it('is looked at again without an effect, a write, or a word', () => {
    const once = decide(record()).record;
    const again = decide(once);
    expect(again).toMatchObject({ changed: false, settled: true, events: [], history: [] });
    expect(again.effect).toBeUndefined();
    const parked = record({ owner: undefined, state: 'parked' });
    const night = decide(parked, reading({ hosts: [], disks: [free] }), NIGHT);
    expect(night).toMatchObject({ changed: false, settled: true });
    expect(night.effect).toBeUndefined();
  });

  it('a command that waits for its answer is not sent again before its time', () => {
    const r = record({ owner: owner({ startedAt: undefined }), state: 'starting' });
    const sent = decide(r);
    expect(sent.effect).toMatchObject({ kind: 'command', document: 'start' });
    const command = { ...sent.record.command, commandId: 'c-1' } as NonNullable<RecordBody['command']>;
    const pending = reading({ command: { kind: 'read', value: { kind: 'pending' } } });
    const next = decide({ ...sent.record, intent: undefined, command }, pending, add(NOW, seconds(10)));
    expect(next.effect).toBeUndefined();
  });
});

describe('an intent without an outcome', () => {
  /** `apply` made the volume larger meanwhile: a token is good for the request it was first used with alone. */
  const grown = (r: RecordBody): RecordBody => {
    const { volume: wanted } = r.definition;
    if (wanted.kind !== 'new') throw new Error('adopted');
    return { ...r, definition: { ...r.definition, volume: { ...wanted, sizeGiB: wanted.sizeGiB + 50 } } };
  };

  it('asks a launch again under the same token', () => {
    const planned = decide(down(), reading({ hosts: [], disks: [free] }));
    const again = decide(planned.record, reading({ hosts: [], disks: [free] }), add(NOW, seconds(20)));
    if (planned.effect?.kind !== 'launch' || again.effect?.kind !== 'launch') throw new Error('no launch');
    expect(again.effect.request).toEqual(planned.effect.request);
  });

  it('asks another launch under another token', () => {
    const seen = reading({ hosts: [], disks: [free] });
    const first = decide(down(), seen).effect;
    const second = decide(down(), seen, add(NOW, seconds(1))).effect;
    if (first?.kind !== 'launch' || second?.kind !== 'launch') throw new Error('no launch');
    expect(second.request.token).not.toBe(first.request.token);
  });

  it('asks a copy again under the same token', () => {
    const frozen = volume({ tags: { 'spotkeep:role': 'frozen' } });
    const hosts = [instance(SUCCESSOR, { zone: 'eu-west-1b' })];
    const seen = reading({ hosts, disks: [frozen], snaps: [snapshotView()] });
    const underWay = migration({
      phase: 'snapshotting',
      phaseAt: NOW,
      snapshotId: SNAPSHOT,
      snapshotAttempt: 1,
    });
    const r = down({
      lastGeneration: 2,
      migration: underWay,
      candidate: candidate({ purpose: 'migration', zone: 'eu-west-1b' }),
    });
    const made = decide(r, seen);
    const again = decide(grown(made.record), seen, add(NOW, seconds(20)));
    if (made.effect?.kind !== 'create-volume' || again.effect?.kind !== 'create-volume')
      throw new Error('no copy');
    expect(again.effect.request).toEqual(made.effect.request);
  });

  it('asks a blank volume again under the same token and number', () => {
    const none = { volume: undefined, generation: 0, lastGeneration: 0, provedGeneration: 0, snapshots: [] };
    const r = down({ ...none, candidate: candidate() });
    const seen = reading({ hosts: [instance(SUCCESSOR)], disks: [] });
    const made = decide(r, seen);
    const again = decide(grown(made.record), seen, add(NOW, seconds(20)));
    if (made.effect?.kind !== 'create-volume' || again.effect?.kind !== 'create-volume')
      throw new Error('no volume');
    expect(again.effect.request).toEqual(made.effect.request);
  });

  it('is not forgotten when something more urgent overtakes it', () => {
    const r = record({
      intent: intent(snapshotting('base'), NOW),
      owner: owner({ interruption: { noticedAt: ago(seconds(90)), actionAt: add(NOW, seconds(30)) } }),
    });
    const urgent = effectsOf(r, reading({ snaps: [] }), { turns: 2, every: seconds(1) });
    expect(urgent.effects.length).toBeGreaterThan(0);
    const shown = reading({
      snaps: [snapshotView({ state: 'pending', tags: { 'spotkeep:intent': 'intent-1' } })],
    });
    const { record: after } = effectsOf(urgent.record, shown, { turns: 8, every: seconds(1) });
    expect(after.snapshots.map((one) => one.snapshotId)).toContain(SNAPSHOT);
  });

  it('of a launch is looked for after hours, never asked again', () => {
    const unanswered = candidate({
      instanceId: undefined,
      onlineAt: undefined,
      launchedAt: undefined,
      requestedAt: NIGHT,
    });
    const r = down({
      candidate: unanswered,
      intent: intent(launching(), NIGHT),
    });
    const nothing = effectsOf(r, reading({ hosts: [], disks: [free] }), { at: NIGHT });
    expect(nothing.effects).not.toContain('launch');
    expect(nothing.record.candidate).toBeUndefined();
    const { effects } = effectsOf(r, reading({ hosts: [instance(SUCCESSOR)], disks: [free] }), { at: NIGHT });
    expect(effects).toContain('terminate');
    expect(effects).not.toContain('launch');
  });

  it('does not take a snapshot a second time when the first shows itself', () => {
    const r = down({
      lastGeneration: 2,
      migration: migration({ phase: 'snapshotting', phaseAt: NOW, snapshotAttempt: 1 }),
      intent: intent(snapshotting('migration', { migrationId: 'migration-1' }), NOW),
      candidate: candidate({ purpose: 'migration', zone: 'eu-west-1b' }),
    });
    const hosts = [instance(SUCCESSOR, { zone: 'eu-west-1b' })];
    const frozen = volume({ tags: { 'spotkeep:role': 'frozen' } });
    const shown = reading({
      hosts,
      disks: [frozen],
      snaps: [snapshotView({ state: 'pending', tags: { 'spotkeep:intent': 'intent-1' } })],
    });
    expect(decide(r, shown).record.migration?.snapshotId).toBe(SNAPSHOT);
    const hidden = reading({ hosts, disks: [frozen], snaps: [] });
    expect(effectsOf(r, hidden, { turns: 5, every: seconds(20) }).effects).toEqual([]);
  });
});
