// A resource as Describe calls see it: the present view and those of the last minutes, because AWS's reads are
// eventually consistent and may go back in time.

/** Nothing older than this is ever shown. */
const KEPT_MS = 400_000;

export class Versioned<T> {
  readonly #versions: { at: number; view: T }[] = [];

  /** Views are values: the caller never changes one after it was put. */
  put(at: number, view: T): void {
    this.#versions.push({ at, view });
    while (this.#versions.length > 1 && (this.#versions[1]?.at ?? at) < at - KEPT_MS) this.#versions.shift();
  }

  /** As it was at that time; undefined before it existed. */
  asOf(at: number): T | undefined {
    for (let i = this.#versions.length - 1; i >= 0; i -= 1) {
      const version = this.#versions[i];
      if (version && version.at <= at) return version.view;
    }
    return undefined;
  }
}
