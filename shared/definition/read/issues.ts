// Turns zod's findings into problem lines: one per mistake, the branch of a union that was meant, and for an unknown
// field the nearest known one.

import * as z from 'zod/mini';
import { nearest } from '../../base/nearest.ts';
import { type Problem, pathText, shown } from '../problem.ts';

type Issue = z.core.$ZodIssue;

/** Lines that can be read at once; the rest follow when these are fixed. */
const PROBLEMS_SHOWN = 20;

/** Fields that people look for and that do not exist on purpose. */
const ABSENT_ON_PURPOSE: readonly (readonly [RegExp, string])[] = [
  [/multi-?_?attach/i, 'no such field: one instance has the volume at a time, Multi-Attach is never used'],
  [
    /price/i,
    'no such field: Spot never costs more than on-demand, and a lower cap only raises interruptions',
  ],
];

export function readStrictly<T extends z.ZodMiniType>(
  schema: T,
  value: unknown,
): { value: z.infer<T> } | { problems: Problem[] } {
  const result = schema.safeParse(value);
  if (result.success) return { value: result.data };
  const problems = result.error.issues.flatMap((issue) => toProblems(issue, { schema, value, base: [] }));
  return { problems: distinct(problems).slice(0, PROBLEMS_SHOWN) };
}

/** Two checks of one value may say the same. */
function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [`${problem.path}: ${problem.expected}`, problem])).values()];
}

interface Place {
  schema: z.core.$ZodType;
  value: unknown;
  /** Path of the union the issue was found in; issues inside a union are relative to it. */
  base: PropertyKey[];
}

function toProblems(issue: Issue, place: Place): Problem[] {
  const path = [...place.base, ...issue.path];
  if (issue.code === 'invalid_union') {
    const meant = meantBranch(issue.errors);
    if (meant) return meant.flatMap((inner) => toProblems(inner, { ...place, base: path }));
  }
  if (issue.code === 'unrecognized_keys') {
    const known = knownFields(schemasAt(place.schema, path));
    return issue.keys.map((key) => unknownField([...path, key], known, valueAt(place.value, [...path, key])));
  }
  if (issue.code === 'invalid_key' && issue.issues[0]) {
    return [
      { path: pathText(path.slice(0, -1)), expected: issue.issues[0].message, found: shown(path.at(-1)) },
    ];
  }
  return [{ path: pathText(path), expected: issue.message, found: shown(valueAt(place.value, path)) }];
}

/** The branch that got furthest: not refused as a whole, and with the fewest mistakes. */
function meantBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return branches
    .filter(
      (issues) => !issues.some((issue) => issue.path.length === 0 && issue.code !== 'unrecognized_keys'),
    )
    .sort((a, b) => weight(a) - weight(b))[0];
}

const weight = (issues: readonly Issue[]): number =>
  issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0);

function unknownField(path: PropertyKey[], known: string[], value: unknown): Problem {
  const key = String(path.at(-1));
  return { path: pathText(path), expected: whyUnknown(key, known), found: shown(value) };
}

function whyUnknown(key: string, known: readonly string[]): string {
  const reason = ABSENT_ON_PURPOSE.find(([pattern]) => pattern.test(key))?.[1];
  if (reason) return reason;
  // Known, but to another branch of the union: `sizeGiB` beside `adopt`.
  if (known.includes(key)) return 'no such field beside the others given here';
  const near = nearest(key, known);
  return near ? `a known field; did you mean ${near}?` : `a known field, one of ${known.join(', ')}`;
}

function schemasAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): z.core.$ZodType[] {
  return path.reduce<z.core.$ZodType[]>((at, key) => at.flatMap((one) => step(one, key)), [schema]);
}

function step(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType[] {
  if (schema instanceof z.ZodMiniOptional) return step(schema.def.innerType, key);
  if (schema instanceof z.ZodMiniUnion) return schema.def.options.flatMap((option) => step(option, key));
  if (schema instanceof z.ZodMiniArray) return [schema.def.element];
  if (schema instanceof z.ZodMiniObject) {
    const field = schema.def.shape[String(key)];
    return field ? [field] : [];
  }
  return [];
}

function knownFields(schemas: readonly z.core.$ZodType[]): string[] {
  return schemas.flatMap((schema) => {
    if (schema instanceof z.ZodMiniOptional) return knownFields([schema.def.innerType]);
    if (schema instanceof z.ZodMiniUnion) return knownFields(schema.def.options);
    return schema instanceof z.ZodMiniObject ? Object.keys(schema.def.shape) : [];
  });
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = Reflect.get(at, key);
  }
  return at;
}
