// DynamoDB in memory, as far as one table of ours uses it: whole-item puts and deletes with conditions, consistent
// reads, queries by key and by a late index, and backups that restore as a new table. Synchronous: the region around
// it adds latency and faults. Time to live is not acted out: DynamoDB promises no more than "within a few days".

import type { Operation, OperationOutput } from '../wire/operation.ts';
import type { AttributeValue, Item } from './attribute.ts';
import { holds } from './condition.ts';
import { parseCondition } from './expression.ts';
import { asItem, asNames, asText, asValues, only } from './input.ts';
import { query } from './query.ts';
import { refuse } from './refuse.ts';
import { MemoryTable, type TableSnapshot, type TableSpec } from './table.ts';

export interface DynamoDeps {
  /** Epoch milliseconds. */
  now: () => number;
  /** How long a change takes to reach the index; none by default. */
  indexLagMs?: () => number;
}

export interface Dynamo {
  createTable(spec: TableSpec): void;
  /** Throws RegionError as DynamoDB would refuse. */
  handle(operation: Operation): OperationOutput;
  snapshot(tableName: string): TableSnapshot;
  /** The old content under the present name, with a new TableId, in place of the present table. */
  restoreAsNewTable(snapshot: TableSnapshot): void;
}

export function createDynamo(deps: DynamoDeps): Dynamo {
  const tables = new Map<string, MemoryTable>();
  const tableDeps = { now: deps.now, indexLagMs: deps.indexLagMs ?? (() => 0) };
  let created = 0;
  const create = (spec: TableSpec) => {
    created += 1;
    const id = `00000000-0000-4000-9000-${String(created).padStart(12, '0')}`;
    const table = new MemoryTable(spec, id, tableDeps);
    tables.set(spec.name, table);
    return table;
  };
  const tableNamed = (name: unknown): MemoryTable => {
    const table = typeof name === 'string' ? tables.get(name) : undefined;
    if (!table)
      throw refuse('ResourceNotFoundException', `Requested resource not found: Table: ${String(name)}`);
    return table;
  };
  return {
    createTable(spec) {
      if (tables.has(spec.name)) throw refuse('ResourceInUseException', `Table already exists: ${spec.name}`);
      create(spec);
    },
    handle: ({ name, input }) => run(name, input, tableNamed(input.TableName)),
    snapshot(tableName) {
      const table = tableNamed(tableName);
      return { spec: table.spec, items: table.allItems() };
    },
    restoreAsNewTable({ spec, items }) {
      create(spec).load(items);
    },
  };
}

function run(name: string, input: Record<string, unknown>, table: MemoryTable): OperationOutput {
  switch (name) {
    case 'GetItem': {
      only(input, ['Key', 'ConsistentRead']);
      const item = table.get(asItem(input.Key));
      return item ? { Item: item } : {};
    }
    case 'PutItem': {
      only(input, ['Item', ...CONDITION]);
      const item = asItem(input.Item);
      const bytes = table.check(item);
      return conditional(table, input, keyIn(item, table.spec), () => table.put(item, bytes));
    }
    case 'DeleteItem': {
      only(input, ['Key', ...CONDITION]);
      const key = asItem(input.Key);
      return conditional(table, input, key, () => table.delete(key));
    }
    case 'Query':
      return runQuery(table, input);
    case 'DescribeTable':
      only(input, []);
      return { Table: description(table) };
    default:
      throw refuse('UnknownOperationException', `${name} is not simulated`);
  }
}

const CONDITION = [
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ReturnValues',
  'ReturnValuesOnConditionCheckFailure',
];

const QUERY = [
  'IndexName',
  'KeyConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ConsistentRead',
  'ScanIndexForward',
  'Limit',
  'ExclusiveStartKey',
];

function conditional(
  table: MemoryTable,
  input: Record<string, unknown>,
  key: Item,
  write: () => void,
): OperationOutput {
  const before = table.get(key);
  const { ConditionExpression: expression } = input;
  const names = input.ExpressionAttributeNames;
  const values = input.ExpressionAttributeValues;
  if (expression === undefined) {
    if (names !== undefined || values !== undefined) {
      throw refuse('ValidationException', 'ExpressionAttributeValues without an expression');
    }
  } else {
    const parsed = parseCondition({
      expression: asText(expression),
      names: asNames(names),
      values: asValues(values),
    });
    if (!holds(parsed, before)) {
      const shown =
        input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && before ? { Item: before } : undefined;
      throw refuse('ConditionalCheckFailedException', 'The conditional request failed', shown);
    }
  }
  write();
  return input.ReturnValues === 'ALL_OLD' && before ? { Attributes: before } : {};
}

function runQuery(table: MemoryTable, input: Record<string, unknown>): OperationOutput {
  only(input, QUERY);
  const limit = input.Limit;
  if (limit !== undefined && !(typeof limit === 'number' && limit >= 1)) {
    throw refuse('ValidationException', 'Limit must be greater than or equal to 1');
  }
  return query(table, {
    indexName: input.IndexName === undefined ? undefined : asText(input.IndexName),
    consistentRead: input.ConsistentRead === true,
    keyCondition: asText(input.KeyConditionExpression),
    names: asNames(input.ExpressionAttributeNames),
    values: asValues(input.ExpressionAttributeValues),
    forward: input.ScanIndexForward !== false,
    limit,
    startKey: input.ExclusiveStartKey === undefined ? undefined : asItem(input.ExclusiveStartKey),
  });
}

function keyIn(item: Item, { key }: TableSpec): Item {
  const own: Record<string, AttributeValue> = {};
  for (const name of [key.hash, key.range]) {
    const value = item[name];
    if (value) own[name] = value;
  }
  return own;
}

function description(table: MemoryTable): Record<string, unknown> {
  const { spec } = table;
  const keySchema = (key: TableSpec['key']) => [
    { AttributeName: key.hash, KeyType: 'HASH' },
    { AttributeName: key.range, KeyType: 'RANGE' },
  ];
  return {
    TableName: spec.name,
    TableId: table.id,
    TableStatus: 'ACTIVE',
    CreationDateTime: new Date(table.createdAt),
    KeySchema: keySchema(spec.key),
    ItemCount: table.size,
    GlobalSecondaryIndexes: spec.indexes.map(({ name, key }) => ({
      IndexName: name,
      KeySchema: keySchema(key),
      Projection: { ProjectionType: 'KEYS_ONLY' },
      IndexStatus: 'ACTIVE',
    })),
  };
}
