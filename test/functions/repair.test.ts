// A record of which the definition cannot be read (a zone that the calendar does not know, a field lost by hand): it hides
// none of the others, nothing touches it, and a definition that is right repairs it, alone and for the write that was read.

import { describe, expect, it } from 'vitest';
import { createHandler as apply } from '../../functions/apply-workload.ts';
import { createHandler as backup } from '../../functions/backup.ts';
import { createHandler as destroy } from '../../functions/destroy.ts';
import { createHandler as history } from '../../functions/history.ts';
import { createHandler as move } from '../../functions/move.ts';
import { createHandler as plan } from '../../functions/plan.ts';
import { createHandler as reconcile } from '../../functions/reconcile.ts';
import { createHandler as recover } from '../../functions/recover.ts';
import { createHandler as restore } from '../../functions/restore.ts';
import { createHandler as resume } from '../../functions/resume.ts';
import { createHandler as setSchedule } from '../../functions/set-schedule.ts';
import { createHandler as startNow } from '../../functions/start-now.ts';
import { createHandler as status } from '../../functions/status.ts';
import { createHandler as stopNow } from '../../functions/stop-now.ts';
import { createHandler as sweep } from '../../functions/sweep.ts';
import { createHandler as tick } from '../../functions/tick.ts';
import type { Definition } from '../../shared/definition/definition.ts';
import type { StoredRecord } from '../../shared/port/records.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { TABLE } from '../../simulator/world.ts';
import { definition, isFields } from '../definition/example.ts';
import { appliedWorld, event, type SmallWorld, TUESDAY } from './small-world.ts';

const VOLUME = 'vol-0123456789abcdef0';
const on = { workload: 'gitlab' };
const GOOD = definition();
const PST = { ...GOOD, schedule: { ...GOOD.schedule, timeZone: 'PST' } };

const withData: Partial<RecordBody> = {
  dataset: { id: 'dataset-1', fsUuid: 'uuid-1', formatted: true, setupDone: true, sizeGiB: 20 },
  generation: 3,
  lastGeneration: 4,
  provedGeneration: 3,
  volume: { volumeId: VOLUME, zone: 'eu-west-1b', createdAt: TUESDAY, fresh: false },
  owner: {
    instanceId: 'i-0123456789abcdef0',
    launchId: 'launch-1',
    zone: 'eu-west-1b',
    instanceType: 'm7i.large',
    purchase: 'spot',
    since: TUESDAY,
    launchedAt: TUESDAY,
    seenAliveAt: TUESDAY,
    startFailures: 0,
  },
};

/** gitlab as it lies in the table, beside a workload that is well. */
const stored = async (changes: Record<string, unknown>): Promise<SmallWorld> => {
  const small = await appliedWorld();
  await small.call(apply, { definition: definition({ name: 'wiki' }), setupScript: undefined });
  await small.put((body) => ({ ...body, ...withData, ...changes }));
  small.published.length = 0;
  small.world.region.calls.clear();
  return small;
};

const recordOf = async (small: SmallWorld): Promise<StoredRecord> => JSON.parse(await small.stored())[0];

const outsideCalls = ({ world }: SmallWorld) =>
  [...world.region.calls.keys()].filter((one) => /^ec2:(?!Describe)|^ssm:Send/.test(one));

type Row = [what: string, definition: unknown, path: string];
const AT_FAULT: Row[] = [
  ['a zone that the calendar does not know', PST, 'definition.schedule.timeZone'],
  ['no schedule', { ...GOOD, schedule: undefined }, 'definition.schedule.timeZone'],
  [
    'a date that is none',
    { ...GOOD, schedule: { ...GOOD.schedule, holidays: ['2026-02-30'] } },
    'definition.schedule.holidays',
  ],
  ['no capacity', { ...GOOD, capacity: null }, 'definition.capacity.architecture'],
  ['nothing in it', {}, 'definition.name'],
  ['nothing at all', null, 'definition'],
  ['text in its place', 'gitlab', 'definition'],
];

