// The difference between two definitions, field by field, as the function tells it: what `apply` shows before it asks.

import type { Difference } from '../../shared/answer/apply.ts';
import { shown } from '../../shared/definition/problem.ts';
import type { Style } from '../../text/style.ts';

export function differenceText(found: readonly Difference[], style: Style): string[] {
  return found.flatMap(({ path, from, to }) => {
    if (from === undefined)
      return leaves(to, path).map(([leaf, value]) => style.paint('green', `  + ${leaf}: ${plain(value)}`));
    if (to === undefined) return [style.paint('red', `  - ${path}: ${plain(from)}`)];
    return [style.paint('yellow', `  ~ ${path}: ${plain(from)} → ${plain(to)}`)];
  });
}

/** What is new may be a whole part: told leaf by leaf. */
function leaves(value: unknown, path: string): [path: string, value: unknown][] {
  if (Array.isArray(value)) {
    if (value.every((one) => typeof one !== 'object')) return value.length > 0 ? [[path, value]] : [];
    return value.flatMap((one: unknown, index) => leaves(one, `${path}[${index}]`));
  }
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, one]) => leaves(one, path === '' ? key : `${path}.${key}`));
}

const plain = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(plain).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, one]) => `${key}: ${plain(one)}`)
      .join(', ')}}`;
  return (shown(value) ?? '').replace(/^"|"$/g, '');
};
