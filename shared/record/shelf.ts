// Keeps the last reading of each record: most turns find it as it was, and checking it costs more than all else that is
// done with it. Held by whoever composes, never by a module. What is kept is frozen: nobody can change what others read.

import { freezeAll } from '../base/copy.ts';
import type { StoredRecord } from '../port/records.ts';
import { type RecordReading, readRecord } from './read.ts';

/** The same body object gives the same reading. */
export const createRecordShelf = (): ((stored: Pick<StoredRecord, 'body'>) => RecordReading) => {
  const shelf = new WeakMap<object, RecordReading>();
  return (stored) => {
    const kept = shelf.get(stored.body);
    if (kept) return kept;
    const reading = readRecord(stored);
    freezeAll(reading);
    shelf.set(stored.body, reading);
    return reading;
  };
};
