// The region's resources as they really are; Describe calls see their versions.

import type { Versioned } from './versioned.ts';

export type InstanceStateName = 'pending' | 'running' | 'shutting-down' | 'terminated';
export type AwsShape = Record<string, unknown>;

/** A volume's or snapshot's bytes, as far as anything in the simulator depends on them. */
export interface Content {
  fileSystem: 'none' | 'ext4' | 'xfs';
  fsUuid: string;
  marker?: Marker;
  /** Records 1…n written by the container, each acknowledged after its fsync. */
  records: number;
  /** Records among them that are gone (sabotage only). */
  missing: number;
  /** Where the container has last run: a fork shows as two lines with the same numbers. */
  setupDone: boolean;
  mkfsCount: number;
  /** Not unmounted: the journal is to be replayed. */
  dirty: boolean;
  /** Docker's data-root is there (an adopted volume has one without a marker). */
  dataRoot: boolean;
  driver?: string;
  architecture?: string;
  /** Containers beside the one that writes, as a scenario has them; a change of host finds them as they were. */
  containers?: SimContainer[];
  /** Docker's own files did not survive a loss of power: it does not come up on them. */
  dockerBroken: boolean;
}

export const CONTAINER_STATES = ['running', 'restarting', 'exited', 'created', 'dead', 'paused'] as const;
export const RESTART_POLICIES = ['always', 'unless-stopped', 'on-failure', 'no'] as const;

export interface SimContainer {
  name: string;
  state: (typeof CONTAINER_STATES)[number];
  restart: (typeof RESTART_POLICIES)[number];
  /** By `docker stop`: Docker's HasBeenManuallyStopped. */
  byHand: boolean;
}

export interface Marker {
  datasetId: string;
  generation: number;
  volumeId: string;
  migrationId: string;
  engineMajor: number;
}

export const blankContent = (): Content => ({
  fileSystem: 'none',
  fsUuid: '',
  records: 0,
  missing: 0,
  setupDone: false,
  mkfsCount: 0,
  dirty: false,
  dataRoot: false,
  dockerBroken: false,
});

export interface Attachment {
  instanceId: string;
  device: string;
  state: 'attaching' | 'attached' | 'detaching' | 'busy';
  since: number;
  deleteOnTermination: boolean;
  /** The block device is there for the host. */
  visible: boolean;
}

export interface SimVolume {
  id: string;
  state: 'creating' | 'available' | 'in-use' | 'error' | 'deleted';
  zone: string;
  sizeGiB: number;
  type: string;
  iops?: number;
  throughput?: number;
  encrypted: boolean;
  kmsKeyId?: string;
  snapshotId?: string;
  tags: Record<string, string>;
  /** The workload it was made for, whatever its tags say since. */
  madeFor?: string;
  createdAt: number;
  deletedAt?: number;
  attachment?: Attachment;
  content: Content;
  /** Blocks are still fetched from the snapshot: ten times slower until then. */
  lazyUntil: number;
  token?: string;
  views: Versioned<AwsShape | undefined>;
}

export interface SimSnapshot {
  id: string;
  volumeId: string;
  state: 'pending' | 'completed' | 'error';
  startedAt: number;
  doneAt: number;
  sizeGiB: number;
  encrypted: boolean;
  kmsKeyId?: string;
  tags: Record<string, string>;
  /** The workload it was made for, whatever its tags say since. */
  madeFor?: string;
  content: Content;
  deleted: boolean;
  deletedAt?: number;
  views: Versioned<AwsShape | undefined>;
}

export interface SimTemplate {
  id: string;
  name: string;
  /** Of the latest version; the first is 1. */
  version: number;
  tags: Record<string, string>;
  createdAt: number;
}

export interface SimInstance {
  id: string;
  state: InstanceStateName;
  type: string;
  zone: string;
  purchase: 'spot' | 'on-demand';
  launchedAt: number;
  /** When the bill ends. */
  endedAt?: number;
  tags: Record<string, string>;
  /** The workload it was made for, whatever its tags say since. */
  madeFor?: string;
  spotRequestId?: string;
  spotCode: string;
  /** InstanceStatus reachability. */
  reachability: 'initializing' | 'passed' | 'failed';
  /** Ends by itself or by us: the reclaim under way is not started twice. */
  reclaimAt?: number;
  securityGroups: string[];
  views: Versioned<AwsShape | undefined>;
}
