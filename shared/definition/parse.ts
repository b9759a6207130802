// YAML text, or an already parsed value, into a Definition; everything wrong with it at once, as a DefinitionError.
// Pure but for `readFile`, which the caller brings: the setup script stands beside the definition and is pinned here.

import { createHash } from 'node:crypto';
import { isAlias, isNode, parseDocument, visit } from 'yaml';
import { checkDefinition, checkSchedule } from './check.ts';
import type { Definition, Schedule } from './definition.ts';
import { type DefinitionInput, definitionInput, scheduleInput } from './input-schema.ts';
import { readStrictly } from './issues.ts';
import { toDefinition, toSchedule } from './normalise.ts';
import { DefinitionError, type Notice, type Problem } from './problem.ts';
import { definitionSchema, scheduleSchema } from './schema.ts';
import { warnings } from './warnings.ts';

/** A definition is a page of text; a record has 32 KB for it and everything else. */
export const TEXT_LIMIT_BYTES = 64 * 1024;
/** Systems Manager User Guide, "Managing parameter tiers": a standard parameter holds 4 KB. */
export const SCRIPT_LIMIT_BYTES = 4 * 1024;

export interface ParsedDefinition {
  definition: Definition;
  /** The setup script's text, where the definition named a file; its hash is in the definition. */
  setupScript?: string;
  warnings: Notice[];
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

/** The parsed form, from a record or a command. Strict; throws DefinitionError. */
export function definitionFromJson(value: unknown): Definition {
  const definition = accepted(readStrictly(definitionSchema, value));
  refuse(checkDefinition(definition));
  return definition;
}

/** A schedule alone, in the YAML form or, where it has a `mode`, the parsed one. Throws DefinitionError. */
export function scheduleFromJson(value: unknown): Schedule {
  const problems: Problem[] = [];
  const parsed = typeof value === 'object' && value !== null && Object.hasOwn(value, 'mode');
  const schedule = parsed
    ? accepted(readStrictly(scheduleSchema, value))
    : toSchedule(accepted(readStrictly(scheduleInput, value)), problems);
  refuse([...problems, ...checkSchedule(schedule)]);
  return schedule;
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
      if (
        !isAlias(node) &&
        !(isNode(node) && 'anchor' in node && node.anchor) &&
        !node.tag?.includes('binary')
      )
        return;
      refuse([
        {
          path: '',
          expected: 'no anchors, aliases or tags',
          found: isAlias(node) ? 'an alias' : 'an anchor',
        },
      ]);
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

function accepted<T>(result: { value: T } | { problems: Problem[] }): T {
  if ('value' in result) return result.value;
  throw new DefinitionError(result.problems);
}

function refuse(problems: Problem[]): void {
  if (problems.length > 0) throw new DefinitionError(problems);
}
