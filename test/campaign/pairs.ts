// Every pair of a state and a fault is sought: seed by seed, one of them. Chance alone leaves the rare ones out for
// hundreds of thousands of days.

import { hours, type Instant, instant, minutes, ms, since } from '../../shared/base/time.ts';
import { STATES, type State } from '../../shared/record/states.ts';
import type { Chance } from '../../simulator/kernel/random.ts';
import { reclaimInstance } from '../../simulator/region/instances.ts';
import { FAULT_NAMES, type FaultName } from '../../simulator/region/state/faults.ts';
import { act, burst, victimOf } from './aim.ts';
import { ALWAYS, FAULT_NUMBER } from './faults.ts';
import type { Operator } from './operator.ts';
import { chanceOf, type Stage } from './stage.ts';
import {
  copyTable,
  falseEvent,
  reclaimSpot,
  restoreTable,
  strikeWide,
  type TableCopy,
  WIDE,
} from './trouble.ts';

const COMMANDED: readonly State[] = ['formatting', 'starting', 'serving', 'draining', 'held'];
const SNAPSHOTS: readonly State[] = ['snapshotting', 'parked', 'serving'];

/**
 * Faults of one act, and the states in which a workload does it. Another state meets such a fault only by coincidence:
 * when another workload of the world does it at that moment. All other faults may befall a workload anywhere.
 */
const ACTS: Partial<Record<string, readonly State[]>> = {
  // a command is run on the host
  commandLost: COMMANDED,
  commandTwice: COMMANDED,
  commandCut: COMMANDED,
  outputTruncated: COMMANDED,
  deviceReadError: COMMANDED,
  // `start` checks the file system
  fsckFails: ['starting'],
  // a machine with a running Docker loses its power
  dockerCorrupt: ['starting', 'serving', 'handing-over', 'draining'],
  // a volume is attached, detached, created, created from a snapshot
  attachStuck: ['attaching'],
  staleDeviceLink: ['attaching'],
  detachBusy: ['draining'],
  volumeError: ['creating', 'copying'],
  lazyVolume: ['copying'],
  snapshotError: SNAPSHOTS,
  slowSnapshot: SNAPSHOTS,
};

const SOUGHT = Object.keys(FAULT_NUMBER).filter((fault) => !ALWAYS.includes(fault));

/** Each state a workload may be in × each fault; `own`: its own acts may meet it there. */
export const PAIRS = STATES.flatMap((state) =>
  SOUGHT.map((fault) => ({
    state,
    fault,
    name: `${state} × ${fault}`,
    own: ACTS[fault]?.includes(state) ?? true,
  })),
);

/** So often in a world. */
const TRIES = 3;
/** Seconds; a mean. */
const TABLE_COPIED_WITHIN = 2 * 86_400;
/** A copy of the table is at least so old when it comes back. */
const COPY_AGE = hours(1);

/** While a workload is held little is done, minutes apart. */
const HELD_BURST = minutes(30);
/** Faults of a machine's first boot: they need a launch, which few states see. */
const BOOT: readonly string[] = ['bootFailure', 'agentNever', 'agentLate'];
/** Seconds before a snapshot is done. */
const BEFORE_COPY = { low: 5, high: 30 };
const COPY_BURST = minutes(1);

const isRate = (fault: string): fault is FaultName => FAULT_NAMES.some((name) => name === fault);

interface Strike {
  stage: Stage;
  name: string;
  state: State;
  chance: Chance;
  operator: Operator;
}

/** The fault befalls the workload now. */
const strike = (fault: string, { stage, name, state, chance, operator }: Strike): void => {
  stage.world.kernel.woke();
  if (isRate(fault)) burst(stage, fault, state === 'held' ? HELD_BURST : undefined);
  if (WIDE.includes(fault)) strikeWide(stage, fault, chance);
  else if (fault === 'operator') operator.blunder();
  else if (fault === 'falseEvent') falseEvent(stage, victimOf(stage, name, chance));
  else if (fault === 'deploy') act(stage, name, 'deploy');
  else if (fault === 'frozenHost') act(stage, name, 'freeze');
  else if (fault === 'rebootedHost') act(stage, name, 'reboot');
  else if (fault === 'aimed') act(stage, name, 'warn');
  else if (['reclaim', 'reclaimWithoutEvent', 'warningLate'].includes(fault)) {
    const victim = victimOf(stage, name, chance);
    if (victim) reclaimSpot(stage, victim.id, chance);
  }
};