describe.each(AT_FAULT)('a stored definition with %s', (_what, bad, path) => {
  it('hides no other workload, and is told with its field', async () => {
    const small = await stored({ definition: bad });
    expect(await small.call(status, {})).toMatchObject({
      ok: true,
      workloads: [
        {
          name: 'gitlab',
          error: expect.stringContaining(`unreadable at ${path}: expected `),
          repairable: true,
        },
        { name: 'wiki', state: 'parked' },
      ],
    });
    expect(await small.call(status, on)).toMatchObject({ workloads: [{ name: 'gitlab', repairable: true }] });
  });

  it('keeps the loop, the tick and the sweep from nothing else, and is left alone', async () => {
    const small = await stored({ definition: bad });
    const before = await small.stored();
    expect(await small.call(reconcile, event('reconcile-requested'))).toMatchObject({ kind: 'refused' });
    expect(small.published).toMatchObject([
      { type: 'Held', detail: { workload: 'gitlab', code: 'record-unreadable' } },
    ]);
    expect(await small.call(sweep, {})).toMatchObject({ orphans: [] });
    expect(await small.call(tick, {})).toBeTruthy();
    expect(outsideCalls(small)).toEqual([]);
    expect(await small.stored()).toBe(before);
  });

  it('is refused by every other command, which says how it is repaired', async () => {
    const small = await stored({ definition: bad });
    const before = await small.stored();
    for (const [create, payload] of [
      [startNow, {}],
      [stopNow, {}],
      [move, { zone: 'eu-west-1a' }],
      [backup, {}],
      [restore, { snapshotId: 'snap-0123456789abcdef0' }],
      [resume, {}],
      [recover, {}],
      [destroy, { confirm: 'gitlab' }],
      [plan, {}],
      [history, {}],
    ] as const)
      expect(await small.call(create, { ...on, ...payload })).toMatchObject({
        ok: false,
        code: 'unreadable',
        says: expect.stringMatching(/; apply a definition that is right, the rest of the record is kept$/),
      });
    expect(await small.call(recover, {})).toMatchObject({
      workloads: [
        { workload: 'gitlab', code: 'unreadable' },
        { workload: 'wiki', ok: true },
      ],
    });
    expect(await small.stored()).toBe(before);
  });

  it('is repaired by apply, which touches nothing else of the record', async () => {
    const small = await stored({ definition: bad });
    const before = await recordOf(small);
    const dry = await small.call(apply, { definition: GOOD, dryRun: true });
    expect(dry).toMatchObject({
      ok: true,
      created: false,
      warnings: [{ path: 'definition', kind: 'warning' }],
    });
    if (!isFields(dry) || !Array.isArray(dry.changes)) throw new Error('no dry run');
    expect(dry.changes.length).toBeGreaterThan(0);
    expect(await small.call(apply, { definition: GOOD })).toMatchObject({
      ok: true,
      changed: true,
      says: 'definition changed: the record can be read again',
    });
    const { definition: repaired, definitionHash: _hash, ...rest } = await small.body();
    const { definition: _bad, definitionHash: _before, ...kept } = before.body;
    expect(repaired).toEqual(GOOD);
    expect(rest).toEqual(kept);
    expect((await recordOf(small)).version).toBe(before.version + 1);
    expect(small.published).toContainEqual({ type: 'Reconcile Requested', detail: on });
    // After the repair it is a workload as every other.
    expect(await small.call(destroy, { ...on, confirm: 'gitlab' })).toMatchObject({
      ok: false,
      code: 'refused',
    });
  });
});

