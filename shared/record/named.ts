// Ids that a record names: the resources are read by id, and believed whatever their tags say.

import type { RecordView } from './record.ts';

const present = (ids: readonly (string | undefined)[]): string[] => [
  ...new Set(ids.filter((id) => id !== undefined)),
];

export const namedInstances = ({ owner, candidate, leaving }: RecordView): string[] =>
  present([owner?.instanceId, candidate?.instanceId, ...leaving.map((one) => one.instanceId)]);

/** An instance without a launch is of none of these. */
export const launchesOf = (r: RecordView): Set<string> =>
  new Set([r.owner, r.candidate, ...r.leaving].flatMap((one) => (one ? [one.launchId] : [])));

export const namedSnapshots = (r: RecordView): string[] =>
  present([
    ...r.snapshots.map((one) => one.snapshotId),
    r.migration?.snapshotId,
    r.restoreRequest?.snapshotId,
    r.destroyed?.snapshotId,
  ]);

/** The volume that is to be adopted next. */
export const volumeToAdopt = (r: RecordView): string | undefined =>
  r.definition.volume.kind === 'adopt' && !r.volume && !r.destroyed
    ? r.definition.volume.volumeId
    : undefined;

/** Those that may still be there. */
export const namedVolumes = (r: RecordView): string[] => {
  const live = r.lineage.filter((one) => one.role !== 'deleted').map((one) => one.volumeId);
  return present([r.volume?.volumeId, r.migration?.newVolumeId, volumeToAdopt(r), ...live]);
};
