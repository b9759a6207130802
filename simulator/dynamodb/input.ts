// Reads the parameters of a call, which come from outside: checked, never cast.

import type { AttributeValue, Item } from './attribute.ts';
import { refuse } from './refuse.ts';

/** Parameters that are not simulated are refused, not ignored. */
export function only(input: Record<string, unknown>, allowed: readonly string[]): void {
  for (const name of Object.keys(input)) {
    if (input[name] === undefined || name === 'TableName' || allowed.includes(name)) continue;
    throw refuse('ValidationException', `the parameter ${name} is not simulated`);
  }
}

export function asText(value: unknown): string {
  if (typeof value !== 'string') throw refuse('ValidationException', 'a parameter is missing or no text');
  return value;
}

function isAttributes(value: unknown): value is Record<string, AttributeValue> {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every((part) => typeof part === 'object' && part !== null);
}

export function asItem(value: unknown): Item {
  if (!isAttributes(value)) throw refuse('ValidationException', 'an item or key is missing or malformed');
  return value;
}

export function asValues(value: unknown): Record<string, AttributeValue> | undefined {
  return value === undefined ? undefined : asItem(value);
}

export function asNames(value: unknown): Record<string, string> | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null)
    throw refuse('ValidationException', 'malformed attribute names');
  return Object.fromEntries(Object.entries(value).map(([name, attribute]) => [name, asText(attribute)]));
}
