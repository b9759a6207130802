// The record as it comes from the table: read, brought up from earlier versions, or refused with the field; never thrown.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRecord } from '../../shared/record/read.ts';
import { RECORD_SCHEMA } from '../../shared/record/record.ts';
import { record } from '../decide/scene.ts';
import { isFields } from '../definition/example.ts';

const stored = (changes: Record<string, unknown> = {}): Record<string, unknown> => {
  const body: unknown = JSON.parse(JSON.stringify({ ...record(), ...changes }));
  if (!isFields(body)) throw new Error('a record is fields');
  return body;
};

describe('a stored record', () => {
  it('is read as it was written, fields of others kept', () => {
    const body = stored({ ofALaterVersion: { deep: true } });
    expect(readRecord({ body })).toEqual({ kind: 'record', body });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['an unknown state', { state: 'resting' }, 'state'],
    ['a generation that is text', { generation: '1' }, 'generation'],
    ['generation 0 with a volume', { generation: 0 }, 'generation'],
    ['a negative generation', { generation: -1 }, 'generation'],
    ['no dataset', { dataset: undefined }, 'dataset'],
    ['an owner without an id', { owner: { ...record().owner, instanceId: '' } }, 'owner.instanceId'],
    ['a time that is none', { stateSince: 'noon' }, 'stateSince'],
    ['a list that is none', { leaving: {} }, 'leaving'],
    ['no schema', { schema: undefined }, 'schema'],
    ['schema 0', { schema: 0 }, 'schema'],
    ['a schema that is text', { schema: '2' }, 'schema'],
  ])('with %s is refused by its field', (_what, changes, path) => {
    expect(readRecord({ body: stored(changes) })).toEqual({
      kind: 'unreadable',
      path,
      expected: expect.any(String),
    });
  });

  it.each([
    ['without a code, as earlier versions wrote it', {}, undefined],
    ['with a code of a later version', { step: 'moonrise' }, undefined],
    ['with a code', { step: 'agent' }, 'agent'],
  ])('with a wait %s is read', (_what, more, step) => {
    const read = readRecord({ body: stored({ waitingFor: { what: 'x', since: 1, ...more } }) });
    expect(read).toMatchObject({ kind: 'record', body: { waitingFor: { what: 'x', since: 1 } } });
    expect(read.kind === 'record' && read.body.waitingFor?.step).toBe(step);
  });

  it('whose definition alone cannot be read says so, and brings the rest', () => {
    const good = stored();
    const definition = {
      ...record().definition,
      schedule: { ...record().definition.schedule, timeZone: 'PST' },
    };
    expect(readRecord({ body: { ...good, definition } })).toEqual({
      kind: 'unreadable',
      path: 'definition.schedule.timeZone',
      expected: 'a time zone that the calendar knows',
      found: '"PST"',
      repairable: { rest: { ...good, definition: {} }, definition },
    });
    expect(readRecord({ body: { ...good, definition: undefined } })).toMatchObject({
      path: 'definition',
      repairable: { rest: { state: good.state } },
    });
  });

  it('with another fault beside its definition is not for repair', () => {
    expect(readRecord({ body: stored({ definition: {}, state: 'resting' }) })).toEqual({
      kind: 'unreadable',
      path: 'state',
      expected: expect.any(String),
    });
  });

  it('of a later version is left alone', () => {
    expect(readRecord({ body: stored({ schema: RECORD_SCHEMA + 1 }) })).toEqual({
      kind: 'newer',
      schema: RECORD_SCHEMA + 1,
    });
  });

  it('of schema 1 goes on as it was, with what it did not write yet', () => {
    const { suspended, failedInstances, failedVolumes, ...before } = stored({ schema: 1 });
    expect([suspended, failedInstances, failedVolumes]).toEqual([[], 0, 0]);
    expect(readRecord({ body: before })).toEqual({ kind: 'record', body: stored() });
    expect(readRecord({ body: { ...before, failedInstances: 2 } })).toMatchObject({
      kind: 'record',
      body: { schema: RECORD_SCHEMA, suspended: [], failedInstances: 2 },
    });
  });

  it('of any content gets a typed answer', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything({ maxDepth: 3 })), (body) => {
        expect(['unreadable', 'newer']).toContain(readRecord({ body }).kind);
      }),
      { numRuns: 300 },
    );
  });

  it('with anything in place of any field gets a typed answer', () => {
    const fields = fc.constantFrom(...Object.keys(stored()));
    fc.assert(
      fc.property(fields, fc.anything({ maxDepth: 2 }), (field, value) => {
        const reading = readRecord({ body: { ...stored(), [field]: value } });
        expect(['record', 'unreadable', 'newer']).toContain(reading.kind);
      }),
      { numRuns: 600 },
    );
  });
});
