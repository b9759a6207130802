// S22: the sweep deletes no recovery point that the rules of the last seven days keep, and no manual backup, unless an owner
// asked for it. Computed for one snapshot at a time from the definitions as they were applied, not with the product's code.

import type { RecordBody } from '../../shared/record/record.ts';

type Backups = RecordBody['definition']['backups'];
type Snapshot = RecordBody['snapshots'][number];

const DAY_MS = 86_400_000;
/** Commands, saves and calls take a while: the judge learns of a change when it is saved. */
const LATE_MS = 600_000;

interface Held {
  backups: Backups;
  from: number;
  until: number;
}

/** The last definition that still counts, and those before it, by workload. */
export type RuleHistory = Map<string, Held[]>;

export const followRules = (
  history: RuleHistory,
  name: string,
  change: { body: RecordBody; now: number },
): void => {
  const { body, now } = change;
  const held = history.get(name) ?? [];
  const last = held.at(-1);
  const { backups } = body.definition;
  if (last && JSON.stringify(last.backups) === JSON.stringify(backups)) return;
  if (last) last.until = now;
  const still = held.filter(({ until }) => until > now - 8 * DAY_MS);
  history.set(name, [...still, { backups, from: now, until: Number.POSITIVE_INFINITY }]);
};

const holding = (history: RuleHistory, name: string, at: number): Backups[] =>
  (history.get(name) ?? [])
    .filter(({ from, until }) => from <= at && until > at - 7 * DAY_MS + LATE_MS)
    .map(({ backups }) => backups);

/** How many points each tier of a definition is to have; `newest`: as many as are made in a day. */
const countsOf = ({ keep, everyHours = 24 }: Backups) => ({
  newest: Math.ceil(24 / everyHours),
  ...(typeof keep === 'number' ? { daily: keep, weekly: 0, monthly: 0 } : keep),
});

const SPANS = {
  daily: (at: number): number => Math.floor(at / DAY_MS),
  // Day 4 was the first Monday.
  weekly: (at: number): number => Math.floor((at / DAY_MS - 4) / 7),
  monthly: (at: number): string => new Date(at).toISOString().slice(0, 7),
} as const;

const isPoint = (one: Snapshot): boolean =>
  one.state === 'completed' &&
  one.kind !== 'migration' &&
  !one.label &&
  !one.repeat &&
  !one.unproved &&
  one.deleteRequestedAt === undefined;

/** Does the second stand for their day rather than the first? */
const standsBefore = (one: Snapshot, other: Snapshot): boolean =>
  one.kind === other.kind ? other.startedAt > one.startedAt : other.kind === 'backup';

/** The tier that would lose its point with this snapshot. */
const tierThatLoses = (points: readonly Snapshot[], one: Snapshot, backups: Backups): string | undefined => {
  const counts = countsOf(backups);
  const later = points.filter((other) => other.startedAt > one.startedAt);
  if (later.length < counts.newest) return 'newest';
  const day = SPANS.daily(one.startedAt);
  const ofDay = points.filter((other) => SPANS.daily(other.startedAt) === day);
  if (ofDay.some((other) => other !== one && standsBefore(one, other))) return undefined;
  return (['daily', 'weekly', 'monthly'] as const).find((tier) => {
    const spanOf = SPANS[tier];
    const spans = new Set(
      later.filter((other) => SPANS.daily(other.startedAt) > day).map((other) => spanOf(other.startedAt)),
    );
    return !spans.has(spanOf(one.startedAt)) && spans.size < counts[tier];
  });
};

/** Why this snapshot may not be deleted now; undefined where it may. */
export const whyKept = (
  history: RuleHistory,
  name: string,
  { record, snapshotId }: { record: RecordBody; snapshotId: string },
): string | undefined => {
  const one = record.snapshots.find((other) => other.snapshotId === snapshotId);
  if (one?.state !== 'completed' || one.deleteRequestedAt !== undefined) return undefined;
  if (record.destroyed) return undefined;
  if (one.label) return `${snapshotId} is a manual backup (“${one.label}”)`;
  if (!isPoint(one)) return undefined;
  const points = record.snapshots.filter(isPoint);
  for (const backups of holding(history, name, record.intent?.at ?? 0)) {
    const tier = tierThatLoses(points, one, backups);
    if (tier) return `${snapshotId} is kept as ${tier} by ${JSON.stringify(backups)}`;
  }
  return undefined;
};

/** C4 for snapshots that are not manual: what the tiers keep, and some for moves and for the time until a sweep. */
export const mostSnapshots = (history: RuleHistory, name: string): number => {
  const counts = (history.get(name) ?? []).map(({ backups }) => countsOf(backups));
  const most = (key: keyof ReturnType<typeof countsOf>): number =>
    Math.max(0, ...counts.map((one) => one[key]));
  return most('newest') + most('daily') + most('weekly') + most('monthly') + 16;
};
