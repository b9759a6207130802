// Half-open stretches of time, in epoch milliseconds: union, overlap, length.

export interface Span {
  from: number;
  to: number;
}

export const union = (spans: readonly Span[]): Span[] => {
  const merged: Span[] = [];
  for (const span of spans.filter(({ from, to }) => to > from).toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
};

/** How much of `spans` (disjoint, sorted) lies within `within` (likewise). */
export const overlap = (spans: readonly Span[], within: readonly Span[]): number => {
  let sum = 0;
  let i = 0;
  for (const one of spans) {
    while (i < within.length && (within[i]?.to ?? 0) <= one.from) i += 1;
    for (let j = i; j < within.length; j += 1) {
      const other = within[j];
      if (!other || other.from >= one.to) break;
      sum += Math.max(0, Math.min(one.to, other.to) - Math.max(one.from, other.from));
    }
  }
  return sum;
};

export const length = (spans: readonly Span[]): number =>
  spans.reduce((sum, { from, to }) => sum + to - from, 0);
