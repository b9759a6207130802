// The one way in which the simulated region refuses or loses a call. Both entrances turn it into what the SDK throws.

import type { ServiceName } from './operation.ts';

/**
 * What the caller experiences when no AWS answer comes back:
 * - `timeout`: no answer within the request's time limit; the call may have been applied.
 * - `connection-lost`: the connection broke; the call may have been applied.
 */
export type LostAnswer = 'timeout' | 'connection-lost';

export interface RegionErrorOptions {
  service: ServiceName;
  /** AWS's error code: `InvalidVolume.NotFound`, `ConditionalCheckFailedException`. */
  code: string;
  message?: string;
  /** HTTP status; 400 when absent, as for most AWS client errors. */
  statusCode?: number;
  /** Modelled members of the error in SDK shape, e.g. `Item` of ConditionalCheckFailedException. */
  fields?: Record<string, unknown>;
  outcome?: LostAnswer;
}

export class RegionError extends Error {
  readonly code: string;
  readonly statusCode: number;
  readonly service: ServiceName;
  readonly fields: Record<string, unknown> | undefined;
  readonly outcome: LostAnswer | undefined;
  constructor(options: RegionErrorOptions) {
    super(options.message ?? options.code);
    this.name = 'RegionError';
    this.code = options.code;
    this.statusCode = options.statusCode ?? 400;
    this.service = options.service;
    this.fields = options.fields;
    this.outcome = options.outcome;
  }
}
