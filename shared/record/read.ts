// A stored record, brought up to this version and checked on the way in: unknown fields are kept, unknown states and
// impossible numbers are refused.

import type { StoredRecord } from '../port/records.ts';
import { RECORD_SCHEMA, type RecordBody, recordSchema } from './record.ts';
import { upgraded } from './upgrade.ts';

export type RecordReading =
  | { kind: 'record'; body: RecordBody }
  /** Wrong type, unknown state, generation below 1 where one is needed: nobody writes it but a person. */
  | { kind: 'unreadable'; path: string; expected: string }
  /** Written by a later version of this product: read it, never write it. */
  | { kind: 'newer'; schema: number };

/** Checks a stored record. Never throws on any content. */
export const readRecord = (stored: Pick<StoredRecord, 'body'>): RecordReading => {
  const schema = stored.body.schema;
  if (typeof schema === 'number' && schema > RECORD_SCHEMA) return { kind: 'newer', schema };
  const parsed = recordSchema.safeParse(upgraded(stored.body));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { kind: 'unreadable', path: issue?.path.join('.') ?? '', expected: issue?.message ?? 'a record' };
  }
  const body = parsed.data;
  if (body.volume && body.generation < 1) {
    return { kind: 'unreadable', path: 'generation', expected: 'at least 1 where a volume is recorded' };
  }
  return { kind: 'record', body };
};
