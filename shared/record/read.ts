// A stored record, brought up to this version and checked on the way in: unknown fields are kept, unknown states and
// impossible numbers are refused. Of the definition in it only that is asked without which nothing works (decision 0037).

import type { Problem } from '../definition/problem.ts';
import { storedFault } from '../definition/stored.ts';
import type { StoredRecord } from '../port/records.ts';
import { RECORD_SCHEMA, type RecordBody, recordSchema } from './record.ts';
import { upgraded } from './upgrade.ts';

/** A record of which everything but the definition is as it should be: an operator can repair it. */
export interface WithoutDefinition {
  /** With nothing in the definition's place: not to be used before one is put there. */
  rest: RecordBody;
  /** What stands in the definition's place. */
  definition: unknown;
}

export type RecordReading =
  | { kind: 'record'; body: RecordBody }
  /** Wrong type, unknown state, generation below 1 where one is needed: only written by hand. */
  | { kind: 'unreadable'; path: string; expected: string; found?: string; repairable?: WithoutDefinition }
  /** Written by a later version of this product: read it, never write it. */
  | { kind: 'newer'; schema: number };

/** Checks a stored record. Never throws on any content. */
export const readRecord = (
  stored: Pick<StoredRecord, 'body'>,
  faultOf: (definition: unknown) => Problem | undefined = storedFault,
): RecordReading => {
  const schema = stored.body.schema;
  if (typeof schema === 'number' && schema > RECORD_SCHEMA) return { kind: 'newer', schema };
  const present = upgraded(stored.body);
  const { definition } = present;
  const fault = faultOf(definition);
  // A definition at fault is reported last: whether it can be repaired depends on everything else.
  const parsed = recordSchema.safeParse(fault ? { ...present, definition: {} } : present);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { kind: 'unreadable', path: issue?.path.join('.') ?? '', expected: issue?.message ?? 'a record' };
  }
  const body = parsed.data;
  if (body.volume && body.generation < 1) {
    return { kind: 'unreadable', path: 'generation', expected: 'at least 1 where a volume is recorded' };
  }
  if (!fault) return { kind: 'record', body };
  return {
    kind: 'unreadable',
    path: fault.path === '' ? 'definition' : `definition.${fault.path}`,
    expected: fault.expected,
    ...(fault.found !== undefined && { found: fault.found }),
    repairable: { rest: body, definition },
  };
};
