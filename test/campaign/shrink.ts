// Makes a failing world smaller: fewer days, workloads and faults, as long as the same invariant still breaks. What is
// left is the line to replay, and what goes to test/history when it was a defect of the product.

import type { SeedOptions } from './seed.ts';

/** Which invariants a run of these options breaks. */
export type Tried = (options: SeedOptions) => Promise<ReadonlySet<string>>;

export interface ShrinkLimits {
  /** Runs in all. */
  runs: number;
  /** Asked before each run: may another be begun? */
  goOn(): boolean;
}

interface Search {
  fails(options: SeedOptions): Promise<boolean>;
}

const searchFor = (tried: Tried, invariant: string, limits: ShrinkLimits): Search => {
  let runs = 0;
  return {
    fails: async (options) => {
      if (runs >= limits.runs || !limits.goOn()) return false;
      runs += 1;
      return (await tried(options)).has(invariant);
    },
  };
};

/** The first of the candidates, smallest first, that still fails. */
const smallest = async (
  search: Search,
  candidates: readonly SeedOptions[],
): Promise<SeedOptions | undefined> => {
  for (const one of candidates) if (await search.fails(one)) return one;
  return undefined;
};

const below = (limit: number): number[] => [1, 2, 3, 5, 8, 13, 21, 34].filter((one) => one < limit);

/** Leaves out faults in ever smaller groups (delta debugging). */
const withoutFaults = async (
  search: Search,
  options: SeedOptions,
  faults: readonly string[],
): Promise<SeedOptions> => {
  let best = options;
  let left = faults.filter((name) => !options.without.includes(name));
  for (let size = Math.ceil(left.length / 2); size >= 1 && left.length > 0; ) {
    let removed = false;
    for (let from = 0; from < left.length; from += size) {
      const group = left.slice(from, from + size);
      const smaller = { ...best, without: [...best.without, ...group] };
      if (!(await search.fails(smaller))) continue;
      best = smaller;
      left = left.filter((name) => !group.includes(name));
      removed = true;
      break;
    }
    if (!removed) size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  return best;
};

/** `faults`: those that befell the failing run. The options given back still fail. */
export const shrink = async (
  failing: SeedOptions,
  { invariant, faults }: { invariant: string; faults: readonly string[] },
  { tried, limits }: { tried: Tried; limits: ShrinkLimits },
): Promise<SeedOptions> => {
  const search = searchFor(tried, invariant, limits);
  let best = failing;
  const shorter = below(best.days).map((days) => ({ ...best, days }));
  best = (await smallest(search, shorter)) ?? best;
  const fewer = below(best.workloads).map((workloads) => ({ ...best, workloads }));
  best = (await smallest(search, fewer)) ?? best;
  return withoutFaults(search, best, faults);
};
