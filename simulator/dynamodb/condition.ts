// Conditions after parsing, and whether they hold for an item.

import { type AttributeValue, compare, equal, type Item } from './attribute.ts';

export type Operand = { kind: 'path'; name: string } | { kind: 'value'; value: AttributeValue };

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Condition =
  | { kind: 'compare'; left: Operand; by: Comparator; right: Operand }
  | { kind: 'between'; operand: Operand; low: Operand; high: Operand }
  | { kind: 'begins-with'; operand: Operand; prefix: Operand }
  | { kind: 'exists'; name: string; negated: boolean }
  | { kind: 'not'; condition: Condition }
  | { kind: 'and' | 'or'; left: Condition; right: Condition };

export function holds(condition: Condition, item: Item | undefined): boolean {
  switch (condition.kind) {
    case 'and':
      return holds(condition.left, item) && holds(condition.right, item);
    case 'or':
      return holds(condition.left, item) || holds(condition.right, item);
    case 'not':
      return !holds(condition.condition, item);
    case 'exists':
      return (item?.[condition.name] !== undefined) !== condition.negated;
    case 'begins-with': {
      const text = resolve(condition.operand, item)?.S;
      const prefix = resolve(condition.prefix, item)?.S;
      return typeof text === 'string' && typeof prefix === 'string' && text.startsWith(prefix);
    }
    case 'between':
      return (
        compares('>=', resolve(condition.operand, item), resolve(condition.low, item)) &&
        compares('<=', resolve(condition.operand, item), resolve(condition.high, item))
      );
    case 'compare':
      return compares(condition.by, resolve(condition.left, item), resolve(condition.right, item));
  }
}

function resolve(operand: Operand, item: Item | undefined): AttributeValue | undefined {
  return operand.kind === 'value' ? operand.value : item?.[operand.name];
}

/** A comparison with an attribute that is not there is false; only `<>` is then true. */
function compares(
  by: Comparator,
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
): boolean {
  if (left === undefined || right === undefined) return by === '<>' && left !== right;
  if (by === '=') return equal(left, right);
  if (by === '<>') return !equal(left, right);
  const order = compare(left, right);
  if (order === undefined) return false;
  if (by === '<') return order < 0;
  if (by === '<=') return order <= 0;
  return by === '>' ? order > 0 : order >= 0;
}
