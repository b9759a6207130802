// Beyond a script: interruptions, shortages and commands from the seed; and capacity from a trace of real availability.

import { type Instant, instant, ms } from '../shared/base/time.ts';
import type { Chance } from '../simulator/kernel/random.ts';
import { reclaimInstance, warnInstance } from '../simulator/region/instances.ts';
import { ORDINARY } from '../simulator/region/state/faults.ts';
import type { SimInstance } from '../simulator/region/state/model.ts';
import type { World } from '../simulator/world.ts';
import type { Trace } from './scenario/types.ts';

/** Mean life of a spot instance, hours of running. */
const MEAN_LIFE_HOURS = 45;
/** How often a reclaim comes because the whole zone runs dry, and for how long it then refuses. */
const DRY_SHARE = 0.4;
const DRY_MINUTES = [20, 240] as const;
const DAY_MS = 86_400_000;

const reclaim = (world: World, instance: SimInstance, chance: Chance): void => {
  const { region } = world;
  if (instance.state !== 'running' || instance.reclaimAt !== undefined) return;
  const at = world.kernel.now();
  if (chance.hit(DRY_SHARE)) {
    const until = at + chance.between(...DRY_MINUTES) * 60_000;
    region.pools.script({ zone: instance.zone, purchase: 'spot', available: false, from: at, until });
  }
  if (chance.hit(region.rates.reclaimWithoutEvent)) reclaimInstance(region, instance);
  else warnInstance(region, instance, 120);
};

/** From `from` on, every spot instance gets a life drawn from the seed, and now and then an operator acts at random. */
export const beginChaos = (
  world: World,
  options: { name: string; from: Instant; until: Instant; command(name: string): void },
): void => {
  const chance = world.chance('chaos');
  const doomed = new Set<string>();
  const look = (): void => {
    for (const instance of world.region.instances.values()) {
      if (instance.purchase !== 'spot' || instance.state !== 'running' || doomed.has(instance.id)) continue;
      doomed.add(instance.id);
      world.kernel.after(chance.exponential(MEAN_LIFE_HOURS * 3600), () => reclaim(world, instance, chance));
    }
    world.kernel.after(ms(60_000), look);
  };
  world.kernel.at(options.from, () => {
    world.region.rates = ORDINARY;
    look();
  });
  for (let day = options.from as number; day < options.until; day += DAY_MS) {
    if (chance.hit(0.06)) {
      const hour = chance.between(7, 21);
      world.kernel.at(instant(day + hour * 3_600_000), () =>
        options.command(chance.hit(0.7) ? 'start-now' : 'stop-now'),
      );
    }
  }
};

/** A trace's zones are the only ones with spot capacity; a step from 1 to 0 takes the instances there. */
export const followTraces = (
  world: World,
  options: { traces: readonly Trace[]; start: Instant; warning: 'two-minutes' | 'none' },
): void => {
  const { traces, start, warning } = options;
  const byZone = new Map(traces.map((trace) => [trace.zone, trace]));
  const sampleAt = (trace: Trace, at: number): boolean =>
    trace.available[Math.floor((at - start) / (trace.gapSeconds * 1000))] ?? false;
  world.region.pools.setBase({
    available: ({ zone, purchase }, at) => {
      if (purchase === 'on-demand') return true;
      const trace = byZone.get(zone);
      return trace !== undefined && sampleAt(trace, at);
    },
  });
  for (const trace of traces) {
    trace.available.forEach((available, index) => {
      if (available || !trace.available[index - 1]) return;
      world.kernel.at(instant(start + index * trace.gapSeconds * 1000), () =>
        takeZone(world, trace.zone, warning),
      );
    });
  }
};

const takeZone = (world: World, zone: string, warning: 'two-minutes' | 'none'): void => {
  for (const instance of world.region.instances.values()) {
    if (instance.zone !== zone || instance.purchase !== 'spot') continue;
    if (warning === 'none') reclaimInstance(world.region, instance);
    else warnInstance(world.region, instance, 120);
  }
};
