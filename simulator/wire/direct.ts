// The entrance below serialisation, for large simulations: a client-like `send` that hands the command's input to the
// region as it is and throws what the SDK would throw. About a hundred times faster than the wire; held to the same
// behaviour by test/contract/clients.contract.ts.

import { lostAnswer } from './endpoint.ts';
import type { Handle, ServiceName } from './operation.ts';
import { isRegionError } from './protocol.ts';
import type { RegionError } from './region-error.ts';

export interface DirectOptions {
  service: ServiceName;
  /** The client package's namespace object: its exception classes make `instanceof` hold. */
  client: Record<string, unknown>;
  /** Name of the base class, e.g. `EC2ServiceException`. */
  baseException: string;
  caller?: string;
}

export type DirectSend = (command: { input: unknown }) => Promise<Record<string, unknown>>;

/** The SDK's own answer metadata, as far as anyone reads it. */
const OK = Object.freeze({ httpStatusCode: 200, attempts: 1, totalRetryDelay: 0 });

export function directSend(handle: Handle, options: DirectOptions): DirectSend {
  const { service, caller } = options;
  const names = new Map<unknown, string>();
  return async (command) => {
    let name = names.get(command.constructor);
    if (name === undefined) {
      name = command.constructor.name.replace(/Command$/, '');
      names.set(command.constructor, name);
    }
    const { input } = command;
    if (!isInput(input)) throw new Error('a command without input');
    try {
      const output = await handle(
        caller === undefined ? { service, name, input } : { service, name, input, caller },
      );
      return { ...output, $metadata: OK };
    } catch (error) {
      throw sdkError(error, options);
    }
  };
}

function isInput(input: unknown): input is Record<string, unknown> {
  return typeof input === 'object' && input !== null;
}

function sdkError(error: unknown, options: DirectOptions): unknown {
  if (!isRegionError(error)) return error;
  const lost = lostAnswer(error);
  if (lost) return Object.assign(lost, { $metadata: { attempts: 1, totalRetryDelay: 0 } });
  return Object.assign(newException(error, options), error.fields);
}

function newException(error: RegionError, options: DirectOptions): Error {
  const modelled = options.client[error.code];
  const exceptionClass = modelled ?? options.client[options.baseException];
  const details = {
    name: error.code,
    message: error.message,
    $fault: error.statusCode < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode: error.statusCode, attempts: 1, totalRetryDelay: 0 },
  };
  if (typeof exceptionClass !== 'function') throw new Error(`no exception class ${options.baseException}`);
  const exception: unknown = Reflect.construct(exceptionClass, [details]);
  if (!(exception instanceof Error)) throw new Error(`${error.code} is no exception of the client`);
  return exception;
}
