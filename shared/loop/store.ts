// Reading and writing the record: parsed on the way in, compare-and-set on the way out.

import type { Instant } from '../base/time.ts';
import type { StoredRecord } from '../port/records.ts';
import type { RecordBody } from '../record/record.ts';
import type { Deps } from './deps.ts';

export type Loaded =
  | { kind: 'loaded'; version: number; writeId: string; body: RecordBody; wakeAt?: Instant }
  | { kind: 'absent' }
  /** Unreadable or from a later version: left alone, reported. */
  | { kind: 'refused'; reason: string };

export const load = async (deps: Deps, name: string): Promise<Loaded> => {
  const stored = await deps.records.load(name);
  if (!stored) return { kind: 'absent' };
  const reading = deps.readings(stored);
  if (reading.kind === 'record')
    return {
      kind: 'loaded',
      version: stored.version,
      writeId: stored.lastWriteId,
      body: reading.body,
      wakeAt: stored.wakeAt,
    };
  if (reading.kind === 'newer')
    return { kind: 'refused', reason: `written by a later version (schema ${reading.schema})` };
  return { kind: 'refused', reason: `unreadable at ${reading.path}: expected ${reading.expected}` };
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

/** The id of this write; undefined when somebody else was first. */
export const save = async (
  deps: Deps,
  { name, version, writeId, body, wakeAt }: Save,
): Promise<string | undefined> => {
  const record: StoredRecord = { name, version: version + 1, lastWriteId: deps.ids.ulid(), wakeAt, body };
  const outcome = await deps.records.save(record, writeId);
  return outcome.kind === 'saved' ? record.lastWriteId : undefined;
};
