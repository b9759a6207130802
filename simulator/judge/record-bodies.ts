// Bodies of records as they pass from the sandbox that writes one to the judge and to the sandboxes that read it, without
// a trip through JSON and the record's schema for each. Now and then what is handed on is frozen, and held against what
// its own JSON reads as: what all share may not be changed.

import { freezeAll, isSame } from '../../shared/base/copy.ts';
import { lastBodies, type ReadBody, type WroteBody } from '../../shared/port/read-body.ts';
import type { StoredRecord } from '../../shared/port/records.ts';
import { type RecordReading, readRecord } from '../../shared/record/read.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { createRecordShelf } from '../../shared/record/shelf.ts';

const CHECKED_EACH = 64;
const FROZEN_EACH = 8;

/** What the product just wrote: of its fields those are looked at that nothing else has. */
export const isBody = (value: unknown): value is RecordBody =>
  typeof value === 'object' && value !== null && 'state' in value && 'leaving' in value && 'dataset' in value;

const check = (name: string, text: string, body: unknown): void => {
  const written: unknown = JSON.parse(text);
  const reading = isBody(written) ? readRecord({ body: written }) : undefined;
  if (reading?.kind !== 'record' || !isSame(reading.body, body))
    throw new TypeError(`the record of ${name} is not what its JSON says`);
};

export interface SharedBodies {
  readBody: ReadBody;
  wroteBody: WroteBody;
  readings: (stored: Pick<StoredRecord, 'body'>) => RecordReading;
  /** As the product would read it: of an earlier version brought up to this one. */
  readRecord: ReadBody;
}

export const sharedBodies = (): SharedBodies => {
  const written = new Map<string, { text: string; body: unknown }>();
  const own = new WeakMap<object, RecordReading>();
  const parsed = lastBodies();
  const shelf = createRecordShelf();
  /** Of each workload the last definition that could be read. */
  const definitions = new Map<string, RecordBody['definition']>();
  let count = 0;
  const readBody: ReadBody = (name, text) => {
    const last = written.get(name);
    return last?.text === text ? last.body : parsed(name, text);
  };
  const readings: SharedBodies['readings'] = (stored) => own.get(stored.body) ?? shelf(stored);
  return {
    readBody,
    readings,
    readRecord: (name, text) => {
      const body = readBody(name, text);
      if (!isBody(body)) return body;
      const reading = readings({ body });
      if (reading.kind === 'record') {
        definitions.set(name, reading.body.definition);
        return reading.body;
      }
      // One that was spoilt by hand is judged by the one before, until it is repaired.
      const definition = definitions.get(name);
      return reading.kind === 'unreadable' && reading.repairable && definition
        ? { ...reading.repairable.rest, definition }
        : body;
    },
    wroteBody: (name, text, body) => {
      count += 1;
      if (count % CHECKED_EACH === 0) check(name, text, body);
      if (count % FROZEN_EACH === 0) freezeAll(body);
      if (isBody(body)) own.set(body, { kind: 'record', body });
      written.set(name, { text, body });
    },
  };
};
