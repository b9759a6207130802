// All tests, in the order in which they run.

import type { Bench } from './bench.ts';
import { CRASH } from './case/crash.ts';
import { LIFE } from './case/life.ts';

export interface Case {
  /** A sentence that states the rule. */
  name: string;
  test(bench: Bench): Promise<void>;
}

export const CASES: Case[] = [...LIFE, ...CRASH];
