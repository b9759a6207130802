// With `recycle`, which place an instance has is chance: places are sorted by what stands in them, and every
// reference follows, so that the search does not visit the same world once for each order.

import type { ModelConfig } from './config.ts';
import { BACKUP_AT, INSTANCE_SIZE, INSTANCES_AT, LIFE, R, RECORD_AT, type State, V, W } from './state.ts';

interface Bounds {
  config: ModelConfig;
  instances: number;
  volumes: number;
  /** Room for one number an instance. */
  keys: Float64Array;
}

/** What one block of the record says of an instance, as four bits. */
function says(state: State, block: number, i: number): number {
  const owner = state.get(block + R.owner) === i + 1 ? 8 : 0;
  const candidate = state.get(block + R.candidate) === i + 1 ? 4 : 0;
  return (
    owner +
    candidate +
    ((state.get(block + R.formers) >> i) & 1) * 2 +
    ((state.get(block + R.known) >> i) & 1)
  );
}

/** What the records and volumes say of an instance, as one number. */
function references(state: State, i: number, bounds: Bounds): number {
  let key = (state.inst(i, 0) === LIFE.none ? 0 : 16) + says(state, RECORD_AT, i);
  if (bounds.config.restore && state.world(W.backup) === 1) key = key * 16 + says(state, BACKUP_AT, i);
  for (let v = 0; v < bounds.volumes; v++) key = key * 2 + (state.vol(v, V.attached) === i + 1 ? 1 : 0);
  return key;
}

/** Above 0 when the first belongs after the second. Empty places come last. */
function compare(state: State, first: number, second: number, keys: Float64Array): number {
  const difference = (keys[second] ?? 0) - (keys[first] ?? 0);
  if (difference !== 0) return difference;
  for (let field = 0; field < INSTANCE_SIZE; field++) {
    const gap = state.inst(second, field) - state.inst(first, field);
    if (gap !== 0) return gap;
  }
  return 0;
}

function swapReference(state: State, place: number, first: number, second: number): void {
  const value = state.get(place);
  if (value === first + 1) state.bytes[place] = second + 1;
  else if (value === second + 1) state.bytes[place] = first + 1;
}

function swapBits(state: State, place: number, first: number, second: number): void {
  const mask = state.get(place);
  const differ = ((mask >> first) ^ (mask >> second)) & 1;
  if (differ === 1) state.bytes[place] = mask ^ (1 << first) ^ (1 << second);
}

function swap(state: State, first: number, second: number, volumes: number): void {
  for (let field = 0; field < INSTANCE_SIZE; field++) {
    const a = INSTANCES_AT + first * INSTANCE_SIZE + field;
    const b = INSTANCES_AT + second * INSTANCE_SIZE + field;
    const kept = state.get(a);
    state.bytes[a] = state.get(b);
    state.bytes[b] = kept;
  }
  for (const block of [RECORD_AT, BACKUP_AT]) {
    swapReference(state, block + R.owner, first, second);
    swapReference(state, block + R.candidate, first, second);
    swapBits(state, block + R.formers, first, second);
    swapBits(state, block + R.known, first, second);
  }
  for (let v = 0; v < volumes; v++) {
    const attached = state.vol(v, V.attached);
    if (attached === first + 1) state.setVol(v, V.attached, second + 1);
    else if (attached === second + 1) state.setVol(v, V.attached, first + 1);
  }
}

export function sortInstances(state: State, bounds: Bounds): void {
  const { instances, volumes, keys } = bounds;
  for (let i = 0; i < instances; i++) keys[i] = references(state, i, bounds);
  for (let end = instances - 1; end > 0; end--) {
    for (let i = 0; i < end; i++) {
      if (compare(state, i, i + 1, keys) <= 0) continue;
      swap(state, i, i + 1, volumes);
      const key = keys[i] ?? 0;
      keys[i] = keys[i + 1] ?? 0;
      keys[i + 1] = key;
    }
  }
}
