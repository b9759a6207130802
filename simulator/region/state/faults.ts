// The simulated region's fault contract (in full: docs/region.md).
//
// May happen, in any order and at any moment: a call is refused, times out though it was applied, or is applied after its
// caller died; a read is old, goes back in time, changes between its pages; an event is lost, doubled, late; an instance
// ends without notice or hangs; an attachment sticks; a volume or a snapshot fails or vanishes.
//
// Never happens: a volume has two instances; a synced write is lost while its volume exists; a completed snapshot holds
// another moment than that of its request; a terminated instance runs again; an id is given twice; a conditional write
// succeeds against what its condition excludes.
//
// Below: rates per call or per launch, and switches with an end. Numbers are probabilities unless the name says otherwise.

export const FAULT_NAMES = [
  'throttle',
  'serverError',
  'timeoutApplied',
  'timeoutNotApplied',
  'slowCall',
  'staleRead',
  'backInTime',
  'notFoundAfterCreate',
  'fleetInstanceAndErrors',
  'bootFailure',
  'agentNever',
  'agentLate',
  'commandLost',
  'commandTwice',
  'commandCut',
  'outputTruncated',
  'slowTerminate',
  'verySlowTerminate',
  'attachStuck',
  'detachBusy',
  'volumeError',
  'snapshotError',
  'slowSnapshot',
  'deviceReadError',
  'fsckFails',
  'lambdaKilled',
  'eventTwice',
  'eventLost',
  'eventLate',
  'tickMissed',
  'reclaimWithoutEvent',
  'warningLate',
  'lazyVolume',
  'ambiguousCommit',
  'staleDeviceLink',
  'concurrentInvocations',
  'lateCall',
  'smallPages',
  'dockerCorrupt',
] as const;
export type FaultName = (typeof FAULT_NAMES)[number];
export type Rates = Record<FaultName, number>;

/** What a year on AWS brings. Per call, per launch, per event or per snapshot. */
export const ORDINARY: Rates = {
  throttle: 0.01,
  serverError: 0.002,
  timeoutApplied: 0.001,
  timeoutNotApplied: 0.001,
  slowCall: 0.002,
  staleRead: 0.05,
  backInTime: 0.005,
  notFoundAfterCreate: 0.05,
  fleetInstanceAndErrors: 0.01,
  bootFailure: 0.005,
  agentNever: 0.005,
  agentLate: 0.005,
  commandLost: 0.01,
  commandTwice: 0.002,
  commandCut: 0.001,
  outputTruncated: 0.002,
  slowTerminate: 0.02,
  verySlowTerminate: 0.0005,
  attachStuck: 0.005,
  detachBusy: 0.01,
  volumeError: 0.002,
  snapshotError: 0.002,
  slowSnapshot: 0.01,
  deviceReadError: 0.0005,
  // Only an operator can fix this: it is injected where that is what is tried.
  fsckFails: 0,
  staleDeviceLink: 0.002,
  lambdaKilled: 0.005,
  eventTwice: 0.01,
  eventLost: 0.01,
  eventLate: 0.002,
  tickMissed: 0.005,
  reclaimWithoutEvent: 0.1,
  warningLate: 0.05,
  lazyVolume: 0.05,
  ambiguousCommit: 0.001,
  concurrentInvocations: 0.05,
  lateCall: 0.0005,
  smallPages: 0.01,
  // Only an operator can fix this, too.
  dockerCorrupt: 0,
};

/** Usual latencies and slightly stale reads; rare faults only where a script asks for them. */
export const CALM: Rates = {
  ...ORDINARY,
  ...Object.fromEntries(FAULT_NAMES.map((name) => [name, 0])),
  staleRead: 0.02,
  notFoundAfterCreate: 0.02,
  fleetInstanceAndErrors: 0.01,
  commandTwice: 0.002,
  eventTwice: 0.01,
};

/** Switched on until a time (epoch ms) or for a number of uses. */
export interface Switches {
  quotaUntil: number;
  /** The key of every encrypted volume is disabled: nothing is attached, copied or made with it. */
  kmsDisabledUntil: number;
  agentOfflineLaunches: number;
  stuckDetachUntil: number;
  /** Snapshots take at least this long, once. */
  slowSnapshotMs: number | undefined;
  failSnapshots: number;
  loseEventsUntil: number;
  duplicateEventsUntil: number;
  /** `operations`: only these calls; without it, all of them. */
  apiErrors: { code: string; until: number; operations?: readonly string[] } | undefined;
  controlPlaneDownUntil: number;
  /** No ticks; events and commands still arrive. */
  schedulerDownUntil: number;
  slowTerminateMs: number | undefined;
}

export const noSwitches = (): Switches => ({
  quotaUntil: 0,
  kmsDisabledUntil: 0,
  agentOfflineLaunches: 0,
  stuckDetachUntil: 0,
  slowSnapshotMs: undefined,
  failSnapshots: 0,
  loseEventsUntil: 0,
  duplicateEventsUntil: 0,
  apiErrors: undefined,
  controlPlaneDownUntil: 0,
  schedulerDownUntil: 0,
  slowTerminateMs: undefined,
});
