// What one turn of the loop saw. A failed read is `unknown`, never `absent`.

import type { Instant } from '../../base/time.ts';
import type { HostAnswer } from '../../host/answer.ts';
import type {
  InstanceHealth,
  InstanceView,
  LaunchTemplateView,
  SnapshotView,
  VolumeView,
} from '../../port/cloud.ts';
import type { AgentPing } from '../../port/commands.ts';
import type { CloudErrorKind } from '../../port/errors.ts';
import type { Notice } from '../../port/records.ts';

/** What became of the command in flight, its output already read. */
export type HostCommandReading =
  | { kind: 'pending' }
  | { kind: 'answered'; answer: HostAnswer }
  /** Time-outs, cut or foreign output: says nothing about what the host did. */
  | { kind: 'no-answer'; why: string };

export type Read<T> =
  | { kind: 'read'; value: T }
  | { kind: 'unknown'; why: CloudErrorKind }
  /** Not asked this turn. */
  | { kind: 'not-asked' };

export const NOT_ASKED = { kind: 'not-asked' } as const;

export interface Reading {
  /** When the reading began; nothing seen is newer. */
  at: Instant;
  tableId: Read<string>;
  instances: Read<InstanceView[]>;
  volumes: Read<VolumeView[]>;
  snapshots: Read<SnapshotView[]>;
  agents: Read<AgentPing[]>;
  health: Read<InstanceHealth[]>;
  /** Spot request status codes by instance id. */
  spot: Read<Record<string, string>>;
  command: Read<HostCommandReading>;
  placement: Read<Record<string, number>>;
  addressOwner: Read<string | undefined>;
  /** Templates of this stack, and those of the instances that are to be judged by them; one that is gone is not there. */
  templates: Read<LaunchTemplateView[]>;
  /** Launch ids this workload ever recorded (claims). */
  knownLaunches: Read<string[]>;
  notices: Notice[];
}

export const known = <T>(read: Read<T>): T | undefined => (read.kind === 'read' ? read.value : undefined);
