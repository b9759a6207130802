// One simulated instance from the inside: boot, agent, documents, Docker, the watcher. What a document answers and may do
// comes from shared/host/decision.json, the table the real scripts are held to.

import type { Instant } from '../../shared/base/time.ts';
import type { Chance } from '../kernel/random.ts';
import type { SimVolume } from '../region/state/model.ts';

export interface Grant {
  number: number;
  until: number;
}

export interface SavedOperation {
  number: number;
  id: string;
  document: string;
  /** Absent while it runs or when it was cut. */
  answer?: string;
  running: boolean;
}

export interface SimHost {
  instanceId: string;
  bootId: string;
  bootedAt: Instant;
  /** Power is on and the kernel works. */
  alive: boolean;
  /** `halt` or a hung kernel: on, but nothing runs. */
  frozen: boolean;
  agentAt: number;
  agentSilent: boolean;
  /** Changes with each boot and each power loss: what was begun before does not go on. */
  epoch: number;
  mounted?: SimVolume;
  docker: boolean;
  /** The busy document, if any. */
  lock?: string;
  operations: Map<string, SavedOperation>;
  lastOperation: number;
  lastStop: number;
  grant: Grant;
  noticeActionAt?: Instant;
  /** Volumes by the kernel's name of their device. */
  devices: Map<string, string>;
  slow: number;
}

export const newHost = (instanceId: string, bootId: string, bootedAt: Instant): SimHost => ({
  instanceId,
  bootId,
  bootedAt,
  alive: true,
  frozen: false,
  agentAt: Number.POSITIVE_INFINITY,
  agentSilent: false,
  epoch: 0,
  docker: false,
  operations: new Map(),
  lastOperation: 0,
  lastStop: 0,
  grant: { number: 0, until: 0 },
  devices: new Map(),
  slow: 1,
});

/** NVMe disks are numbered as they are found: the root disk has any of these names, a volume any other. */
const DEVICE_NAMES = ['nvme0n1', 'nvme1n1', 'nvme2n1', 'nvme3n1'];
const ROOT = 'root';

/** The disks of a boot: the root disk alone, under any name. */
export const rootDevice = (host: SimHost, chance: Chance): void => {
  host.devices = new Map([[chance.pick(DEVICE_NAMES), ROOT]]);
};

/** A volume shows itself under any free name; true when that is not the one its place in the order of attachment has. */
export const showDevice = (host: SimHost, volumeId: string, chance: Chance): boolean => {
  if (hasDevice(host, volumeId)) return false;
  const free = DEVICE_NAMES.filter((name) => !host.devices.has(name));
  const name = free.length > 0 ? chance.pick(free) : `nvme${host.devices.size}n1`;
  const expected = `nvme${host.devices.size}n1`;
  host.devices.set(name, volumeId);
  return name !== expected;
};

export const hideDevice = (host: SimHost, volumeId: string): void => {
  for (const [name, id] of host.devices) if (id === volumeId) host.devices.delete(name);
};

/** As the scripts find it: by the volume's own serial, whatever the device is called. */
export const hasDevice = (host: SimHost, volumeId: string): boolean =>
  [...host.devices.values()].includes(volumeId);

export const works = (host: SimHost): boolean => host.alive && !host.frozen;

export interface HostWatch {
  formatted(volume: SimVolume): void;
  dockerStarted(instanceId: string, volume: SimVolume, parameters: Record<string, string>): void;
}
