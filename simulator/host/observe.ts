// The observations of decision.json, taken from a simulated host and the volume before it.

import type { Observations } from '../../shared/host/decision.ts';
import type { HostDocument } from '../../shared/port/commands.ts';
import type { SimVolume } from '../region/state/model.ts';
import { healthOf } from './containers.ts';
import { hasDevice, type SimHost } from './host.ts';

/** This host's engine; a marker of a later major version is not touched. */
export const ENGINE_MAJOR = 25;

export interface HostSight {
  host: SimHost;
  parameters: Record<string, string>;
  volume: SimVolume | undefined;
  document: HostDocument;
  /** Set by effects as the document goes on. */
  progress: {
    fsck?: 'clean' | 'repaired' | 'failed';
    mkfs?: 'done' | 'failed';
    setup?: string;
    unmount?: 'done' | 'busy' | 'hung';
  };
  readError: boolean;
}

const operationOf = ({ host, parameters }: HostSight): string => {
  const number = Number(parameters.operationNumber);
  const saved = host.operations.get(parameters.operationId ?? '');
  if (saved && saved.number === number)
    return saved.running ? 'same-running' : saved.answer === undefined ? 'same-cut' : 'same-finished';
  return number > host.lastOperation ? 'new' : 'older';
};

const markerOf = ({ volume, parameters }: HostSight): string => {
  const marker = volume?.content.marker;
  if (!marker) return 'absent';
  const generation = Number(parameters.generation);
  if (marker.datasetId !== parameters.datasetId) return 'other-dataset';
  if (marker.generation > generation) return 'newer';
  if (marker.generation === generation) {
    if (marker.volumeId !== parameters.volumeId) return 'other-volume';
    return parameters.migrationId !== 'none' && marker.migrationId !== parameters.migrationId
      ? 'other-migration'
      : 'equal';
  }
  return String(marker.generation) === parameters.parentGeneration ? 'parent-first-mount' : 'older';
};

const fsUuid = ({ volume, parameters }: HostSight): string => {
  if (!volume || volume.content.fileSystem === 'none') return 'none';
  return volume.content.fsUuid === parameters.fsUuid ? 'equal' : 'other';
};

const mountPoint = ({ host, parameters }: HostSight): string => {
  if (!host.mounted) return 'bare';
  return host.mounted.id === parameters.volumeId ? 'mounted-here' : 'mounted-other';
};

const engine = ({ volume }: HostSight): string => {
  const major = volume?.content.marker?.engineMajor;
  if (major === undefined || major === 0) return 'unset';
  return major > ENGINE_MAJOR ? 'lower-major' : major < ENGINE_MAJOR ? 'newer' : 'same';
};

const grantOf = ({ host, parameters }: HostSight): string =>
  Number(parameters.operationNumber) < host.grant.number ? 'older' : 'accepted';

/** All observations at this moment; each stage of the table reads those it names. */
export const observeHost = (seen: HostSight): Observations => {
  const { host, parameters, volume, progress } = seen;
  const present = volume !== undefined && hasDevice(host, volume.id);
  const content = present ? volume.content : undefined;
  const fileSystem = content?.fileSystem ?? 'none';
  return {
    parameters: 'valid',
    operation: operationOf(seen),
    lock: host.lock !== undefined && host.lock !== parameters.operationId ? 'busy' : 'free',
    host: 'ready',
    spotNotice: host.noticeActionAt === undefined ? 'none' : 'present',
    overtaken: host.lastStop > Number(parameters.operationNumber) ? 'yes' : 'no',
    device: present ? 'present' : 'absent',
    size: present && volume.sizeGiB < Number(parameters.expectSizeGiB ?? 0) ? 'smaller' : 'expected',
    deviceUse: present && host.mounted?.id === volume.id ? 'here' : 'free',
    twin: 'none',
    mountPoint: mountPoint(seen),
    read: seen.readError ? 'error' : 'ok',
    docker: host.docker ? 'running' : 'stopped',
    blank: fileSystem === 'none' ? 'yes' : 'no',
    fs: fileSystem === 'none' || fileSystem === (parameters.fileSystem ?? fileSystem) ? fileSystem : 'other',
    fsUuid: fsUuid(seen),
    fsck: progress.fsck ?? 'clean',
    marker: present ? markerOf(seen) : 'absent',
    content: content?.dataRoot ? 'data-root' : 'empty',
    architecture: content?.architecture === undefined ? 'unset' : 'same',
    engine: engine(seen),
    driver: content?.driver === undefined ? 'unset' : 'same',
    dockerAnswer: host.docker ? 'up' : 'down',
    setup:
      progress.setup ??
      (parameters.setupSha256 === undefined || parameters.setupSha256 === 'none'
        ? 'none'
        : content?.setupDone
          ? 'already'
          : 'pending'),
    unkeptBinds: 'none',
    mkfs: progress.mkfs ?? 'done',
    adoptMode: parameters.adoptMode ?? 'inspect',
    deadDriver: parameters.deadDriver ?? 'refuse',
    unmount: progress.unmount ?? 'done',
    grant: grantOf(seen),
    write: 'ok',
    health: healthOf(host, volume).health ?? 'unknown',
  };
};
