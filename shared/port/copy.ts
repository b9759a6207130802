// A deep copy of plain data (records, views): several times faster than structuredClone, which also handles what plain
// data never has.

export const copyOf = <T>(value: T): T => copy(value) as T;

const copy = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  const made: Record<string, unknown> = {};
  for (const key of Object.keys(value)) made[key] = copy(Reflect.get(value, key));
  return made;
};
