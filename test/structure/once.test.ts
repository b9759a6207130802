// What stands once: a second copy is forgotten when the first one changes.

import { describe, expect, it } from 'vitest';
import { sourceFiles } from './source-files.ts';

const files = sourceFiles(['functions', 'shared', 'simulator', 'demo', 'local', 'cli', 'text', 'scripts']);
const having = (pattern: RegExp): string[] =>
  files.filter(({ code }) => pattern.test(code)).map(({ name }) => name);

/** The same thing on both sides of a border that neither may import across: EC2's and DynamoDB's words, the sandbox. */
const SHARED_WORDS = ['Condition', 'Item', 'Purchase', 'Sandbox', 'Subnet'];

describe('of its kind there is one', () => {
  it('meaning of an exported type’s name', () => {
    const homes = new Map<string, string[]>();
    for (const { name, code } of files)
      for (const [, type = ''] of code.matchAll(/^export (?:abstract )?(?:class|interface|type) (\w+)/gm))
        homes.set(type, [...(homes.get(type) ?? []), name]);
    const twice = [...homes].filter(([type, where]) => where.length > 1 && !SHARED_WORDS.includes(type));
    expect(twice).toEqual([]);
  });

  it('list of our tags: shared/port/tags.ts', () => {
    expect(having(/['"`]spotkeep:[a-z]/)).toEqual(['shared/port/tags.ts']);
  });

  it('list of weekdays: shared/definition/definition.ts', () => {
    expect(having(/'mon',\s*'tue'/)).toEqual(['shared/definition/definition.ts']);
  });
});
