// A deep copy of plain data (records, views): several times faster than structuredClone, which also handles what plain
// data never has.

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

export const copyOf = <T>(value: T): T => copy(value) as T;

/** Equal as JSON says it: a field that is undefined is not there. The order of fields does not count. */
export const isSame = (a: unknown, b: unknown): boolean => {
  if (a === b) return true;
  if (!isFields(a) || !isFields(b)) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((one, index) => isSame(one, b[index]));
  }
  for (const key of Object.keys(a)) if (a[key] !== b[key] && !isSame(a[key], b[key])) return false;
  for (const key of Object.keys(b)) if (b[key] !== undefined && a[key] === undefined) return false;
  return true;
};

/** Freezes plain data all the way down, where it is not frozen yet. */
export const freezeAll = (value: unknown): void => {
  if (!isFields(value) || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freezeAll(part);
};

const copy = (value: unknown): unknown => {
  if (!isFields(value)) return value;
  if (Array.isArray(value)) return value.map(copy);
  // A spread keeps the shape of what it copies: twice as fast as field by field.
  const made = { ...value };
  for (const key in made) {
    const part = made[key];
    if (isFields(part)) made[key] = copy(part);
  }
  return made;
};

type Plain = string | number | boolean | undefined;

/** The same, to be looked at only, all the way down. */
export type Frozen<T> = unknown extends T
  ? T
  : T extends Plain
    ? T
    : T extends readonly (infer One)[]
      ? readonly Frozen<One>[]
      : { readonly [K in keyof T]: Frozen<T[K]> };
