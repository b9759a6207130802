// Fault 27 of the catalogue: NVMe disks are numbered in any order, always.

import { describe, expect, it } from 'vitest';
import { instant } from '../../shared/base/time.ts';
import { hasDevice, hideDevice, newHost, rootDevice, showDevice } from '../../simulator/host/host.ts';
import { createChance } from '../../simulator/kernel/random.ts';

const BOOTS = 200;

const booted = (chance = createChance(1, 'devices')) => {
  const host = newHost('i-1', 'boot', instant(0));
  rootDevice(host, chance);
  return { host, chance };
};

describe('names of the devices of a simulated host', () => {
  it('differ from boot to boot, for the root disk and for a volume, and never are the same', () => {
    const chance = createChance(7, 'devices');
    const names = { root: new Set<string>(), volume: new Set<string>() };
    let unexpected = 0;
    for (let boot = 0; boot < BOOTS; boot += 1) {
      const { host } = booted(chance);
      if (showDevice(host, 'vol-1', chance)) unexpected += 1;
      expect(host.devices.size).toBe(2);
      for (const [name, id] of host.devices) names[id === 'vol-1' ? 'volume' : 'root'].add(name);
    }
    expect(names.root.size).toBe(4);
    expect(names.volume.size).toBe(4);
    expect(unexpected).toBeGreaterThan(BOOTS / 2);
    expect(unexpected).toBeLessThan(BOOTS);
  });

  it('do not matter to who asks for a volume: it is found by its own id', () => {
    const { host, chance } = booted();
    expect(hasDevice(host, 'vol-1')).toBe(false);
    showDevice(host, 'vol-1', chance);
    expect(hasDevice(host, 'vol-1')).toBe(true);
    expect(hasDevice(host, 'vol-2')).toBe(false);
  });

  it('are free again after a detach, and one volume never has two', () => {
    const { host, chance } = booted();
    showDevice(host, 'vol-1', chance);
    expect(showDevice(host, 'vol-1', chance)).toBe(false);
    expect(host.devices.size).toBe(2);
    hideDevice(host, 'vol-1');
    expect(hasDevice(host, 'vol-1')).toBe(false);
    expect(host.devices.size).toBe(1);
  });
});
