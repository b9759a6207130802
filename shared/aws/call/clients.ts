// The real SDK clients, made once per Lambda sandbox. Retries are ours (cloud-call.ts), so the SDK makes one attempt.
// Adapters take no more of a client than its `send`, so that tests and the simulated region can stand in.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SSMClient } from '@aws-sdk/client-ssm';

export type Ec2Sender = Pick<EC2Client, 'send'>;
export type SsmSender = Pick<SSMClient, 'send'>;
export type EventsSender = Pick<EventBridgeClient, 'send'>;
export type DynamoSender = Pick<DynamoDBClient, 'send'>;

export interface AwsClients {
  ec2: Ec2Sender;
  ssm: SsmSender;
  events: EventsSender;
  dynamodb: DynamoSender;
}

/** Within one region a connection takes milliseconds; two seconds is a network that is down. */
const CONNECT_TIMEOUT_MS = 2_000;
/** Beyond the slowest ordinary answer of the calls made here, except CreateFleet. */
const REQUEST_TIMEOUT_MS = 5_000;
/** CreateFleet of type instant answers only when its instances were started or refused. */
export const CREATE_FLEET_TIMEOUT_MS = 15_000;

function config(region: string) {
  return {
    region,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      // Without it the handler only warns when the time is over, and goes on waiting.
      throwOnRequestTimeout: true,
    },
  };
}

// One function each: a bundle in which nothing calls it is a bundle without its client.

export function ec2Client(region: string): Ec2Sender {
  return new EC2Client(config(region));
}

export function ssmClient(region: string): SsmSender {
  return new SSMClient(config(region));
}

export function eventsClient(region: string): EventsSender {
  return new EventBridgeClient(config(region));
}

export function dynamoClient(region: string): DynamoSender {
  return new DynamoDBClient(config(region));
}
