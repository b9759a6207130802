// What stands once: a second copy is forgotten when the first one changes.

import { describe, expect, it } from 'vitest';
import { sourceFiles } from './source-files.ts';

const files = sourceFiles(['functions', 'shared', 'simulator', 'demo', 'local', 'cli', 'text', 'scripts']);
const having = (pattern: RegExp): string[] =>
  files.filter(({ code }) => pattern.test(code)).map(({ name }) => name);

describe('of its kind there is one', () => {
  it('list of our tags: shared/port/tags.ts', () => {
    expect(having(/['"`]spotkeep:[a-z]/)).toEqual(['shared/port/tags.ts']);
  });

  it('list of weekdays: shared/definition/definition.ts', () => {
    expect(having(/'mon',\s*'tue'/)).toEqual(['shared/definition/definition.ts']);
  });
});
