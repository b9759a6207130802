import { describe, expect, it } from 'vitest';
import type { SeedOptions } from './seed.ts';
import { replayOf } from './seed.ts';
import { shrink } from './shrink.ts';

const failing: SeedOptions = { seed: 7, days: 20, workloads: 5, without: [], dense: false, thin: true };
const faults = ['throttle', 'reclaim', 'eventLost', 'commandCut', 'staleRead', 'operator'];

/** Fails while it lasts three days, has two workloads and these two faults. */
const fake = async ({ days, workloads, without }: SeedOptions): Promise<ReadonlySet<string>> =>
  new Set(
    days >= 3 && workloads >= 2 && !without.includes('reclaim') && !without.includes('commandCut')
      ? ['S3']
      : ['L1'],
  );

const unlimited = { runs: 1_000, goOn: () => true };

describe('a failing world', () => {
  it('is shrunk to the fewest days, workloads and faults that still break the same invariant', async () => {
    const small = await shrink(failing, { invariant: 'S3', faults }, { tried: fake, limits: unlimited });
    expect(small).toMatchObject({ days: 3, workloads: 2 });
    expect(small.without.toSorted()).toEqual(['eventLost', 'operator', 'staleRead', 'throttle']);
    expect(replayOf(small)).toMatch(/--seeds 7\.\.7 --days 3 --workloads 2 --without /);
  });

  it('stays as it is when no smaller one fails', async () => {
    const tried = async (): Promise<ReadonlySet<string>> => new Set<string>();
    expect(await shrink(failing, { invariant: 'S3', faults }, { tried, limits: unlimited })).toEqual(failing);
  });

  it('is left in time', async () => {
    let runs = 0;
    const tried = async (): Promise<ReadonlySet<string>> => {
      runs += 1;
      return new Set<string>();
    };
    await shrink(failing, { invariant: 'S3', faults }, { tried, limits: { runs: 4, goOn: () => true } });
    expect(runs).toBe(4);
  });
});
