// What the loop needs of EC2 and EBS, by need and not by technology. The one implementation is shared/aws/ on the SDK
// clients; the simulated region answers below those clients, so parameter names and shapes are always exercised.
//
// Errors: every method rejects with `CloudError`; a rejected read means "unknown", never "absent".
// Retry contract: reads and calls with a token are retried inside (throttled, 5xx); createSnapshot, attachVolume,
// detachVolume are sent once: the loop looks, then repeats.

import type { Instant } from '../base/time.ts';
import type { Architecture, VolumeType } from '../definition/definition.ts';
import type { SnapshotTags, TAG, VolumeTagRole, VolumeTags } from './tags.ts';

export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';
export type Purchase = 'spot' | 'on-demand';

export interface InstanceView {
  instanceId: string;
  state: InstanceState;
  zone: string;
  instanceType: string;
  purchase: Purchase;
  launchedAt: Instant;
  spotRequestId?: string;
  /** Tag `spotkeep:launch`. */
  launchId?: string;
  workload?: string;
  /** Tag `spotkeep:project`. */
  project?: string;
  /** The launch template it came from: EC2's reserved tag `aws:ec2launchtemplate:id`, which no caller can set. */
  templateId?: string;
  /** Block devices other than the root, with DeleteOnTermination as read. */
  volumes: { volumeId: string; deleteOnTermination: boolean }[];
}

export type AttachmentState = 'attaching' | 'attached' | 'detaching' | 'busy' | 'detached';

export interface VolumeView {
  volumeId: string;
  state: 'creating' | 'available' | 'in-use' | 'deleting' | 'deleted' | 'error';
  zone: string;
  sizeGiB: number;
  type: VolumeType;
  iops?: number;
  throughputMiBps?: number;
  encrypted: boolean;
  kmsKeyId?: string;
  snapshotId?: string;
  multiAttach: boolean;
  attachments: { instanceId: string; state: AttachmentState; deleteOnTermination: boolean }[];
  /** Ours, parsed. */
  tags: VolumeTags;
  createdAt: Instant;
}

export interface LaunchTemplateView {
  templateId: string;
  /** Its own tag `spotkeep:project`. */
  project?: string;
}

export interface SnapshotView {
  snapshotId: string;
  volumeId: string;
  state: 'pending' | 'completed' | 'error' | 'recoverable' | 'recovering';
  progressPercent: number;
  startedAt: Instant;
  encrypted: boolean;
  kmsKeyId?: string;
  sizeGiB: number;
  /** Ours, parsed. */
  tags: SnapshotTags;
}

export interface InstanceHealth {
  instanceId: string;
  /** InstanceStatus, the reachability check. */
  reachability: 'passed' | 'failed' | 'initializing' | 'unknown';
  system: 'passed' | 'failed' | 'initializing' | 'unknown';
}

export interface Pool {
  instanceType: string;
  zone: string;
  purchase: Purchase;
}

export interface LaunchRequest {
  /** ≤ 64 ASCII characters, a hash of the launch id and attempt: the same request again answers the same instance. */
  token: string;
  workload: string;
  launchId: string;
  launchTemplate: string;
  imageId: string;
  architecture: Architecture;
  purchase: Purchase;
  zone: string;
  subnetId: string;
  /** Explicit types, or requirements the fleet resolves. */
  instanceTypes: string[];
  requirements?: { vcpuMin: number; vcpuMax?: number; memoryMinGiB: number; memoryMaxGiB?: number };
  securityGroupIds: string[];
  tags: Record<string, string>;
}

export interface LaunchResult {
  instance?: { instanceId: string; instanceType: string; zone: string };
  /** One per refused pool. HTTP 200 may carry these together with an instance. */
  errors: {
    code: string;
    kind: 'capacity' | 'quota' | 'pool-unusable' | 'throttled' | 'other';
    instanceType?: string;
    zone?: string;
    message: string;
  }[];
}

export interface VolumeRequest {
  token: string;
  zone: string;
  sizeGiB: number;
  type: VolumeType;
  iops?: number;
  throughputMiBps?: number;
  kmsKeyId?: string;
  snapshotId?: string;
  /** Asks for faster initialisation of a volume from a snapshot; retried without it when there is no quota. */
  initializationRateMiBps?: number;
  tags: Record<string, string>;
}

/**
 * What of the data is looked for. A dataset's id is random: its tag finds everything that claims to be of the dataset, in
 * whatever project, so that generations can be compared, and nothing of another stage's workload of the same name.
 */
export interface DataSought {
  datasetId: string;
  /** What the record names: read whatever its tags say. */
  ids: string[];
}

export interface Cloud {
  /**
   * Complete listing (all pages) of the instances with our project's and the workload's tag, plus the given ids where they
   * exist, whatever their tags say.
   */
  instances(workload: string, ids: string[]): Promise<InstanceView[]>;
  /** Complete listing of the dataset's volumes in any project, plus the given ids where they exist. */
  volumes(sought: DataSought): Promise<VolumeView[]>;
  /** The same of snapshots; `volumeIds`: and all that were taken of these volumes, by whomever. */
  snapshots(sought: DataSought & { volumeIds?: string[] }): Promise<SnapshotView[]>;
  /** Launch templates with our project's tag, plus the given ones where they exist. */
  launchTemplates(ids: string[]): Promise<LaunchTemplateView[]>;
  instanceHealth(ids: string[]): Promise<InstanceHealth[]>;
  /** Spot request status codes by request id, e.g. `marked-for-termination`, `fulfilled`. */
  spotStatus(requestIds: string[]): Promise<Record<string, string>>;
  /** All tagged instances of the project, whatever the workload (for the sweep). */
  projectInstances(): Promise<InstanceView[]>;
  launch(request: LaunchRequest): Promise<LaunchResult>;
  /** Idempotent. */
  terminate(instanceId: string, force: boolean): Promise<void>;
  createVolume(request: VolumeRequest): Promise<{ volumeId: string }>;
  attachVolume(volumeId: string, instanceId: string, device: string): Promise<void>;
  /** Never forced; always names the instance. */
  detachVolume(volumeId: string, instanceId: string): Promise<void>;
  createSnapshot(
    volumeId: string,
    description: string,
    tags: Record<string, string>,
  ): Promise<{ snapshotId: string }>;
  /** Overwrites only the given keys. */
  tagVolume(volumeId: string, tags: { [TAG.role]?: VolumeTagRole; [TAG.generation]?: string }): Promise<void>;
  deleteVolume(volumeId: string): Promise<void>;
  deleteSnapshot(snapshotId: string): Promise<void>;
  /** Reads back and corrects: data volumes survive their instance. */
  keepOnTermination(instanceId: string, device: string): Promise<void>;
  associateAddress(allocationId: string, instanceId: string): Promise<void>;
  addressOwner(allocationId: string): Promise<string | undefined>;
  /** Zone names of the region by zone id (GetSpotPlacementScores answers ids, volumes carry names). */
  zones(): Promise<{ zone: string; zoneId: string }[]>;
  /** Scores 1–10 by zone name; empty when AWS gives none. A hint. */
  placementScores(types: string[], region: string): Promise<Record<string, number>>;
}
