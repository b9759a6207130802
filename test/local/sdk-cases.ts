// The AWS SDK against a local region: what its clients send and expect to read.

import { strict as assert } from 'node:assert';
import { setTimeout as wait } from 'node:timers/promises';
import * as ddb from '@aws-sdk/client-dynamodb';
import * as ec2 from '@aws-sdk/client-ec2';
import * as events from '@aws-sdk/client-eventbridge';
import * as lambda from '@aws-sdk/client-lambda';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import type { LocalProcess } from './local-process.ts';
import type { Case } from './suite.ts';

const SUBNET = 'subnet-0a1b2c3d4e5f60001';

export const clientsOf = (endpoint: string, accessKeyId = 'AKIALOCALTEST') => {
  const config = {
    region: 'eu-west-1',
    endpoint,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey: 'local' },
  };
  return {
    ec2: new ec2.EC2Client(config),
    ssm: new ssm.SSMClient(config),
    events: new events.EventBridgeClient(config),
    dynamodb: new ddb.DynamoDBClient(config),
    lambda: new lambda.LambdaClient(config),
    sts: new sts.STSClient(config),
  };
};

/** The name of the error that it fails with. */
const failure = async (
  call: Promise<unknown>,
): Promise<{ name: string; status: number | undefined; message: string }> => {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    return { name: error.name, status, message: error.message };
  }
  throw new Error('it was not refused');
};

const key = (id: string) => ({ pk: { S: `test#${id}` }, sk: { S: 'item' } });

