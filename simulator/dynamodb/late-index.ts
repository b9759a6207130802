// A secondary index that follows its table late, in the order of the changes.

import { type AttributeValue, compare, type Item, itemBytes } from './attribute.ts';

export interface KeySpec {
  hash: string;
  range: string;
  /** Type of the range attribute; hash attributes are strings here. */
  rangeType: 'S' | 'N';
}

/** A row of the table or of an index, in key order. */
export interface TableRow {
  item: Item;
  bytes: number;
}

export interface RowChange {
  key: Item;
  /** Undefined: the item was deleted. */
  row: TableRow | undefined;
}

export class LateIndex {
  readonly key: KeySpec;
  readonly #tableKey: KeySpec;
  readonly #rows = new Map<string, TableRow>();
  readonly #known = new Set<string>();
  #pending: { at: number; change: RowChange }[] = [];

  constructor(key: KeySpec, tableKey: KeySpec) {
    this.key = key;
    this.#tableKey = tableKey;
  }

  /** Changes arrive in the order they were made: a later one never overtakes. Items that never were in it are no change. */
  enqueue(change: RowChange, at: number): void {
    const id = this.#idOf(change.key);
    if (change.row?.item[this.key.hash] === undefined && !this.#known.has(id)) return;
    this.#known.add(id);
    const last = this.#pending.at(-1)?.at ?? at;
    this.#pending.push({ at: Math.max(at, last), change });
  }

  rows(hash: string, now: number): TableRow[] {
    const due = this.#pending.findIndex(({ at }) => at > now);
    const arrived = due === -1 ? this.#pending.splice(0) : this.#pending.splice(0, due);
    for (const { change } of arrived) this.#apply(change);
    const own = [...this.#rows.values()].filter(({ item }) => item[this.key.hash]?.S === hash);
    return sorted(own, [this.key.range, this.#tableKey.hash, this.#tableKey.range]);
  }

  #idOf(key: Item): string {
    const { hash, range } = this.#tableKey;
    return `${scalarText(key[hash])}\n${scalarText(key[range])}`;
  }

  #apply({ key, row }: RowChange): void {
    const { hash, range } = this.#tableKey;
    const id = this.#idOf(key);
    const [indexHash, indexRange] = [row?.item[this.key.hash], row?.item[this.key.range]];
    if (!row || indexHash === undefined || indexRange === undefined) {
      this.#rows.delete(id);
      return;
    }
    const names = [hash, range, this.key.hash, this.key.range];
    const item = Object.fromEntries(
      names.flatMap((name) => (row.item[name] ? [[name, row.item[name]]] : [])),
    );
    this.#rows.set(id, { item, bytes: itemBytes(item) });
  }
}

const scalarText = (value: AttributeValue | undefined): string => String(value?.S ?? value?.N);

/** Sorts in place, by the attributes named, each ascending. */
export function sorted(rows: TableRow[], by: readonly string[]): TableRow[] {
  return rows.sort((a, b) => {
    for (const name of by) {
      const [left, right] = [a.item[name], b.item[name]];
      const order = left && right ? (compare(left, right) ?? 0) : 0;
      if (order !== 0) return order;
    }
    return 0;
  });
}
