// The one way in which the simulated DynamoDB says no.

import { RegionError } from '../wire/region-error.ts';

/** DynamoDB's refusal of a call. */
export function refuse(code: string, message: string, fields?: Record<string, unknown>): RegionError {
  return new RegionError({ service: 'dynamodb', code, message, ...(fields ? { fields } : {}) });
}
