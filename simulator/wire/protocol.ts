// One AWS wire protocol, seen from the server: a raw request becomes an operation, an output or a refusal becomes a
// raw answer. Used in-process by wire.ts, and by any HTTP server that brings requests as text.

import { RegionError } from './region-error.ts';
import type { ServiceModel } from './schema.ts';

export interface RawRequest {
  method: string;
  /** With the query string, if any. */
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
}

export interface RawResponse {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

export interface ParsedRequest {
  name: string;
  input: Record<string, unknown>;
}

export interface Protocol {
  /** Throws RegionError in the service's own words when the request cannot be understood. */
  parse(request: RawRequest, model: ServiceModel): ParsedRequest;
  /** Throws a plain Error when the region answers with something the API's model does not know. */
  answer(name: string, output: Record<string, unknown>, context: AnswerContext): RawResponse;
  refuse(error: RegionError, context: AnswerContext): RawResponse;
}

export interface AnswerContext {
  model: ServiceModel;
  requestId: string;
}

/** A member that the model does not know, or a value of the wrong type: a defect of the simulated region. */
export function badOutput(where: string, problem: string): Error {
  return new Error(`the region's answer does not fit the API's model: ${where}: ${problem}`);
}

export function isRegionError(error: unknown): error is RegionError {
  return error instanceof RegionError;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
