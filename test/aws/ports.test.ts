import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { dynamoClient, ec2Client, eventsClient, ssmClient } from '../../shared/aws/call/clients.ts';
import { portsOn } from '../../shared/aws/ports.ts';
import { createDynamo } from '../../simulator/dynamodb/dynamo.ts';
import { spotkeepTable } from '../../simulator/dynamodb/spotkeep-table.ts';
import { directClients } from '../../simulator/wire/clients.ts';
import { INSTANCE } from './ec2-fixtures.ts';
import { scriptedRegion } from './scripted-region.ts';
import { testClock } from './test-clock.ts';

describe('real clients', () => {
  it('try once, in the given region, and give up instead of only warning', async () => {
    const made = [ec2Client, ssmClient, eventsClient, dynamoClient].map((client) => client('eu-west-1'));
    const classes = [EC2Client, SSMClient, EventBridgeClient, DynamoDBClient];
    for (const client of made) {
      expect(classes.some((known) => client instanceof known)).toBe(true);
      const config: unknown = Reflect.get(client, 'config');
      expect(config).toMatchObject({ region: expect.any(Function), maxAttempts: expect.any(Function) });
      const { maxAttempts, region, requestHandler } = config as EC2Client['config'];
      expect([await maxAttempts(), await region()]).toEqual([1, 'eu-west-1']);
      // The handler reads its options with its first request.
      expect(await Reflect.get(requestHandler, 'configProvider')).toMatchObject({
        connectionTimeout: 2000,
        requestTimeout: 5000,
        throwOnRequestTimeout: true,
      });
    }
  });
});

describe('all ports on one region', () => {
  it('name the stage in tags, documents, table and bus', async () => {
    const dynamo = createDynamo({ now: () => 0 });
    dynamo.createTable(spotkeepTable('spotkeep-test'));
    const region = scriptedRegion({
      DescribeInstances: { Reservations: [{ Instances: [INSTANCE] }] },
      SendCommand: { Command: { CommandId: 'c-1' } },
      PutEvents: { FailedEntryCount: 0, Entries: [{ EventId: 'e-1' }] },
    });
    const clients = directClients(async (operation) =>
      operation.service === 'dynamodb' ? dynamo.handle(operation) : region.handle(operation),
    );
    const settings = {
      stage: 'test',
      table: 'spotkeep-test',
      bus: 'spotkeep-test',
      documentPrefix: 'spotkeep-test',
    };
    const { cloud, commands, records, bus } = portsOn(clients, settings, {
      clock: testClock(),
      random: () => 0,
    });
    expect(await cloud.projectInstances()).toHaveLength(1);
    await commands.send({
      document: 'probe',
      instanceId: 'i-1',
      parameters: {},
    });
    await bus.publish([{ detailType: 'Held', detail: {} }]);
    expect(await records.listNames()).toEqual([]);
    const [described] = region.inputs('DescribeInstances');
    expect(described?.Filters).toEqual([{ Name: 'tag:spotkeep:project', Values: ['spotkeep-test'] }]);
    expect(region.inputs('SendCommand')[0]?.DocumentName).toBe('spotkeep-test-probe');
    expect(region.inputs('PutEvents')[0]).toMatchObject({ Entries: [{ EventBusName: 'spotkeep-test' }] });
  });
});
