// All tests, in the order in which they run.

import type { Bench } from './bench.ts';
import { ADOPT } from './case/adopt.ts';
import { CRASH } from './case/crash.ts';
import { DEVICE } from './case/device.ts';
import { DOCKER } from './case/docker.ts';
import { FORMAT } from './case/format.ts';
import { GUEST } from './case/guest.ts';
import { HEALTH } from './case/health.ts';
import { IMAGE } from './case/image.ts';
import { LIFE } from './case/life.ts';
import { MARKER } from './case/marker.ts';
import { OPERATION } from './case/operation.ts';
import { WATCH } from './case/watch.ts';

export interface Case {
  /** A sentence that states the rule. */
  name: string;
  test(bench: Bench): Promise<void>;
}

/**
 * Lanes run side by side: one guest keeps a processor busy, the instances of the long lane another, and the watcher's tests
 * mostly wait for clocks.
 */
export const LANES: Case[][] = [
  GUEST,
  [...FORMAT, ...LIFE, ...ADOPT, ...DEVICE, ...MARKER, ...OPERATION, ...DOCKER, ...HEALTH, ...IMAGE],
  [...WATCH, ...CRASH],
];
