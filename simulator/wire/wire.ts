// The entrance by the wire: an SDK client whose request handler is the simulated region. The SDK serialises, the
// client's own schemas parse back, the answer is serialised and read again by the SDK: parameter names, shapes and
// typed errors are the real ones. No timers, no I/O: a call takes only microtasks, so virtual time can drive it.

import { createEndpoint, type EndpointOptions, lostAnswer } from './endpoint.ts';
import type { Handle } from './operation.ts';
import type { RawRequest, RawResponse } from './protocol.ts';

/** As much of the SDK's HttpRequest as is read here. */
interface SdkRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  query?: Record<string, string | string[] | null>;
  body?: unknown;
}

export interface WireHandler {
  metadata: { handlerProtocol: string };
  handle(request: SdkRequest): Promise<{ response: WireResponse }>;
  destroy(): void;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): Record<string, never>;
}

export interface WireResponse {
  statusCode: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

export function wireHandler(handle: Handle, options: EndpointOptions): WireHandler {
  const endpoint = createEndpoint(handle, options);
  const encoder = new TextEncoder();
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request) {
      let answer: RawResponse;
      try {
        answer = await endpoint(toRaw(request));
      } catch (error) {
        throw lostAnswer(error) ?? error;
      }
      const { statusCode, headers, body } = answer;
      return { response: { statusCode, headers, body: encoder.encode(body) } };
    },
    destroy() {},
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
}

function toRaw(request: SdkRequest): RawRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name.toLowerCase()] = value;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query ?? {})) {
    for (const item of [value].flat()) query.append(name, item ?? '');
  }
  const search = query.size > 0 ? `?${query.toString()}` : '';
  return { method: request.method, path: `${request.path}${search}`, headers, body: bodyText(request.body) };
}

function bodyText(body: unknown): string {
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  if (body === undefined || body === null) return '';
  throw new Error('streamed request bodies are not simulated');
}
