// Records as the judge reads them: each as it is written, once, by the shelf from which the sandboxes of the same world
// read it later.

import { isSame } from '../../shared/base/copy.ts';
import type { Records, StoredRecord } from '../../shared/port/records.ts';
import { type RecordReading, readRecord } from '../../shared/record/read.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { createRecordShelf } from '../../shared/record/shelf.ts';

/** A record's body out of its text. */
export type ReadBody = (name: string, text: string) => unknown;

/** What the product just wrote: of its fields those are looked at that nothing else has. */
export const isBody = (value: unknown): value is RecordBody =>
  typeof value === 'object' && value !== null && 'state' in value && 'leaving' in value && 'dataset' in value;

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A loop goes on with the body that it wrote, without reading it again: now and then it is held against its own JSON. */
const CHECKED_EACH = 16;

const check = ({ name, body }: StoredRecord): void => {
  const written: unknown = JSON.parse(JSON.stringify(body));
  const reading = isFields(written) ? readRecord({ body: written }) : undefined;
  if (reading?.kind !== 'record' || !isSame(reading.body, body))
    throw new TypeError(`the record of ${name} is not what its JSON says`);
};

export interface WorldRecords {
  readings: (stored: Pick<StoredRecord, 'name' | 'body'>) => RecordReading;
  /** The port, with a look at what goes into it. */
  watched: (records: Records) => Records;
  /** As the product would read it: of an earlier version brought up to this one. */
  readRecord: ReadBody;
}

export const worldRecords = (): WorldRecords => {
  const readings = createRecordShelf();
  /** Of each workload the last definition that could be read. */
  const definitions = new Map<string, RecordBody['definition']>();
  let saves = 0;
  return {
    readings,
    watched: (records) => ({
      ...records,
      save: (record, previousWriteId) => {
        saves += 1;
        if (saves % CHECKED_EACH === 0) check(record);
        return records.save(record, previousWriteId);
      },
    }),
    readRecord: (name, text) => {
      const body: unknown = JSON.parse(text);
      if (!isFields(body) || !isBody(body)) return body;
      const reading = readings({ name, body });
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
  };
};
