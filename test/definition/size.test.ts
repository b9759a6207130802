// A definition that its record could not hold is refused where it is given, with the field that makes it so large.

import { describe, expect, it } from 'vitest';
import { jsonBytes } from '../../shared/base/json-bytes.ts';
import { definitionFromJson } from '../../shared/definition/read/from-json.ts';
import { checkSize, DEFINITION_BYTES, TAGS_BYTES } from '../../shared/definition/size.ts';
import { isStored } from '../../shared/definition/stored.ts';
import { definition, problemsOf, refusals } from './example.ts';

const tagsOf = (count: number, length: number, letter = 'x') =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag-${index}`, letter.repeat(length)]));
const exceptions = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const date = new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10);
    return { date, add: '10:00-14:00' };
  });

describe('a definition', () => {
  it('of 29 KB is refused in one line', () => {
    const tags = { instance: { tags: tagsOf(15, 250) }, 'schedule.exceptions': exceptions(200) };
    const [problem, ...others] = refusals(tags);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      path: 'schedule',
      expected: `a definition of at most ${DEFINITION_BYTES} bytes as JSON`,
      found: expect.stringMatching(/^1\d{4}, of which 1\d{4} are here$/),
    });
  });

  it('is measured in bytes, not in letters', () => {
    const [problem] = refusals({ instance: { tags: tagsOf(10, 200, 'ж') } });
    expect(problem).toEqual({
      path: 'instance.tags',
      expected: `at most ${TAGS_BYTES} bytes as JSON`,
      found: String(jsonBytes(tagsOf(10, 200, 'ж'))),
    });
    expect(refusals({ instance: { tags: tagsOf(10, 200) } })).toEqual([]);
  });

  it('may have exactly as much, and not a byte more', () => {
    const policies = (length: number) => {
      const extraPolicyArns = [`arn:aws:iam::aws:policy/${'x'.repeat(length)}`];
      return { ...definition(), instance: { tags: {}, extraPolicyArns } };
    };
    const rest = DEFINITION_BYTES - jsonBytes(policies(0));
    expect(checkSize(policies(rest))).toEqual([]);
    expect(checkSize(policies(rest + 1))).toMatchObject([{ path: 'instance' }]);
  });

  it('of ordinary make is far below', () => {
    const rich = {
      instance: { tags: tagsOf(12, 60) },
      'schedule.holidays': exceptions(60).map(({ date }) => date),
      'schedule.exceptions': exceptions(60),
    };
    expect(refusals(rich)).toEqual([]);
    expect(jsonBytes(definition(rich))).toBeLessThan(DEFINITION_BYTES * 0.7);
  });

  it('that a record keeps already is read whatever its size', () => {
    const large = { ...definition(), instance: { extraPolicyArns: [], tags: tagsOf(40, 256, 'ж') } };
    expect(isStored(large)).toBe(true);
    expect(problemsOf(() => definitionFromJson(large)).map(({ path }) => path)).toEqual([
      'instance.tags',
      'instance',
    ]);
  });
});
