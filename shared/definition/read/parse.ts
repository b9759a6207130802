// YAML text into a Definition; everything wrong with it at once, as a DefinitionError.
// Pure except for `readFile`, which the caller brings: the setup script stands beside the definition and is pinned here.

import { createHash } from 'node:crypto';
import { isAlias, parseDocument, visit } from 'yaml';
import { checkDefinition } from '../check.ts';
import type { Definition } from '../definition.ts';
import type { Problem, Remark } from '../problem.ts';
import { warnings } from '../warnings.ts';
import { accepted, refuse, SCRIPT_LIMIT_BYTES } from './from-json.ts';
import { type DefinitionInput, definitionInput } from './input-schema.ts';
import { readStrictly } from './issues.ts';
import { toDefinition } from './normalise.ts';

/** A definition is a page of text, half of it comments; what a record takes of it is measured in size.ts. */
export const TEXT_LIMIT_BYTES = 64 * 1024;

export interface ParsedDefinition {
  definition: Definition;
  /** The setup script's text, where the definition named a file; its hash is in the definition. */
  setupScript?: string;
  warnings: Remark[];
}

export interface ParseDeps {
  /** Text of a file named in the definition, relative to it; undefined when it cannot be read. */
  readFile(path: string): string | undefined;
}

/** Throws DefinitionError. Anchors, aliases, tags and duplicate keys are refused. */
export function parseDefinition(text: string, deps: ParseDeps): ParsedDefinition {
  return definitionFromInput(readYaml(text), deps);
}

/** The YAML form as a value already read. Throws DefinitionError. */
export function definitionFromInput(value: unknown, deps: ParseDeps): ParsedDefinition {
  const input = accepted(readStrictly(definitionInput, value));
  const problems: Problem[] = [];
  const setup = readSetup(input, deps, problems);
  const definition = toDefinition(input, setup.pinned, problems);
  refuse([...problems, ...checkDefinition(definition)]);
  return {
    definition,
    ...(setup.script !== undefined && { setupScript: setup.script }),
    warnings: warnings(definition),
  };
}

/** A document's plain value. Throws DefinitionError. */
export function readYaml(text: string): unknown {
  const bytes = Buffer.byteLength(text);
  if (bytes > TEXT_LIMIT_BYTES) {
    refuse([{ path: '', expected: `at most ${TEXT_LIMIT_BYTES} bytes of YAML`, found: `${bytes}` }]);
  }
  const document = parseDocument(text, { uniqueKeys: true, version: '1.2', schema: 'core' });
  const flaw = document.errors[0] ?? document.warnings[0];
  if (flaw) {
    const line = flaw.linePos?.[0].line;
    const expected = flaw.code === 'DUPLICATE_KEY' ? 'each field once' : 'well-formed YAML';
    refuse([{ path: line === undefined ? '' : `line ${line}`, expected, found: flaw.code }]);
  }
  visit(document, {
    Node(_key, node) {
      const found = isAlias(node) ? 'an alias' : node.anchor ? 'an anchor' : node.tag ? 'a tag' : undefined;
      if (found) refuse([{ path: '', expected: 'no anchors, aliases or tags', found }]);
    },
  });
  return document.toJS({ maxAliasCount: 0 });
}

function readSetup(input: DefinitionInput, deps: ParseDeps, problems: Problem[]) {
  const setup = input.setup;
  if (!setup) return {};
  if ('sha256' in setup) return { pinned: { sha256: setup.sha256 } };
  const script = deps.readFile(setup.file);
  const bytes = script === undefined ? 0 : Buffer.byteLength(script);
  if (script === undefined) {
    problems.push({ path: 'setup.file', expected: 'a readable script', found: JSON.stringify(setup.file) });
  } else if (bytes === 0 || bytes > SCRIPT_LIMIT_BYTES) {
    problems.push({
      path: 'setup.file',
      expected: `a script of 1 to ${SCRIPT_LIMIT_BYTES} bytes`,
      found: `${bytes}`,
    });
  } else if (!script.startsWith('#!')) {
    problems.push({
      path: 'setup.file',
      expected: 'a script whose first line begins with #!',
      found: 'another first line',
    });
  }
  return {
    script,
    pinned: {
      sha256: createHash('sha256')
        .update(script ?? '')
        .digest('hex'),
    },
  };
}
