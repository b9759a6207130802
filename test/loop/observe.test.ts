// What a turn reads of the world: no more than it needs, and a reading that failed is unknown, never absent.

import { describe, expect, it } from 'vitest';
import { ms } from '../../shared/base/time.ts';
import type { Reading } from '../../shared/decide/turn/reading.ts';
import { type ObserveOptions, observe, read } from '../../shared/loop/observe.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { intent, launching, snapshotting } from '../decide/intents.ts';
import {
  ago,
  COPY,
  candidate,
  DATASET,
  former,
  inFlight,
  instance,
  migration,
  NOW,
  OPERATION,
  OWNER,
  owner,
  PROJECT,
  record,
  SUCCESSOR,
  snapshotView,
  TEMPLATE,
  VOLUME,
  volume,
} from '../decide/scene.ts';
import { definition } from '../definition/example.ts';
import { type Fakes, type Ports, ports, refusal, rejecting } from './ports.ts';

const TABLE = { kind: 'read', value: 'table-1' } as const;
const NOT_ASKED = { kind: 'not-asked' };

const look = async (
  r: RecordBody,
  fakes: Fakes = {},
  options: Partial<ObserveOptions> = {},
): Promise<{ reading: Reading; made: Ports }> => {
  const made = ports(fakes, r);
  const given = { name: 'gitlab', record: r, snapshots: false, tableId: TABLE, first: false, ...options };
  return { reading: await observe(made.deps, given), made };
};
const asks = async (r: RecordBody, name: string, options: Partial<ObserveOptions> = {}) =>
  (await look(r, {}, options)).made.named(name);

describe('a reading', () => {
  it('that failed is unknown, with its reason', async () => {
    expect(await read(Promise.resolve(7))).toEqual({ kind: 'read', value: 7 });
    expect(await read(Promise.reject(refusal('throttled')))).toEqual({ kind: 'unknown', why: 'throttled' });
    expect(await read(Promise.reject(refusal('unknown-outcome')))).toEqual({
      kind: 'unknown',
      why: 'unknown-outcome',
    });
  });

  it.each(['unclassified', 'credentials'] as const)('of an error of kind %s ends the call', async (kind) => {
    await expect(read(Promise.reject(refusal(kind)))).rejects.toMatchObject({ kind });
  });

  it('that is a defect ends the call', async () => {
    await expect(read(Promise.reject(new TypeError('defect')))).rejects.toThrow('defect');
  });

  it('has the time at which it began, and the table it was given', async () => {
    const { reading } = await look(record());
    expect(reading).toMatchObject({ at: NOW, tableId: TABLE });
  });
});

describe('instances and volumes', () => {
  it('are listed by workload, and by every id that the record names', async () => {
    const r = record({ candidate: candidate(), leaving: [former({ instanceId: 'i-x' })] });
    expect(await asks(r, 'instances')).toEqual([['gitlab', [OWNER, SUCCESSOR, 'i-x']]]);
    const none = record({ owner: undefined });
    expect(await asks(none, 'instances')).toEqual([['gitlab', []]]);
  });

  it('of the lineage are asked for until they are deleted, each once', async () => {
    const one = { generation: 1, zone: 'eu-west-1a', since: NOW, promoted: true };
    const r = record({
      lineage: [
        { ...one, volumeId: 'vol-a', role: 'deleted' },
        { ...one, volumeId: 'vol-b', role: 'superseded' },
        { ...one, volumeId: VOLUME, role: 'superseded' },
      ],
      migration: migration({ newVolumeId: COPY }),
    });
    expect(await asks(r, 'volumes')).toEqual([[{ datasetId: DATASET, ids: [VOLUME, COPY, 'vol-b'] }]]);
  });

  it('that are to be adopted are asked for by the id in the definition, until one is the record’s', async () => {
    const { volume, ...rest } = definition();
    const adopted = { ...rest, volume: { ...volume, kind: 'adopt', volumeId: 'vol-given' } } as never;
    expect(await asks(record({ volume: undefined, definition: adopted }), 'volumes')).toEqual([
      [{ datasetId: DATASET, ids: ['vol-given'] }],
    ]);
    expect(await asks(record({ definition: adopted }), 'volumes')).toEqual([
      [{ datasetId: DATASET, ids: [VOLUME] }],
    ]);
    expect(await asks(record({ volume: undefined }), 'volumes')).toEqual([[{ datasetId: DATASET, ids: [] }]]);
  });
});

