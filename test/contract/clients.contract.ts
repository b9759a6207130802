// What both entrances to the simulated region must do: the wire (the SDK serialises) and the direct one.

import {
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  AttachVolumeCommand,
  CreateFleetCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  EC2ServiceException,
} from '@aws-sdk/client-ec2';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetCommandInvocationCommand, InvocationDoesNotExist, SendCommandCommand } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import type { RegionClients } from '../../simulator/wire/clients.ts';
import type { Handle } from '../../simulator/wire/operation.ts';
import { RegionError } from '../../simulator/wire/region-error.ts';
import { connectionLost, ec2Error, scriptedRegion, timeout } from '../aws/scripted-region.ts';

const ATTACH = new AttachVolumeCommand({ VolumeId: 'vol-1', InstanceId: 'i-1', Device: '/dev/sdf' });

/** The wire tells an empty list from an absent one only where AWS's element is there: callers treat both alike. */
function withoutEmpty(value: unknown): unknown {
  if (value instanceof Date || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutEmpty);
  const kept = Object.entries(value).filter(
    ([key, part]) => key !== '$metadata' && part !== undefined && !(Array.isArray(part) && part.length === 0),
  );
  return Object.fromEntries(kept.map(([key, part]) => [key, withoutEmpty(part)]));
}

/** The SDK's exceptions, seen as anybody may see them. */
interface Failure extends Error {
  code?: unknown;
  $fault?: unknown;
  $metadata?: unknown;
}

async function failure(call: Promise<unknown>): Promise<Failure> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('the call did not fail');
}

export function clientsContract(name: string, open: (handle: Handle) => RegionClients): void {
  describe(`clients: ${name}`, () => {
    answerCases(open);
    failureCases(open);
  });
}

type Open = (handle: Handle) => RegionClients;

function answerCases(open: Open): void {
  it('hands the input over and the output back, with dates, numbers, booleans and odd texts', async () => {
    const instance = {
      InstanceId: 'i-1',
      LaunchTime: new Date('2026-03-23T07:00:00.250Z'),
      State: { Code: 16, Name: 'running' },
      EbsOptimized: false,
      Tags: [
        { Key: ' spaces kept ', Value: '<a href="x">&amp;\n\'quoted\' ä 😀' },
        { Key: 'looks-like-a-number', Value: '007' },
        { Key: 'looks-like-a-boolean', Value: 'true' },
        { Key: 'empty', Value: '' },
      ],
      BlockDeviceMappings: [
        { DeviceName: '/dev/sdf', Ebs: { VolumeId: 'vol-1', DeleteOnTermination: true } },
      ],
    };
    const region = scriptedRegion({ DescribeInstances: { Reservations: [{ Instances: [instance] }] } });
    const input = { Filters: [{ Name: 'tag:a.b/c', Values: ['x y', 'ü&='] }], MaxResults: 1000 };
    const output = await open(region.handle).ec2.send(new DescribeInstancesCommand(input));
    expect(withoutEmpty(output)).toEqual({ Reservations: [{ Instances: [instance] }] });
    expect(output.$metadata.httpStatusCode).toBe(200);
    expect(region.calls.map(({ service, name }) => `${service}:${name}`)).toEqual(['ec2:DescribeInstances']);
    expect(withoutEmpty(region.calls[0]?.input)).toEqual(input);
  });

  it('hands nested lists of structures over as they are', async () => {
    const region = scriptedRegion({ CreateFleet: { FleetId: 'fleet-1', Instances: [], Errors: [] } });
    const input = {
      Type: 'instant' as const,
      ClientToken: 'token',
      TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'spot' as const },
      LaunchTemplateConfigs: [
        {
          LaunchTemplateSpecification: { LaunchTemplateName: 'template', Version: '$Latest' },
          Overrides: [
            { InstanceType: 'm7g.large' as const, SubnetId: 'subnet-1', ImageId: 'ami-1' },
            {
              SubnetId: 'subnet-1',
              InstanceRequirements: { VCpuCount: { Min: 2 }, MemoryMiB: { Min: 4096 } },
            },
          ],
        },
      ],
      TagSpecifications: [{ ResourceType: 'instance' as const, Tags: [{ Key: 'Name', Value: 'gitlab' }] }],
    };
    await open(region.handle).ec2.send(new CreateFleetCommand(input));
    expect(withoutEmpty(region.calls[0]?.input)).toEqual(input);
  });

  it('carries page tokens both ways', async () => {
    const region = scriptedRegion({
      DescribeVolumes: (input) =>
        input.NextToken === 'second'
          ? { Volumes: [{ VolumeId: 'vol-2' }] }
          : { Volumes: [{ VolumeId: 'vol-1' }], NextToken: 'second' },
    });
    const { ec2 } = open(region.handle);
    const first = await ec2.send(new DescribeVolumesCommand({ MaxResults: 1 }));
    const second = await ec2.send(new DescribeVolumesCommand({ MaxResults: 1, NextToken: first.NextToken }));
    expect([first.Volumes?.[0]?.VolumeId, second.Volumes?.[0]?.VolumeId]).toEqual(['vol-1', 'vol-2']);
    expect(second.NextToken).toBeUndefined();
  });

  it('speaks the JSON protocols of Systems Manager, EventBridge and DynamoDB', async () => {
    const region = scriptedRegion({
      SendCommand: { Command: { CommandId: 'c-1', RequestedDateTime: new Date('2026-03-23T07:00:00.500Z') } },
      PutEvents: { FailedEntryCount: 0, Entries: [{ EventId: 'e-1' }] },
      PutItem: { Attributes: { pk: { S: 'a' }, set: { SS: ['x'] }, map: { M: { n: { N: '1' } } } } },
    });
    const { ssm, events, dynamodb } = open(region.handle);
    const send = {
      DocumentName: 'd',
      InstanceIds: ['i-1'],
      Parameters: { number: ['3'] },
      TimeoutSeconds: 30,
    };
    const sent = await ssm.send(new SendCommandCommand(send));
    const entry = { Source: 's', DetailType: 't', Detail: '{"a":1}', Time: new Date('2026-03-23T07:00:00Z') };
    await events.send(new PutEventsCommand({ Entries: [entry] }));
    const item = { pk: { S: 'a' }, flag: { BOOL: true }, list: { L: [{ N: '1' }, { NULL: true as const }] } };
    const put = await dynamodb.send(new PutItemCommand({ TableName: 't', Item: item }));
    expect(withoutEmpty(sent.Command)).toEqual({
      CommandId: 'c-1',
      RequestedDateTime: new Date('2026-03-23T07:00:00.500Z'),
    });
    expect(put.Attributes).toEqual({ pk: { S: 'a' }, set: { SS: ['x'] }, map: { M: { n: { N: '1' } } } });
    expect(region.calls.map(({ input }) => input)).toEqual([
      send,
      { Entries: [entry] },
      { TableName: 't', Item: item },
    ]);
  });

  it('passes on who is calling', async () => {
    const region = scriptedRegion({ DescribeVolumes: { Volumes: [] } });
    await open(region.handle).ec2.send(new DescribeVolumesCommand({}));
    expect(region.calls[0]?.caller).toBe('arn:aws:iam::123456789012:role/spotkeep');
  });
}

