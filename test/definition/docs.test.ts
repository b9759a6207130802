// The page that documents the fields, held to the fields there are.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { definitionJsonSchema } from '../../shared/definition/read/json-schema.ts';
import { isFields } from './example.ts';

const page = readFileSync(new URL('../../docs/definition.md', import.meta.url), 'utf8');

/** Paths of the schema down to where the page's table goes. */
function fieldPaths(schema: unknown, path = ''): string[] {
  if (!isFields(schema)) return [];
  const branches = [schema, ...(Array.isArray(schema.anyOf) ? schema.anyOf : [])];
  const below = branches.flatMap((branch) => {
    if (!isFields(branch) || !isFields(branch.properties)) return [];
    return Object.entries(branch.properties).flatMap(([name, field]) =>
      fieldPaths(field, path === '' ? name : `${path}.${name}`),
    );
  });
  return below.length > 0 ? below : [path];
}

describe('docs/definition.md', () => {
  it('has a row for every field, or for the one it is part of', () => {
    const paths = [...new Set(fieldPaths(definitionJsonSchema()))];
    const undocumented = paths.filter((path) => {
      const names = path.split('.');
      return !names.some((_, index) => page.includes(`\`${names.slice(0, index + 1).join('.')}\``));
    });
    expect(paths.length).toBeGreaterThan(30);
    expect(undocumented).toEqual([]);
  });

  it('has no row for a field there is not', () => {
    const rows = [...page.matchAll(/^\| `([a-zA-Z.]+)`/gm)].map(([, path]) => path ?? '');
    const paths = fieldPaths(definitionJsonSchema());
    expect(rows.filter((row) => !paths.some((path) => path === row || path.startsWith(`${row}.`)))).toEqual(
      [],
    );
  });
});
