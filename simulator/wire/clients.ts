// SDK clients whose region is a `Handle` in this process, by either entrance. Everything a client would look up in
// the environment, in ~/.aws or from the network is given as a literal, so that a run depends on its seed alone.

import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as ec2 from '@aws-sdk/client-ec2';
import * as events from '@aws-sdk/client-eventbridge';
import * as ssm from '@aws-sdk/client-ssm';
import { awsJson } from './aws-json.ts';
import { directSend } from './direct.ts';
import { ec2Query } from './ec2-query.ts';
import type { EndpointOptions } from './endpoint.ts';
import type { Handle, ServiceName } from './operation.ts';
import type { Protocol } from './protocol.ts';
import { readModel } from './schema.ts';
import { wireHandler } from './wire.ts';

/** What the adapters need of the SDK's clients. */
export interface RegionClients {
  ec2: Pick<ec2.EC2Client, 'send'>;
  ssm: Pick<ssm.SSMClient, 'send'>;
  events: Pick<events.EventBridgeClient, 'send'>;
  dynamodb: Pick<dynamodb.DynamoDBClient, 'send'>;
}

interface ServiceParts {
  client: Record<string, unknown>;
  baseException: string;
  protocol: Protocol;
}

/** The services that SDK clients of this project call: their models and protocols, for any transport. */
export function serviceParts(): Record<'ec2' | 'ssm' | 'events' | 'dynamodb', ServiceParts> {
  return {
    ec2: { client: ec2, baseException: 'EC2ServiceException', protocol: ec2Query },
    ssm: { client: ssm, baseException: 'SSMServiceException', protocol: awsJson('1.1') },
    events: { client: events, baseException: 'EventBridgeServiceException', protocol: awsJson('1.1') },
    dynamodb: { client: dynamodb, baseException: 'DynamoDBServiceException', protocol: awsJson('1.0') },
  };
}

export function endpointOptions(service: ServiceName, parts: ServiceParts, caller?: string): EndpointOptions {
  const options: EndpointOptions = { model: readModel(service, parts.client), protocol: parts.protocol };
  return caller === undefined ? options : { ...options, caller };
}

/** Real SDK clients, their requests and answers serialised as for AWS. For the demo and for contract tests. */
export function wireClients(handle: Handle, region: string, caller?: string): RegionClients {
  const parts = serviceParts();
  const config = (service: keyof typeof parts) => ({
    ...literalConfig(service, region),
    requestHandler: wireHandler(handle, endpointOptions(service, parts[service], caller)),
  });
  return {
    ec2: new ec2.EC2Client(config('ec2')),
    ssm: new ssm.SSMClient(config('ssm')),
    events: new events.EventBridgeClient(config('events')),
    dynamodb: new dynamodb.DynamoDBClient({
      ...config('dynamodb'),
      accountIdEndpointMode: 'disabled',
      endpointDiscoveryEnabled: false,
    }),
  };
}

function literalConfig(service: string, region: string) {
  return {
    region,
    endpoint: `https://${service}.${region}.amazonaws.com`,
    credentials: { accessKeyId: 'AKIASIMULATED', secretAccessKey: 'simulated' },
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'standard' as const,
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    userAgentAppId: async () => undefined,
    defaultUserAgentProvider: async () => [],
    authSchemePreference: async () => [],
    // The service checks no signature, and signing is the dearest step of a call.
    httpAuthSchemes: [
      {
        schemeId: 'smithy.api#noAuth',
        identityProvider: () => async () => ({}),
        signer: { sign: async <Request>(request: Request) => request },
      },
    ],
    httpAuthSchemeProvider: () => [{ schemeId: 'smithy.api#noAuth' }],
  };
}

/** Client-like objects that skip serialisation. For simulations with many calls. */
export function directClients(handle: Handle, caller?: string): RegionClients {
  const parts = serviceParts();
  const direct = (service: keyof typeof parts) => {
    const { client, baseException } = parts[service];
    const options = { service, client, baseException };
    return { send: directSend(handle, caller === undefined ? options : { ...options, caller }) };
  };
  const clients: Record<keyof RegionClients, unknown> = {
    ec2: direct('ec2'),
    ssm: direct('ssm'),
    events: direct('events'),
    dynamodb: direct('dynamodb'),
  };
  // The SDK's `send` infers each command's output type; the contract test holds that the outputs are of it.
  return clients as RegionClients;
}
