// Keeps the last reading of each record: most turns find it as it was, and checking it costs more than all else that is
// done with it. Held by whoever composes, never by a module. What is kept is frozen: nobody can change what others read.

import { freezeAll } from '../base/copy.ts';
import { storedFault } from '../definition/stored.ts';
import type { StoredRecord } from '../port/records.ts';
import { type RecordReading, readRecord } from './read.ts';

/** Definitions of the workloads one function meets in its life; then all are forgotten. */
const KEPT = 100;

/** The same body object gives the same reading; a definition that was found good is not looked at again. */
export const createRecordShelf = (): ((stored: Pick<StoredRecord, 'body'>) => RecordReading) => {
  const shelf = new WeakMap<object, RecordReading>();
  const good = new Set<string>();
  const faultOf = (definition: unknown) => {
    const text = JSON.stringify(definition) ?? '';
    if (good.has(text)) return undefined;
    const fault = storedFault(definition);
    if (fault) return fault;
    if (good.size >= KEPT) good.clear();
    good.add(text);
    return undefined;
  };
  return (stored) => {
    const kept = shelf.get(stored.body);
    if (kept) return kept;
    const reading = readRecord(stored, faultOf);
    freezeAll(reading);
    shelf.set(stored.body, reading);
    return reading;
  };
};
