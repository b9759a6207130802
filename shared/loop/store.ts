// Reading and writing the record: parsed on the way in, compare-and-set on the way out.

import type { Instant } from '../base/time.ts';
import { CloudError } from '../port/errors.ts';
import { CORRUPT_ITEM, type StoredRecord, TOO_LARGE } from '../port/records.ts';
import { fitted } from '../record/fit.ts';
import type { WithoutDefinition } from '../record/read.ts';
import type { RecordBody } from '../record/record.ts';
import type { Deps } from './deps.ts';

export type Loaded =
  | { kind: 'loaded'; version: number; writeId: string; body: RecordBody; wakeAt?: Instant }
  | { kind: 'absent' }
  /** Unreadable or from a later version: left alone, reported. */
  | { kind: 'refused'; reason: string; repairable?: Repairable };

/** What a repair needs to write over a record of which only the definition cannot be read. */
export interface Repairable extends WithoutDefinition {
  version: number;
  writeId: string;
}

const stored = async (
  { records }: Pick<Deps, 'records'>,
  name: string,
): Promise<StoredRecord | { corrupt: string } | undefined> => {
  try {
    return await records.load(name);
  } catch (error) {
    if (error instanceof CloudError && error.code === CORRUPT_ITEM) return { corrupt: error.message };
    throw error;
  }
};

/** Of a reader's deps. */
export type LoadDeps = Pick<Deps, 'records' | 'readings'>;

export const load = async (deps: LoadDeps, name: string): Promise<Loaded> => {
  const found = await stored(deps, name);
  if (!found) return { kind: 'absent' };
  if ('corrupt' in found) return { kind: 'refused', reason: found.corrupt };
  const { version, lastWriteId: writeId, wakeAt } = found;
  const reading = deps.readings(found);
  if (reading.kind === 'record') return { kind: 'loaded', version, writeId, body: reading.body, wakeAt };
  if (reading.kind === 'newer')
    return { kind: 'refused', reason: `written by a later version (schema ${reading.schema})` };
  const { path, expected, found: value, repairable } = reading;
  return {
    kind: 'refused',
    reason: `unreadable at ${path}: expected ${expected}${value === undefined ? '' : `, found ${value}`}`,
    ...(repairable && { repairable: { ...repairable, version, writeId } }),
  };
};

export interface Save {
  name: string;
  /** The version that was read. */
  version: number;
  /** The write that was read: after a restore of the table a version comes back, a write never does. */
  writeId: string;
  body: RecordBody;
  wakeAt?: Instant;
}

/** What was written, and the id of the write; undefined when another writer was first. */
export const save = async (
  deps: Pick<Deps, 'records' | 'ids' | 'log'>,
  { name, version, writeId, body, wakeAt }: Save,
): Promise<{ writeId: string; body: RecordBody } | undefined> => {
  const record: StoredRecord = { name, version: version + 1, lastWriteId: deps.ids.ulid(), wakeAt, body };
  const write = async (made: RecordBody) => {
    const outcome = await deps.records.save({ ...record, body: made }, writeId);
    return outcome.kind === 'saved' ? { writeId: record.lastWriteId, body: made } : undefined;
  };
  try {
    return await write(body);
  } catch (error) {
    if (!(error instanceof CloudError) || error.code !== TOO_LARGE) throw error;
    const { body: made, dropped } = fitted(body);
    const reason = `${error.message}: without ${dropped.join(', ')}`;
    deps.log.warn('record', { workload: name, operation: 'save', reason });
    return write(made);
  }
};
