// Windows, lead, overrides and the next change of any schedule, against the minute by minute reference.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instant } from '../../shared/base/time.ts';
import type { Schedule } from '../../shared/definition/definition.ts';
import { createCalendar, type Override } from '../../shared/schedule/calendar.ts';
import { wallClock, wallTable, wantedMinutes } from './reference.ts';

describe('any schedule and override', () => {
  const MINUTE = 60_000;
  const LENGTH = 8 * 1_440;
  const time = fc
    .integer({ min: 0, max: 95 })
    .map(
      (quarter) => `${String(quarter >> 2).padStart(2, '0')}:${String((quarter & 3) * 15).padStart(2, '0')}`,
    );
  const span = fc
    .tuple(time, time)
    .filter(([from, to]) => from !== to)
    .map(([from, to]) => ({ from, to }));
  const days = fc.uniqueArray(
    fc.constantFrom(
      'mon' as const,
      'tue' as const,
      'wed' as const,
      'thu' as const,
      'fri' as const,
      'sat' as const,
      'sun' as const,
    ),
    { minLength: 1 },
  );
  const date = fc.integer({ min: 25, max: 31 }).map((day) => `2026-03-${day}`);
  const schedule: fc.Arbitrary<Schedule> = fc.record({
    timeZone: fc.constantFrom('Europe/Riga', 'Europe/London', 'UTC'),
    mode: fc.constantFrom(
      'weekly' as const,
      'weekly' as const,
      'weekly' as const,
      'always' as const,
      'never' as const,
    ),
    windows: fc.array(
      fc.tuple(days, span).map(([d, s]) => ({ days: d, ...s })),
      { maxLength: 3 },
    ),
    holidays: fc.array(date, { maxLength: 2 }),
    exceptions: fc.array(
      fc
        .tuple(date, fc.constantFrom('add' as const, 'remove' as const), span)
        .map(([d, kind, s]) => ({ date: d, kind, ...s })),
      { maxLength: 2 },
    ),
    readyByMinutes: fc.constantFrom(0, 10, 45),
  });
  const first = Date.UTC(2026, 2, 25) / MINUTE;
  const override: fc.Arbitrary<Override | undefined> = fc.option(
    fc
      .record({
        kind: fc.constantFrom('run' as const, 'stop' as const),
        from: fc.integer({ min: 0, max: LENGTH }),
        length: fc.integer({ min: 1, max: 3_000 }),
      })
      .map(({ kind, from, length }) => ({
        kind,
        from: instant((first + from) * MINUTE),
        until: instant((first + from + length) * MINUTE),
      })),
    { nil: undefined },
  );

  it('is answered as the minute by minute reference does', () => {
    fc.assert(
      fc.property(schedule, override, (plan, word) => {
        // The reference's own table is longer on both sides, so that edges, leads and next changes are all inside.
        const margin = 3 * 1_440;
        const table = wallTable(wallClock(plan.timeZone), first - margin, LENGTH + 2 * margin);
        const runs = wantedMinutes(plan, table);
        const within = (index: number) =>
          word && (table.first + index) * MINUTE >= word.from && (table.first + index) * MINUTE < word.until;
        for (let index = 0; index < runs.length; index++)
          if (within(index)) runs[index] = word?.kind === 'run' ? 1 : 0;
        const leads = runs.map((value, index) => {
          const ahead = runs.subarray(index + 1, index + 1 + plan.readyByMinutes).indexOf(1) >= 0;
          return value === 0 && ahead && !(word?.kind === 'stop' && within(index)) ? 1 : 0;
        });
        const calendar = createCalendar(plan);
        for (let index = margin; index < margin + LENGTH; index += 7) {
          const now = instant((table.first + index) * MINUTE);
          // An override that has passed is ignored, and with it what it did to the minutes before.
          const answer = calendar.wanted(word, now);
          let next = index + 1;
          while (next < runs.length && runs[next] === runs[index] && leads[next] === leads[index]) next++;
          // Near the end of the table the reference knows of no change.
          const change = next < runs.length - 60 ? (table.first + next) * MINUTE : answer.nextChange;
          const expected = [runs[index] === 1, leads[index] === 1, change];
          const found = [answer.run, answer.lead, answer.nextChange];
          // `expect` itself would take most of the time.
          if (found.some((value, at) => value !== expected[at]))
            expect([now, ...found]).toEqual([now, ...expected]);
        }
      }),
      { numRuns: 60 },
    );
  });
});
