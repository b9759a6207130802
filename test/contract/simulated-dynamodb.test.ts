// The simulated DynamoDB beyond what the records contract reaches: its refusals, its late index, its restores.

import { describe, expect, it } from 'vitest';
import { createDynamo } from '../../simulator/dynamodb/dynamo.ts';
import { spotkeepTable } from '../../simulator/dynamodb/spotkeep-table.ts';
import { RegionError } from '../../simulator/wire/region-error.ts';

const TABLE = 'spotkeep-test';

function table(indexLagMs?: () => number) {
  let now = 1000;
  const dynamo = createDynamo({ now: () => now, ...(indexLagMs ? { indexLagMs } : {}) });
  dynamo.createTable(spotkeepTable(TABLE));
  const call = (name: string, input: Record<string, unknown>) =>
    dynamo.handle({ service: 'dynamodb', name, input: { TableName: TABLE, ...input } });
  return {
    dynamo,
    call,
    advance: (by: number) => {
      now += by;
    },
  };
}

function item(pk: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { pk: { S: pk }, sk: { S: 'record' }, ...more };
}

function due(pk: string, wakeAt: number) {
  return item(pk, {
    dueKey: { S: 'workload' },
    wakeAt: { N: String(wakeAt) },
    body: { S: 'not in the index' },
  });
}

const DUE_QUERY = {
  IndexName: 'due',
  KeyConditionExpression: 'dueKey = :due',
  ExpressionAttributeValues: { ':due': { S: 'workload' } },
};

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof RegionError) return error.code;
    throw error;
  }
  return 'no error';
}

describe('conditions', () => {
  it.each([
    ['attribute_not_exists(pk)', {}, false],
    ['attribute_exists(pk) AND n = :one', { ':one': { N: '1.0' } }, true],
    ['n = :one', { ':one': { S: '1' } }, false],
    ['n <> :one', { ':one': { N: '2' } }, true],
    ['missing <> :one', { ':one': { N: '2' } }, true],
    ['missing = :one', { ':one': { N: '2' } }, false],
    ['n < :two and n >= :one', { ':one': { N: '1' }, ':two': { N: '10' } }, true],
    ['NOT (n > :one OR begins_with(text, :x))', { ':one': { N: '1' }, ':x': { S: 'x' } }, true],
    ['n BETWEEN :a AND :b AND text = :t', { ':a': { N: '0' }, ':b': { N: '1' }, ':t': { S: 'abc' } }, true],
    ['attribute_not_exists(pk) OR begins_with(text, :a)', { ':a': { S: 'ab' } }, true],
  ])('%s', (ConditionExpression, values, holds) => {
    const { call } = table();
    call('PutItem', { Item: item('a', { n: { N: '1' }, text: { S: 'abc' } }) });
    const put = {
      Item: item('a'),
      ConditionExpression,
      ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
    };
    expect(codeOf(() => call('PutItem', put))).toBe(holds ? 'no error' : 'ConditionalCheckFailedException');
  });

  it('shows the old item of a refused put only when asked to', () => {
    const { call } = table();
    const Item = item('a', { n: { N: '1' } });
    call('PutItem', { Item });
    const put = { Item: item('a'), ConditionExpression: 'attribute_not_exists(pk)' };
    const shown = { ...put, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' };
    expect(() => call('PutItem', shown)).toThrow(expect.objectContaining({ fields: { Item } }));
    expect(() => call('PutItem', put)).toThrow(expect.objectContaining({ fields: undefined }));
  });

  it('leaves the item as it was when refused', () => {
    const { call } = table();
    call('PutItem', { Item: item('a', { n: { N: '1' } }) });
    const Key = item('a');
    codeOf(() => call('DeleteItem', { Key, ConditionExpression: 'attribute_not_exists(pk)' }));
    expect(call('GetItem', { Key }).Item).toEqual(item('a', { n: { N: '1' } }));
    expect(call('DeleteItem', { Key, ReturnValues: 'ALL_OLD' }).Attributes).toBeDefined();
    expect(call('GetItem', { Key })).toEqual({});
  });
});

describe('refusals', () => {
  const PUT = { Item: item('a') };
  it.each([
    [
      'PutItem',
      { ...PUT, ConditionExpression: 'size(pk) > :n', ExpressionAttributeValues: { ':n': { N: '1' } } },
    ],
    ['PutItem', { ...PUT, ConditionExpression: 'a.b = :n', ExpressionAttributeValues: { ':n': { N: '1' } } }],
    ['PutItem', { ...PUT, ConditionExpression: 'pk = :undefined' }],
    ['PutItem', { ...PUT, ConditionExpression: 'pk =' }],
    ['PutItem', { ...PUT, ConditionExpression: 'attribute_exists(pk) extra' }],
    [
      'PutItem',
      {
        ...PUT,
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':x': { N: '1' } },
      },
    ],
    ['PutItem', { ...PUT, Expected: {} }],
    ['PutItem', { Item: { pk: { S: 'a' } } }],
    ['PutItem', { Item: { pk: { N: '1' }, sk: { S: 'b' } } }],
    ['PutItem', { Item: { pk: { S: '' }, sk: { S: 'b' } } }],
    ['PutItem', { Item: item('a', { wakeAt: { S: 'soon' }, dueKey: { S: 'workload' } }) }],
    ['PutItem', { Item: item('a', { body: { S: 'x'.repeat(410_000) } }) }],
    ['GetItem', { Key: { pk: { S: 'a' } } }],
    ['GetItem', { Key: { ...item('a'), more: { S: 'x' } } }],
    ['Query', { ...DUE_QUERY, ConsistentRead: true }],
    ['Query', { ...DUE_QUERY, IndexName: 'none' }],
    ['Query', { ...DUE_QUERY, FilterExpression: 'a = b' }],
    ['Query', { ...DUE_QUERY, Limit: 0 }],
    ['Query', { ...DUE_QUERY, KeyConditionExpression: 'wakeAt = :due' }],
    ['Query', { ...DUE_QUERY, KeyConditionExpression: 'dueKey = :due AND body = :due' }],
    ['Query', { ...DUE_QUERY, KeyConditionExpression: 'dueKey > :due' }],
  ])('%s %j', (name, input) => {
    const { call } = table();
    expect(codeOf(() => call(name, input))).toBe('ValidationException');
  });

  it('of other tables and operations', () => {
    const { call, dynamo } = table();
    expect(codeOf(() => call('GetItem', { TableName: 'other', Key: item('a') }))).toBe(
      'ResourceNotFoundException',
    );
    expect(codeOf(() => call('TransactWriteItems', {}))).toBe('UnknownOperationException');
    expect(codeOf(() => dynamo.createTable(spotkeepTable(TABLE)))).toBe('ResourceInUseException');
  });
});

