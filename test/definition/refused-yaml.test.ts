// YAML that is refused before anything in it is looked at.

import { describe, expect, it } from 'vitest';
import { exampleFile, yamlRefusals } from './example.ts';

describe('YAML is refused', () => {
  const example = exampleFile('gitlab.yml');
  const rows: [string, string, { path: string; expected: string; found?: string }][] = [
    [
      'with a key twice',
      'name: a\nname: b\n',
      { path: 'line 2', expected: 'each field once', found: 'DUPLICATE_KEY' },
    ],
    [
      'with an alias',
      'name: &n a\nregion: *n\n',
      { path: '', expected: 'no anchors, aliases or tags', found: 'an anchor' },
    ],
    [
      'as an anchor bomb',
      `a: &a [x, x]\n${[...'bcdefghij'].map((name, i) => `${name}: &${name} [*${'abcdefghij'[i]}, *${'abcdefghij'[i]}]`).join('\n')}\n`,
      { path: '', expected: 'no anchors, aliases or tags', found: 'an anchor' },
    ],
    [
      'of a megabyte',
      `${example}# ${'x'.repeat(1 << 20)}\n`,
      {
        path: '',
        expected: 'at most 65536 bytes of YAML',
        found: String((1 << 20) + 3 + Buffer.byteLength(example)),
      },
    ],
    [
      'with a thousand levels',
      `name: ${'['.repeat(60_000)}`,
      { path: 'line 1', expected: 'well-formed YAML', found: 'RESOURCE_EXHAUSTION' },
    ],
    ['that is none', 'name: [a\n', { path: 'line 2', expected: 'well-formed YAML', found: 'BAD_INDENT' }],
    [
      'of two documents',
      `${example}\n---\nname: b\n`,
      {
        path: `line ${example.split('\n').length + 1}`,
        expected: 'well-formed YAML',
        found: 'MULTIPLE_DOCS',
      },
    ],
    ['that is empty', '', { path: '', expected: 'a mapping of fields', found: 'null' }],
    ['that is a list', '- a\n', { path: '', expected: 'a mapping of fields', found: 'a list of 1' }],
    [
      'with a tag',
      'name: !!binary aGk=\n',
      { path: '', expected: 'no anchors, aliases or tags', found: 'a tag' },
    ],
  ];

  it.each(rows)('%s', (_what, text, line) => {
    expect(yamlRefusals(text)[0]).toEqual(line);
  });

  it('and a prototype is a field like any other', () => {
    expect(yamlRefusals(`${example}\n__proto__: {polluted: true}\n`).map((line) => line.path)).toEqual([
      '__proto__',
    ]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});
