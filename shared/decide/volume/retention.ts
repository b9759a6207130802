// Which snapshots are past their retention, by the record alone. Whether one may really go now, with what the region shows,
// is the sweep's to see.

import type { RecordBody, Snapshot } from '../../record/record.ts';
import { SNAPSHOTS_BEYOND_BACKUPS } from '../turn/limits.ts';
import { surplusOfDestroyed } from './destroy.ts';

/** What the present volume was made of, until it has been started: only from there does a recovery know its marker. */
const sourceOf = (r: RecordBody): string | undefined =>
  r.provedGeneration < r.generation ? r.volume?.parent?.snapshotId : undefined;

/** Newest completed backups as many as asked, the newest completed of any kind, and whatever still pends. */
export const surplusSnapshots = (r: RecordBody): Snapshot[] => {
  if (r.destroyed) return surplusOfDestroyed(r);
  const newestFirst = r.snapshots.toSorted((a, b) => b.startedAt - a.startedAt);
  const completed = newestFirst.filter((one) => one.state === 'completed');
  const keep = new Set<Snapshot>(newestFirst.filter((one) => one.state === 'pending'));
  for (const one of completed.filter((each) => each.kind === 'backup').slice(0, r.definition.backups.keep))
    keep.add(one);
  for (const one of completed.slice(0, SNAPSHOTS_BEYOND_BACKUPS - 2)) keep.add(one);
  // A superseded volume may only go while a completed snapshot of its generation or a later one exists.
  const [newest] = completed;
  if (newest) keep.add(newest);
  return newestFirst.filter(
    (one) =>
      !keep.has(one) &&
      one.snapshotId !== sourceOf(r) &&
      one.snapshotId !== r.migration?.snapshotId &&
      one.snapshotId !== r.restoreRequest?.snapshotId,
  );
};
