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

/** What `spans` and `others` (each disjoint, sorted) have in common. */
export const common = (spans: readonly Span[], others: readonly Span[]): Span[] => {
  const found: Span[] = [];
  let i = 0;
  for (const one of spans) {
    while (i < others.length && (others[i]?.to ?? 0) <= one.from) i += 1;
    for (let j = i; j < others.length; j += 1) {
      const other = others[j];
      if (!other || other.from >= one.to) break;
      found.push({ from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) });
    }
  }
  return found.filter(({ from, to }) => to > from);
};

/** What of `spans` lies in none of `others` (each disjoint, sorted). */
export const without = (spans: readonly Span[], others: readonly Span[]): Span[] => {
  const ends = others.flatMap(({ from, to }) => [from, to]);
  const gaps = [Number.NEGATIVE_INFINITY, ...ends, Number.POSITIVE_INFINITY];
  const free: Span[] = [];
  for (let i = 0; i < gaps.length; i += 2) free.push({ from: gaps[i] ?? 0, to: gaps[i + 1] ?? 0 });
  return common(spans, free);
};

/** How much of `spans` (disjoint, sorted) lies within `within` (likewise). */
export const overlap = (spans: readonly Span[], within: readonly Span[]): number =>
  length(common(spans, within));

export const length = (spans: readonly Span[]): number =>
  spans.reduce((sum, { from, to }) => sum + to - from, 0);
