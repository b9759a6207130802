// The shipped example with one thing changed: every test of a refusal begins from what is known to be accepted.

import { readFileSync } from 'node:fs';
import type { Definition } from '../../shared/definition/definition.ts';
import { DefinitionError, type Problem } from '../../shared/definition/problem.ts';
import {
  definitionFromInput,
  type ParsedDefinition,
  parseDefinition,
  readYaml,
} from '../../shared/definition/read/parse.ts';

const examples = new URL('../../examples/', import.meta.url);
export const exampleFile = (name: string): string => readFileSync(new URL(name, examples), 'utf8');
export const deps = {
  readFile: (path: string) => (path === 'gitlab-setup.sh' ? exampleFile(path) : undefined),
};

type Fields = Record<string, unknown>;
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `changed({'volume.sizeGiB': 0})`: the example's YAML value; undefined removes the field. */
export function changed(changes: Fields): Fields {
  const root = readYaml(exampleFile('gitlab.yml'));
  if (!isFields(root)) throw new Error('the example is no mapping');
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    let at = root;
    for (const name of names) {
      const below = at[name];
      if (!isFields(below)) throw new Error(`the example has no ${path}`);
      at = below;
    }
    if (value === undefined) delete at[last];
    else at[last] = value;
  }
  return root;
}

export const parsed = (changes: Fields = {}): ParsedDefinition => definitionFromInput(changed(changes), deps);
export const definition = (changes: Fields = {}): Definition => parsed(changes).definition;

export function problemsOf(action: () => unknown): Problem[] {
  try {
    action();
  } catch (error) {
    if (error instanceof DefinitionError) return error.lines;
    throw error;
  }
  return [];
}

export const refusals = (changes: Fields): Problem[] => problemsOf(() => parsed(changes));
export const yamlRefusals = (text: string): Problem[] => problemsOf(() => parseDefinition(text, deps));
