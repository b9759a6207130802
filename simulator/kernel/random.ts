// Seeded chance. Each purpose has a stream of its own, so that a new draw in one place does not shift all others.

import type { Ms } from '../../shared/base/time.ts';
import { ms } from '../../shared/base/time.ts';
import { createUlid } from '../../shared/base/ulid.ts';
import type { Ids } from '../../shared/port/clock.ts';

/** FNV-1a, 32 bits. */
const mix = (text: string): number => {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
};

export interface Chance {
  /** [0, 1) */
  next(): number;
  between(low: number, high: number): number;
  hit(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** Seconds in [low, high], as a duration. */
  seconds(low: number, high: number): Ms;
  /** Exponential with this mean, in seconds. */
  exponential(meanSeconds: number): Ms;
}

/** sfc32. */
const generator = (seed: number, label: string): (() => number) => {
  let a = mix(`${label}/a/${seed}`);
  let b = mix(`b/${seed}/${label}`);
  let c = mix(`${seed}/c/${label}`);
  let d = 1;
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i += 1) next();
  return next;
};

export const createChance = (seed: number, label: string): Chance => {
  const next = generator(seed, label);
  const between = (low: number, high: number): number => low + (high - low) * next();
  return {
    next,
    between,
    hit: (probability) => probability > 0 && next() < probability,
    pick: (items) => {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new Error('pick of nothing');
      return item;
    },
    seconds: (low, high) => ms(Math.round(between(low, high) * 1000)),
    exponential: (meanSeconds) => ms(Math.round(-Math.log(1 - next()) * meanSeconds * 1000)),
  };
};

const HEX = '0123456789abcdef';

const hex = (chance: Chance, length: number): string => {
  let text = '';
  for (let i = 0; i < length; i += 1) text += HEX[Math.floor(chance.next() * 16)] ?? '';
  return text;
};

/** AWS's long ids: `i-` and 17 hex digits. */
export const awsId = (chance: Chance, prefix: string): string => `${prefix}-${hex(chance, 17)}`;

/** Lower-case UUID of version 4's form. */
export const uuidOf = (chance: Chance): string =>
  `${hex(chance, 8)}-${hex(chance, 4)}-4${hex(chance, 3)}-8${hex(chance, 3)}-${hex(chance, 12)}`;

export const seededIds = (chance: Chance, now: () => number): Ids => ({
  ulid: () => {
    const entropy = new Uint8Array(10);
    for (let i = 0; i < entropy.length; i += 1) entropy[i] = Math.floor(chance.next() * 256);
    return createUlid(now(), entropy);
  },
  uuid: () => uuidOf(chance),
});