describe('apply over a definition that cannot be read', () => {
  const refusedApply = async (bad: unknown, next: Definition, changes: Record<string, unknown> = {}) => {
    const small = await stored({ definition: bad, ...changes });
    const before = await small.stored();
    const answer = await small.call(apply, { definition: next });
    expect(await small.stored()).toBe(before);
    expect(await small.call(apply, { definition: next, dryRun: true })).toMatchObject({ ok: false });
    return answer;
  };
  const larger = { ...GOOD.volume, sizeGiB: 10 } as Definition['volume'];
  const zones = (...names: string[]) => ({
    ...GOOD.capacity,
    zones: GOOD.capacity.zones.filter(({ zone }) => names.includes(zone)),
  });

  it('compares with what can be read of it', async () => {
    const arm: Definition['capacity'] = {
      ...GOOD.capacity,
      architecture: 'arm64',
      instanceTypes: ['m7g.large'],
    };
    expect(await refusedApply(PST, { ...GOOD, capacity: arm })).toMatchObject({
      path: 'capacity.architecture',
    });
    const half = { ...PST, capacity: { ...GOOD.capacity, zones: 'lost' } };
    expect(await refusedApply(half, { ...GOOD, capacity: arm })).toMatchObject({
      path: 'capacity.architecture',
    });
  });

  it('compares with the record, whatever is left of it', async () => {
    expect(await refusedApply({}, { ...GOOD, volume: larger })).toMatchObject({ path: 'volume.sizeGiB' });
    expect(await refusedApply(null, { ...GOOD, capacity: zones('eu-west-1a', 'eu-west-1c') })).toMatchObject({
      path: 'capacity.zones',
    });
  });

  it('adopts nothing that nobody knows to be adopted', async () => {
    const adopt = { ...GOOD, volume: { kind: 'adopt', volumeId: VOLUME, fileSystem: 'ext4' } } as const;
    expect(
      await refusedApply({ ...GOOD, volume: {} }, adopt, { volume: undefined, generation: 0 }),
    ).toMatchObject({
      code: 'unreadable',
      says: 'neither the record nor its definition names the volume that is to be adopted',
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['an unknown state', { state: 'resting' }],
    ['a generation that is text', { generation: 'one' }],
    ['generation 0 with a volume', { generation: 0 }],
    ['a later version', { schema: 99 }],
  ])('repairs nothing where the record itself has %s', async (_what, changes) => {
    for (const bad of [PST, GOOD])
      expect(await refusedApply(bad, GOOD, changes)).toMatchObject({ ok: false, code: 'unreadable' });
  });

  it('is for the write that was read: another that came first is read again', async () => {
    const small = await stored({ definition: PST });
    const save = small.deps.records.save.bind(small.deps.records);
    let saves = 0;
    small.deps.records.save = async (record, previous) => {
      saves += 1;
      if (saves > 1) return save(record, previous);
      await save({ ...record, body: { ...record.body, definition: PST, operationNumber: 77 } }, previous);
      return { kind: 'conflict' };
    };
    expect(await small.call(apply, { definition: GOOD })).toMatchObject({ ok: true, changed: true });
    expect(await small.body()).toMatchObject({ definition: GOOD, operationNumber: 77 });
  });

  it('does not give a destroyed name again', async () => {
    const destroyed = { at: TUESDAY, keepSnapshots: true };
    expect(await refusedApply(PST, GOOD, { destroyed })).toMatchObject({ code: 'destroyed' });
  });
});

describe('set-schedule over a definition that cannot be read', () => {
  const schedule = { timeZone: 'America/Los_Angeles', always: true };

  it('repairs one of which only the schedule is at fault', async () => {
    const small = await stored({ definition: PST });
    expect(await small.call(setSchedule, { ...on, schedule })).toMatchObject({
      ok: true,
      changed: true,
      says: expect.stringContaining('the record can be read again'),
    });
    expect((await small.body()).definition).toEqual({
      ...GOOD,
      schedule: { ...GOOD.schedule, timeZone: 'America/Los_Angeles', mode: 'always', windows: [] },
    });
    expect(await small.body()).toMatchObject(withData);
  });

  it('refuses one with another fault, and changes nothing', async () => {
    for (const bad of [{ ...PST, capacity: null }, null, 'gitlab']) {
      const small = await stored({ definition: bad });
      const before = await small.stored();
      expect(await small.call(setSchedule, { ...on, schedule })).toMatchObject({
        ok: false,
        code: 'unreadable',
      });
      expect(await small.stored()).toBe(before);
    }
  });
});

describe('an item that is no record at all', () => {
  it.each<[string, Record<string, unknown>]>([
    ['text that is no JSON', { body: { S: '{"state": ' } }],
    ['JSON that is no object', { body: { S: '[]' } }],
    ['no version', { version: { S: 'two' } }],
  ])('(%s) hides no other workload, and no new record is put in its place', async (_what, changes) => {
    const small = await stored({});
    const { dynamo } = small.world.region;
    const send = (name: string, input: Record<string, unknown>) =>
      dynamo.handle({ service: 'dynamodb', name, input: { TableName: TABLE, ...input } });
    const read = () => send('GetItem', { Key: { pk: { S: 'workload#gitlab' }, sk: { S: 'record' } } }).Item;
    const item = read();
    if (!isFields(item)) throw new Error('no item');
    send('PutItem', { Item: { ...item, ...changes } });
    const before = JSON.stringify(read());
    expect(await small.call(status, {})).toMatchObject({
      ok: true,
      workloads: [
        { name: 'gitlab', error: expect.stringMatching(/has no readable/) },
        { name: 'wiki', state: 'parked' },
      ],
    });
    for (const payload of [{ definition: GOOD }, { definition: GOOD, dryRun: true }])
      expect(await small.call(apply, payload)).toMatchObject({ ok: false, code: 'unreadable' });
    expect(await small.call(startNow, on)).toMatchObject({ ok: false, code: 'unreadable' });
    expect(await small.call(reconcile, event('reconcile-requested'))).toMatchObject({ kind: 'refused' });
    expect(await small.call(sweep, {})).toMatchObject({ orphans: [] });
    expect(JSON.stringify(read())).toBe(before);
  });
});
