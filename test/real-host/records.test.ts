import { describe, expect, it } from 'vitest';
import { wrongWith } from '../../simulator/real-host/writer.ts';

const records = (...numbers: number[]): string =>
  numbers.map((number) => `${String(number).padStart(8, '0')}\n`).join('');

describe('the records on a volume', () => {
  it('are right when every acknowledged one is there, in order, none twice', () => {
    expect(wrongWith(records(1, 2, 3), [1, 2, 3])).toBeUndefined();
    expect(wrongWith('', [])).toBeUndefined();
  });

  it('may be ahead of the acknowledgements, and the last may be torn', () => {
    expect(wrongWith(records(1, 2, 3), [1, 2])).toBeUndefined();
    expect(wrongWith(`${records(1, 2)}0000`, [1, 2])).toBeUndefined();
  });

  it('are wrong with one lost, skipped, repeated or acknowledged twice', () => {
    expect(wrongWith(records(1, 2), [1, 2, 3])).toMatch(/record 3 was acknowledged, the last one there is 2/);
    expect(wrongWith(records(1, 3), [1])).toMatch(/record 2 reads 3/);
    expect(wrongWith(records(1, 2, 2), [1])).toMatch(/record 3 reads 2/);
    expect(wrongWith(records(1, 2), [1, 2, 2])).toMatch(/record 2 was acknowledged twice/);
  });
});
