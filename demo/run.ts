// Runs one scenario on the embedded region and reports: the product's handlers, the region, a script of trouble, and what
// came of it, measured by the records the containers acknowledged.

import { type Instant, instant } from '../shared/base/time.ts';
import { CALM } from '../simulator/region/state/faults.ts';
import { MarkovCapacity } from '../simulator/region/state/pools.ts';
import { type LogLine, World } from '../simulator/world.ts';
import { beginChaos, followTraces } from './chaos.ts';
import type { Recorded } from './measure/measure.ts';
import { measure } from './measure/measure.ts';
import { createNarrator } from './narrate.ts';
import type { Report, RunOptions } from './scenario/types.ts';
import { scheduleSteps } from './steps.ts';

const DAY_MS = 86_400_000;

/** Runs from its start to its end. `wallSeconds` is measured by the caller's clock. */
export const run = async (options: RunOptions, wallNow: () => number = () => 0): Promise<Report> => {
  const { scenario, seed } = options;
  const { definition } = scenario;
  const { name } = definition;
  const began = wallNow();
  const recorded: Recorded = { regimes: [], holds: [], incidents: [], waits: [], moves: 0 };
  const narrator = createNarrator(options);
  const world = new World({
    seed,
    start: scenario.start,
    regionName: definition.region,
    zones: definition.capacity.zones.map(({ zone }) => zone),
    rates: CALM,
    entrance: options.entrance,
    ...(options.hosts && { hosts: options.hosts }),
    onLog: (line) => {
      collect(recorded, line);
      narrator.log(line, world);
      options.onLog?.(line);
    },
  });
  for (const { zone, subnetId } of definition.capacity.zones) world.region.subnets.set(subnetId, zone);
  world.judge.onRecord = (_name, body, before) => {
    const { schedule } = body.definition;
    const last = recorded.regimes.at(-1);
    if (
      JSON.stringify(last?.schedule) !== JSON.stringify(schedule) ||
      JSON.stringify(last?.override) !== JSON.stringify(body.override)
    ) {
      recorded.regimes.push({ from: world.kernel.now(), schedule, override: body.override });
    }
    if (body.hold && !before?.hold) recorded.holds.push({ at: body.hold.at, code: body.hold.code });
    const open = recorded.holds.at(-1);
    if (!body.hold && before?.hold && open) open.resumedAt = world.kernel.now();
  };
  if (options.traces.length > 0)
    followTraces(world, { traces: options.traces, start: scenario.start, warning: options.traceWarning });
  scheduleSteps(world, name, scenario.steps, (step, text) => narrator.step(step, text));
  if (options.randomFrom !== undefined) beginRandom(world, options, options.randomFrom);
  await world.invoke('apply-workload', {
    definition,
    ...(scenario.setupScript === undefined ? {} : { setupScript: scenario.setupScript }),
  });
  for (let at = scenario.start as number; at < scenario.end; at += DAY_MS / 24) {
    const until = Math.min(scenario.end, at + DAY_MS / 24) as Instant;
    await world.kernel.runUntil(until);
    await options.pace?.(until);
  }
  world.hosts.flushAll();
  if (world.hosts.defects.length > 0) throw world.hosts.defects[0];
  narrator.end();
  return measure(world, options, { recorded, wallSeconds: (wallNow() - began) / 1000 });
};

const collect = (recorded: Recorded, line: LogLine): void => {
  const { message, fields } = line;
  if (message === 'incident') recorded.incidents.push({ line });
  else if (message === 'moved') recorded.moves += 1;
  else if (message === 'waited') {
    recorded.waits.push({
      at: Number(fields.since),
      step: String(fields.step),
      for: String(fields.for),
      seconds: Number(fields.seconds),
    });
  }
};

const beginRandom = (world: World, { scenario }: RunOptions, from: Instant): void => {
  const { name } = scenario.definition;
  world.region.pools.setBase({
    available: ({ zone, type, purchase }, at) =>
      purchase === 'on-demand' || at < from || shortage.available({ zone, type, purchase }, at),
  });
  const shortage = new MarkovCapacity((label) => world.chance(label), { lackShare: 0.05, lackMinutes: 45 });
  beginChaos(world, {
    name,
    from,
    until: instant(scenario.end),
    command: (command) => {
      world.kernel.woke();
      void world.lambda.invoke(command, { workload: name });
    },
  });
};
