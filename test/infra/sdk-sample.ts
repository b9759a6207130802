// Sends a few SDK commands to canned answers and tells what went out and what came back. Run twice by bundle.test.ts: as
// it is, and bundled the way the functions are.

import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateFleetCommand,
  DescribeVolumesCommand,
  DetachVolumeCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';

interface Answer {
  status: number;
  type: string;
  body: string;
}

const JSON_TYPE = 'application/x-amz-json-1.1';

interface Outgoing {
  method: string;
  protocol: string;
  hostname: string;
  path: string;
  headers: Record<string, string>;
  body?: unknown;
}

/** Where a request goes and how it is signed, less what differs from call to call. */
function address({ method, protocol, hostname, path, headers }: Outgoing): string {
  const signed = headers.authorization?.replace(/\/\d{8}\//, '/DAY/').replace(/Signature=.*/, '');
  // The SDK's files for require() and for import name versions that differ.
  const agent = headers['user-agent']?.replace(/[/#]\d+\.\d+\.\d+/g, '');
  return `${method} ${protocol}//${hostname}${path} ${Object.keys(headers).sort().join()} ${signed} ${agent}`;
}

function config(answer: Answer, sent: string[]) {
  return {
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: {
      handle: (request: Outgoing) => {
        const { body: out } = request;
        sent.push(address(request), out instanceof Uint8Array ? new TextDecoder().decode(out) : String(out));
        const body = new TextEncoder().encode(answer.body);
        return Promise.resolve({
          response: { statusCode: answer.status, headers: { 'content-type': answer.type }, body },
        });
      },
    },
  };
}

async function told(sent: string[], call: () => Promise<unknown>): Promise<unknown> {
  try {
    return { sent, answer: await call() };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const byClass = error instanceof ConditionalCheckFailedException;
    const item = byClass ? error.Item : undefined;
    return { sent, name: error.name, message: error.message, byClass, item };
  }
}

export function samples(): Promise<unknown[]> {
  const xml = (body: string, status = 200): Answer => ({ status, type: 'text/xml;charset=UTF-8', body });
  const json = (body: unknown, status = 200): Answer => ({
    status,
    type: JSON_TYPE,
    body: JSON.stringify(body),
  });
  const asked = (answer: Answer, call: (c: ReturnType<typeof config>) => Promise<unknown>) => {
    const sent: string[] = [];
    return told(sent, () => call(config(answer, sent)));
  };
  const override = { InstanceType: 'm7g.large', SubnetId: 'subnet-1', ImageId: 'ami-1' } as const;
  return Promise.all([
    asked(
      xml(
        '<DescribeVolumesResponse><volumeSet><item><volumeId>vol-1</volumeId><size>20</size><encrypted>true</encrypted><createTime>2026-03-23T07:00:00.000Z</createTime><attachmentSet><item><instanceId>i-1</instanceId><status>attached</status></item></attachmentSet><tagSet><item><key>a</key><value>b</value></item></tagSet></item></volumeSet></DescribeVolumesResponse>',
      ),
      (c) =>
        new EC2Client(c).send(new DescribeVolumesCommand({ Filters: [{ Name: 'tag:a', Values: ['b'] }] })),
    ),
    asked(
      xml(
        '<Response><Errors><Error><Code>IncorrectState</Code><Message>no</Message></Error></Errors><RequestID>r</RequestID></Response>',
        400,
      ),
      (c) => new EC2Client(c).send(new DetachVolumeCommand({ VolumeId: 'vol-1', InstanceId: 'i-1' })),
    ),
    asked(
      xml(
        '<CreateFleetResponse><fleetId>fleet-1</fleetId><errorSet><item><errorCode>InsufficientInstanceCapacity</errorCode><lifecycle>spot</lifecycle></item></errorSet></CreateFleetResponse>',
      ),
      (c) =>
        new EC2Client(c).send(
          new CreateFleetCommand({
            Type: 'instant',
            ClientToken: 'token',
            LaunchTemplateConfigs: [
              {
                LaunchTemplateSpecification: { LaunchTemplateName: 't', Version: '$Latest' },
                Overrides: [override],
              },
            ],
            TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'spot' },
            TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a', Value: 'b' }] }],
          }),
        ),
    ),
    asked(json({ __type: 'InvalidInstanceId', Message: 'not registered' }, 400), (c) =>
      new SSMClient(c).send(
        new SendCommandCommand({ DocumentName: 'd', InstanceIds: ['i-1'], Parameters: { a: ['b'] } }),
      ),
    ),
    asked(json({ __type: 'com.amazonaws.ssm#ThrottlingException', message: 'slow down' }, 400), (c) =>
      new SSMClient(c).send(new SendCommandCommand({ DocumentName: 'd', InstanceIds: ['i-1'] })),
    ),
    asked(json({ Command: { CommandId: 'c-1', RequestedDateTime: 1774249200 } }), (c) =>
      new SSMClient(c).send(new SendCommandCommand({ DocumentName: 'd', InstanceIds: ['i-1'] })),
    ),
    asked(
      json(
        {
          __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
          message: 'The conditional request failed',
          Item: { pk: { S: 'x' }, version: { N: '7' } },
        },
        400,
      ),
      (c) => new DynamoDBClient(c).send(new PutItemCommand({ TableName: 't', Item: { pk: { S: 'x' } } })),
    ),
    asked(
      json({ __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', message: 'none' }, 400),
      (c) => new DynamoDBClient(c).send(new PutItemCommand({ TableName: 't', Item: { pk: { S: 'x' } } })),
    ),
    asked(json({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] }), (c) =>
      new EventBridgeClient(c).send(
        new PutEventsCommand({
          Entries: [{ Source: 's', DetailType: 'd', Detail: '{}', EventBusName: 'b' }],
        }),
      ),
    ),
  ]);
}
