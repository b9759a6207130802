// Lambda's API: invoking, and looking at functions.

import { type Input, text } from '../../simulator/region/state/input.ts';
import type { OperationOutput } from '../../simulator/wire/operation.ts';
import { RegionError } from '../../simulator/wire/region-error.ts';
import type { InvocationEnd } from '../lambda/sandbox.ts';
import type { LambdaService } from '../lambda/service.ts';
import type { LocalWorld } from '../region/world.ts';
import type { LambdaFunction, Stack } from '../stack/types.ts';

/** "Lambda quotas": an asynchronous payload, and a synchronous one. */
const MOST_EVENT_BYTES = 1024 * 1024;
const MOST_PAYLOAD_BYTES = 6 * 1024 * 1024;

const refusal = (code: string, message: string, statusCode = 400): RegionError =>
  new RegionError({ service: 'lambda', code, message, statusCode });

export interface LambdaCallDeps {
  stack: Stack;
  service: LambdaService;
  world: LocalWorld;
  /** When the package was made, as Lambda writes it. */
  deployedAt: string;
}

const needFunction = ({ service, stack }: LambdaCallDeps, input: Input): LambdaFunction => {
  const name = text(input, 'FunctionName') ?? '';
  const short = name.replace(/^arn:aws:lambda:[^:]*:[^:]*:function:/, '').replace(/:\$LATEST$/, '');
  const found = service.find(short);
  if (!found)
    throw refusal(
      'ResourceNotFoundException',
      `Function not found: arn:aws:lambda:${stack.region}:${stack.accountId}:function:${short}`,
      404,
    );
  return found;
};

const bytesOf = (value: unknown): string =>
  value instanceof Uint8Array ? Buffer.from(value).toString() : '';

const isJson = (payload: string): boolean => {
  try {
    JSON.parse(payload);
    return true;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return false;
  }
};

const invoke = async (deps: LambdaCallDeps, input: Input): Promise<OperationOutput> => {
  const fn = needFunction(deps, input);
  const type = text(input, 'InvocationType') ?? 'RequestResponse';
  const given = bytesOf(input.Payload);
  const payload = given === '' ? '{}' : given;
  if (!isJson(payload))
    throw refusal(
      'InvalidRequestContentException',
      'Could not parse request body into json: Unrecognized token',
    );
  const most = type === 'Event' ? MOST_EVENT_BYTES : MOST_PAYLOAD_BYTES;
  if (Buffer.byteLength(payload) > most)
    throw refusal('RequestTooLargeException', `${Buffer.byteLength(payload)} byte payload is too large`, 413);
  if (type === 'DryRun') return { StatusCode: 204 };
  if (type === 'Event') {
    await deps.world.ask({ functionName: fn.name, payload });
    return { StatusCode: 202 };
  }
  const outcome = await deps.service.invoke(fn, payload);
  if (!outcome) throw refusal('TooManyRequestsException', 'Rate Exceeded.', 429);
  return {
    StatusCode: 200,
    ExecutedVersion: '$LATEST',
    ...(outcome.kind === 'error' ? { FunctionError: 'Unhandled' } : {}),
    ...(text(input, 'LogType') === 'Tail' ? { LogResult: Buffer.from(outcome.log).toString('base64') } : {}),
    Payload: new Uint8Array(Buffer.from(answerOf(outcome))),
  };
};

const answerOf = (outcome: InvocationEnd): string =>
  outcome.kind === 'answer' ? outcome.payload : JSON.stringify(outcome.error);

const configuration = ({ deployedAt }: LambdaCallDeps, fn: LambdaFunction) => ({
  FunctionName: fn.name,
  FunctionArn: fn.arn,
  Runtime: 'nodejs24.x',
  Role: fn.role.arn,
  Handler: fn.handler,
  Timeout: Math.round(fn.timeoutMs / 1000),
  MemorySize: fn.memoryMb,
  Version: '$LATEST',
  State: 'Active',
  LastModified: deployedAt,
  PackageType: 'Zip',
  LastUpdateStatus: 'Successful',
  Environment: { Variables: fn.environment },
});

/** Undefined for an operation that Lambda has and the local region has not. */
export const lambdaCall = async (
  deps: LambdaCallDeps,
  name: string,
  input: Input,
): Promise<OperationOutput> => {
  switch (name) {
    case 'Invoke':
      return invoke(deps, input);
    case 'ListFunctions':
      return { Functions: deps.stack.functions.map((fn) => configuration(deps, fn)) };
    case 'GetFunctionConfiguration':
      return configuration(deps, needFunction(deps, input));
    case 'GetFunction': {
      const fn = needFunction(deps, input);
      return {
        Configuration: configuration(deps, fn),
        ...(fn.reserved === undefined ? {} : { Concurrency: { ReservedConcurrentExecutions: fn.reserved } }),
      };
    }
    default:
      throw refusal('UnknownOperationException', `the local region does not simulate ${name}`, 404);
  }
};