describe('the index', () => {
  it('follows late, in the order of the changes, with keys only', () => {
    const lags = [5000, 100];
    const { call, advance } = table(() => lags.shift() ?? 0);
    call('PutItem', { Item: due('a', 1) });
    call('PutItem', { Item: due('a', 2) });
    const seen = () => call('Query', DUE_QUERY).Items;
    expect(seen()).toEqual([]);
    advance(4999);
    expect(seen()).toEqual([]);
    advance(1);
    const { body: _, ...keys } = due('a', 2);
    expect(seen()).toEqual([keys]);
    expect(call('GetItem', { Key: item('a') }).Item).toEqual(due('a', 2));
  });

  it('forgets what was deleted or lost its key', () => {
    const { call } = table();
    call('PutItem', { Item: due('a', 1) });
    call('PutItem', { Item: due('b', 2) });
    call('DeleteItem', { Key: item('a') });
    call('PutItem', { Item: item('b') });
    expect(call('Query', DUE_QUERY).Items).toEqual([]);
  });

  it('orders by number, and pages', () => {
    const { call } = table();
    for (const wakeAt of [10, 9, 100]) call('PutItem', { Item: due(`w-${wakeAt}`, wakeAt) });
    const pages: unknown[] = [];
    let start: unknown;
    do {
      const page = call('Query', { ...DUE_QUERY, Limit: 1, ExclusiveStartKey: start });
      pages.push(page.Items);
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    expect(pages.map((page) => JSON.stringify(page).match(/w-\d+/)?.[0])).toEqual([
      'w-9',
      'w-10',
      'w-100',
      undefined,
    ]);
  });

  it('ends a page at one megabyte', () => {
    const { call } = table();
    const body = { S: 'x'.repeat(390_000) };
    for (const sk of ['1', '2', '3', '4']) call('PutItem', { Item: { pk: { S: 'a' }, sk: { S: sk }, body } });
    const query = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: 'a' } } };
    const page = call('Query', query);
    expect(page.Count).toBe(3);
    expect(call('Query', { ...query, ExclusiveStartKey: page.LastEvaluatedKey }).Count).toBe(1);
  });
});

describe('a restore', () => {
  it('brings back the items of then under a new table id', () => {
    const { dynamo, call } = table(() => 60_000);
    call('PutItem', { Item: due('a', 1) });
    const before = dynamo.snapshot(TABLE);
    const id = () => Reflect.get(Object(call('DescribeTable', {}).Table), 'TableId');
    const firstId = id();
    call('PutItem', { Item: due('a', 2) });
    call('PutItem', { Item: due('b', 3) });
    dynamo.restoreAsNewTable(before);
    expect(id()).not.toBe(firstId);
    expect(call('GetItem', { Key: item('a') }).Item).toEqual(due('a', 1));
    expect(call('GetItem', { Key: item('b') })).toEqual({});
    expect(call('Query', DUE_QUERY).Count).toBe(1);
  });

  it('is not changed by what happens to its snapshot later', () => {
    const { dynamo, call } = table();
    const Item = due('a', 1);
    call('PutItem', { Item });
    const snapshot = dynamo.snapshot(TABLE);
    Item.body = { S: 'changed by the caller' };
    call('PutItem', { Item: due('a', 7) });
    dynamo.restoreAsNewTable(snapshot);
    expect(call('GetItem', { Key: item('a') }).Item).toEqual(due('a', 1));
  });
});
