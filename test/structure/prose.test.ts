// Words are for people: nothing in the product asks a text what it says. A wait has a step, a hold and an alert a code, a
// history entry a kind.

import { describe, expect, it } from 'vitest';
import { type SourceFile, sourceFile, sourceFiles } from './source-files.ts';

const TOP = ['functions', 'shared', 'simulator', 'demo', 'local', 'cli', 'text', 'scripts'];
const SUITES = ['test/simulation', 'test/campaign'];

/** Fields that hold prose in records, answers, history and logs. */
const PROSE = '(?:what|reason|evidence|why|waitingFor)';
const ASKED = [
  // `waiting.what.startsWith('the agent')`
  new RegExp(
    `\\b${PROSE}\\??\\.(?:match|matchAll|replace|replaceAll|test|startsWith|endsWith|includes|split|search|indexOf)\\(`,
  ),
  // `/agent/.test(waitingFor.what)`
  new RegExp(`\\.(?:test|exec)\\([^()]*\\b${PROSE}\\b`),
  // `reason === 'the snapshot'`
  new RegExp(`\\.${PROSE} ?[!=]== ?['"\`]`),
];

const asking = ({ name, code }: SourceFile): string[] =>
  code
    .split('\n')
    .filter((line) => ASKED.some((pattern) => pattern.test(line)))
    .map((line) => `${name}: ${line.trim()}`);

/** Codes that are called `reason`: a union of their own. */
const CODES: readonly RegExp[] = [/\b(?:draining|cause)\.reason\b/];

describe('prose', () => {
  it('is asked by nobody what it says', () => {
    const found = sourceFiles([...TOP, ...SUITES], /\.(ts|js)$/).flatMap(asking);
    expect(found.filter((line) => !CODES.some((code) => code.test(line)))).toEqual([]);
  });

  it.each([
    "if (waitingFor.what.startsWith('the agent')) return 1;",
    'const step = WAITS.find(([pattern]) => pattern.test(waitingFor.what));',
    "waits.at(-1)?.what.replace(/ \\(\\d+ %\\)$/, '')",
    "if (plan.reason === 'the snapshot') return;",
  ])('asked so is found: %s', (line) => {
    expect(asking(sourceFile('shared/x.ts', line))).toHaveLength(1);
  });
});
