// One seed: a world drawn from it, days of faults, then all healed and judged. The same seed gives the same run.

import { createHash } from 'node:crypto';
import { add, days as daysOf, type Instant, instant, minutes, ms } from '../../shared/base/time.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { createChance } from '../../simulator/kernel/random.ts';
import { World } from '../../simulator/world.ts';
import { exampleFile } from '../definition/example.ts';
import { aimAtSteps } from './aim.ts';
import { watchCalm } from './calm.ts';
import { ALWAYS, FAULT_NUMBER, HEALED, swarmRates } from './faults.ts';
import { watchHolds } from './holds.ts';
import { judgeHealed } from './judge.ts';
import { beginOperator } from './operator.ts';
import { beginOthers } from './others.ts';
import { seekPair } from './pairs.ts';
import { followRegimes, servedOf } from './served.ts';
import type { Hold, Stage } from './stage.ts';
import { beginTrouble, healSwitches } from './trouble.ts';
import { watchWorld } from './watch.ts';
import { STARTS, workloadsOf } from './workloads.ts';

export interface SeedOptions {
  seed: number;
  days: number;
  /** At most this many workloads (5); fewer when a failure is made smaller. */
  workloads: number;
  /** Faults that do not happen in this run. */
  without: readonly string[];
  /** Faults that happen as often as they may. */
  more?: readonly string[];
  /** A day holds the trouble of a month. */
  dense: boolean;
  /** Looks that would find nothing are left out (calm.ts). */
  thin: boolean;
  onLine?(line: string): void;
}

export interface Violation {
  seed: number;
  invariant: string;
  workload: string;
  at: string;
  what: string;
  replay: string;
}

export interface SeedResult {
  seed: number;
  wantedMs: number;
  possibleMs: number;
  servedMs: number;
  holds: Hold[];
  violations: Violation[];
  injected: Record<string, number>;
  /** The injected faults by name: what can be left out. */
  befell: string[];
  coverage: string[];
  logHash: string;
}

export const replayOf = ({ seed, days, workloads, without, more = [], dense, thin }: SeedOptions): string =>
  `npm run simulate -- --seeds ${seed}..${seed} --days ${days}${dense ? ' --dense' : ''}${thin ? '' : ' --full'}${workloads < 5 ? ` --workloads ${workloads}` : ''}${without.length > 0 ? ` --without ${without.join(',')}` : ''}${more.length > 0 ? ` --more ${more.join(',')}` : ''}`;

/** With `thin`: the loop's shortest pause, a quarter of its lease. */
const PATIENCE_MS = 4_000;

const DENSE = { meanLifeHours: 3, lackShare: 0.3, stormsPerDay: 0.3, factor: 4 };

interface Account {
  injected: Map<string, number>;
  coverage: Set<string>;
  /** Faults in force, and until when. */
  lasting: Map<string, number>;
}

const openStage = (options: SeedOptions, world: World, names: string[], account: Account): Stage => {
  const last = new Map<string, number>();
  const { seed } = options;
  return {
    seed,
    world,
    names,
    without: new Set(options.without),
    more: new Set(options.more),
    faultsEnd: world.kernel.now() + daysOf(options.days),
    last,
    down: [],
    excused: new Map(names.map((name) => [name, []])),
    holds: [],
    frozen: new Set(),
    bursting: new Set(),
    told: [],
    count: (fault, until) => {
      if (until !== undefined) account.lasting.set(fault, until);
      account.injected.set(fault, (account.injected.get(fault) ?? 0) + 1);
      if (ALWAYS.includes(fault)) return;
      last.set(fault, world.kernel.now());
      for (const { state } of world.judge.records.values()) account.coverage.add(`${state} × ${fault}`);
    },
    report: (invariant, workload, what) => world.judge.report(invariant, workload, what),
  };
};

/** A state that is entered while a fault is in force meets it. */
const meetLasting = ({ world }: Stage, { lasting, coverage }: Account, state: string): void => {
  for (const [fault, until] of lasting) if (world.kernel.now() < until) coverage.add(`${state} × ${fault}`);
};

/** Faults struck by rate are counted where the region counts them. */
const countStrikes = (stage: Stage): void => {
  const { injected } = stage.world.region;
  const set = injected.set.bind(injected);
  injected.set = (name, count) => {
    stage.count(name);
    return set(name, count);
  };
};

const numbered = (injected: Map<string, number>): Record<string, number> => {
  const by: Record<string, number> = {};
  for (const [name, count] of injected) {
    const number = FAULT_NUMBER[name];
    if (number !== undefined) by[number] = (by[number] ?? 0) + count;
  }
  return by;
};

