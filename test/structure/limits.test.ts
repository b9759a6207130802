// Every duration of the planner stands in limits.ts, under a heading and with its reason: nothing waits for a number that
// somebody typed where it was needed.

import { describe, expect, it } from 'vitest';
import { sourceFile, sourceFiles } from './source-files.ts';

const LIMITS = 'shared/decide/turn/limits.ts';
/** `seconds(10)`, `seconds(young ? 4 : 1)`, `15_000`, `1000 as Ms`; a value of the definition is no literal. */
const DURATION =
  /\b(?:ms|seconds|minutes|hours|days)\([^()]*\d[^()]*\)|(?<![\w.])\d{1,3}_\d{3}\b|(?<![\w.])\d{4,}\b|(?<![\w.])\d+ as (?:Ms|Instant)\b/g;
/** Another unit of the same time. */
const CONVERSION = /[*/] 1000\b/g;
/** No duration: far from every date, and the same each time. */
const DATES: readonly string[] = ['253_402'];

const literalsIn = (code: string): string[] =>
  [...code.replaceAll(CONVERSION, '').matchAll(DURATION)]
    .map(([found]) => found)
    .filter((found) => !DATES.includes(found));

const planner = sourceFiles(['shared/decide']);

describe('durations of the planner', () => {
  it('are found where they are typed', () => {
    expect(literalsIn('wait(ctx, x, seconds(young ? 4 : 1)); const A = 15_000 + 15000; 0 as Ms')).toEqual([
      'seconds(young ? 4 : 1)',
      '15_000',
      '15000',
      '0 as Ms',
    ]);
    expect(literalsIn('minutes(onDemand.afterMinutes); x / 1000; add(now, LOOK_AGAIN)')).toEqual([]);
  });

  it('stand in limits.ts alone', () => {
    expect(planner.length).toBeGreaterThan(25);
    const outside = planner.filter(({ name }) => name !== LIMITS);
    expect(outside.flatMap(({ name, code }) => literalsIn(code).map((found) => `${name}: ${found}`))).toEqual(
      [],
    );
    expect(literalsIn(sourceFile('x.ts', 'wait(seconds(9)); // minutes(5)').code)).toEqual(['seconds(9)']);
  });

  it('have a reason each, or share that of the one before', () => {
    const text = planner.find(({ name }) => name === LIMITS)?.text ?? '';
    const [, ...parts] = text.split(/^\/\/ ── .*$/m);
    expect(parts.length).toBeGreaterThan(8);
    for (const part of parts) {
      const [first = ''] = part.split(/^export const /m);
      expect(first.trim(), part.slice(0, 200)).toMatch(/\*\/$/);
    }
    expect(text).not.toMatch(/\n\nexport const/);
  });
});
