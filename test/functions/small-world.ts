// One sandbox on the embedded region, called directly: handlers through `createHandler` with raw JSON, time standing
// still but for what the calls take.

import { readFileSync } from 'node:fs';
import { createHandler as applyWorkload } from '../../functions/apply-workload.ts';
import type { Handler, Runtime } from '../../functions/runtime/handler.ts';
import { portsOn } from '../../shared/aws/ports.ts';
import { type Instant, instant } from '../../shared/base/time.ts';
import type { Definition } from '../../shared/definition/definition.ts';
import type { Deps } from '../../shared/loop/deps.ts';
import { load } from '../../shared/loop/store.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { createRecordShelf } from '../../shared/record/shelf.ts';
import { seededIds } from '../../simulator/kernel/random.ts';
import { CALM } from '../../simulator/region/state/faults.ts';
import { directClients } from '../../simulator/wire/clients.ts';
import { ACCOUNT, World } from '../../simulator/world.ts';
import { parsed } from '../definition/example.ts';

/** A Tuesday, 11:20 in Riga: the time of the fixtures' warning. */
export const TUESDAY = instant(Date.parse('2026-03-24T09:20:00Z'));

const event = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`../fixture/event/${name}.json`, import.meta.url), 'utf8'));

export { event };

export interface SmallWorld {
  world: World;
  deps: Deps;
  runtime: Runtime;
  /** What was published on the project's bus: `detail-type workload`. */
  published: { type: string; detail: unknown }[];
  counted: string[];
  /** Calls a handler and lets time pass until it has answered. */
  call(create: (runtime: Runtime) => Handler, raw: unknown): Promise<unknown>;
  body(name?: string): Promise<RecordBody>;
  /** Everything the table holds of a workload, for "nothing changed". */
  stored(name?: string): Promise<string>;
  put(change: (body: RecordBody) => RecordBody): Promise<void>;
}

export const smallWorld = (start: Instant = TUESDAY): SmallWorld => {
  const published: SmallWorld['published'] = [];
  const counted: string[] = [];
  const world = new World({
    seed: 1,
    start,
    regionName: 'eu-west-1',
    zones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
    rates: { ...CALM, staleRead: 0, notFoundAfterCreate: 0, fleetInstanceAndErrors: 0, eventTwice: 0 },
    entrance: 'direct',
    onEvent: (type, detail) => published.push({ type, detail }),
  });
  const caller = { dead: false, pending: 0 };
  world.kernel.busy.add(() => running > 0 && caller.pending === 0);
  let running = 0;
  const clients = directClients((operation) => world.region.handle(operation, caller));
  const names = {
    stage: 'demo',
    table: 'spotkeep-demo',
    bus: 'spotkeep-demo',
    documentPrefix: 'spotkeep-demo',
  };
  const clock = { now: () => world.kernel.now(), sleep: () => Promise.resolve() };
  const deps: Deps = {
    ...portsOn(clients, names, { clock, random: () => 0.5 }),
    readings: createRecordShelf(),
    clock,
    ids: seededIds(world.chance('test ids'), () => world.kernel.now()),
    log: { info: () => undefined, warn: () => undefined },
    metrics: { count: (name, value) => counted.push(`${name} ${value}`) },
    settings: {
      launchTemplate: 'spotkeep-demo',
      parameterPath: '/spotkeep/demo',
      project: 'spotkeep-demo',
    },
  };
  const runtime: Runtime = {
    deps: () => deps,
    expected: () => ({ account: ACCOUNT, region: 'eu-west-1' }),
  };
  const settle = async <T>(work: Promise<T>): Promise<T> => {
    let ended = false;
    running += 1;
    world.kernel.woke();
    const watched = work.finally(() => {
      ended = true;
      running -= 1;
    });
    watched.catch(() => undefined);
    for (let turns = 0; !ended && turns < 600; turns += 1)
      await world.kernel.runUntil(instant(world.kernel.now() + 100), () => ended);
    return watched;
  };
  const body = async (name = 'gitlab'): Promise<RecordBody> => {
    const loaded = await settle(load(deps, name));
    if (loaded.kind !== 'loaded') throw new Error(`${name} is ${loaded.kind}`);
    return loaded.body;
  };
  return {
    world,
    deps,
    runtime,
    published,
    counted,
    call: (create, raw) => settle(create(runtime)(raw, { getRemainingTimeInMillis: () => 300_000 })),
    body,
    stored: async (name = 'gitlab') =>
      JSON.stringify(await settle(Promise.all([deps.records.load(name), deps.records.notices(name)]))),
    put: async (change) => {
      const stored = await settle(deps.records.load('gitlab'));
      if (!stored) throw new Error('no record');
      const next = change(await body());
      await settle(
        deps.records.save(
          { ...stored, version: stored.version + 1, lastWriteId: `by-hand-${stored.version}`, body: next },
          stored.lastWriteId,
        ),
      );
    },
  };
};

/** With the example applied, and the region at rest: its own functions do not run. */
export const appliedWorld = async (
  changes: Record<string, unknown> = {},
): Promise<SmallWorld & { definition: Definition }> => {
  const small = smallWorld();
  small.world.region.switches.controlPlaneDownUntil = Number.MAX_SAFE_INTEGER;
  const { definition, setupScript } = parsed(changes);
  await small.call(applyWorkload, { definition, setupScript });
  small.published.length = 0;
  small.counted.length = 0;
  return { ...small, definition };
};
