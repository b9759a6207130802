// All tests, in the order in which they run.

import type { Bench } from './bench.ts';
import { CRASH } from './case/crash.ts';
import { DEVICE } from './case/device.ts';
import { DOCKER } from './case/docker.ts';
import { LIFE } from './case/life.ts';
import { MARKER } from './case/marker.ts';
import { OPERATION } from './case/operation.ts';

export interface Case {
  /** A sentence that states the rule. */
  name: string;
  test(bench: Bench): Promise<void>;
}

export const CASES: Case[] = [...LIFE, ...DEVICE, ...MARKER, ...OPERATION, ...DOCKER, ...CRASH];
