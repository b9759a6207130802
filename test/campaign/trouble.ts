// What befalls a region and its people over days: reclaims, shortages, zones and interfaces out, the control plane down,
// deploys, a table restored from an older copy, limits reached, commands at random.

import { instant, minutes } from '../../shared/base/time.ts';
import type { Chance } from '../../simulator/kernel/random.ts';
import { reclaimInstance, reportFalseEnd, warnInstance } from '../../simulator/region/instances.ts';
import { workloadOf } from '../../simulator/region/state/belongs.ts';
import { strikes } from '../../simulator/region/state/context.ts';
import type { SimInstance } from '../../simulator/region/state/model.ts';
import { MarkovCapacity } from '../../simulator/region/state/pools.ts';
import { TABLE } from '../../simulator/world.ts';
import { deploy } from './deploy.ts';
import { beginCommands } from './people.ts';
import { chanceOf, countFor, freeze, liveInstances, nowAndThen, type Stage } from './stage.ts';

const HOUR = 3_600_000;

const noteDown = (stage: Stage, lasts: number): number => {
  const from = stage.world.kernel.now();
  const until = Math.min(from + lasts, stage.faultsEnd);
  stage.down.push({ from, to: until });
  return until;
};

/** The capacity under an instance is wanted back; now and then because its zone runs dry. */
export const reclaimSpot = (stage: Stage, id: string, chance: Chance): void => {
  const { world } = stage;
  const instance = world.region.instances.get(id);
  if (instance?.state !== 'running' || world.kernel.now() >= stage.faultsEnd) return;
  countFor(stage, 'reclaim', workloadOf(world.region, instance));
  const from = world.kernel.now();
  if (chance.hit(0.3)) {
    const until = Math.min(stage.faultsEnd, from + chance.between(20, 240) * 60_000);
    world.region.pools.script({ zone: instance.zone, purchase: 'spot', available: false, from, until });
  }
  if (strikes(world.region, 'reclaimWithoutEvent')) reclaimInstance(world.region, instance);
  else warnInstance(world.region, instance, 120);
};

/** Reclaims of every spot instance by a life of its own. */
export const reclaims = (stage: Stage, meanLifeHours: number): void => {
  if (meanLifeHours <= 0 || stage.without.has('reclaim')) return;
  const { world } = stage;
  const chance = chanceOf(stage, 'reclaims');
  const doomed = new Set<string>();
  const look = (): void => {
    if (world.kernel.now() >= stage.faultsEnd) return;
    for (const { id, purchase, state } of world.region.instances.values()) {
      if (purchase !== 'spot' || state !== 'running' || doomed.has(id)) continue;
      doomed.add(id);
      world.kernel.after(chance.exponential(meanLifeHours * 3_600), () => reclaimSpot(stage, id, chance));
    }
    world.kernel.after(minutes(10), look, true);
  };
  look();
};

export const shortages = (stage: Stage, lackShare: number, stormsPerDay: number): void => {
  const { world, faultsEnd } = stage;
  if (lackShare > 0 && !stage.without.has('capacityLack')) {
    const markov = new MarkovCapacity((label) => world.chance(label), { lackShare, lackMinutes: 45 });
    world.region.pools.setBase({
      available: (pool, at) => {
        if (at >= faultsEnd || markov.available(pool, at)) return true;
        stage.count('capacityLack');
        return false;
      },
    });
  }
  nowAndThen(stage, 'capacityStorm', stormsPerDay, () => capacityStorm(stage));
  nowAndThen(stage, 'zoneOut', stormsPerDay / 2, () => zoneOut(stage));
};

/** A zone is gone for hours: no capacity of either kind, and its machines end. */
const zoneOut = (stage: Stage): void => {
  const { world, faultsEnd } = stage;
  const chance = chanceOf(stage, 'zones out');
  const zone = chance.pick(world.region.zones);
  const from = world.kernel.now();
  const until = Math.min(faultsEnd, from + chance.between(1, 4) * HOUR);
  world.region.pools.script({ zone, available: false, from, until });
  for (const instance of Array.from(world.region.instances.values())) {
    if (instance.zone !== zone) continue;
    if (chance.hit(0.5)) reclaimInstance(world.region, instance);
    else world.hosts.freeze(instance.id);
  }
  stage.count('zoneOut', until);
};

const capacityStorm = (stage: Stage): void => {
  const from = stage.world.kernel.now();
  const until = Math.min(stage.faultsEnd, from + chanceOf(stage, 'storms').between(0.3, 2) * HOUR);
  stage.world.region.pools.script({ purchase: 'spot', available: false, from, until });
  stage.count('capacityStorm', until);
};

const DENIED = [
  'CreateFleet',
  'AttachVolume',
  'CreateSnapshot',
  'CreateTags',
  'SendCommand',
  'TerminateInstances',
  'DescribeSnapshots',
];

type Down = (stage: Stage, chance: Chance) => number;

