// One simulated instance from the inside: boot, agent, documents, Docker, the watcher. What a document answers and may do
// comes from shared/host/decision.json, the table the real scripts are held to.

import type { Instant } from '../../shared/port/time.ts';
import type { SimVolume } from '../region/model.ts';

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
  devices: Set<string>;
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
  devices: new Set(),
  slow: 1,
});

export const works = (host: SimHost): boolean => host.alive && !host.frozen;
