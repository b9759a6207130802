// What the DynamoDB adapter does when answers are lost, and which requests it makes.

import { describe, expect, it } from 'vitest';
import { dynamoRecords } from '../../shared/aws/dynamodb/records.ts';
import { instant } from '../../shared/base/time.ts';
import type { StoredRecord } from '../../shared/port/records.ts';
import { createDynamo } from '../../simulator/dynamodb/dynamo.ts';
import { spotkeepTable } from '../../simulator/dynamodb/spotkeep-table.ts';
import { wireClients } from '../../simulator/wire/clients.ts';
import type { Operation } from '../../simulator/wire/operation.ts';
import { connectionLost, scriptedRegion, timeout } from './scripted-region.ts';
import { testClock } from './test-clock.ts';

const TABLE = 'spotkeep-test';

type Fault = 'lost-before' | 'lost-after' | undefined;

/** A table whose answers are lost, before or after the write was applied, as `faults` says for each put in turn. */
function faultyRecords(faults: Fault[] = [], options: { hideItem?: boolean } = {}) {
  const dynamo = createDynamo({ now: () => 0 });
  dynamo.createTable(spotkeepTable(TABLE));
  const calls: Operation[] = [];
  const { dynamodb } = wireClients(async (operation) => {
    calls.push(operation);
    const fault = operation.name === 'PutItem' ? faults.shift() : undefined;
    if (fault === 'lost-before') throw connectionLost();
    const { ReturnValuesOnConditionCheckFailure: _, ...hidden } = operation.input;
    const output = dynamo.handle(options.hideItem ? { ...operation, input: hidden } : operation);
    if (fault === 'lost-after') throw timeout();
    return output;
  }, 'eu-west-1');
  const records = dynamoRecords({ dynamodb, tableName: TABLE, clock: testClock(), random: () => 0.5 });
  return { records, calls };
}

function record(version: number, lastWriteId: string): StoredRecord {
  return { name: 'gitlab', version, lastWriteId, wakeAt: instant(5), body: { state: 'parked' } };
}

describe('a write whose answer was lost', () => {
  it.each([
    ['before it was applied', 'lost-before'],
    ['after it was applied', 'lost-after'],
  ] as const)('is saved, when it was lost %s', async (_, fault) => {
    const { records, calls } = faultyRecords([fault, undefined, fault]);
    expect(await records.create(record(1, 'a'))).toEqual({ kind: 'saved' });
    expect(await records.save(record(2, 'b'), 'a')).toEqual({ kind: 'saved' });
    expect((await records.load('gitlab'))?.lastWriteId).toBe('b');
    expect(calls.filter(({ name }) => name === 'PutItem')).toHaveLength(4);
  });

  it('recognises itself by a consistent read where the item does not come with the refusal', async () => {
    const { records, calls } = faultyRecords(['lost-after'], { hideItem: true });
    expect(await records.create(record(1, 'a'))).toEqual({ kind: 'saved' });
    expect(calls.at(-1)).toMatchObject({ name: 'GetItem', input: { ConsistentRead: true } });
  });

  it('is a conflict when it was not its own', async () => {
    for (const hideItem of [false, true]) {
      const { records } = faultyRecords([undefined, 'lost-before'], { hideItem });
      await records.create(record(1, 'a'));
      expect(await records.create(record(1, 'b'))).toEqual({ kind: 'conflict' });
    }
  });

  it('rejects when no try was answered, and can then be repeated as it is', async () => {
    const { records } = faultyRecords(['lost-after', 'lost-before', 'lost-before', 'lost-before']);
    const write = record(1, 'a');
    await expect(records.create(write)).rejects.toMatchObject({ kind: 'unknown-outcome' });
    expect(await records.create(write)).toEqual({ kind: 'saved' });
  });

  it('gives a claim to the workload that made it', async () => {
    const { records } = faultyRecords(['lost-after']);
    const claim = { id: 'vol-1', workload: 'gitlab', kind: 'volume' as const, claimedAt: instant(1) };
    expect(await records.claim(claim)).toBe(true);
    expect(await records.claim({ ...claim, workload: 'other' })).toBe(false);
  });
});

