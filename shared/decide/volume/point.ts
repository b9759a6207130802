// Which snapshots are recovery points.

import type { RecordBody, Snapshot } from '../../record/record.ts';

/** Nothing can have been written on the present volume since this one was begun. */
export const holdsEverything = (r: RecordBody, one: Snapshot): boolean => {
  if (r.owner || r.leaving.some((former) => former.wasOwner)) return false;
  if (one.volumeId !== r.volume?.volumeId || one.generation !== r.generation) return false;
  return r.writtenUntil !== undefined && one.startedAt >= r.writtenUntil;
};

/** A tier may keep it: no snapshot of a move, no manual one, and none that holds nothing new or cannot be restored. */
export const isPoint = (one: Snapshot): boolean =>
  one.state === 'completed' &&
  one.deleteRequestedAt === undefined &&
  one.kind !== 'migration' &&
  one.label === undefined &&
  !one.repeat &&
  !one.unproved;
