// The order of the planner's concerns is a rule: each row has its reason, and changes the record by its type alone.

import { describe, expect, it } from 'vitest';
import { sourceFiles } from './source-files.ts';

const text =
  sourceFiles(['shared/decide']).find(({ name }) => name === 'shared/decide/concerns.ts')?.text ?? '';
const rows = /const CONCERNS: readonly Concern\[\] = \[\n([\s\S]*?)\n\];/.exec(text)?.[1]?.split('\n') ?? [];

describe('the order of the concerns', () => {
  it('has a line of reason before each row', () => {
    expect(rows.length).toBeGreaterThan(30);
    const pairs = rows.flatMap((line, at) => (at % 2 === 0 ? [[line, rows[at + 1] ?? '']] : []));
    for (const [reason, row] of pairs) {
      expect(reason).toMatch(/^ {2}\/\/ \S.{20,}\.$/);
      expect(row).toMatch(/^ {2}\{ (?:follow|step): \w+ \},$/);
    }
  });
});
