// One AWS request from its bytes to its answer: read by the API's model, authorised, performed, written by the model.
// Whatever goes wrong is answered in AWS's form; a defect of ours is an InternalError there and told to `onDefect`.

import { awsJson } from '../../simulator/wire/aws-json.ts';
import { awsQuery } from '../../simulator/wire/aws-query.ts';
import { serviceParts } from '../../simulator/wire/clients.ts';
import type { Operation, OperationOutput, ServiceName } from '../../simulator/wire/operation.ts';
import {
  isRegionError,
  type Protocol,
  type RawRequest,
  type RawResponse,
} from '../../simulator/wire/protocol.ts';
import { RegionError } from '../../simulator/wire/region-error.ts';
import { restJson } from '../../simulator/wire/rest-json.ts';
import { readModel, type ServiceModel } from '../../simulator/wire/schema.ts';
import type { Identity } from '../access/authorize.ts';
import { route } from './route.ts';

export interface Called {
  operation: Operation;
  accessKeyId: string;
}

export interface AwsDeps {
  identify: (accessKeyId: string) => Identity;
  perform: (operation: Operation, identity: Identity) => Promise<OperationOutput>;
  requestId: () => string;
  onDefect: (error: unknown) => void;
  onCall: (call: { service: string; name: string; by: Identity; refused: string | undefined }) => void;
}

interface Service {
  model: ServiceModel;
  protocol: Protocol;
}

/** No request has a larger body: DynamoDB's largest is 16 MB, all others' are smaller. */
export const MOST_BODY_BYTES = 10 * 1024 * 1024;

export type Services = (name: ServiceName) => Promise<Service>;

const load = async (name: ServiceName): Promise<Service> => {
  switch (name) {
    case 'lambda':
      return { model: readModel(name, await import('@aws-sdk/client-lambda')), protocol: restJson() };
    case 'sts':
      return {
        model: readModel(name, await import('@aws-sdk/client-sts')),
        protocol: awsQuery(name, 'https://sts.amazonaws.com/doc/2011-06-15/'),
      };
    case 'iam':
      return {
        model: readModel(name, await import('@aws-sdk/client-iam')),
        protocol: awsQuery(name, 'https://iam.amazonaws.com/doc/2010-05-08/'),
      };
    case 'servicequotas':
      return {
        model: readModel(name, await import('@aws-sdk/client-service-quotas')),
        protocol: awsJson('1.1'),
      };
    case 'ec2':
    case 'ssm':
    case 'events':
    case 'dynamodb': {
      const { client, protocol } = serviceParts()[name];
      return { model: readModel(name, client), protocol };
    }
    case 'scheduler':
      throw new Error('no client of it is installed');
  }
};

/** Models and protocols, each loaded when it is first asked for. */
export const awsServices = (): Services => {
  const loaded = new Map<ServiceName, Promise<Service>>();
  return (name) => {
    const found = loaded.get(name) ?? load(name);
    loaded.set(name, found);
    return found;
  };
};

interface Refusal {
  code: string;
  message: string;
  statusCode: number;
}

export const awsAnswerer = (services: Services, deps: AwsDeps) => {
  const refuse = async (service: ServiceName, requestId: string, options: Refusal) => {
    const { model, protocol } = await services(service);
    return protocol.refuse(new RegionError({ service, ...options }), { model, requestId });
  };

  const run = async (
    request: RawRequest,
    called: { service: ServiceName; accessKeyId: string; requestId: string },
  ) => {
    const { service, accessKeyId, requestId } = called;
    const { model, protocol } = await services(service);
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
