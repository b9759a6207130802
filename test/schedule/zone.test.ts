// The engine's zone data, read directly, against Temporal.

import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { createZone, isZone } from '../../shared/base/zone.ts';

const HOUR = 3_600_000;
const from = Date.UTC(2000, 0, 1);
const until = Date.UTC(2040, 0, 1);

const offsetOf = (timeZone: string, at: number): number =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e6;

const zones = [...Intl.supportedValuesOf('timeZone'), 'UTC', 'Etc/GMT+3', '+05:30', '-0930', 'EST', 'GB'];

describe('the offset of a zone', () => {
  it('is Temporal’s at hours all over forty years', () => {
    expect(zones.length).toBeGreaterThan(400);
    for (const [index, timeZone] of zones.entries()) {
      const zone = createZone(timeZone);
      // Each zone at other hours.
      for (let at = from + index * HOUR; at < until; at += 7_309 * HOUR)
        if (zone.offset(at) !== offsetOf(timeZone, at))
          expect([timeZone, at, zone.offset(at)]).toBe('Temporal’s');
    }
  });

  it.each(['Europe/Riga', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Asia/Gaza'])(
    'changes in the same second in %s',
    (timeZone) => {
      const zone = createZone(timeZone);
      let at: Temporal.ZonedDateTime | null =
        Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timeZone);
      for (let count = 0; count < 60 && at; count += 1) {
        at = at.getTimeZoneTransition('next');
        const change = at?.epochMilliseconds;
        for (const near of change === undefined ? [] : [change - 1_000, change, change + 1_000])
          expect([near, zone.offset(near)]).toEqual([near, offsetOf(timeZone, near)]);
      }
    },
  );
});

describe('a name of a zone', () => {
  const temporalTakes = (timeZone: string): boolean => {
    try {
      offsetOf(timeZone, 0);
      return true;
    } catch {
      return false;
    }
  };
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index));

  it('is one where Temporal takes it, of three letters with a T at the end and of what looks like an offset', () => {
    const three = letters.flatMap((a) => letters.map((b) => `${a}${b}T`));
    const odd = [
      '',
      ' ',
      'Z',
      'UTC+2',
      'GMT+3',
      '+2',
      '+02',
      '+0200',
      '+02:00',
      '+02:00:30',
      '+24:00',
      '−02:00',
      '02:00',
    ];
    const more = [
      'utc',
      'europe/riga',
      'Europe/Riga ',
      'Europe/Nowhere',
      'Etc/Unknown',
      'SystemV/PST8',
      'PST8PDT',
    ];
    for (const name of [...three, ...odd, ...more])
      if (isZone(name) !== temporalTakes(name)) expect([name, isZone(name)]).toBe('Temporal’s');
  });
});
