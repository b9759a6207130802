// A service endpoint of the simulated region below HTTP: raw request in, raw answer out. A lost answer (time-out,
// broken connection) has no raw form and is thrown for the transport to act out.

import type { Handle } from './operation.ts';
import {
  type AnswerContext,
  isRegionError,
  type Protocol,
  type RawRequest,
  type RawResponse,
} from './protocol.ts';
import { RegionError } from './region-error.ts';
import type { ServiceModel } from './schema.ts';

export interface EndpointOptions {
  model: ServiceModel;
  protocol: Protocol;
  /** Who is calling, for the region's policies; undefined for the control plane itself. */
  caller?: string;
}

export type Endpoint = (request: RawRequest) => Promise<RawResponse>;

export function createEndpoint(handle: Handle, options: EndpointOptions): Endpoint {
  const { model, protocol, caller } = options;
  let requests = 0;
  return async (request) => {
    requests += 1;
    const context: AnswerContext = { model, requestId: requestId(requests) };
    try {
      const { name, input } = protocol.parse(request, model);
      const output = await handle({
        service: model.service,
        name,
        input,
        ...(caller === undefined ? {} : { caller }),
      });
      return protocol.answer(name, output, context);
    } catch (error) {
      if (!isRegionError(error) || error.outcome !== undefined) throw error;
      return protocol.refuse(error, context);
    }
  };
}

/** Counted, not drawn: the same run gives the same ids. */
function requestId(serial: number): string {
  return `00000000-0000-4000-8000-${serial.toString(16).padStart(12, '0')}`;
}

/** What Node's HTTP handler rejects with when no answer comes; undefined when there is an answer. */
export function lostAnswer(error: unknown): Error | undefined {
  if (!(error instanceof RegionError) || error.outcome === undefined) return undefined;
  if (error.outcome === 'timeout') {
    return Object.assign(new Error(error.message), { name: 'TimeoutError' });
  }
  return Object.assign(new Error(error.message), { code: 'ECONNRESET' });
}