export const sdkCases = (region: LocalProcess): Case[] => {
  const clients = () => clientsOf(region.endpoint);
  return [
    {
      name: 'SDK: says who calls',
      async run() {
        const answer = await clients().sts.send(new sts.GetCallerIdentityCommand({}));
        assert.deepEqual(
          [answer.Account, answer.Arn],
          ['123456789012', 'arn:aws:iam::123456789012:user/local'],
        );
      },
    },
    {
      name: 'SDK: runs an instance, attaches a volume, takes a snapshot, ends it',
      async run() {
        const { ec2: client } = clients();
        const run = new ec2.RunInstancesCommand({
          ImageId: 'ami-0123456789abcdef0',
          InstanceType: 'm5.large',
          SubnetId: SUBNET,
          MinCount: 1,
          MaxCount: 1,
          TagSpecifications: [
            { ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'by <hand> & "sdk"' }] },
          ],
        });
        const id = (await client.send(run)).Instances?.[0]?.InstanceId ?? '';
        assert.match(id, /^i-[0-9a-f]{17}$/);
        const volume = await client.send(
          new ec2.CreateVolumeCommand({
            AvailabilityZone: 'eu-west-1a',
            Size: 1,
            VolumeType: 'gp3',
            Encrypted: true,
          }),
        );
        const VolumeId = volume.VolumeId ?? '';
        await ec2.waitUntilInstanceRunning(
          { client, maxWaitTime: 20, minDelay: 1, maxDelay: 1 },
          { InstanceIds: [id] },
        );
        await ec2.waitUntilVolumeAvailable(
          { client, maxWaitTime: 20, minDelay: 1, maxDelay: 1 },
          { VolumeIds: [VolumeId] },
        );
        const attach = { VolumeId, InstanceId: id, Device: '/dev/sdf' };
        assert.equal((await client.send(new ec2.AttachVolumeCommand(attach))).State, 'attaching');
        assert.equal((await failure(client.send(new ec2.AttachVolumeCommand(attach)))).name, 'VolumeInUse');
        const shown = await client.send(new ec2.DescribeInstancesCommand({ InstanceIds: [id] }));
        assert.equal(shown.Reservations?.[0]?.Instances?.[0]?.Tags?.[0]?.Value, 'by <hand> & "sdk"');
        const snapshot = await client.send(new ec2.CreateSnapshotCommand({ VolumeId }));
        assert.match(snapshot.SnapshotId ?? '', /^snap-/);
        assert.ok(snapshot.StartTime instanceof Date);
        await client.send(new ec2.TerminateInstancesCommand({ InstanceIds: [id] }));
        await ec2.waitUntilInstanceTerminated(
          { client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 },
          { InstanceIds: [id] },
        );
      },
    },
    {
      name: 'SDK: is refused in EC2’s own words',
      async run() {
        const { ec2: client } = clients();
        const unknown = await failure(
          client.send(new ec2.DescribeInstancesCommand({ InstanceIds: ['i-0123456789abcdef0'] })),
        );
        assert.deepEqual([unknown.name, unknown.status], ['InvalidInstanceID.NotFound', 400]);
        const action = await failure(client.send(new ec2.DescribeKeyPairsCommand({})));
        assert.equal(action.name, 'InvalidAction');
        const dry = new ec2.CreateVolumeCommand({ AvailabilityZone: 'eu-west-1a', Size: 1, DryRun: true });
        assert.deepEqual(
          [(await failure(client.send(dry))).name, (await failure(client.send(dry))).status],
          ['DryRunOperation', 412],
        );
      },
    },
    {
      name: 'SDK: keeps items, conditions and pages of the table',
      async run() {
        const { dynamodb } = clients();
        const TableName = 'spotkeep-dev';
        const put = (id: string, text: string, more = {}) =>
          dynamodb.send(
            new ddb.PutItemCommand({ TableName, Item: { ...key(id), text: { S: text } }, ...more }),
          );
        await put('1', 'one');
        const taken = await failure(put('1', 'two', { ConditionExpression: 'attribute_not_exists(pk)' }));
        assert.equal(taken.name, 'ConditionalCheckFailedException');
        const got = await dynamodb.send(
          new ddb.GetItemCommand({ TableName, Key: key('1'), ConsistentRead: true }),
        );
        assert.equal(got.Item?.text?.S, 'one');
        const query = new ddb.QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: 'test#1' } },
        });
        assert.equal((await dynamodb.send(query)).Count, 1);
        await dynamodb.send(new ddb.DeleteItemCommand({ TableName, Key: key('1') }));
        assert.equal(
          (await dynamodb.send(new ddb.GetItemCommand({ TableName, Key: key('1') }))).Item,
          undefined,
        );
        const missing = await failure(
          dynamodb.send(new ddb.GetItemCommand({ TableName: 'other', Key: key('1') })),
        );
        assert.equal(missing.name, 'ResourceNotFoundException');
        const large = await failure(put('2', 'x'.repeat(500_000)));
        assert.equal(large.name, 'ValidationException');
      },
    },
    {
      name: 'SDK: puts events and rules; parameters; a document on an instance without an agent is refused',
      async run() {
        const { events: bus, ssm: manager } = clients();
        const put = await bus.send(
          new events.PutEventsCommand({
            Entries: [
              { EventBusName: 'spotkeep-dev', Source: 'test', DetailType: 'Try', Detail: '{"a":1}' },
              { EventBusName: 'spotkeep-dev', Source: 'aws.ec2', DetailType: 'Lie', Detail: '{}' },
            ],
          }),
        );
        assert.deepEqual(
          [put.FailedEntryCount, put.Entries?.[1]?.ErrorCode],
          [1, 'NotAuthorizedForSourceException'],
        );
        const rules = await bus.send(new events.ListRulesCommand({ EventBusName: 'spotkeep-dev' }));
        assert.ok((rules.Rules ?? []).length > 0);
        const wrong = new events.PutRuleCommand({
          Name: 'wrong',
          EventPattern: '{"source":[{"sounds-like":"x"}]}',
        });
        assert.equal((await failure(bus.send(wrong))).name, 'InvalidEventPatternException');
        await manager.send(new ssm.PutParameterCommand({ Name: '/test/a', Value: 'b', Type: 'String' }));
        const parameter = await manager.send(new ssm.GetParameterCommand({ Name: '/test/a' }));
        assert.equal(parameter.Parameter?.Value, 'b');
        const send = new ssm.SendCommandCommand({
          DocumentName: 'AWS-RunShellScript',
          InstanceIds: ['i-0123456789abcdef0'],
        });
        assert.equal((await failure(manager.send(send))).name, 'InvalidInstanceId');
        const document = new ssm.SendCommandCommand({
          DocumentName: 'no-such',
          InstanceIds: ['i-0123456789abcdef0'],
        });
        assert.equal((await failure(manager.send(document))).name, 'InvalidDocument');
      },
    },
    {
      name: 'SDK: invokes a packaged function; what it throws, refuses and does not know reads as on AWS',
      async run() {
        const { lambda: client } = clients();
        const invoke = (FunctionName: string, payload: string, more = {}) =>
          client.send(new lambda.InvokeCommand({ FunctionName, Payload: Buffer.from(payload), ...more }));
        const status = await invoke('spotkeep-dev-status', '{}', { LogType: 'Tail' });
        assert.deepEqual(
          [status.StatusCode, status.FunctionError, status.ExecutedVersion],
          [200, undefined, '$LATEST'],
        );
        assert.equal(typeof JSON.parse(Buffer.from(status.Payload ?? []).toString()), 'object');
        assert.ok(status.LogResult !== undefined);
        const unknown = await failure(invoke('nobody', '{}'));
        assert.deepEqual([unknown.name, unknown.status], ['ResourceNotFoundException', 404]);
        assert.equal(
          (await failure(invoke('spotkeep-dev-status', '{'))).name,
          'InvalidRequestContentException',
        );
        assert.equal((await invoke('spotkeep-dev-tick', '{}', { InvocationType: 'Event' })).StatusCode, 202);
        assert.equal((await invoke('spotkeep-dev-tick', '{}', { InvocationType: 'DryRun' })).StatusCode, 204);
        const functions = await client.send(new lambda.ListFunctionsCommand({}));
        assert.ok(
          (functions.Functions ?? []).some(({ FunctionName }) => FunctionName === 'spotkeep-dev-reconcile'),
        );
      },
    },
    {
      name: 'SDK: sixty callers at once are all answered',
      async run() {
        const { dynamodb, ec2: client } = clients();
        const TableName = 'spotkeep-dev';
        const put = (index: number) =>
          dynamodb.send(
            new ddb.PutItemCommand({ TableName, Item: { ...key(`many ${index}`), n: { N: String(index) } } }),
          );
        await Promise.all(
          Array.from({ length: 60 }, (_, index) =>
            index % 2 ? put(index) : client.send(new ec2.DescribeVolumesCommand({})),
          ),
        );
        const scan = await dynamodb.send(new ddb.ScanCommand({ TableName }));
        assert.ok((scan.Count ?? 0) >= 30);
      },
    },
    {
      name: 'SDK: an event on the bus reaches the function that its rule names',
      async run() {
        const { events: bus } = clients();
        const before = await region.state();
        const Detail = JSON.stringify({ workload: 'nobody' });
        const entry = {
          EventBusName: 'spotkeep-dev',
          Source: 'spotkeep',
          DetailType: 'Reconcile Requested',
          Detail,
        };
        await bus.send(new events.PutEventsCommand({ Entries: [entry] }));
        const calls = (state: typeof before) =>
          state.functions.find(({ name }) => name === 'spotkeep-dev-reconcile')?.invocations ?? 0;
        await region.until(
          'reconcile is invoked',
          20,
          (state) => calls(state) > calls(before) && state.queued === 0,
        );
        await wait(0);
      },
    },
  ];
};
