// Forms as the query protocols send them: keys split at their dots, read by the API's model. EC2 and the other query
// services differ in how a member is named and in whether a list has a level `member` of its own.

import type { RegionError } from './region-error.ts';
import type { Member, Shape, Structure } from './schema.ts';

/** A form key split at its dots: leaves are values, `Filter.1.Name` is Filter → 1 → Name. */
export type FormTree = Map<string, FormTree | string>;

export interface FormStyle {
  fieldName: (member: Member) => string;
  /** `member` where lists have a level of their own. */
  listLevel?: string;
  refusal: (code: string, message: string) => RegionError;
}

/** Puts one field of the form in its place. */
export function plant(tree: FormTree, key: string, value: string, { refusal }: FormStyle): void {
  const parts = key.split('.');
  const leaf = parts.pop() ?? key;
  let branch = tree;
  for (const part of parts) {
    const next = branch.get(part) ?? new Map();
    if (typeof next === 'string')
      throw refusal('InvalidParameterCombination', `The parameter ${key} is given twice`);
    branch.set(part, next);
    branch = next;
  }
  if (branch.has(leaf)) throw refusal('InvalidParameterCombination', `The parameter ${key} is given twice`);
  branch.set(leaf, value);
}

/** The operation's input; a field that it does not have is refused. */
export function readStructure(
  structure: Structure,
  tree: FormTree,
  at: string,
  style: FormStyle,
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  const unread = new Set(tree.keys());
  for (const member of structure.members) {
    const field = style.fieldName(member);
    const node = tree.get(field);
    if (node === undefined) {
      if (member.required) {
        throw style.refusal('MissingParameter', `The request must contain the parameter ${at}${field}`);
      }
      continue;
    }
    unread.delete(field);
    input[member.name] = readValue(member.shape, node, { at: `${at}${field}`, style });
  }
  for (const field of unread) {
    throw style.refusal('UnknownParameter', `The parameter ${at}${field} is not recognized`);
  }
  return input;
}

interface Place {
  at: string;
  style: FormStyle;
}

function readValue(shape: Shape, node: FormTree | string, place: Place): unknown {
  const { at, style } = place;
  if (shape.kind === 'structure') {
    if (typeof node === 'string')
      throw style.refusal('InvalidParameterValue', `The parameter ${at} is not a value`);
    return readStructure(shape, node, `${at}.`, style);
  }
  if (shape.kind === 'list') {
    if (typeof node === 'string')
      throw style.refusal('InvalidParameterValue', `The parameter ${at} is not a value`);
    const level = style.listLevel === undefined ? node : node.get(style.listLevel);
    if (level === undefined || typeof level === 'string')
      throw style.refusal('MalformedInput', `The parameter ${at} is not a list`);
    const numbered = [...level].map(([index, item]) => ({ index: Number(index), item }));
    if (numbered.some(({ index }) => !Number.isInteger(index))) {
      throw style.refusal(
        'UnknownParameter',
        `The parameter ${at}.${[...node.keys()].join(',')} is not recognized`,
      );
    }
    numbered.sort((a, b) => a.index - b.index);
    return numbered.map(({ index, item }) => readValue(shape.element, item, { at: `${at}.${index}`, style }));
  }
  if (typeof node !== 'string') {
    throw style.refusal(
      'UnknownParameter',
      `The parameter ${at}.${[...node.keys()].join(',')} is not recognized`,
    );
  }
  return readScalar(shape, node, place);
}

function readScalar(shape: Shape, text: string, { at, style }: Place): unknown {
  const invalid = () =>
    style.refusal('InvalidParameterValue', `Value (${text}) for parameter ${at} is invalid`);
  switch (shape.kind) {
    case 'string':
      return text;
    case 'number': {
      const value = Number(text);
      if (text === '' || !Number.isFinite(value)) throw invalid();
      return value;
    }
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw invalid();
      return text === 'true';
    case 'timestamp': {
      const epochMs = Date.parse(text);
      if (Number.isNaN(epochMs)) throw invalid();
      return new Date(epochMs);
    }
    case 'blob':
      return new Uint8Array(Buffer.from(text, 'base64'));
    default:
      throw invalid();
  }
}
