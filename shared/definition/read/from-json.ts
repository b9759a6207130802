// Values already read from JSON into a Definition or a Schedule: for commands. Apart from parse.ts, so that
// no Lambda carries a YAML reader.

import { checkDefinition, checkSchedule } from '../check.ts';
import type { Definition, Schedule } from '../definition.ts';
import { DefinitionError, type Problem } from '../problem.ts';
import { scheduleInput } from './input-schema.ts';
import { readStrictly } from './issues.ts';
import { toSchedule } from './normalise.ts';
import { definitionSchema, scheduleSchema } from './schema.ts';

/** Systems Manager User Guide, "Managing parameter tiers": a standard parameter holds 4 KB. */
export const SCRIPT_LIMIT_BYTES = 4 * 1024;

/** The parsed form, from a command. Strict; throws DefinitionError. */
export function definitionFromJson(value: unknown): Definition {
  const definition = accepted(readStrictly(definitionSchema, value));
  refuse(checkDefinition(definition));
  return definition;
}

/** What `apply` would refuse of a definition that is stored already. */
export function refusedNow(definition: unknown): Problem[] {
  try {
    definitionFromJson(definition);
    return [];
  } catch (error) {
    if (error instanceof DefinitionError) return error.lines;
    throw error;
  }
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

/** Throws DefinitionError. */
export function accepted<T>(result: { value: T } | { problems: Problem[] }): T {
  if ('value' in result) return result.value;
  throw new DefinitionError(result.problems);
}

/** Throws DefinitionError when there is any problem. */
export function refuse(problems: Problem[]): void {
  if (problems.length > 0) throw new DefinitionError(problems);
}
