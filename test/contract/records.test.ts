import { dynamoRecords } from '../../shared/aws/dynamodb/records.ts';
import type { Records } from '../../shared/port/records.ts';
import { createDynamo } from '../../simulator/dynamodb/dynamo.ts';
import { memoryRecords } from '../../simulator/dynamodb/memory-records.ts';
import { spotkeepTable } from '../../simulator/dynamodb/spotkeep-table.ts';
import { directClients, type RegionClients, wireClients } from '../../simulator/wire/clients.ts';
import type { Handle } from '../../simulator/wire/operation.ts';
import { testClock } from '../aws/test-clock.ts';
import { localDynamo } from './local-dynamo.ts';
import { recordsContract } from './records.contract.ts';

const TABLE = 'spotkeep-test';

function adapter(dynamodb: RegionClients['dynamodb']): Records {
  return dynamoRecords({ dynamodb, tableName: TABLE, clock: testClock(), random: () => 0.5 });
}

function simulated(clients: (handle: Handle) => RegionClients) {
  const dynamo = createDynamo({ now: () => 0 });
  dynamo.createTable(spotkeepTable(TABLE));
  const records = adapter(clients(async (operation) => dynamo.handle(operation)).dynamodb);
  return { records, close: async () => {} };
}

recordsContract('in memory', async () => ({
  records: memoryRecords({ tableId: '00000000-0000-4000-9000-000000000001' }),
  close: async () => {},
}));

recordsContract('DynamoDB adapter on the simulated DynamoDB, by the wire', async () =>
  simulated((handle) => wireClients(handle, 'eu-west-1')),
);

recordsContract('DynamoDB adapter on the simulated DynamoDB, directly', async () => simulated(directClients));

recordsContract('DynamoDB adapter on a local DynamoDB', async () => {
  const local = await localDynamo(TABLE);
  return { records: adapter(local.dynamodb), close: () => local.close() };
});
