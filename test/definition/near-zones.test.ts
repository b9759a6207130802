// Names of time zones: what is accepted is what the calendar can work in, and what is refused says what was meant.

import { describe, expect, it } from 'vitest';
import { createZone, isZone } from '../../shared/base/zone.ts';
import { scheduleFromJson } from '../../shared/definition/read/from-json.ts';
import { nearZones } from '../../shared/definition/read/near-zones.ts';
import { createCalendar } from '../../shared/schedule/calendar.ts';
import { problemsOf, refusals } from './example.ts';

/** ICU's own ids: the engine takes them, the IANA database has none of them. */
const ICU = [
  ['ACT', 'AET', 'AGT', 'ART', 'AST', 'BET', 'BST', 'CAT', 'CNT', 'CST', 'CTT', 'EAT', 'ECT'],
  ['IET', 'IST', 'JST', 'MIT', 'NET', 'NST', 'PLT', 'PNT', 'PRT', 'PST', 'SST', 'VST'],
].flat();

const EXPECTED = 'a time zone of the IANA database such as Europe/Riga, or UTC';

describe('a name that the engine takes and the calendar does not', () => {
  it.each(ICU)('%s is refused, with the places that use it', (zone) => {
    expect(new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone).toMatch(/./);
    expect(() => createZone(zone)).toThrow(RangeError);
    expect(isZone(zone)).toBe(false);
    const [problem, ...others] = refusals({ 'schedule.timeZone': zone });
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ path: 'schedule.timeZone', found: `"${zone}"` });
    expect(problem?.expected).toContain(`${EXPECTED}; did you mean `);
    for (const near of nearZones(zone)) {
      expect(problem?.expected).toContain(near);
      expect(isZone(near)).toBe(true);
    }
    // Lower case is the same name.
    expect(refusals({ 'schedule.timeZone': zone.toLowerCase() })).toHaveLength(1);
  });

  it('is refused by a command in either form', () => {
    const written = { timeZone: 'PST', always: true };
    const hours = { windows: [], holidays: [], exceptions: [], readyByMinutes: 10 };
    const parsed = { timeZone: 'PST', mode: 'always', ...hours };
    for (const schedule of [written, parsed])
      expect(problemsOf(() => scheduleFromJson(schedule))).toEqual([
        { path: 'timeZone', expected: `${EXPECTED}; did you mean America/Los_Angeles?`, found: '"PST"' },
      ]);
  });
});

describe('every zone that is accepted', () => {
  it('is one that the calendar works in', () => {
    const typed = [
      ...Intl.supportedValuesOf('timeZone'),
      'UTC',
      'utc',
      'EST',
      'CET',
      'GB',
      'Etc/GMT+3',
      ...ICU,
    ];
    const rest = { mode: 'always', windows: [], holidays: [], exceptions: [], readyByMinutes: 0 } as const;
    for (const timeZone of typed) {
      const accepted = problemsOf(() => scheduleFromJson({ ...rest, timeZone })).length === 0;
      expect([timeZone, accepted]).toEqual([timeZone, isZone(timeZone)]);
      if (accepted)
        expect(() =>
          createCalendar({ ...rest, timeZone, holidays: [], windows: [], exceptions: [] }),
        ).not.toThrow();
    }
  });
});

describe('a suggestion', () => {
  it.each<[string, string[]]>([
    ['IST', ['Asia/Kolkata', 'Europe/Dublin', 'Asia/Jerusalem']],
    ['cest', ['Europe/Berlin']],
    ['Riga', ['Europe/Riga']],
    ['Los Angeles', ['America/Los_Angeles']],
    ['europe\\riga', ['Europe/Riga']],
    ['Europe/Rigga', ['Europe/Riga']],
    ['Kyiv', ['Europe/Kyiv']],
    ['UTC+2', []],
    ['Mars/X', []],
    ['', []],
    ['constructor', []],
    ['x'.repeat(5_000), []],
  ])('for %s', (typed, near) => {
    expect(nearZones(typed)).toEqual(near);
  });
});
