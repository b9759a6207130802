// The set of states seen: packed states in order of discovery, each with the one it came from, and an open-addressing
// hash table of their numbers. Whole states are compared, not fingerprints: the answer is exact. (JavaScript's own
// Set and Map end at 16.7 million entries.)

const CHUNK_BITS = 18;
const CHUNK = 1 << CHUNK_BITS;

export class StateStore {
  readonly words: number;
  count = 0;
  #states: Uint32Array[] = [];
  #parents: Uint32Array[] = [];
  /** Number + 1 of the state in that place, 0 = free. A power of two, at most 60 % full. */
  #table = new Uint32Array(1 << 16);
  #limit = Math.floor((1 << 16) * 0.6);

  constructor(words: number) {
    this.words = words;
  }

  #hash(packed: Uint32Array): number {
    let h = 0x9e3779b9;
    for (let k = 0; k < this.words; k++) {
      h = Math.imul(h ^ (packed[k] ?? 0), 0x85ebca6b);
      h = (h << 13) | (h >>> 19);
      h = (Math.imul(h, 5) + 0xe6546b64) | 0;
    }
    h ^= h >>> 16;
    h = Math.imul(h, 0xc2b2ae35);
    h ^= h >>> 13;
    h = Math.imul(h, 0x27d4eb2f);
    return (h ^ (h >>> 16)) >>> 0;
  }

  #same(number: number, packed: Uint32Array): boolean {
    const chunk = this.#states[number >>> CHUNK_BITS];
    if (!chunk) return false;
    const at = (number & (CHUNK - 1)) * this.words;
    for (let k = 0; k < this.words; k++) if (chunk[at + k] !== packed[k]) return false;
    return true;
  }

  /** The state's number if it is new, -1 if it was there. */
  add(packed: Uint32Array, parent: number): number {
    const mask = this.#table.length - 1;
    let place = this.#hash(packed) & mask;
    for (;;) {
      const entry = this.#table[place] ?? 0;
      if (entry === 0) break;
      if (this.#same(entry - 1, packed)) return -1;
      place = (place + 1) & mask;
    }
    const number = this.count;
    this.#table[place] = number + 1;
    const at = number & (CHUNK - 1);
    if (at === 0) {
      this.#states.push(new Uint32Array(CHUNK * this.words));
      this.#parents.push(new Uint32Array(CHUNK));
    }
    this.#states[number >>> CHUNK_BITS]?.set(packed, at * this.words);
    const parents = this.#parents[number >>> CHUNK_BITS];
    if (parents) parents[at] = parent;
    this.count += 1;
    if (this.count > this.#limit) this.#grow();
    return number;
  }

  #grow(): void {
    const table = new Uint32Array(this.#table.length * 2);
    const mask = table.length - 1;
    const packed = new Uint32Array(this.words);
    for (let number = 0; number < this.count; number++) {
      this.read(number, packed);
      let place = this.#hash(packed) & mask;
      while (table[place] !== 0) place = (place + 1) & mask;
      table[place] = number + 1;
    }
    this.#table = table;
    this.#limit = Math.floor(table.length * 0.6);
  }

  read(number: number, into: Uint32Array): void {
    const chunk = this.#states[number >>> CHUNK_BITS];
    const at = (number & (CHUNK - 1)) * this.words;
    for (let k = 0; k < this.words; k++) into[k] = chunk?.[at + k] ?? 0;
  }

  parent(number: number): number {
    return this.#parents[number >>> CHUNK_BITS]?.[number & (CHUNK - 1)] ?? 0;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#table.length * 4 + this.#states.length * CHUNK * (this.words + 1) * 4;
  }
}