describe('snapshots', () => {
  const pending = { ...record().snapshots[0], state: 'pending' } as never;
  it.each<[string, Partial<RecordBody>]>([
    ['a migration waits for one', { migration: migration({ phase: 'snapshotting' }) }],
    ['a restore is asked for', { restoreRequest: { snapshotId: 'snap-base', at: NOW, acceptLoss: true } }],
    ['it is being recovered', { recover: { at: NOW, tableId: 'table-1', ended: [] } }],
    ['one was asked for', { intent: intent(snapshotting('base')) }],
    ['one pends', { snapshots: [pending] }],
  ])('are read when %s', async (_name, changes) => {
    const r = record(changes);
    const volumeIds = r.recover ? [VOLUME] : [];
    expect(await asks(r, 'snapshots')).toEqual([[{ datasetId: DATASET, ids: ['snap-base'], volumeIds }]]);
  });

  it.each<[string, Partial<RecordBody>]>([
    ['nothing pends', {}],
    ['a migration is in another phase', { migration: migration({ phase: 'copying' }) }],
    ['something else was asked for', { intent: intent(launching()) }],
  ])('are not read when %s', async (_name, changes) => {
    const { reading, made } = await look(record(changes));
    expect(made.named('snapshots')).toEqual([]);
    expect(reading.snapshots).toEqual(NOT_ASKED);
    expect(await asks(record(changes), 'snapshots', { snapshots: true })).toHaveLength(1);
  });
});

describe('agents', () => {
  it('are asked for while they are awaited or served by', async () => {
    expect(await asks(record(), 'agents')).toEqual([[[OWNER]]]);
    const coming = candidate({ onlineAt: undefined });
    expect(await asks(record({ candidate: coming }), 'agents')).toEqual([[[OWNER, SUCCESSOR]]]);
    expect(await asks(record({ candidate: candidate() }), 'agents')).toEqual([[[OWNER]]]);
    const draining = owner({ draining: { since: NOW, reason: 'closing' } });
    expect(await asks(record({ owner: draining }), 'agents')).toEqual([]);
    expect((await look(record({ owner: undefined }))).reading.agents).toEqual(NOT_ASKED);
  });

  it('that are lost for a minute have their instance’s health looked at', async () => {
    const lost = (by: number) => record({ owner: owner({ agentLostAt: ago(ms(by)) }) });
    expect(await asks(lost(60_000), 'instanceHealth')).toEqual([[[OWNER]]]);
    expect(await asks(lost(59_999), 'instanceHealth')).toEqual([]);
    expect((await look(record())).reading.health).toEqual(NOT_ASKED);
  });
});

describe('while a probe is out', () => {
  const probing = (more: Partial<RecordBody> = {}) => record({ command: inFlight('probe'), ...more });

  it('only its answer and the instance are of interest', async () => {
    const { reading, made } = await look(probing());
    expect(made.named('volumes')).toEqual([]);
    expect(made.named('agents')).toEqual([]);
    expect(reading.volumes).toEqual(NOT_ASKED);
    expect(made.named('instances')).toHaveLength(1);
    expect(made.named('result')).toEqual([['command-8', OWNER]]);
  });

  it.each<[string, RecordBody, Partial<ObserveOptions>]>([
    ['at the first turn', probing(), { first: true }],
    ['of another command', record({ command: inFlight('start') }), {}],
    ['beside a candidate', probing({ candidate: candidate() }), {}],
    ['after a warning', probing({ owner: owner({ interruption: { noticedAt: NOW, actionAt: NOW } }) }), {}],
    [
      'under a suspicion',
      probing({ suspicion: { code: 'volume-missing', firstAt: NOW, lastAt: NOW, reads: 1, evidence: 'x' } }),
      {},
    ],
  ])('all is read %s', async (_name, r, options) => {
    const { made } = await look(r, {}, options);
    expect(made.named('volumes')).toHaveLength(1);
    expect(made.named('agents')).toHaveLength(1);
  });
});

describe('a command', () => {
  const of = async (result: NonNullable<Fakes['commands']>['result'], commandId = 'command-8') =>
    (await look(record({ command: inFlight('start', { commandId }) }), { commands: { result } })).reading
      .command;
  const done =
    (output: string, truncated = false) =>
    async () =>
      ({ kind: 'done', ok: true, output, truncated }) as const;

  it('is read as answered, pending, or without an answer', async () => {
    const answer = { ok: true, code: 'started', operation: OPERATION };
    expect(await of(done(`noise\n${JSON.stringify(answer)}\n`))).toEqual({
      kind: 'read',
      value: { kind: 'answered', answer },
    });
    expect(await of(async () => ({ kind: 'pending' }))).toEqual({ kind: 'read', value: { kind: 'pending' } });
    expect(await of(async () => ({ kind: 'undelivered', code: 'DeliveryTimedOut' }))).toEqual({
      kind: 'read',
      value: { kind: 'no-answer', why: 'DeliveryTimedOut' },
    });
    expect(await of(done('no json'))).toEqual({
      kind: 'read',
      value: { kind: 'no-answer', why: 'no answer, or one beyond its bounds' },
    });
    const binds = [{ container: 'app', source: `/${'x'.repeat(11_000)}`, target: '/data' }];
    expect(await of(done(JSON.stringify({ ...answer, unkeptBinds: binds })))).toEqual({
      kind: 'read',
      value: { kind: 'no-answer', why: 'no answer, or one beyond its bounds' },
    });
    expect(await of(done(JSON.stringify(answer), true))).toEqual({
      kind: 'read',
      value: { kind: 'no-answer', why: 'output cut' },
    });
    expect(await of(rejecting('throttled'))).toEqual({ kind: 'unknown', why: 'throttled' });
  });

  it('that has no id yet is not asked for', async () => {
    const { reading, made } = await look(record({ command: inFlight('start', { commandId: undefined }) }));
    expect(made.named('result')).toEqual([]);
    expect(reading.command).toEqual(NOT_ASKED);
  });
});

