// Spot and on-demand capacity over time: scripted, random by a Markov chain, or from a trace. A pool is an instance type
// in a zone under a purchase option.

import type { Chance } from '../../kernel/random.ts';

export type Purchase = 'spot' | 'on-demand';

export interface PoolName {
  type: string;
  zone: string;
  purchase: Purchase;
}

/** A scripted stretch: what it says holds for the pools it names, the latest one said first. */
export interface PoolStretch {
  zone?: string;
  types?: string[];
  purchase?: Purchase;
  available: boolean;
  from: number;
  until: number;
}

/** Answers whether a pool has capacity at a time, past ones included. */
export interface CapacitySource {
  available(pool: PoolName, at: number): boolean;
}

export class Pools implements CapacitySource {
  readonly #stretches: PoolStretch[] = [];
  #base: CapacitySource = { available: () => true };

  setBase(base: CapacitySource): void {
    this.#base = base;
  }

  script(stretch: PoolStretch): void {
    this.#stretches.unshift(stretch);
  }

  /** When scripted stretches begin and end. */
  edges(): number[] {
    return this.#stretches.flatMap(({ from, until }) => [from, until]);
  }

  available(pool: PoolName, at: number): boolean {
    for (const stretch of this.#stretches) {
      if (at < stretch.from || at >= stretch.until) continue;
      if (stretch.zone !== undefined && stretch.zone !== pool.zone) continue;
      if (stretch.types !== undefined && !stretch.types.includes(pool.type)) continue;
      if (stretch.purchase !== undefined && stretch.purchase !== pool.purchase) continue;
      return stretch.available;
    }
    return this.#base.available(pool, at);
  }
}

/** Random capacity changes at multiples of this only. */
export const SLICE_MS = 600_000;

/**
 * Each pool alternates between having and lacking capacity, decided per ten-minute slice by a chain whose long-run
 * share of lack is `lackShare` and whose stretches of lack last about `lackMinutes`; zones fail together now and then.
 */
export class MarkovCapacity implements CapacitySource {
  /** By chain: the first slice it was asked about, and what it was in each since. */
  readonly #states = new Map<string, { first: number; had: boolean[] }>();
  readonly #options: { lackShare: number; lackMinutes: number };
  readonly #chanceOf: (label: string) => Chance;
  readonly #chances = new Map<string, Chance>();
  constructor(chanceOf: (label: string) => Chance, options: { lackShare: number; lackMinutes: number }) {
    this.#chanceOf = chanceOf;
    this.#options = options;
  }

  #chain(label: string, at: number, lackShare: number): boolean {
    const slice = Math.floor(at / SLICE_MS);
    let chance = this.#chances.get(label);
    if (!chance) {
      chance = this.#chanceOf(`capacity/${label}`);
      this.#chances.set(label, chance);
    }
    const leaveLack = Math.min(1, SLICE_MS / 60_000 / this.#options.lackMinutes);
    const enterLack = (leaveLack * lackShare) / Math.max(1e-9, 1 - lackShare);
    const state = this.#states.get(label) ?? { first: slice, had: [] };
    this.#states.set(label, state);
    if (state.had.length === 0) {
      const begins = !chance.hit(lackShare);
      state.had.push(begins ? !chance.hit(enterLack) : chance.hit(leaveLack));
    }
    while (state.first + state.had.length <= slice)
      state.had.push(state.had.at(-1) ? !chance.hit(enterLack) : chance.hit(leaveLack));
    return state.had[Math.max(0, slice - state.first)] ?? true;
  }

  available({ type, zone, purchase }: PoolName, at: number): boolean {
    if (purchase === 'on-demand') return true;
    return (
      this.#chain(`zone ${zone}`, at, this.#options.lackShare / 2) &&
      this.#chain(`pool ${type} ${zone}`, at, this.#options.lackShare)
    );
  }
}
