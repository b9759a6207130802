// How a state becomes a handful of 32-bit words: every field gets the bits its configuration can need and no field
// crosses a word. The packing is exact (no fingerprint): two states are the same in the search only if they are.

import type { ModelConfig } from './config.ts';
import { fieldsOf } from './fields.ts';
import { STATE_SIZE, type State } from './state.ts';

export class Layout {
  readonly words: number;
  readonly bits: number;
  /** The places that are packed, and by place: word, shift and mask (mask 0 = not packed). */
  readonly #places: Uint8Array;
  readonly #word = new Uint8Array(STATE_SIZE);
  readonly #shift = new Uint8Array(STATE_SIZE);
  readonly #mask = new Uint8Array(STATE_SIZE);
  /** Where packed fields are, four bytes at a time. */
  readonly #quads: Uint8Array;

  constructor(config: ModelConfig) {
    const fields = fieldsOf(config);
    this.#places = Uint8Array.from(fields, (field) => field.place);
    this.#quads = Uint8Array.from(new Set(this.#places.map((place) => place >> 2)));
    let word = 0;
    let used = 0;
    for (const { place, width } of fields) {
      if (used + width > 32) {
        word += 1;
        used = 0;
      }
      this.#word[place] = word;
      this.#shift[place] = used;
      this.#mask[place] = 2 ** width - 1;
      used += width;
    }
    this.words = word + 1;
    this.bits = fields.reduce((sum, field) => sum + field.width, 0);
  }

  pack(state: State, into: Uint32Array): void {
    into.fill(0);
    for (const place of this.#places) this.#put(place, state.get(place), into);
  }

  /** Packs `next`, of which `now` packed is known: few fields differ, so this is much faster. */
  packChange(now: State, packed: Uint32Array, next: State, into: Uint32Array): void {
    for (let k = 0; k < this.words; k++) into[k] = packed[k] ?? 0;
    const quads = this.#quads;
    for (let k = 0; k < quads.length; k++) {
      const quad = quads[k] ?? 0;
      if (now.quads[quad] === next.quads[quad]) continue;
      for (let place = quad * 4; place < quad * 4 + 4; place++) {
        const before = now.get(place);
        const after = next.get(place);
        if (before !== after) this.#put(place, after, into, before);
      }
    }
  }

  #put(place: number, value: number, into: Uint32Array, before = 0): void {
    const mask = this.#mask[place] ?? 0;
    if (mask === 0) return;
    if (value > mask) throw new Error(`the field at ${place} holds ${value}: too few bits`);
    const word = this.#word[place] ?? 0;
    into[word] = (into[word] ?? 0) ^ ((value ^ before) << (this.#shift[place] ?? 0));
  }

  unpack(from: Uint32Array, state: State): void {
    state.bytes.fill(0);
    for (const place of this.#places) {
      const word = from[this.#word[place] ?? 0] ?? 0;
      state.bytes[place] = (word >>> (this.#shift[place] ?? 0)) & (this.#mask[place] ?? 0);
    }
  }
}
