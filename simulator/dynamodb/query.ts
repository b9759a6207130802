// Query: one partition, an optional condition on the range key, pages.

import { type AttributeValue, equal, type Item } from './attribute.ts';
import { type Condition, holds } from './condition.ts';
import { parseCondition } from './expression.ts';
import type { KeySpec } from './late-index.ts';
import { refuse } from './refuse.ts';
import type { MemoryTable } from './table.ts';

/** DynamoDB ends a page at 1 MB (page "Query operations"). */
const PAGE_BYTES = 1024 * 1024;

export interface QueryInput {
  indexName: string | undefined;
  consistentRead: boolean;
  keyCondition: string;
  names: Record<string, string> | undefined;
  values: Record<string, AttributeValue> | undefined;
  forward: boolean;
  limit: number | undefined;
  startKey: Item | undefined;
}

export function query(table: MemoryTable, input: QueryInput): Record<string, unknown> {
  const condition = parseCondition({
    expression: input.keyCondition,
    names: input.names,
    values: input.values,
  });
  const { rows, key } = source(table, input, condition);
  const matching = rows.filter(({ item }) => holds(condition, item));
  if (!input.forward) matching.reverse();
  const start = input.startKey ? startAfter(matching, input.startKey, key) : 0;
  const items: Item[] = [];
  let bytes = 0;
  let lastKey: Item | undefined;
  for (const [index, { item, bytes: size }] of matching.slice(start).entries()) {
    items.push(item);
    bytes += size;
    const full = items.length === input.limit || bytes >= PAGE_BYTES;
    if (!full) continue;
    // DynamoDB names a last key whenever it stopped at the limit, even at the very end.
    if (start + index < matching.length - 1 || items.length === input.limit)
      lastKey = keysOf(item, key, table);
    break;
  }
  return {
    Items: items,
    Count: items.length,
    ScannedCount: items.length,
    ...(lastKey ? { LastEvaluatedKey: lastKey } : {}),
  };
}

function source(table: MemoryTable, input: QueryInput, condition: Condition) {
  const own = table.spec.key;
  if (input.indexName === undefined)
    return { rows: table.rows(hashOf(condition, own), prefixOf(condition, own)), key: own };
  const index = table.spec.indexes.find(({ name }) => name === input.indexName);
  if (!index)
    throw refuse('ValidationException', `The table does not have the specified index: ${input.indexName}`);
  if (input.consistentRead) {
    throw refuse('ValidationException', 'Consistent reads are not supported on global secondary indexes');
  }
  const found = table.indexRows(index.name, hashOf(condition, index.key));
  if (!found) throw new Error(`index ${index.name} is in the spec only`);
  return found;
}

/** The text a range key must begin with; empty where the condition is another. */
function prefixOf(condition: Condition, key: KeySpec): string {
  const parts = condition.kind === 'and' ? [condition.left, condition.right] : [condition];
  for (const part of parts) {
    if (part.kind !== 'begins-with' || part.operand.kind !== 'path' || part.operand.name !== key.range)
      continue;
    const { prefix } = part;
    if (prefix.kind === 'value' && typeof prefix.value.S === 'string') return prefix.value.S;
  }
  return '';
}

/** A key condition is `hash = :value`, alone or AND one condition on the range key. */
function hashOf(condition: Condition, key: KeySpec): string {
  const parts = condition.kind === 'and' ? [condition.left, condition.right] : [condition];
  let hash: unknown;
  let hashes = 0;
  let onRange = 0;
  for (const part of parts) {
    if (isOnRange(part, key.range)) onRange += 1;
    if (part.kind !== 'compare' || part.by !== '=' || part.left.kind !== 'path') continue;
    if (part.left.name !== key.hash || part.right.kind !== 'value') continue;
    hash = part.right.value.S;
    hashes += 1;
  }
  if (typeof hash !== 'string' || hashes !== 1 || onRange !== parts.length - 1) {
    throw refuse('ValidationException', 'Query condition missed key schema element or is not supported');
  }
  return hash;
}

function isOnRange(part: Condition, range: string): boolean {
  if (part.kind === 'compare')
    return part.by !== '<>' && part.left.kind === 'path' && part.left.name === range;
  if (part.kind === 'between' || part.kind === 'begins-with') {
    return part.operand.kind === 'path' && part.operand.name === range;
  }
  return false;
}

function startAfter(rows: { item: Item }[], startKey: Item, key: KeySpec): number {
  const names = Object.keys(startKey);
  if (!names.includes(key.hash) || !names.includes(key.range)) {
    throw refuse('ValidationException', 'The provided starting key is invalid');
  }
  const found = rows.findIndex(({ item }) =>
    names.every((name) => {
      const [mine, theirs] = [item[name], startKey[name]];
      return mine !== undefined && theirs !== undefined && equal(mine, theirs);
    }),
  );
  if (found === -1) throw refuse('ValidationException', 'The provided starting key is outside the query');
  return found + 1;
}

function keysOf(item: Item, key: KeySpec, table: MemoryTable): Item {
  const names = new Set([table.spec.key.hash, table.spec.key.range, key.hash, key.range]);
  return Object.fromEntries([...names].flatMap((name) => (item[name] ? [[name, item[name]]] : [])));
}