describe('placement scores', () => {
  const refused = (by: number, more: Partial<RecordBody> = {}) =>
    record({ owner: undefined, refusedSince: ago(ms(by)), ...more });

  it('are asked for shortly before the zone may be left', async () => {
    const { capacity, region } = record().definition;
    expect(await asks(refused(120_000), 'placementScores')).toEqual([[capacity.instanceTypes, region]]);
    expect(await asks(refused(119_999), 'placementScores')).toEqual([]);
    expect(await asks(refused(120_000, { candidate: candidate() }), 'placementScores')).toEqual([]);
    expect((await look(record())).reading.placement).toEqual(NOT_ASKED);
  });
});

describe('the address', () => {
  const addressed = (of: Partial<NonNullable<RecordBody['owner']>> = {}) =>
    record({ owner: owner(of), definition: definition({ 'network.address': 'eipalloc-0123456789abcdef0' }) });

  it('is looked for while the owner serves and has not got it', async () => {
    expect(await asks(addressed(), 'addressOwner')).toEqual([['eipalloc-0123456789abcdef0']]);
    expect(await asks(addressed({ addressAt: NOW }), 'addressOwner')).toEqual([]);
    expect(await asks(addressed({ startedAt: undefined }), 'addressOwner')).toEqual([]);
    expect((await look(record())).reading.addressOwner).toEqual(NOT_ASKED);
  });
});

describe('the spot request', () => {
  const fakes: Fakes = {
    cloud: {
      instances: async () => [instance(OWNER, { spotRequestId: 'sir-1' })],
      spotStatus: async () => ({ 'sir-1': 'marked-for-termination' }),
    },
  };
  const spot = async (r: RecordBody, first = true, given = fakes) =>
    (await look(r, given, { first })).reading.spot;

  it('of the owner is asked for at a call’s first turn', async () => {
    expect(await spot(record())).toEqual({ kind: 'read', value: { [OWNER]: 'marked-for-termination' } });
    expect(await spot(record(), false)).toEqual(NOT_ASKED);
    const silent: Fakes = { cloud: { ...fakes.cloud, spotStatus: async () => ({}) } };
    expect(await spot(record(), true, silent)).toEqual({ kind: 'read', value: { [OWNER]: '' } });
    const failing: Fakes = { cloud: { ...fakes.cloud, spotStatus: rejecting('throttled') } };
    expect(await spot(record(), true, failing)).toEqual({ kind: 'unknown', why: 'throttled' });
  });

  it.each<[string, RecordBody]>([
    ['without an owner', record({ owner: undefined })],
    ['on demand', record({ owner: owner({ purchase: 'on-demand' }) })],
    ['that drains', record({ owner: owner({ draining: { since: NOW, reason: 'closing' } }) })],
    ['that is warned', record({ owner: owner({ interruption: { noticedAt: NOW, actionAt: NOW } }) })],
    ['in no listing', record({ owner: owner({ instanceId: 'i-other' }) })],
  ])('of one %s is not', async (_name, r) => {
    expect(await spot(r)).toEqual(NOT_ASKED);
  });
});

