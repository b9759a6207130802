// One AWS request from its bytes to its answer: read by the API's model, authorised, performed, written by the model.
// Whatever goes wrong is answered in AWS's form; a defect of ours is an InternalError there and told to `onDefect`.

import * as lambda from '@aws-sdk/client-lambda';
import * as sts from '@aws-sdk/client-sts';
import { awsQuery } from '../../../simulator/wire/aws-query.ts';
import { serviceParts } from '../../../simulator/wire/clients.ts';
import type { Operation, OperationOutput, ServiceName } from '../../../simulator/wire/operation.ts';
import {
  isRegionError,
  type Protocol,
  type RawRequest,
  type RawResponse,
} from '../../../simulator/wire/protocol.ts';
import { RegionError } from '../../../simulator/wire/region-error.ts';
import { restJson } from '../../../simulator/wire/rest-json.ts';
import { readModel, type ServiceModel } from '../../../simulator/wire/schema.ts';
import type { Identity } from '../access/authorize.ts';
import { route } from './route.ts';

export interface Called {
  operation: Operation;
  accessKeyId: string;
}

export interface AwsDeps {
  identify(accessKeyId: string): Identity;
  perform(operation: Operation, identity: Identity): Promise<OperationOutput>;
  requestId(): string;
  onDefect(error: unknown): void;
  onCall(call: { service: string; name: string; by: Identity; refused: string | undefined }): void;
}

interface Service {
  model: ServiceModel;
  protocol: Protocol;
}

/** DescribeX on tens of thousands of pages may be long; nobody asks that much in one body ("Payload quotas"). */
export const MOST_BODY_BYTES = 10 * 1024 * 1024;

export const awsServices = (): ReadonlyMap<ServiceName, Service> => {
  const parts = serviceParts();
  const named = (name: keyof typeof parts): [ServiceName, Service] => [
    name,
    { model: readModel(name, parts[name].client), protocol: parts[name].protocol },
  ];
  return new Map<ServiceName, Service>([
    named('ec2'),
    named('ssm'),
    named('events'),
    named('dynamodb'),
    ['lambda', { model: readModel('lambda', lambda), protocol: restJson() }],
    [
      'sts',
      {
        model: readModel('sts', sts),
        protocol: awsQuery('sts', 'https://sts.amazonaws.com/doc/2011-06-15/'),
      },
    ],
  ]);
};

export const awsAnswerer = (services: ReadonlyMap<ServiceName, Service>, deps: AwsDeps) => {
  const refuse = (
    service: ServiceName,
    requestId: string,
    options: Omit<RegionError, 'name' | 'stack' | 'service' | 'fields' | 'outcome' | 'cause'>,
  ) => {
    const { model, protocol } = serviceOf(service);
    const error = new RegionError({ service, ...options });
    return protocol.refuse(error, { model, requestId });
  };
  const serviceOf = (name: ServiceName): Service => {
    const found = services.get(name);
    if (!found) throw new Error(`no service ${name}`);
    return found;
  };

  const run = async (
    request: RawRequest,
    called: { service: ServiceName; accessKeyId: string; requestId: string },
  ) => {
    const { service, accessKeyId, requestId } = called;
    const { model, protocol } = serviceOf(service);
    const by = deps.identify(accessKeyId);
    let name = '';
    try {
      const parsed = protocol.parse(request, model);
      name = parsed.name;
      const output = await deps.perform({ service, name, input: parsed.input, caller: by.arn }, by);
      deps.onCall({ service, name, by, refused: undefined });
      return protocol.answer(name, output, { model, requestId });
    } catch (error) {
      const known = isRegionError(error) && error.outcome === undefined ? error : undefined;
      if (!known) deps.onDefect(error);
      const refusal = known ?? internal(service);
      deps.onCall({ service, name, by, refused: refusal.code });
      return protocol.refuse(refusal, { model, requestId });
    }
  };

  return async (request: RawRequest, tooLarge: boolean): Promise<RawResponse> => {
    const requestId = deps.requestId();
    const routed = route(request);
    if (routed.kind === 'unknown')
      return {
        statusCode: 404,
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId },
        body: JSON.stringify({
          __type: 'UnknownOperationException',
          message: `the local region has no service ${routed.name}`,
        }),
      };
    if (routed.kind === 'refused') return refuse(routed.service, requestId, routed);
    if (tooLarge)
      return refuse(routed.service, requestId, {
        code: 'RequestEntityTooLargeException',
        message: `Request must be smaller than ${MOST_BODY_BYTES} bytes`,
        statusCode: 413,
      });
    return run(request, { service: routed.service, accessKeyId: routed.accessKeyId, requestId });
  };
};

const internal = (service: ServiceName): RegionError =>
  new RegionError({
    service,
    code: service === 'ec2' ? 'InternalError' : 'InternalFailure',
    message: 'An internal error has occurred',
    statusCode: 500,
  });