/** Seed by seed the next pair; the fault strikes within moments of the state, up to three times. */
export const seekPair = (stage: Stage, operator: Operator): void => {
  const pair = PAIRS[stage.seed % PAIRS.length];
  if (!pair || stage.without.has(pair.fault)) return;
  const { kernel } = stage.world;
  const chance = chanceOf(stage, 'pair');
  if (pair.state === 'held') bringHold(stage, chance);
  if (pair.state === 'copying' && BOOT.includes(pair.fault)) bootWhileCopying(stage, pair.fault, chance);
  let tries = pair.fault === 'tableRestored' ? 1 : TRIES;
  const restorable = pair.fault === 'tableRestored' ? copyInTime(stage, chance) : undefined;
  stage.told.push({
    record: (name, body, before) => {
      if (body.state !== pair.state || body.state === before?.state) return;
      if (tries <= 0 || kernel.now() >= stage.faultsEnd) return;
      if (restorable && !restorable()) return;
      tries -= 1;
      const after = chance.pick([0, 0.05, 0.5, 2, 8]) * chance.between(0.2, 1.8) * 1000;
      kernel.at(instant(kernel.now() + after), () => {
        if (kernel.now() >= stage.faultsEnd) return;
        const copy = restorable?.();
        if (copy) restoreTable(stage, copy);
        else strike(pair.fault, { stage, name, state: pair.state, chance, operator });
      });
    },
  });
};

/** A copy of the table made in the first days; `undefined` until it is old enough. */
const copyInTime = (stage: Stage, chance: Chance): (() => TableCopy | undefined) => {
  const { kernel } = stage.world;
  let made: { copy: TableCopy; at: Instant } | undefined;
  kernel.after(chance.exponential(TABLE_COPIED_WITHIN), () => {
    if (kernel.now() < stage.faultsEnd) made = { copy: copyTable(stage), at: kernel.now() };
  });
  return () => (made && since(made.at, kernel.now()) >= COPY_AGE ? made.copy : undefined);
};

/** A hold comes seldom by itself: here from a table that comes back, at some time of the second half. */
const bringHold = (stage: Stage, chance: Chance): void => {
  const { kernel } = stage.world;
  if (stage.without.has('tableRestored')) return;
  const copied = copyInTime(stage, chance);
  const left = stage.faultsEnd - kernel.now();
  kernel.after(ms(left * chance.between(0.5, 0.9)), () => {
    const copy = copied();
    if (copy) restoreTable(stage, copy);
  });
};

/**
 * Just before a move's snapshot is done its candidate is taken: the next one is launched when the copy is made. Copies are
 * there within seconds, and machines take longer to boot: some of the first copies fail.
 */
const bootWhileCopying = (stage: Stage, fault: string, chance: Chance): void => {
  const { kernel, region } = stage.world;
  if (!isRate(fault)) return;
  stage.told.push({
    record: (_name, { migration, candidate }, before) => {
      const id = migration?.snapshotId;
      const done =
        id !== undefined && id !== before?.migration?.snapshotId && region.snapshots.get(id)?.doneAt;
      if (!done || !candidate?.instanceId || kernel.now() >= stage.faultsEnd) return;
      const { instanceId } = candidate;
      kernel.at(instant(done - chance.between(BEFORE_COPY.low, BEFORE_COPY.high) * 1000), () => {
        const instance = region.instances.get(instanceId);
        if (!instance || kernel.now() >= stage.faultsEnd) return;
        kernel.woke();
        burst(stage, fault, COPY_BURST);
        burst(stage, 'volumeError', COPY_BURST);
        reclaimInstance(region, instance);
      });
    },
  });
};
