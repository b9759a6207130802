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

export function realClients(region: string): AwsClients {
  const config = {
    region,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      // Without it the handler only warns when the time is over, and goes on waiting.
      throwOnRequestTimeout: true,
    },
  };
  return {
    ec2: new EC2Client(config),
    ssm: new SSMClient(config),
    events: new EventBridgeClient(config),
    dynamodb: new DynamoDBClient(config),
  };
}
