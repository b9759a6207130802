// A DynamoDB of npm's (dynalite) on the loopback interface, with the product's table in it.

import { once } from 'node:events';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { spotkeepTable } from '../../simulator/dynamodb/spotkeep-table.ts';

export interface LocalDynamo {
  dynamodb: DynamoDBClient;
  close(): Promise<void>;
}

export async function localDynamo(tableName: string): Promise<LocalDynamo> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const dynamodb = new DynamoDBClient({
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${address.port}`,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  await createTable(dynamodb, tableName);
  return {
    dynamodb,
    async close() {
      dynamodb.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function createTable(dynamodb: DynamoDBClient, tableName: string): Promise<void> {
  const { key, indexes } = spotkeepTable(tableName);
  const [due] = indexes;
  if (!due) throw new Error('the table has its due index');
  await dynamodb.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: key.hash, AttributeType: 'S' },
        { AttributeName: key.range, AttributeType: key.rangeType },
        { AttributeName: due.key.hash, AttributeType: 'S' },
        { AttributeName: due.key.range, AttributeType: due.key.rangeType },
      ],
      KeySchema: [
        { AttributeName: key.hash, KeyType: 'HASH' },
        { AttributeName: key.range, KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: due.name,
          KeySchema: [
            { AttributeName: due.key.hash, KeyType: 'HASH' },
            { AttributeName: due.key.range, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  for (let tries = 0; tries < 1000; tries += 1) {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: tableName }));
    if (Table?.TableStatus === 'ACTIVE') return;
  }
  throw new Error('the local table did not become active');
}
