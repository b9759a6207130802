// Keeps the last reading of each record: most turns find it as it was, and checking it costs more than all else that is
// done with it. Held by whoever composes, never by a module. What is kept is frozen: nobody can change what others read.

import type { StoredRecord } from '../port/records.ts';
import { type RecordReading, readRecord } from './read-record.ts';

const freeze = (value: unknown): void => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
};

/** The same body object gives the same reading. */
export const createRecordShelf = (): ((stored: Pick<StoredRecord, 'body'>) => RecordReading) => {
  const shelf = new WeakMap<object, RecordReading>();
  return (stored) => {
    const kept = shelf.get(stored.body);
    if (kept) return kept;
    const reading = readRecord(stored);
    freeze(reading);
    shelf.set(stored.body, reading);
    return reading;
  };
};
