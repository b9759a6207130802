// The table by its few access patterns. Every put writes a whole item, so every one may be repeated as it is.

import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { DynamoSender } from '../call/clients.ts';
import { type CallDeps, CloudCaller, present } from '../call/cloud-call.ts';
import { allPages } from '../call/listing.ts';
import { DUE_INDEX, DUE_KEY, type Item, nameOf } from './items.ts';

export interface DynamoTableDeps extends CallDeps {
  dynamodb: DynamoSender;
  tableName: string;
}

export type Condition = Pick<PutItemCommandInput, 'ConditionExpression' | 'ExpressionAttributeValues'>;

export const ABSENT: Condition = { ConditionExpression: 'attribute_not_exists(pk)' };

type ConditionalPut = { kind: 'written' } | { kind: 'refused'; found: Item | undefined };

export class DynamoTable {
  readonly #dynamodb: DynamoSender;
  readonly #tableName: string;
  readonly #caller: CloudCaller;

  constructor(deps: DynamoTableDeps) {
    this.#dynamodb = deps.dynamodb;
    this.#tableName = deps.tableName;
    this.#caller = new CloudCaller(deps);
  }

  async get(key: Item): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: this.#tableName, Key: key, ConsistentRead: true });
    return (await this.#caller.repeatable('GetItem', () => this.#dynamodb.send(command))).Item;
  }

  async put(item: Item): Promise<void> {
    const command = new PutItemCommand({ TableName: this.#tableName, Item: item });
    await this.#caller.repeatable('PutItem', () => this.#dynamodb.send(command));
  }

  async putIf(item: Item, condition: Condition): Promise<ConditionalPut> {
    const command = new PutItemCommand({
      TableName: this.#tableName,
      Item: item,
      ...condition,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    return this.#caller.repeatable('PutItem', async (): Promise<ConditionalPut> => {
      try {
        await this.#dynamodb.send(command);
        return { kind: 'written' };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        // Local stand-ins for DynamoDB leave the item out.
        return {
          kind: 'refused',
          found: error.Item ?? (await this.get({ pk: at(item, 'pk'), sk: at(item, 'sk') })),
        };
      }
    });
  }

  async delete(key: Item): Promise<void> {
    const command = new DeleteItemCommand({ TableName: this.#tableName, Key: key });
    await this.#caller.repeatable('DeleteItem', () => this.#dynamodb.send(command));
  }

  due(condition: string, values: Item): Promise<string[]> {
    const query = {
      IndexName: DUE_INDEX,
      KeyConditionExpression: condition,
      ExpressionAttributeValues: { ':due': { S: DUE_KEY }, ...values },
    };
    return this.#query(query).then((items) => items.map(nameOf));
  }

  collection(workload: string, prefix: string): Promise<Item[]> {
    return this.#query({ ...inCollection(workload, prefix), ConsistentRead: true });
  }

  async newest(workload: string, prefix: string, limit: number): Promise<Item[]> {
    if (limit <= 0) return [];
    const query = { ...inCollection(workload, prefix), ConsistentRead: true, ScanIndexForward: false };
    // One page of `limit` items is at most that many; DynamoDB may cut it at 1 MB, far above what is asked for.
    const command = new QueryCommand({ TableName: this.#tableName, ...query, Limit: limit });
    return (await this.#caller.repeatable('Query', () => this.#dynamodb.send(command))).Items ?? [];
  }

  async id(): Promise<string> {
    const command = new DescribeTableCommand({ TableName: this.#tableName });
    const answer = await this.#caller.repeatable('DescribeTable', () => this.#dynamodb.send(command));
    return present(answer.Table?.TableId, 'DescribeTable', 'TableId');
  }

  async #query(query: Partial<QueryCommandInput>): Promise<Item[]> {
    let start: Record<string, AttributeValue> | undefined;
    return allPages('Query', async () => {
      const command = new QueryCommand({ TableName: this.#tableName, ...query, ExclusiveStartKey: start });
      const answer = await this.#caller.repeatable('Query', () => this.#dynamodb.send(command));
      start = answer.LastEvaluatedKey;
      return { items: answer.Items ?? [], nextToken: start && 'more' };
    });
  }
}

function at(item: Item, name: string): AttributeValue {
  return present(item[name], 'PutItem', name);
}

function inCollection(workload: string, prefix: string) {
  return {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': { S: `workload#${workload}` }, ':prefix': { S: prefix } },
  };
}
