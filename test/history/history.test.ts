// Worlds in which a defect of the product once showed itself, each shrunk by the campaign to the smallest that failed.
// The seeds meet other histories as the product changes; what they held is kept by the tests that came with each repair.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runSeed } from '../campaign/seed.ts';

interface History {
  what: string;
  broke: string;
  seed: number;
  days: number;
  workloads: number;
  dense: boolean;
  without: string[];
}

const histories: History[] = JSON.parse(readFileSync(new URL('histories.json', import.meta.url), 'utf8'));

describe('histories', () => {
  it.each(histories)('no longer: $what', async ({ seed, days, workloads, dense, without }) => {
    const { violations } = await runSeed({ seed, days, workloads, dense, without, thin: true });
    expect(violations).toEqual([]);
  });
});
