// EventBridge's event patterns ("Comparison operators for use in event patterns"). What is not known here throws when the
// region starts: a pattern that silently matched nothing would hide a rule.

type Matcher = (value: unknown) => boolean;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text =
  (check: (value: string) => boolean): Matcher =>
  (value) =>
    typeof value === 'string' && check(value);

const wildcard = (pattern: string): Matcher => {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  const expression = new RegExp(`^${source}$`, 's');
  return text((value) => expression.test(value));
};

const NUMERIC: Record<string, (a: number, b: number) => boolean> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

const numeric = (parts: unknown): Matcher => {
  if (!Array.isArray(parts) || parts.length % 2 !== 0) throw new Error('pattern: numeric needs pairs');
  const tests: ((value: number) => boolean)[] = [];
  for (let i = 0; i < parts.length; i += 2) {
    const compare = NUMERIC[String(parts[i])];
    const bound: unknown = parts[i + 1];
    if (!compare || typeof bound !== 'number') throw new Error('pattern: numeric is malformed');
    tests.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
};

const operator = (name: string, argument: unknown): Matcher => {
  const given = String(argument);
  switch (name) {
    case 'prefix':
      if (isRecord(argument)) return operator('prefix-ignore-case', argument['equals-ignore-case']);
      return text((value) => value.startsWith(given));
    case 'prefix-ignore-case':
      return text((value) => value.toLowerCase().startsWith(given.toLowerCase()));
    case 'suffix':
      return text((value) => value.endsWith(given));
    case 'equals-ignore-case':
      return text((value) => value.toLowerCase() === given.toLowerCase());
    case 'wildcard':
      return wildcard(given);
    case 'numeric':
      return numeric(argument);
    case 'exists':
      return (value) => (value !== undefined) === (argument === true);
    case 'anything-but': {
      const not = isRecord(argument)
        ? Object.entries(argument).map(([inner, what]) => operator(inner, what))
        : [argument].flat().map(
            (one): Matcher =>
              (value) =>
                value === one,
          );
      return (value) => value !== undefined && !not.some((matches) => matches(value));
    }
    default:
      throw new Error(`pattern: ${name} is not known here`);
  }
};

const leaf = (pattern: unknown): Matcher => {
  if (!isRecord(pattern)) return (value) => value === pattern;
  const tests = Object.entries(pattern).map(([name, argument]) => operator(name, argument));
  return (value) => tests.every((test) => test(value));
};

/** An array in the event matches when one of its elements does. */
const anyOf = (patterns: readonly unknown[]): Matcher => {
  const tests = patterns.map(leaf);
  return (value) =>
    [value].flat().some((one) => tests.some((test) => test(one))) ||
    (Array.isArray(value) && value.length === 0 && tests.some((test) => test(undefined)));
};

/** Throws for an operator that is not known here. */
export const compilePattern = (pattern: unknown): Matcher => {
  if (Array.isArray(pattern)) return anyOf(pattern);
  if (!isRecord(pattern)) throw new Error('pattern: values stand in arrays');
  const tests = Object.entries(pattern).map(([name, inner]): Matcher => {
    if (name === '$or' && Array.isArray(inner)) {
      const ways = inner.map(compilePattern);
      return (value) => ways.some((way) => way(value));
    }
    const test = compilePattern(inner);
    return (value) => test(isRecord(value) ? value[name] : undefined);
  });
  return (value) => tests.every((test) => test(value));
};