function failureCases(open: Open): void {
  it("throws EC2's errors by their code, with status and side", async () => {
    const region = scriptedRegion({
      AttachVolume: [
        ec2Error('VolumeInUse'),
        ec2Error('RequestLimitExceeded', 503),
        ec2Error('InternalError', 500),
      ],
    });
    const { ec2 } = open(region.handle);
    const errors = [];
    for (let n = 0; n < 3; n += 1) errors.push(await failure(ec2.send(ATTACH)));
    expect(errors.map(({ name, message, $fault }) => [name, message, $fault])).toEqual([
      ['VolumeInUse', 'VolumeInUse in words', 'client'],
      ['RequestLimitExceeded', 'RequestLimitExceeded in words', 'server'],
      ['InternalError', 'InternalError in words', 'server'],
    ]);
    expect(errors.map(({ $metadata }) => $metadata)).toMatchObject([
      { httpStatusCode: 400 },
      { httpStatusCode: 503 },
      { httpStatusCode: 500 },
    ]);
    for (const error of errors) expect(error).toBeInstanceOf(EC2ServiceException);
    expect(region.calls).toHaveLength(3);
  });

  it('throws modelled errors as their classes, with their members', async () => {
    const Item = { pk: { S: 'a' }, version: { N: '7' } };
    const region = scriptedRegion({
      PutItem: new RegionError({
        service: 'dynamodb',
        code: 'ConditionalCheckFailedException',
        message: 'The conditional request failed',
        fields: { Item },
      }),
      GetCommandInvocation: new RegionError({ service: 'ssm', code: 'InvocationDoesNotExist' }),
    });
    const { dynamodb, ssm } = open(region.handle);
    const put = await failure(dynamodb.send(new PutItemCommand({ TableName: 't', Item })));
    expect(put).toBeInstanceOf(ConditionalCheckFailedException);
    expect(put).toMatchObject({ name: 'ConditionalCheckFailedException', Item, $fault: 'client' });
    expect(put.message).toBe('The conditional request failed');
    const get = new GetCommandInvocationCommand({ CommandId: 'c', InstanceId: 'i' });
    const absent = await failure(ssm.send(get));
    expect(absent).toBeInstanceOf(InvocationDoesNotExist);
  });

  it("throws a code that the model does not know as the service's own exception", async () => {
    const region = scriptedRegion({
      PutItem: new RegionError({ service: 'dynamodb', code: 'ThrottlingException', statusCode: 400 }),
    });
    const item = { pk: { S: 'a' } };
    const error = await failure(
      open(region.handle).dynamodb.send(new PutItemCommand({ TableName: 't', Item: item })),
    );
    expect(error).toBeInstanceOf(DynamoDBServiceException);
    expect(error.name).toBe('ThrottlingException');
  });

  it('times out and loses connections as the HTTP handler does', async () => {
    const region = scriptedRegion({ AttachVolume: [timeout(), connectionLost()] });
    const { ec2 } = open(region.handle);
    const late = await failure(ec2.send(ATTACH));
    expect(late.name).toBe('TimeoutError');
    expect(late).not.toBeInstanceOf(EC2ServiceException);
    const lost = await failure(ec2.send(ATTACH));
    expect([lost.name, lost.code]).toEqual(['Error', 'ECONNRESET']);
    expect(region.calls).toHaveLength(2);
  });

  it('lets a defect of the region through unchanged', async () => {
    const region = scriptedRegion({ AttachVolume: new TypeError('a bug') });
    const error = await failure(open(region.handle).ec2.send(ATTACH));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe('a bug');
  });
}
