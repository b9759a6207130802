// Which faults a seed has, and how often: each at 0, 1, 10 or 100 times its ordinary rate, so that seeds differ in kind
// (swarm testing) and no fault hides behind another. Caps keep a world in which something can still be done.

import type { Chance } from '../../simulator/kernel/random.ts';
import {
  CALM,
  FAULT_NAMES,
  type FaultName,
  ORDINARY,
  type Rates,
} from '../../simulator/region/state/faults.ts';

/** Numbers of the faults by name: one list for reports. Names below the line are drawn by the campaign itself. */
export const FAULT_NUMBER: Record<string, number> = {
  throttle: 1,
  serverError: 2,
  timeoutApplied: 3,
  timeoutNotApplied: 4,
  slowCall: 5,
  lateCall: 6,
  staleRead: 7,
  backInTime: 8,
  notFoundAfterCreate: 9,
  smallPages: 10,
  fleetInstanceAndErrors: 13,
  reclaimWithoutEvent: 15,
  warningLate: 16,
  bootFailure: 18,
  agentNever: 19,
  agentLate: 20,
  commandLost: 20,
  commandTwice: 21,
  commandCut: 22,
  outputTruncated: 23,
  slowTerminate: 24,
  verySlowTerminate: 24,
  attachStuck: 25,
  detachBusy: 26,
  staleDeviceLink: 28,
  volumeError: 29,
  snapshotError: 30,
  slowSnapshot: 30,
  deviceReadError: 31,
  fsckFails: 32,
  dockerCorrupt: 33,
  lambdaKilled: 34,
  concurrentInvocations: 35,
  eventTwice: 36,
  eventLost: 36,
  eventLate: 36,
  tickMissed: 37,
  ambiguousCommit: 39,
  lazyVolume: 46,
  // ---
  capacityLack: 11,
  capacityStorm: 12,
  reclaim: 14,
  falseEvent: 36,
  aimed: 17,
  frozenHost: 18,
  rebootedHost: 18,
  schedulerDown: 37,
  clockSkew: 38,
  tableRestored: 40,
  denied: 41,
  quota: 41,
  zoneOut: 42,
  apiOut: 42,
  operator: 43,
  deploy: 44,
  kmsDisabled: 45,
  controlPlaneDown: 37,
  // ---
  nvmeOrder: 27,
};

/** In every world at every attachment: nothing that a seed has or has not, nor a state meets. */
export const ALWAYS: readonly string[] = ['nvmeOrder'];

const FACTORS = [...Array<number>(10).fill(0), ...Array<number>(7).fill(1), 10, 10, 100];

/** At most this often, whatever the factor; 0.1 where nothing is said. */
const CAPS: Partial<Record<FaultName, number>> = {
  throttle: 0.15,
  serverError: 0.05,
  slowCall: 0.2,
  staleRead: 0.5,
  notFoundAfterCreate: 0.5,
  fleetInstanceAndErrors: 0.5,
  lambdaKilled: 0.15,
  concurrentInvocations: 0.5,
  eventTwice: 0.5,
  eventLost: 0.5,
  tickMissed: 0.3,
  reclaimWithoutEvent: 1,
  warningLate: 1,
  lazyVolume: 1,
  slowSnapshot: 0.5,
  ambiguousCommit: 0.05,
  fsckFails: 0.02,
  deviceReadError: 0.02,
  commandCut: 0.05,
  lateCall: 0.02,
  smallPages: 0.5,
  dockerCorrupt: 0.05,
};

/** Ordinary rates of what ORDINARY leaves at nothing because only a person can mend it. */
const MENDED_BY_PEOPLE: Partial<Record<FaultName, number>> = { fsckFails: 0.002, dockerCorrupt: 0.001 };

export const factorOf = (chance: Chance): number => chance.pick(FACTORS);

export const swarmRates = (
  chance: Chance,
  without: ReadonlySet<string>,
  more: readonly string[] = [],
): Rates => {
  const rates: Rates = { ...CALM };
  for (const name of FAULT_NAMES) {
    const drawn = factorOf(chance);
    const factor = more.includes(name) ? Math.max(...FACTORS) : drawn;
    const ordinary = MENDED_BY_PEOPLE[name] ?? ORDINARY[name];
    rates[name] = without.has(name) ? 0 : Math.min(ordinary * factor, CAPS[name] ?? 0.1);
  }
  return rates;
};

/** No fault at all: reads are fresh, every event comes once. */
export const HEALED: Rates = { ...CALM };