/** What befalls account and region, and until when it lasts. */
const DOWN: Record<string, Down> = {
  controlPlaneDown: (stage, chance) => {
    const until = noteDown(stage, chance.between(0.1, 3) * HOUR);
    stage.world.region.switches.controlPlaneDownUntil = until;
    stage.world.lambda.killRunning();
    return until;
  },
  schedulerDown: (stage, chance) => {
    const until = noteDown(stage, chance.between(1, 6) * HOUR);
    stage.world.region.switches.schedulerDownUntil = until;
    return until;
  },
  apiOut: (stage, chance) => {
    const code = chance.pick(['RequestLimitExceeded', 'InternalError', 'ServiceUnavailable']);
    const until = noteDown(stage, chance.between(0.05, 1) * HOUR);
    stage.world.region.switches.apiErrors = { code, until };
    return until;
  },
  denied: (stage, chance) => {
    const operations = [chance.pick(DENIED)];
    const until = noteDown(stage, chance.between(0.05, 1) * HOUR);
    stage.world.region.switches.apiErrors = { code: 'UnauthorizedOperation', until, operations };
    return until;
  },
  quota: (stage, chance) => {
    const until = noteDown(stage, chance.between(0.1, 1) * HOUR);
    stage.world.region.switches.quotaUntil = until;
    return until;
  },
  kmsDisabled: (stage, chance) => {
    const until = noteDown(stage, chance.between(0.1, 1) * HOUR);
    stage.world.region.switches.kmsDisabledUntil = until;
    return until;
  },
};

const goDown = (stage: Stage, fault: string, chance: Chance): void => {
  const until = DOWN[fault]?.(stage, chance);
  stage.count(fault, until);
};

/** How often a month of ordinary life has each, a day. */
const DOWN_PER_DAY: Record<string, number> = {
  controlPlaneDown: 0.05,
  schedulerDown: 0.02,
  apiOut: 0.03,
  denied: 0.03,
  quota: 0.1,
  kmsDisabled: 0.02,
};

const controlPlane = (stage: Stage, factor: number): void => {
  const chance = chanceOf(stage, 'control plane');
  for (const [fault, perDay] of Object.entries(DOWN_PER_DAY))
    nowAndThen(stage, fault, perDay * factor, () => goDown(stage, fault, chance));
  nowAndThen(stage, 'deploy', 0.07 * factor, () => {
    deploy(stage, stage.names);
    stage.count('deploy');
  });
};

export const WIDE = [...Object.keys(DOWN), 'zoneOut', 'capacityStorm'];

/** What befalls a whole region or account, at this very moment. */
export const strikeWide = (stage: Stage, fault: string, chance: Chance): void => {
  if (stage.without.has(fault)) return;
  if (fault === 'zoneOut') zoneOut(stage);
  else if (fault === 'capacityStorm') capacityStorm(stage);
  else goDown(stage, fault, chance);
};

export type TableCopy = ReturnType<Stage['world']['region']['dynamo']['snapshot']>;

export const copyTable = ({ world }: Stage): TableCopy => world.region.dynamo.snapshot(TABLE);

export const restoreTable = (stage: Stage, copy: TableCopy): void => {
  const { world } = stage;
  world.kernel.woke();
  world.lambda.killRunning();
  world.lambda.redeploy();
  world.region.dynamo.restoreAsNewTable(copy);
  for (const name of stage.names) {
    countFor(stage, 'tableRestored', name);
    freeze(stage, name);
    // What the judge knew of the record is of another table now.
    world.judge.forget(name);
  }
};

/** The table as it was up to two days ago comes back under a new identity; the functions are deployed anew on it. */
const tableRestore = (stage: Stage): void => {
  const { world } = stage;
  const chance = chanceOf(stage, 'table');
  const share = stage.more.has('tableRestored') ? 1 : 0.08;
  if (stage.without.has('tableRestored') || !chance.hit(share)) return;
  const length = stage.faultsEnd - world.kernel.now();
  const restoreAt = world.kernel.now() + length * chance.between(0.6, 0.95);
  const copyAt = restoreAt - chance.between(0.01, Math.min(48, (length * 0.5) / HOUR)) * HOUR;
  let copy: TableCopy | undefined;
  world.kernel.at(instant(copyAt), () => {
    copy = copyTable(stage);
  });
  world.kernel.at(instant(restoreAt), () => {
    if (copy) restoreTable(stage, copy);
  });
};

/** An event says of an instance that runs that it ended. */
export const falseEvent = (stage: Stage, victim: SimInstance | undefined): void => {
  if (!victim || stage.without.has('falseEvent')) return;
  countFor(stage, 'falseEvent', victim.tags['spotkeep:workload'] ?? '');
  reportFalseEnd(stage.world.region, victim);
};

/** How often a month of ordinary life has one, a day: never seen, and nothing excludes it. */
const FALSE_EVENTS_PER_DAY = 0.1;

const falseEvents = (stage: Stage, factor: number): void => {
  const chance = chanceOf(stage, 'false events');
  nowAndThen(stage, 'falseEvent', FALSE_EVENTS_PER_DAY * factor, ({ names }) => {
    const live = liveInstances(stage, chance.pick(names));
    if (live.length > 0) falseEvent(stage, chance.pick(live));
  });
};

export interface Mood {
  meanLifeHours: number;
  lackShare: number;
  stormsPerDay: number;
  factor: number;
}

export const beginTrouble = (stage: Stage, mood: Mood): void => {
  reclaims(stage, mood.meanLifeHours);
  shortages(stage, mood.lackShare, mood.stormsPerDay);
  controlPlane(stage, mood.factor);
  beginCommands(stage);
  falseEvents(stage, mood.factor);
  tableRestore(stage);
};

/** Everything is well from now on. */
export const healSwitches = (stage: Stage): void => {
  const { switches } = stage.world.region;
  const never = 0;
  Object.assign(switches, {
    quotaUntil: never,
    kmsDisabledUntil: never,
    stuckDetachUntil: never,
    loseEventsUntil: never,
    duplicateEventsUntil: never,
    controlPlaneDownUntil: never,
    schedulerDownUntil: never,
    apiErrors: undefined,
    slowSnapshotMs: undefined,
    slowTerminateMs: undefined,
    failSnapshots: 0,
    agentOfflineLaunches: 0,
  });
};
