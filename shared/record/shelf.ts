// Keeps the last reading of each record. A sandbox of Lambda serves call after call, and most of them find the record as
// the last one left it: comparing takes an eighth of what checking takes. Held by whoever composes, never by a module. What
// is kept is frozen: what others read cannot change.

import { freezeAll, isSame } from '../base/copy.ts';
import { storedFault } from '../definition/stored.ts';
import type { StoredRecord } from '../port/records.ts';
import { type RecordReading, readRecord } from './read.ts';

/** Workloads that one function meets in its life; then all are forgotten. */
const KEPT = 100;

type Readable = Pick<StoredRecord, 'name' | 'body'>;

/** The same content of the same record gives the same reading; a definition found good is not looked at again. */
export const createRecordShelf = (): ((stored: Readable) => RecordReading) => {
  const shelf = new Map<string, { body: Readable['body']; reading: RecordReading }>();
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
  return ({ name, body }) => {
    const kept = shelf.get(name);
    if (kept && isSame(kept.body, body)) return kept.reading;
    const reading = readRecord({ body }, faultOf);
    freezeAll(reading);
    freezeAll(body);
    if (shelf.size >= KEPT) shelf.clear();
    shelf.set(name, { body, reading });
    return reading;
  };
};
