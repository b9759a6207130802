import { describe, expect, it } from 'vitest';
import { FAULT_NAMES } from '../../simulator/region/state/faults.ts';
import { FAULT_NUMBER } from './faults.ts';
import { readOptions } from './options.ts';
import { patchedFiles } from './planted/apply.ts';
import { BUGS } from './planted/bugs.ts';
import { runSeed } from './seed.ts';

const tiny = (seed: number) =>
  runSeed({ seed, days: 1, workloads: 1, without: [], dense: false, thin: true });

describe('the campaign', () => {
  it('runs the same seed the same way twice, and without a violation', async () => {
    const [first, again] = [await tiny(8), await tiny(8)];
    expect(first.violations).toEqual([]);
    expect(again.logHash).toBe(first.logHash);
    expect(first.injected).toEqual(again.injected);
  });

  it('has a number of the catalogue for every fault of the region', () => {
    for (const name of FAULT_NAMES) expect(FAULT_NUMBER[name], name).toBeGreaterThan(0);
  });

  it('has every fault of the catalogue', () => {
    const numbers = [...new Set(Object.values(FAULT_NUMBER))].toSorted((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 46 }, (_, i) => i + 1));
  });

  it('refuses seeds and days that are none', () => {
    expect(() => readOptions(['--seeds', '3..1'])).toThrow('expected A..B');
    expect(() => readOptions(['--days', '0'])).toThrow('expected a whole number from 1');
    expect(() => readOptions(['--nights', '2'])).toThrow('nights');
  });
});

describe('planted bugs', () => {
  it.each(BUGS.map((bug) => [bug.id, bug] as const))('%i still applies to the product’s text', (_, bug) => {
    expect(patchedFiles(bug).size).toBe(new Set(bug.patches.map(({ file }) => file)).size);
  });

  it('are the thirty-five of the catalogue and those that came after, each with a number of its own', () => {
    const ids = BUGS.map(({ id }) => id);
    expect(ids.slice(0, 35)).toEqual(Array.from({ length: 35 }, (_, i) => i + 1));
    expect(new Set(ids).size).toBe(ids.length);
  });
});
