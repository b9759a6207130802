// A definition as a record keeps it: whatever was accepted once serves for ever, whatever stands there is answered, and
// what cannot be read is named.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DefinitionError } from '../../shared/definition/problem.ts';
import { definitionFromInput } from '../../shared/definition/read/parse.ts';
import { isStored, standIn, storedFault } from '../../shared/definition/stored.ts';
import { createCalendar } from '../../shared/schedule/calendar.ts';
import { changed, definition, deps, isFields } from './example.ts';

const GOOD = definition();
const plain = (value: unknown): Record<string, unknown> => JSON.parse(JSON.stringify(value));
const without = (path: string): unknown => {
  const root = plain(GOOD);
  const names = path.split('.');
  const last = names.pop() ?? '';
  const at = names.reduce<unknown>((one, name) => (isFields(one) ? one[name] : undefined), root);
  if (isFields(at)) delete at[last];
  return root;
};
const pathsOf = (value: unknown, path: string[] = []): string[] =>
  isFields(value)
    ? Object.entries(value).flatMap(([name, below]) => [
        [...path, name].join('.'),
        ...pathsOf(below, [...path, name]),
      ])
    : [];

describe('a stored definition', () => {
  it('that apply accepts serves', () => {
    const inputs = fc.record(
      {
        'volume.type': fc.constantFrom('gp3', 'gp2', 'io1', 'st1'),
        'volume.sizeGiB': fc.integer({ min: 1, max: 20_000 }),
        schedule: fc.constantFrom(
          { timeZone: 'UTC', always: true },
          { timeZone: 'EST', never: true, exceptions: [{ date: '2026-03-29', add: '22:00-04:00' }] },
          {
            timeZone: 'Asia/Kolkata',
            windows: [{ days: 'sat', from: '22:00', to: '24:00' }],
            holidays: ['2026-01-01'],
          },
        ),
        health: fc.constantFrom('container', { http: { port: 80, path: '/' } }, { tcp: { port: 22 } }),
        'capacity.onDemand': fc.constantFrom('never', { fallbackAfterMinutes: 5 }),
        'capacity.requirements': fc.constantFrom({ vcpu: { min: 1 }, memoryGiB: { min: 1, max: 2 } }),
        'network.address': fc.constantFrom('none', 'eipalloc-0123456789abcdef0'),
        instance: fc.constantFrom({ tags: { a: 'b' } }, { policies: ['arn:aws:iam::aws:policy/ReadOnly'] }),
        volume: fc.constantFrom({ adopt: 'vol-0123456789abcdef0', fileSystem: 'xfs' }),
        notify: fc.constantFrom('arn:aws:sns:eu-west-1:123456789012:t'),
        setup: fc.constantFrom(undefined, { sha256: 'a'.repeat(64) }),
      },
      { requiredKeys: [] },
    );
    let accepted = 0;
    fc.assert(
      fc.property(inputs, ({ volume, ...changes }) => {
        const input = changed(volume ? {} : changes);
        if (volume) input.volume = volume;
        try {
          const made = definitionFromInput(input, deps).definition;
          accepted += 1;
          expect(storedFault(plain(made))).toBeUndefined();
        } catch (error) {
          if (!(error instanceof DefinitionError)) throw error;
        }
      }),
      { numRuns: 300 },
    );
    expect(accepted).toBeGreaterThan(50);
  });

  it('with fields that nobody here knows serves', () => {
    expect(isStored({ ...plain(GOOD), ofALaterVersion: { deep: [1] }, health: { kind: 'grpc' } })).toBe(true);
  });

  it.each([
    'name',
    'region',
    'volume',
    'volume.kind',
    'volume.sizeGiB',
    'volume.firstZone',
    'volume.fileSystem',
    'capacity.architecture',
    'capacity.instanceTypes',
    'capacity.zones',
    'capacity.onDemand',
    'image',
    'network',
    'schedule',
    'schedule.timeZone',
    'schedule.mode',
    'schedule.windows',
    'schedule.readyByMinutes',
    'backups',
    'retention',
    'health',
    'health.port',
  ])('without %s is at fault there', (path) => {
    expect(storedFault(without(path))?.path).toMatch(new RegExp(`^${path}`));
  });

  it.each<[string, unknown, string]>([
    ['another zone', 'PST', 'schedule.timeZone'],
    ['no zone', 7, 'schedule.timeZone'],
  ])('with %s names it', (_what, timeZone, path) => {
    const found = typeof timeZone === 'string' ? `"${timeZone}"` : String(timeZone);
    const at = { ...plain(GOOD), schedule: { ...GOOD.schedule, timeZone } };
    expect(storedFault(at)).toMatchObject({ path, found });
  });

  it('that serves has hours the calendar can read', () => {
    const fields = fc.constantFrom(...Object.keys(GOOD.schedule));
    const odd = fc.oneof(
      fc.anything({ maxDepth: 2 }),
      fc.constantFrom(
        [{ days: ['mon'], from: '25:00', to: '26:00' }],
        ['2026-02-30'],
        [{ date: '2026-01-01', from: '1', to: '2' }],
      ),
    );
    fc.assert(
      fc.property(fields, odd, (field, value) => {
        const at = { ...plain(GOOD), schedule: { ...plain(GOOD.schedule), [field]: value } };
        if (isStored(at)) expect(() => createCalendar(at.schedule)).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });

  it('of any content gets an answer', () => {
    fc.assert(
      fc.property(fc.constantFrom('', ...pathsOf(GOOD)), fc.anything({ maxDepth: 3 }), (path, value) => {
        const root = path === '' ? value : plain(GOOD);
        const names = path.split('.');
        const last = names.pop() ?? '';
        const at = names.reduce<unknown>((one, name) => (isFields(one) ? one[name] : undefined), root);
        if (isFields(at)) at[last] = value;
        const fault = storedFault(root);
        if (fault) expect(fault.expected).not.toBe('');
        expect(isStored(standIn(root, GOOD))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('what stands in for one at fault', () => {
  const next = definition({ stopGraceSeconds: 300, image: 'ubuntu-24.04' });

  it('is what is stored, as far as it can be read', () => {
    const bad = { ...plain(GOOD), schedule: { ...GOOD.schedule, timeZone: 'PST' }, image: 7 };
    expect(standIn(bad, next)).toEqual({ ...GOOD, image: 'ubuntu-24.04' });
    const half = { ...plain(GOOD), capacity: { ...GOOD.capacity, architecture: 'arm64', zones: null } };
    expect(standIn(half, next)).toEqual({ ...GOOD, capacity: { ...GOOD.capacity, architecture: 'arm64' } });
  });

  it.each([[null], ['text'], [[]], [{}], [undefined]])('is the new one for %j', (bad) => {
    expect(standIn(bad, next)).toEqual(next);
  });
});
