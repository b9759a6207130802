// The unpleasant things of the region that the campaign counts on: each really happens when its rate says so.

import { describe, expect, it } from 'vitest';
import { instant } from '../../shared/base/time.ts';
import { CALM, FAULT_NAMES, type Rates } from '../../simulator/region/state/faults.ts';
import { World } from '../../simulator/world.ts';
import { TUESDAY } from '../functions/small-world.ts';

const ZONE = 'eu-west-1a';
const NONE: Rates = { ...CALM, ...Object.fromEntries(FAULT_NAMES.map((name) => [name, 0])) };

const worldWith = (rates: Partial<Rates>) =>
  new World({
    seed: 3,
    start: TUESDAY,
    regionName: 'eu-west-1',
    zones: [ZONE],
    rates: { ...NONE, ...rates },
    entrance: 'direct',
  });

const pass = (world: World, seconds: number) =>
  world.kernel.runUntil(instant(world.kernel.now() + seconds * 1000));

const createVolume = (world: World): string => {
  const input = { AvailabilityZone: ZONE, Size: 1, VolumeType: 'gp3', Encrypted: true };
  return String(world.region.applyNow({ service: 'ec2', name: 'CreateVolume', input }).VolumeId);
};

describe('a call that arrives after the death of its caller', () => {
  it('takes effect later, and answers nobody', async () => {
    const world = worldWith({});
    const volumeId = createVolume(world);
    await pass(world, 10);
    world.region.rates = { ...NONE, lateCall: 1 };
    let died = 0;
    const caller = {
      dead: false,
      pending: 0,
      die: () => {
        died += 1;
        caller.dead = true;
      },
    };
    const input = { Resources: [volumeId], Tags: [{ Key: 'late', Value: 'yes' }] };
    let settled = false;
    void world.region.handle({ service: 'ec2', name: 'CreateTags', input }, caller).finally(() => {
      settled = true;
    });
    await pass(world, 0.4);
    const tags = () => world.region.volumes.get(volumeId)?.tags.late;
    expect([died, tags()]).toEqual([1, undefined]);
    await pass(world, 1_200);
    expect([died, tags(), settled]).toEqual([1, 'yes', false]);
  });
});

describe('a list that changes between its pages', () => {
  it('shows something twice or not at all, now and then', async () => {
    const world = worldWith({ smallPages: 1 });
    for (let volumes = 0; volumes < 6; volumes += 1) createVolume(world);
    await pass(world, 10);
    const lengths = new Set<number>();
    for (let reads = 0; reads < 20; reads += 1) {
      const ids: string[] = [];
      let NextToken: string | undefined;
      do {
        const answer = world.region.applyNow({
          service: 'ec2',
          name: 'DescribeVolumes',
          input: { NextToken },
        });
        for (const one of Array.isArray(answer.Volumes) ? answer.Volumes : []) ids.push(one.VolumeId);
        NextToken = typeof answer.NextToken === 'string' ? answer.NextToken : undefined;
      } while (NextToken);
      lengths.add(new Set(ids).size === 6 ? ids.length : -1);
    }
    expect([lengths.has(-1), lengths.has(6), Math.max(...lengths) > 6]).toEqual([true, true, true]);
  });
});

describe('a disabled key', () => {
  it('fails new volumes and snapshots a moment later, and leaves the others alone', async () => {
    const world = worldWith({});
    const before = createVolume(world);
    await pass(world, 10);
    world.region.switches.kmsDisabledUntil = world.kernel.now() + 3_600_000;
    const after = createVolume(world);
    world.region.applyNow({ service: 'ec2', name: 'CreateSnapshot', input: { VolumeId: before } });
    await pass(world, 600);
    expect(world.region.volumes.get(after)?.state).toBe('error');
    expect([...world.region.snapshots.values()].map(({ state }) => state)).toEqual(['error']);
    expect(world.region.volumes.get(before)?.state).toBe('available');
  });
});
