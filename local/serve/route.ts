// Which service a request is for and who signed it: by Signature Version 4's credential scope ("Create a signed AWS API
// request"), as AWS's own endpoints on one name would have to. Unsigned requests are told apart by their form, only to be
// refused in their service's words.

import type { ServiceName } from '../../simulator/wire/operation.ts';
import type { RawRequest } from '../../simulator/wire/protocol.ts';

export type Routed =
  | { kind: 'signed'; service: ServiceName; accessKeyId: string }
  | { kind: 'refused'; service: ServiceName; code: string; message: string; statusCode: number }
  | { kind: 'unknown'; name: string };

/** Names in credential scopes that differ from ours or are several. */
const SCOPES: Record<string, ServiceName> = {
  ec2: 'ec2',
  ssm: 'ssm',
  events: 'events',
  dynamodb: 'dynamodb',
  lambda: 'lambda',
  sts: 'sts',
  iam: 'iam',
  servicequotas: 'servicequotas',
};

const TARGETS: readonly [string, ServiceName][] = [
  ['DynamoDB_', 'dynamodb'],
  ['AmazonSSM.', 'ssm'],
  ['AWSEvents.', 'events'],
];

const byForm = (request: RawRequest): ServiceName => {
  const target = request.headers['x-amz-target'] ?? '';
  const found = TARGETS.find(([prefix]) => target.startsWith(prefix));
  if (found) return found[1];
  if (/^\/20\d\d-\d\d-\d\d\//.test(request.path)) return 'lambda';
  return /Version=2011-06-15/.test(`${request.path}&${request.body.slice(0, 10_000)}`) ? 'sts' : 'ec2';
};

export const route = (request: RawRequest): Routed => {
  const query = new URLSearchParams(request.path.split('?')[1] ?? '');
  const header = request.headers.authorization;
  const credential =
    query.get('X-Amz-Credential') ?? /^AWS4-HMAC-SHA256\s.*Credential=([^,\s]+)/.exec(header ?? '')?.[1];
  if (credential === undefined) {
    const service = byForm(request);
    return header === undefined
      ? {
          kind: 'refused',
          service,
          code: service === 'dynamodb' ? 'MissingAuthenticationTokenException' : 'MissingAuthenticationToken',
          message: 'Request is missing Authentication Token',
          statusCode: service === 'dynamodb' ? 400 : 403,
        }
      : {
          kind: 'refused',
          service,
          code: 'IncompleteSignature',
          message: 'Authorization header requires existence of a Credential of Signature Version 4.',
          statusCode: 400,
        };
  }
  const parts = credential.split('/');
  const [accessKeyId = '', , , name = '', terminator] = parts;
  const service = SCOPES[name];
  if (parts.length !== 5 || terminator !== 'aws4_request' || accessKeyId === '')
    return {
      kind: 'refused',
      service: service ?? byForm(request),
      code: 'IncompleteSignature',
      message: 'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term',
      statusCode: 400,
    };
  if (!service) return { kind: 'unknown', name };
  return { kind: 'signed', service, accessKeyId };
};
