// How much room a value takes as the table keeps it: JSON without spaces, in UTF-8.

export const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '');

/** The first of a list that take at most so many bytes together. */
export const withinBytes = <T>(list: readonly T[], most: number): T[] => {
  let left = most;
  const last = list.findIndex((one) => {
    left -= jsonBytes(one) + 1;
    return left < 0;
  });
  return last < 0 ? [...list] : list.slice(0, last);
};
