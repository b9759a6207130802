// The rows of one hash key, kept in the order of their range keys: a query reads a stretch of them, whatever else the
// partition holds.

import { type KeySpec, sorted, type TableRow } from './late-index.ts';

export class Partition {
  readonly #rows = new Map<string, TableRow>();
  readonly #key: KeySpec;
  /** Range keys, ascending; undefined after a change that did not keep the order. */
  #order: string[] | undefined = [];

  constructor(key: KeySpec) {
    this.#key = key;
  }

  get size(): number {
    return this.#rows.size;
  }

  get(range: string): TableRow | undefined {
    return this.#rows.get(range);
  }

  values(): Iterable<TableRow> {
    return this.#rows.values();
  }

  set(range: string, row: TableRow): void {
    const known = this.#rows.has(range);
    this.#rows.set(range, row);
    if (known || !this.#order) return;
    // Text order of plain ASCII is its byte order; anything else is sorted when it is read.
    if (this.#key.rangeType !== 'S' || !isAscii(range)) this.#order = undefined;
    else this.#order.splice(lowerBound(this.#order, range), 0, range);
  }

  delete(range: string): boolean {
    if (!this.#rows.delete(range)) return false;
    if (this.#order) this.#order.splice(lowerBound(this.#order, range), 1);
    return true;
  }

  ascending(prefix: string): TableRow[] {
    if (!this.#order) return sorted([...this.#rows.values()], [this.#key.range]);
    const found: TableRow[] = [];
    for (let i = prefix === '' ? 0 : lowerBound(this.#order, prefix); i < this.#order.length; i += 1) {
      const range = this.#order[i] ?? '';
      if (!range.startsWith(prefix)) break;
      const row = this.#rows.get(range);
      if (row) found.push(row);
    }
    return found;
  }
}

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/** The first index whose text is not before `text`. */
const lowerBound = (order: readonly string[], text: string): number => {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((order[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
};