describe('requests', () => {
  it('names the version and the write it replaces, and a wake-up in the far future when there is none', async () => {
    const region = scriptedRegion({ PutItem: {} });
    const { dynamodb } = wireClients(region.handle, 'eu-west-1');
    const records = dynamoRecords({ dynamodb, tableName: TABLE, clock: testClock(), random: () => 0.5 });
    await records.save({ name: 'gitlab', version: 8, lastWriteId: 'w', body: { a: 1 } }, 'v');
    expect(region.inputs('PutItem')).toEqual([
      {
        TableName: TABLE,
        Item: {
          pk: { S: 'workload#gitlab' },
          sk: { S: 'record' },
          version: { N: '8' },
          lastWriteId: { S: 'w' },
          dueKey: { S: 'workload' },
          wakeAt: { N: '253402300799999' },
          body: { S: '{"a":1}' },
        },
        ConditionExpression: 'version = :previous AND lastWriteId = :previousWrite',
        ExpressionAttributeValues: { ':previous': { N: '7' }, ':previousWrite': { S: 'v' } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    ]);
  });

  it('reads consistently, except the index', async () => {
    const { records, calls } = faultyRecords();
    await records.load('gitlab');
    await records.claimOf('vol-1');
    await records.claimsOf('gitlab');
    await records.notices('gitlab');
    await records.history('gitlab', 3);
    expect(calls.map(({ input }) => input.ConsistentRead)).toEqual([true, true, true, true, true]);
    await records.dueNames(instant(1));
    expect(calls.at(-1)?.input).toMatchObject({ IndexName: 'due' });
  });

  it('lets notices and history expire, records and claims never', async () => {
    const { records, calls } = faultyRecords();
    await records.create(record(1, 'a'));
    await records.claim({ id: 'vol-1', workload: 'gitlab', kind: 'volume', claimedAt: instant(1) });
    const at = instant(1_774_000_000_001);
    await records.putNotice({ workload: 'gitlab', id: 'n', kind: 'wake', receivedAt: at });
    await records.appendHistory({
      workload: 'gitlab',
      version: 1,
      at,
      kind: 'state',
      reason: 'r',
      detail: {},
    });
    const expiries = calls.map(({ input }) => Reflect.get(Object(input.Item), 'expiresAt'));
    const DAY = 86_400;
    expect(expiries).toEqual([
      undefined,
      undefined,
      undefined,
      { N: String(1_774_000_001 + 7 * DAY) },
      { N: String(1_774_000_001 + 366 * DAY) },
    ]);
  });

  it('goes on over all pages of a collection', async () => {
    const first = { workload: { S: 'gitlab' }, id: { S: 'a' }, kind: { S: 'wake' }, receivedAt: { N: '1' } };
    const key = { pk: { S: 'workload#gitlab' }, sk: { S: 'notice#a' } };
    const region = scriptedRegion({
      Query: [{ Items: [first], LastEvaluatedKey: key }, { Items: [{ ...first, id: { S: 'b' } }] }],
    });
    const { dynamodb } = wireClients(region.handle, 'eu-west-1');
    const records = dynamoRecords({ dynamodb, tableName: TABLE, clock: testClock(), random: () => 0.5 });
    expect((await records.notices('gitlab')).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(region.inputs('Query').map(({ ExclusiveStartKey }) => ExclusiveStartKey)).toEqual([
      undefined,
      key,
    ]);
  });

  it('throws on an item that cannot be read, rather than take it for absent', async () => {
    const region = scriptedRegion({
      GetItem: { Item: { pk: { S: 'workload#gitlab' }, sk: { S: 'record' } } },
    });
    const { dynamodb } = wireClients(region.handle, 'eu-west-1');
    const records = dynamoRecords({ dynamodb, tableName: TABLE, clock: testClock(), random: () => 0.5 });
    await expect(records.load('gitlab')).rejects.toMatchObject({ code: 'UnexpectedItem' });
  });

  it('rejects a failed read, never answers that nothing is there', async () => {
    const region = scriptedRegion({ GetItem: timeout() });
    const { dynamodb } = wireClients(region.handle, 'eu-west-1');
    const records = dynamoRecords({ dynamodb, tableName: TABLE, clock: testClock(), random: () => 0.5 });
    await expect(records.load('gitlab')).rejects.toMatchObject({ kind: 'unknown-outcome' });
  });
});