describe('all launches ever', () => {
  const strange = instance('i-strange', { launchId: 'launch-x' });
  const seen = (changes: Partial<typeof strange>): Fakes => ({
    cloud: { instances: async () => [instance(OWNER), { ...strange, ...changes }] },
  });

  it('are read where a live instance of the workload is of no launch of the record', async () => {
    const made = ports(seen({}));
    made.claims.set('launch-x', { id: 'launch-x', workload: 'gitlab', kind: 'launch', claimedAt: NOW });
    made.claims.set('i-1', { id: 'i-1', workload: 'gitlab', kind: 'instance', claimedAt: NOW });
    const r = record();
    const reading = await observe(made.deps, {
      name: 'gitlab',
      record: r,
      snapshots: false,
      tableId: TABLE,
      first: false,
    });
    expect(reading.knownLaunches).toEqual({ kind: 'read', value: ['launch-x'] });
    expect(made.named('claimsOf')).toEqual([['gitlab']]);
  });

  it.each<[string, Partial<typeof strange>]>([
    ['terminated', { state: 'terminated' }],
    ['ending', { state: 'shutting-down' }],
    ['another workload’s', { workload: 'other' }],
    ['of a launch of the record', { launchId: 'launch-1' }],
  ])('are not read for one that is %s', async (_name, changes) => {
    const { reading } = await look(record(), seen(changes));
    expect(reading.knownLaunches).toEqual(NOT_ASKED);
  });

  it('are read for one without any launch', async () => {
    const { made } = await look(record(), seen({ launchId: undefined }));
    expect(made.named('claimsOf')).toHaveLength(1);
  });
});

describe('launch templates', () => {
  const from = (changes: Partial<ReturnType<typeof instance>>): Fakes => ({
    cloud: { instances: async () => [instance(OWNER), instance('i-strange', changes)] },
  });

  it('are read where an instance with our tags is not named by the record, with the one it came from', async () => {
    const { reading, made } = await look(record(), from({ templateId: 'lt-x' }));
    expect(made.named('launchTemplates')).toEqual([[['lt-x']]]);
    expect(reading.templates).toEqual({
      kind: 'read',
      value: [{ templateId: TEMPLATE, project: PROJECT }],
    });
  });

  it.each<[string, Partial<ReturnType<typeof instance>>]>([
    ['named', { instanceId: SUCCESSOR }],
    ['of no template', { templateId: undefined }],
    ['terminated', { state: 'terminated' }],
    ['another project’s', { project: 'other' }],
    ['of no project', { project: undefined }],
    ['another workload’s', { workload: 'other' }],
  ])('are not read for one that is %s', async (_what, changes) => {
    const r = record({ candidate: candidate() });
    const { reading } = await look(r, from(changes));
    expect(reading.templates).toEqual(NOT_ASKED);
  });

  it('that could not be read are unknown', async () => {
    const fakes = from({});
    const failing: Fakes = { cloud: { ...fakes.cloud, launchTemplates: rejecting('denied') } };
    expect((await look(record(), failing)).reading.templates).toEqual({ kind: 'unknown', why: 'denied' });
  });
});

describe('what else is of the dataset that a volume to adopt was a home of', () => {
  const base = definition();
  const adopting = record({
    volume: undefined,
    definition: { ...base, volume: { ...base.volume, kind: 'adopt', volumeId: 'vol-given' } } as never,
  });
  const tags = { 'spotkeep:dataset': 'theirs' };
  const there = volume({ volumeId: 'vol-there', tags });
  const given = volume({ volumeId: 'vol-given', tags });
  const taken = snapshotView({ volumeId: 'vol-there', tags });
  const fakes: Fakes = {
    cloud: {
      volumes: async ({ datasetId }) => (datasetId === 'theirs' ? [given, there] : [given]),
      snapshots: async ({ datasetId }) => (datasetId === 'theirs' ? [taken] : []),
    },
  };

  it('is read after it, whatever its project', async () => {
    const { reading, made } = await look(adopting, fakes);
    expect(reading.volumes).toEqual({ kind: 'read', value: [given, there] });
    expect(reading.snapshots).toEqual({ kind: 'read', value: [taken] });
    expect(made.named('snapshots')).toEqual([
      [{ datasetId: DATASET, ids: ['snap-base'], volumeIds: ['vol-given'] }],
      [{ datasetId: 'theirs', ids: [] }],
    ]);
  });

  it('leaves no complete reading where it cannot be read', async () => {
    const failing: Fakes = {
      cloud: {
        volumes: async (sought) =>
          sought.datasetId === 'theirs' ? Promise.reject(refusal('throttled')) : [given],
      },
    };
    const { reading } = await look(adopting, failing);
    expect(reading.volumes).toEqual({ kind: 'unknown', why: 'throttled' });
  });

  it('is not asked for once the volume is adopted', async () => {
    const { made } = await look(record({ definition: adopting.definition }), fakes);
    expect(made.named('volumes')).toHaveLength(1);
  });
});

describe('notices', () => {
  it('are read each turn', async () => {
    const made = ports();
    const notice = { workload: 'gitlab', id: 'wake', kind: 'wake' as const, receivedAt: NOW };
    made.notices.push(notice, { ...notice, workload: 'other' });
    const reading = await observe(made.deps, {
      name: 'gitlab',
      record: record(),
      snapshots: false,
      tableId: TABLE,
      first: false,
    });
    expect(reading.notices).toEqual([notice]);
  });
});
