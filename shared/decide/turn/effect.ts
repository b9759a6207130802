// The mutating calls a plan can ask for. One turn asks for at most one, and only after the record that names it was saved.

import type { LaunchRequest, VolumeRequest } from '../../port/cloud.ts';
import type { HostDocument } from '../../port/commands.ts';

export type Effect =
  | { kind: 'launch'; request: LaunchRequest }
  | { kind: 'create-volume'; request: VolumeRequest; purpose: 'blank' | 'migration' }
  | { kind: 'attach'; volumeId: string; instanceId: string }
  | { kind: 'detach'; volumeId: string; instanceId: string }
  | { kind: 'keep-volume'; instanceId: string }
  | { kind: 'terminate'; instanceId: string; force: boolean }
  | {
      kind: 'snapshot';
      volumeId: string;
      purpose: 'backup' | 'base' | 'migration';
      description: string;
      tags: Record<string, string>;
    }
  | { kind: 'tag-volume'; volumeId: string; role: string; generation?: number }
  | { kind: 'delete-volume'; volumeId: string }
  | { kind: 'delete-snapshot'; snapshotId: string }
  | { kind: 'associate-address'; allocationId: string; instanceId: string }
  | {
      kind: 'command';
      document: HostDocument;
      instanceId: string;
      parameters: Record<string, string>;
    };

/** The device label of the data volume. On Nitro it is only a label: the host goes by the volume's serial. */
export const DATA_DEVICE = '/dev/sdf';
