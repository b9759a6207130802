// A workload on the embedded region, driven by an operator: steps are taken when they are due, not at fixed times, and the
// judge's verdict is asked at the end.

import { expect } from 'vitest';
import { type Instant, instant, type Ms, minutes } from '../../shared/base/time.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { CALM } from '../../simulator/region/state/faults.ts';
import type { SimVolume } from '../../simulator/region/state/model.ts';
import { World } from '../../simulator/world.ts';
import { parsed } from '../definition/example.ts';

export const ZONES = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];
/** A Monday, 08:00 in Riga; the hours of these tests are 09:00 to 13:00. */
const START = instant(Date.parse('2026-03-23T06:00:00Z'));

export interface Operated {
  world: World;
  name: string;
  events: { type: string; detail: unknown }[];
  body(): RecordBody;
  volume(): SimVolume;
  /** Asks a function as an operator. */
  ask(name: string, payload?: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Lets time pass until it holds, at most `within`; fails the test when it never does. */
  until(what: string, holds: (body: RecordBody) => boolean, within?: Ms): Promise<void>;
  pass(duration: Ms): Promise<void>;
  /** Acknowledged records, and those that the data volume has. */
  written(): { acknowledged: number; onVolume: number };
  expectSound(): void;
}

export const operated = async (
  changes: Record<string, unknown> = {},
  options: { seed?: number } = {},
): Promise<Operated> => {
  const { definition, setupScript } = parsed({
    'schedule.windows': [{ days: 'mon-fri', from: '09:00', to: '13:00' }],
    ...changes,
  });
  const { name } = definition;
  const events: Operated['events'] = [];
  const world = new World({
    seed: options.seed ?? 1,
    start: START,
    regionName: 'eu-west-1',
    zones: ZONES,
    rates: CALM,
    entrance: 'direct',
    onEvent: (type, detail) => events.push({ type, detail }),
  });
  for (const { zone, subnetId } of definition.capacity.zones) world.region.subnets.set(subnetId, zone);
  const body = (): RecordBody => {
    const found = world.judge.records.get(name);
    if (!found) throw new Error('no record yet');
    return found;
  };
  const volume = (): SimVolume => {
    const found = world.region.volumes.get(body().volume?.volumeId ?? '');
    if (!found) throw new Error('no volume');
    return found;
  };
  const ask: Operated['ask'] = async (command, payload = {}) => {
    const answer: unknown = await world.invoke(command, { workload: name, ...payload });
    if (typeof answer !== 'object' || answer === null) throw new Error(`${command} answered nothing`);
    return Object.fromEntries(Object.entries(answer));
  };
  await world.invoke('apply-workload', { definition, ...(setupScript === undefined ? {} : { setupScript }) });
  return {
    world,
    name,
    events,
    body,
    volume,
    ask,
    until: async (what, holds, within = minutes(30)) => {
      const end = (world.kernel.now() + within) as Instant;
      while (!holds(body()) && world.kernel.now() < end)
        await world.kernel.runUntil((world.kernel.now() + 1_000) as Instant);
      expect(
        holds(body()),
        `${what} (${body().state}, ${body().waitingFor?.what ?? 'waiting for nothing'})`,
      ).toBe(true);
    },
    pass: (duration) => world.kernel.runUntil((world.kernel.now() + duration) as Instant),
    written: () => {
      world.hosts.flushAll();
      return { acknowledged: world.ledger.line(name).acknowledged, onVolume: volume().content.records };
    },
    expectSound: () => {
      if (world.hosts.defects.length > 0) throw world.hosts.defects[0];
      expect(world.judge.violations).toEqual([]);
    },
  };
};

export const serving = (body: RecordBody): boolean =>
  body.state === 'serving' && body.owner?.startedAt !== undefined;

/** At rest: nothing of it runs and nothing is under way. */
export const parked = (body: RecordBody): boolean =>
  body.state === 'parked' && !body.owner && !body.migration && body.leaving.length === 0;
