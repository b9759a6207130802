// What the sweep may take of a destroyed workload: its volumes once the final snapshot is there and their days are over,
// and the other snapshots where a person said so. The final snapshot stays: never the last copy.

import type { Lineage, RecordBody, Snapshot } from '../../record/record.ts';

const finalIsThere = ({ destroyed, snapshots }: RecordBody): boolean =>
  destroyed?.handedOverAt !== undefined &&
  snapshots.some((one) => one.snapshotId === destroyed.snapshotId && one.state === 'completed');

/** By its record, and but for the days, which are counted as for every superseded volume. */
export const mayGoOfDestroyed = (r: RecordBody, one: Lineage): boolean => {
  if (r.volume || r.owner || r.leaving.some((former) => former.wasOwner)) return false;
  if (r.destroyed?.handedOverAt === undefined) return false;
  // A volume that was never anybody's home has nothing on it.
  return one.promoted ? finalIsThere(r) : true;
};

export const surplusOfDestroyed = (r: RecordBody): Snapshot[] =>
  r.destroyed?.keepSnapshots || !finalIsThere(r)
    ? []
    : r.snapshots.filter((one) => one.snapshotId !== r.destroyed?.snapshotId && one.state !== 'pending');
