// `--until` as typed, for every zone and every time of day: what the command lets through the function can read, and what
// it means is the next such time where the workload is.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readUntil } from '../../cli/input/until.ts';
import { type Instant, instant, iso } from '../../shared/base/time.ts';
import { resolveLocal } from '../../shared/schedule/calendar.ts';

const ZONES = [
  'Europe/Riga',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Kiritimati',
  'UTC',
];
const DAY = 86_400_000;
const FROM = Date.parse('2026-01-01T00:00:00Z');

const now = fc.integer({ min: 0, max: 2 * 365 * 1440 }).map((minute) => instant(FROM + minute * 60_000));
const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((one) => String(one).padStart(2, '0')).join(':'));

const local = (at: Instant, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(at);

const refused = (text: string, at: Instant): boolean => {
  try {
    readUntil(text, at);
    return false;
  } catch (error) {
    if (error instanceof Error && error.name === 'CommandError') return true;
    throw error;
  }
};

describe('--until HH:MM', () => {
  it('is always let through, and is that time of day in the workload’s zone, within two days', () => {
    fc.assert(
      fc.property(now, time, fc.constantFrom(...ZONES), (at, text, timeZone) => {
        expect(readUntil(text, at)).toBe(text);
        const read = resolveLocal(text, timeZone, at);
        if (read.kind !== 'instant') {
          expect(read.kind).toBe('skipped');
          return;
        }
        expect(read.at).toBeGreaterThan(at);
        expect(read.at - at).toBeLessThanOrEqual(2 * DAY);
        expect(local(read.at, timeZone)).toBe(text);
      }),
    );
  });
});

describe('--until an instant', () => {
  it('to come is let through in every form in which it is printed', () => {
    fc.assert(
      fc.property(now, fc.integer({ min: 1, max: 400 * DAY }), (at, ahead) => {
        const text = iso(instant(at + ahead));
        const whole = readUntil(text, at) ?? '';
        const read = resolveLocal(whole, 'Europe/Riga', at);
        expect(read).toMatchObject({ kind: 'instant', at: Math.floor((at + ahead) / 1000) * 1000 });
      }),
    );
  });

  it('a day or more past is refused', () => {
    fc.assert(
      fc.property(now, fc.integer({ min: DAY, max: 400 * DAY }), (at, ago) => {
        expect(refused(iso(instant(at - ago)), at)).toBe(true);
      }),
    );
  });
});

describe('--until anything else', () => {
  it('is refused, and nothing else ever happens', () => {
    fc.assert(
      fc.property(now, fc.string({ unit: 'binary', maxLength: 60 }), (at, text) => {
        const good =
          /^(\d{2}:\d{2}|\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)$/.test(text);
        expect(refused(text, at) || good).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('that only looks like a time is refused', () => {
    const at = instant(FROM);
    const texts = [
      '',
      ' 22:00',
      '22:00 ',
      '22:00\n',
      '9:00',
      '25:00',
      '24:01',
      '22',
      '22:00:00',
      '10pm',
      'tomorrow',
      '２２:００',
      '2026-13-01T00:00',
      '2026-02-30T10:00',
      '$(date)',
      '22:00Z',
      '-1:00',
    ];
    expect(texts.filter((text) => !refused(text, at))).toEqual([]);
  });
});
