// Whatever is written: a definition, or the typed refusal with a path and what was expected. Nothing else is thrown.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DefinitionError } from '../../shared/definition/problem.ts';
import { definitionFromInput, parseDefinition } from '../../shared/definition/read/parse.ts';
import { changed, deps, exampleFile, isFields } from './example.ts';

/** Throws what is neither a definition nor a refusal that says something. */
const answered = (action: () => unknown): void => {
  try {
    action();
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    expect(error.lines.length).toBeGreaterThan(0);
    for (const { path, expected } of error.lines) {
      expect(typeof path).toBe('string');
      expect(expected).not.toBe('');
    }
  }
};

const pathsOf = (value: unknown, path: string[] = []): string[] =>
  isFields(value)
    ? Object.keys(value).flatMap((name) => [
        [...path, name].join('.'),
        ...pathsOf(value[name], [...path, name]),
      ])
    : [];

describe('a definition of any content', () => {
  const PATHS = pathsOf(changed({}));
  const runs = { numRuns: 400 };

  it('that is any value', () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 4, withDate: true }), (value) =>
        answered(() => definitionFromInput(value, deps)),
      ),
      runs,
    );
  });

  it('that is any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) =>
        answered(() => parseDefinition(text, deps)),
      ),
      runs,
    );
  });

  it('that is the example with any field anything', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PATHS), fc.anything({ maxDepth: 2 }), (path, value) =>
        answered(() => definitionFromInput(changed({ [path]: value }), deps)),
      ),
      runs,
    );
  });

  it('that is the example cut and joined anywhere', () => {
    const text = exampleFile('gitlab.yml');
    const place = fc.nat({ max: text.length });
    fc.assert(
      fc.property(place, place, fc.string({ maxLength: 20 }), (from, to, between) =>
        answered(() => parseDefinition(text.slice(0, from) + between + text.slice(to), deps)),
      ),
      { numRuns: 150 },
    );
  });
});
