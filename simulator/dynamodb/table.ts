// One table in memory: items by key, and secondary indexes that follow the table late, as DynamoDB's do.

import {
  type AttributeValue,
  freezeCopy,
  type Item,
  itemBytes,
  MAX_ITEM_BYTES,
  scalarOf,
} from './attribute.ts';
import { type KeySpec, LateIndex, type RowChange, type TableRow } from './late-index.ts';
import { Partition } from './partition.ts';
import { refuse } from './refuse.ts';

export interface TableSpec {
  name: string;
  key: KeySpec;
  /** Sparse: items without both key attributes are not in it. Projection: keys only. */
  indexes: { name: string; key: KeySpec }[];
}

export interface TableSnapshot {
  spec: TableSpec;
  items: readonly Item[];
}

export interface SimTableDeps {
  now(): number;
  /** How long a change takes to reach the indexes, drawn for each change. */
  indexLagMs(): number;
}

export class MemoryTable {
  readonly spec: TableSpec;
  readonly id: string;
  readonly createdAt: number;
  readonly #deps: SimTableDeps;
  readonly #partitions = new Map<string, Partition>();
  readonly #indexes: Map<string, LateIndex>;

  constructor(spec: TableSpec, id: string, deps: SimTableDeps) {
    this.spec = spec;
    this.id = id;
    this.createdAt = deps.now();
    this.#deps = deps;
    this.#indexes = new Map(spec.indexes.map((index) => [index.name, new LateIndex(index.key, spec.key)]));
  }

  get(key: Item): Item | undefined {
    const { hash, range } = this.#keyOf(key, true);
    return this.#partitions.get(hash)?.get(range)?.item;
  }

  /** The item must have been checked with `check`, which says its size. */
  put(item: Item, bytes: number): void {
    this.#store(item, bytes, this.#deps.indexLagMs());
  }

  /** As a restore leaves it: the indexes are complete. */
  load(items: readonly Item[]): void {
    for (const item of items) this.#store(item, itemBytes(item), 0);
  }

  #store(item: Item, bytes: number, lagMs: number): void {
    const { hash, range } = this.#keyOf(item, false);
    const stored = Object.isFrozen(item) ? item : freezeCopy(item);
    const row = { item: stored, bytes };
    const partition = this.#partitions.get(hash) ?? new Partition(this.spec.key);
    partition.set(range, row);
    this.#partitions.set(hash, partition);
    this.#follow({ key: stored, row }, lagMs);
  }

  delete(key: Item): void {
    const { hash, range } = this.#keyOf(key, true);
    const partition = this.#partitions.get(hash);
    if (!partition?.delete(range)) return;
    if (partition.size === 0) this.#partitions.delete(hash);
    this.#follow({ key, row: undefined }, this.#deps.indexLagMs());
  }

  /** The item's size in bytes. Throws ValidationException for what DynamoDB would not store. */
  check(item: Item): number {
    this.#keyOf(item, false);
    for (const { name, key } of this.spec.indexes) {
      this.#checkType(item[key.hash], 'S', `index ${name}`);
      this.#checkType(item[key.range], key.rangeType, `index ${name}`);
    }
    const bytes = itemBytes(item);
    if (bytes > MAX_ITEM_BYTES) {
      throw refuse('ValidationException', 'Item size has exceeded the maximum allowed size');
    }
    return bytes;
  }

  /** The rows of one partition, ascending; with a prefix only those whose range key begins with it. */
  rows(hash: string, prefix = ''): TableRow[] {
    return this.#partitions.get(hash)?.ascending(prefix) ?? [];
  }

  indexRows(name: string, hash: string): { rows: TableRow[]; key: KeySpec } | undefined {
    const index = this.#indexes.get(name);
    return index && { rows: index.rows(hash, this.#deps.now()), key: index.key };
  }

  get size(): number {
    let items = 0;
    for (const rows of this.#partitions.values()) items += rows.size;
    return items;
  }

  allItems(): Item[] {
    return [...this.#partitions.values()].flatMap((rows) => [...rows.values()].map(({ item }) => item));
  }

  #follow(change: RowChange, lagMs: number): void {
    for (const index of this.#indexes.values()) index.enqueue(change, this.#deps.now() + lagMs);
  }

  #keyOf(item: Item, keyOnly: boolean): { hash: string; range: string } {
    const { hash, range, rangeType } = this.spec.key;
    if (keyOnly && Object.keys(item).length !== 2) {
      throw refuse('ValidationException', 'The provided key element does not match the schema');
    }
    const [hashValue, rangeValue] = [item[hash], item[range]];
    if (hashValue === undefined || rangeValue === undefined) {
      throw refuse('ValidationException', 'One or more parameter values were invalid: Missing the key');
    }
    this.#checkType(hashValue, 'S', 'the key');
    this.#checkType(rangeValue, rangeType, 'the key');
    return { hash: String(hashValue.S), range: String(scalarOf(rangeValue).value) };
  }

  #checkType(value: AttributeValue | undefined, type: 'S' | 'N', where: string): void {
    if (value === undefined) return;
    const scalar = scalarOf(value);
    if (scalar.type !== type || scalar.value === '') {
      throw refuse(
        'ValidationException',
        `One or more parameter values were invalid: Type mismatch in ${where}`,
      );
    }
  }
}