/** People run a command again that was cut, or that met an outage: the calls of this one may be killed like any others. */
const APPLY_TRIES = 40;
const APPLY_AGAIN = minutes(10);

const applied = async (world: World, name: string, payload: unknown): Promise<void> => {
  let last: unknown;
  for (let tries = 0; tries < APPLY_TRIES && !world.judge.records.has(name); tries += 1) {
    try {
      last = await world.invoke('apply-workload', payload);
    } catch (error) {
      last = error instanceof Error ? error.message : error;
      if (tries > 3) await world.kernel.runUntil(add(world.kernel.now(), APPLY_AGAIN));
    }
  }
  if (!world.judge.records.has(name)) throw new Error(`apply: ${JSON.stringify(last)}`);
};

export const runSeed = async (options: SeedOptions): Promise<SeedResult> => {
  const { seed } = options;
  const chance = createChance(seed, 'campaign');
  const without = new Set(options.without);
  const start = instant(Date.parse(`${chance.pick(STARTS)}T00:00:00Z`));
  const definitions = workloadsOf(chance, options.dense).slice(0, options.workloads);
  const rates = swarmRates(chance, without, options.more);
  const drawn = {
    meanLifeHours: chance.pick([0, 480, 240, 96, 24]),
    lackShare: chance.pick([0, 0.02, 0.05, 0.2]),
    stormsPerDay: chance.pick([0, 0.02, 0.1]),
    factor: chance.pick([0, 1, 1, 4]),
  };
  const mood = options.dense ? DENSE : drawn;
  const aims = options.dense ? 16 : chance.pick([0, 0.25, 0.5, 2]);
  const blunders = options.dense ? 1 : chance.pick([0, 0, 0.03, 0.3]);
  const skewMs = chance.pick([0, 2_000]);
  const hash = createHash('sha256');
  const world = new World({
    seed,
    start,
    regionName: 'eu-west-1',
    zones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
    rates: HEALED,
    entrance: 'direct',
    skewMs: without.has('clockSkew') ? 0 : skewMs,
    shortestPause: ms(options.thin ? PATIENCE_MS : 0),
    onLog: ({ at, level, message, fields }) => {
      const line = `${at} ${level} ${message} ${JSON.stringify(fields)}\n`;
      hash.update(line);
      options.onLine?.(line);
    },
  });
  const account: Account = { injected: new Map(), coverage: new Set(), lasting: new Map() };
  const stage = openStage(
    options,
    world,
    definitions.map(({ name }) => name),
    account,
  );
  if (skewMs > 0 && !without.has('clockSkew')) stage.count('clockSkew', stage.faultsEnd);
  const regimes = followRegimes(stage);
  watchHolds(stage);
  aimAtSteps(stage, aims);
  world.judge.onRecord = (name: string, body: RecordBody, before: RecordBody | undefined) => {
    if (body.state !== before?.state) meetLasting(stage, account, body.state);
    for (const one of stage.told) one.record(name, body, before);
  };
  for (const { capacity } of definitions)
    for (const { zone, subnetId } of capacity.zones) world.region.subnets.set(subnetId, zone);
  for (const definition of definitions) {
    const setupScript = definition.setup ? exampleFile('gitlab-setup.sh') : undefined;
    await applied(world, definition.name, { definition, ...(setupScript && { setupScript }) });
  }
  countStrikes(stage);
  watchWorld(stage);
  if (options.thin) watchCalm(stage);
  world.region.rates = rates;
  beginTrouble(stage, mood);
  beginOthers(stage);
  const operator = beginOperator(stage, blunders);
  if (!options.dense) seekPair(stage, operator);
  await world.kernel.runUntil(stage.faultsEnd as Instant);
  world.region.rates = HEALED;
  healSwitches(stage);
  operator.mendAll();
  await judgeHealed(stage, options.dense ? 3 : 7);
  if (world.hosts.defects.length > 0) throw world.hosts.defects[0];
  const served = stage.names.map((name) => servedOf(stage, name, regimes.get(name) ?? []));
  const sum = (of: (one: (typeof served)[number]) => number): number =>
    served.reduce((total, one) => total + of(one), 0);
  return {
    seed,
    wantedMs: sum((one) => one.wantedMs),
    possibleMs: sum((one) => one.possibleMs),
    servedMs: sum((one) => one.servedMs),
    holds: stage.holds,
    violations: world.judge.violations.map(({ invariant, at, workload, what }) => ({
      seed,
      invariant,
      workload,
      at: new Date(at).toISOString(),
      what,
      replay: replayOf(options),
    })),
    injected: numbered(account.injected),
    befell: [...account.injected.keys()].filter((fault) => !ALWAYS.includes(fault)),
    coverage: [...account.coverage],
    logHash: hash.digest('hex'),
  };
};
