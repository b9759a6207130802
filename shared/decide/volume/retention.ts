// Which snapshots are past their retention, by the record alone. The sweep decides whether one may really be deleted now.
//
// A recovery point is a snapshot after a stop, or one of the volume as it is. A tier keeps one for each of the newest days,
// weeks or months. Snapshots of moves, and those of a volume that was not written to, take no place. Manual ones stay.

import type { Instant } from '../../base/time.ts';
import { utcDay, utcMonth, utcWeek } from '../../base/utc-days.ts';
import type { RecordBody, Snapshot } from '../../record/record.ts';
import type { Rules } from '../../record/snapshots.ts';
import { NEWEST_KEPT } from '../turn/limits.ts';
import { surplusOfDestroyed } from './destroy.ts';
import { finalsOfLeft, isInPlace } from './final.ts';
import { isPoint } from './point.ts';
import { rulesNow, rulesOf } from './rules.ts';

export interface Tier {
  tier: 'daily' | 'weekly' | 'monthly';
  /** How many are to be kept. */
  keep: number;
  /** Those that are, newest first. */
  kept: Snapshot[];
}

const newestFirst = (snapshots: readonly Snapshot[]): Snapshot[] =>
  snapshots.toSorted((a, b) => b.startedAt - a.startedAt);

/** One for each day, newest first: the last after a stop, because that is clean; without one, the last. */
const ofDays = (points: readonly Snapshot[]): Snapshot[] => {
  const byDay = new Map<number, Snapshot>();
  for (const one of points) {
    const day = utcDay(one.startedAt);
    const before = byDay.get(day);
    if (!before || (before.kind !== 'backup' && one.kind === 'backup')) byDay.set(day, one);
  }
  return [...byDay.values()];
};

const firstOfEach = (
  points: readonly Snapshot[],
  spanOf: (at: Instant) => number,
  count: number,
): Snapshot[] => {
  const bySpan = new Map<number, Snapshot>();
  for (const one of points) {
    const span = spanOf(one.startedAt);
    if (!bySpan.has(span)) bySpan.set(span, one);
  }
  return [...bySpan.values()].slice(0, count);
};

const tiersBy = (points: readonly Snapshot[], rules: Rules): Tier[] => {
  const days = ofDays(points);
  return [
    { tier: 'daily', keep: rules.daily, kept: days.slice(0, rules.daily) },
    { tier: 'weekly', keep: rules.weekly, kept: firstOfEach(days, utcWeek, rules.weekly) },
    { tier: 'monthly', keep: rules.monthly, kept: firstOfEach(days, utcMonth, rules.monthly) },
  ];
};

const staying = ({ snapshots }: RecordBody): Snapshot[] =>
  newestFirst(snapshots.filter((one) => one.deleteRequestedAt === undefined));

/** How far back one can go, tier by tier, by the rules that hold now. */
export const tiersOfRecord = (r: RecordBody, now: Instant): Tier[] =>
  tiersBy(staying(r).filter(isPoint), rulesNow(r, now));

/** What the rules keep, and what moves and the sweep rely on. */
const keptBy = (r: RecordBody, rules: Rules): Set<Snapshot> => {
  const all = staying(r);
  const completed = all.filter((one) => one.state === 'completed');
  const points = all.filter(isPoint);
  const stops = completed.filter((one) => one.kind === 'backup' && one.label === undefined);
  return new Set([
    // A superseded volume may only go while a completed snapshot of its generation or a later one exists.
    ...completed.slice(0, NEWEST_KEPT),
    ...completed.filter((one) => one.label !== undefined),
    ...stops.slice(0, rules.stops),
    ...points.slice(0, rules.newest),
    ...tiersBy(points, rules).flatMap(({ kept }) => kept),
    // Without its final snapshot a superseded volume could not make room.
    ...finalsOfLeft(r).filter((one) => one.deleteRequestedAt === undefined),
  ]);
};

/** What the present volume was made of, until it has been started: only from there does a recovery know its marker. */
const sourceOf = (r: RecordBody): string | undefined =>
  r.provedGeneration < r.generation ? r.volume?.parent?.snapshotId : undefined;

/** Something in progress needs it: it is not deleted, whoever asks. */
export const isInUse = (r: RecordBody, one: Snapshot): boolean =>
  one.state === 'pending' ||
  one.snapshotId === sourceOf(r) ||
  one.snapshotId === r.migration?.snapshotId ||
  one.snapshotId === r.restoreRequest?.snapshotId;

const surplusBy = (r: RecordBody, rules: Rules, now: Instant): Snapshot[] => {
  const kept = keptBy(r, rules);
  return newestFirst(r.snapshots).filter(
    (one) => !kept.has(one) && !isInUse(r, one) && !isInPlace(r, one, now),
  );
};

export const surplusSnapshots = (r: RecordBody, now: Instant): Snapshot[] =>
  r.destroyed
    ? surplusOfDestroyed(r).filter((one) => !isInPlace(r, one, now))
    : surplusBy(r, rulesNow(r, now), now);

/** Kept now, but not by the definition's own rules. */
export const losesByRules = (r: RecordBody, now: Instant): Snapshot[] => {
  if (r.destroyed) return [];
  const gone = new Set(surplusBy(r, rulesNow(r, now), now));
  return surplusBy(r, rulesOf(r.definition), now).filter(
    (one) => !gone.has(one) && one.state === 'completed',
  );
};
