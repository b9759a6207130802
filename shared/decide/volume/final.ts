// What a superseded volume is kept as: itself for its days, or, where its place is needed before they are over, its final
// snapshot for as many days. The final snapshot holds all that was ever on the volume: of a move it is the one the copy was
// made of; what a restore leaves behind gets one of its own.

import { days, type Instant, since } from '../../base/time.ts';
import { TAG } from '../../port/tags.ts';
import type { Lineage, RecordBody, Snapshot } from '../../record/record.ts';
import {
  type Context,
  intend,
  liveAttachments,
  refusedLately,
  type Step,
  seeVolume,
} from '../turn/context.ts';
import { fenced } from '../turn/fence.ts';
import { FAILED_SNAPSHOTS, FINAL_AGAIN, SNAPSHOTS_IN_PLACE } from '../turn/limits.ts';
import { isCrowded } from '../turn/room.ts';
import { dataTags } from './ensure.ts';
import { rulesNow } from './rules.ts';

const isLeft = (one: Lineage): boolean => one.role === 'superseded' || one.role === 'deleting';

/** Of this volume, and taken when nothing was written on it any more: of the record's snapshots, in any state. */
const finalsOf = (r: RecordBody, one: Lineage): Snapshot[] => {
  const own = r.snapshots.filter((snapshot) => snapshot.volumeId === one.volumeId);
  // Nothing is ever attached again once it was left behind, so what is begun later is final, too.
  const final = own.filter(
    (snapshot) => snapshot.snapshotId === one.finalSnapshotId || snapshot.startedAt >= one.since,
  );
  if (final.length > 0 || one.finalSnapshotId !== undefined || one.keep !== undefined) return final;
  // Written down by an earlier version: the copy was made of the newest snapshot that a move took of it.
  const moves = own.filter((snapshot) => snapshot.kind === 'migration');
  return moves.toSorted((a, b) => b.startedAt - a.startedAt).slice(0, 1);
};

export const finalOf = (r: RecordBody, one: Lineage): Snapshot | undefined =>
  finalsOf(r, one).find((snapshot) => snapshot.state === 'completed');

/** Final snapshots of the volumes that are still there: without it none of them could make room. */
export const finalsOfLeft = (r: RecordBody): Snapshot[] =>
  r.lineage.flatMap((one) => (isLeft(one) && one.promoted ? finalsOf(r, one) : []));

/** It is kept in the place of its volume, and the days of that are not over. */
export const isInPlace = (r: RecordBody, one: Snapshot, now: Instant): boolean =>
  one.inPlaceSince !== undefined && since(one.inPlaceSince, now) < days(rulesNow(r, now).supersededDays);

/** From here on it is kept instead of the volume, which is about to be deleted before its days are over. */
export const takePlace = (r: RecordBody, one: Lineage): void => {
  const final = finalOf(r, one);
  r.snapshots = r.snapshots.map((other) => (other === final ? { ...other, inPlaceSince: one.since } : other));
};

/** By its record its final snapshot may take its place now. */
export const mayMakeRoom = (r: RecordBody, one: Lineage): boolean =>
  isCrowded(r) &&
  finalOf(r, one) !== undefined &&
  r.snapshots.filter((other) => other.inPlaceSince !== undefined).length < SNAPSHOTS_IN_PLACE;

/** Left behind with data that no final snapshot holds. */
const lacksFinal = (r: RecordBody, one: Lineage): boolean =>
  one.role === 'superseded' &&
  one.promoted &&
  one.tagged === true &&
  one.keep !== 'person' &&
  !finalsOf(r, one).some((snapshot) => snapshot.state !== 'error');

/** Of which volume a final snapshot is to be taken now, by the record alone. */
export const wantsFinal = (r: RecordBody, now: Instant): Lineage | undefined => {
  // Until the present one was started nothing may be deleted, and the snapshot would be taken for one of an unproved time.
  if (r.hold || r.migration || r.destroyed || r.provedGeneration !== r.generation) return undefined;
  return r.lineage.find(
    (one) =>
      lacksFinal(r, one) &&
      (one.finalTries ?? 0) < FAILED_SNAPSHOTS &&
      (one.finalAskedAt === undefined || since(one.finalAskedAt, now) >= FINAL_AGAIN),
  );
};

/** A restore leaves behind what is on no snapshot: one is taken, so that its place can be made free. */
export const finalSnapshot = (ctx: Context): Step | undefined => {
  const { r, now, may } = ctx;
  const { owner } = r;
  // A start and a drain wait for nothing. A service that waits for capacity may need the place.
  const busy = owner && (owner.startedAt === undefined || owner.draining || owner.interruption);
  const one = may.delete || r.candidate || busy ? undefined : wantsFinal(r, now);
  if (!one || refusedLately(ctx, 'snapshot')) return undefined;
  const seen = seeVolume(ctx, one.volumeId);
  if (seen.kind !== 'seen' || seen.view.state !== 'available' || liveAttachments(seen.view).length > 0)
    return undefined;
  if (!fenced(ctx)) return undefined;
  one.finalAskedAt = now;
  one.finalTries = (one.finalTries ?? 0) + 1;
  const { volumeId, generation, unproved } = one;
  return intend(
    ctx,
    {
      kind: 'snapshot',
      // Of a move, so to say: it takes no recovery point's place.
      purpose: 'migration',
      volumeId,
      generation,
      unproved,
      description: `spotkeep ${ctx.name} final`,
      tags: { ...dataTags(ctx, 'migration', generation), [TAG.intent]: ctx.fresh.id },
    },
    `final snapshot of ${volumeId}, which was left behind`,
  );
};
