// What lies between two definitions, leaf by leaf, for people who look before they apply.

import type { Difference } from '../answer/apply.ts';

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const childrenOf = (value: unknown): Map<string, unknown> =>
  Array.isArray(value)
    ? new Map(value.map((one: unknown, index) => [`[${index}]`, one]))
    : new Map(isMapping(value) ? Object.entries(value) : []);

const below = (path: string, key: string): string =>
  path === '' || key.startsWith('[') ? `${path}${key}` : `${path}.${key}`;

/** Absent and undefined are the same; an empty list differs from none. */
export const differences = (from: unknown, to: unknown, path = ''): Difference[] => {
  if (JSON.stringify(from) === JSON.stringify(to)) return [];
  const [before, after] = [childrenOf(from), childrenOf(to)];
  const sameKind = isMapping(from) === isMapping(to) && Array.isArray(from) === Array.isArray(to);
  const deep = before.size > 0 && after.size > 0 && sameKind;
  const whole = from === undefined && isMapping(to) && path === '';
  if (!deep && !whole) return [{ path, from, to }];
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].flatMap((key) => differences(before.get(key), after.get(key), below(path, key)));
};
