// Attribute values as DynamoDB sees them: types, order, size. Only what keys and conditions need; maps and lists are
// stored and returned, never looked into.

import { refuse } from './refuse.ts';

export type AttributeValue = Record<string, unknown>;
export type Item = Readonly<Record<string, AttributeValue>>;

/** Page "Constraints in Amazon DynamoDB": item size, name lengths included. */
export const MAX_ITEM_BYTES = 400 * 1024;

export type Scalar = { type: 'S' | 'N' | 'B' | 'other'; value: unknown };

export function scalarOf(attribute: AttributeValue): Scalar {
  let type: string | undefined;
  let types = 0;
  for (const name in attribute) {
    if (attribute[name] === undefined) continue;
    type ??= name;
    types += 1;
  }
  if (type === undefined || types > 1) {
    throw refuse(
      'ValidationException',
      'Supplied AttributeValue must contain exactly one of the supported datatypes',
    );
  }
  if (type === 'N') return { type, value: numberOf(attribute.N) };
  if (type === 'S' || type === 'B') return { type, value: attribute[type] };
  return { type: 'other', value: attribute[type] };
}

function numberOf(text: unknown): number {
  const value = typeof text === 'string' && text.trim() !== '' ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) {
    throw refuse('ValidationException', 'The parameter cannot be converted to a numeric value');
  }
  return value;
}

/** Negative, zero, positive; undefined between types that have no order (a condition on them is false). */
export function compare(a: AttributeValue, b: AttributeValue): number | undefined {
  const [left, right] = [scalarOf(a), scalarOf(b)];
  if (left.type !== right.type) return undefined;
  if (typeof left.value === 'number' && typeof right.value === 'number') return left.value - right.value;
  if (typeof left.value === 'string' && typeof right.value === 'string')
    return byBytes(left.value, right.value);
  return undefined;
}

/** DynamoDB orders strings by their UTF-8 bytes, JavaScript by UTF-16 units: they differ above U+FFFF. */
function byBytes(a: string, b: string): number {
  if (a === b) return 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

export function equal(a: AttributeValue, b: AttributeValue): boolean {
  const order = compare(a, b);
  return order === undefined ? JSON.stringify(a) === JSON.stringify(b) : order === 0;
}

/** Stored items are shared between the table, its snapshots and its answers: none of them may change one. */
export function freezeCopy(item: Item): Item {
  const copy: Record<string, AttributeValue> = {};
  for (const name of Object.keys(item)) {
    const value = item[name];
    if (value === undefined) continue;
    copy[name] = isFlat(value) ? Object.freeze({ ...value }) : deepFreeze(structuredClone(value));
  }
  return Object.freeze(copy);
}

/** The copy of an S, N or BOOL is one level deep, and most attributes are of these. */
function isFlat(value: AttributeValue): boolean {
  for (const name of Object.keys(value)) {
    const part = value[name];
    if (typeof part === 'object' && part !== null) return false;
  }
  return true;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    for (const part of Object.values(value)) deepFreeze(part);
    Object.freeze(value);
  }
  return value;
}

export function itemBytes(item: Item): number {
  let bytes = 0;
  for (const name of Object.keys(item)) bytes += Buffer.byteLength(name) + valueBytes(item[name]);
  return bytes;
}

function valueBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value instanceof Uint8Array) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 1;
  let bytes = 0;
  for (const part of Object.values(value)) bytes += valueBytes(part);
  return bytes;
}
