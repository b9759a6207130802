// Pools (instance type × zone × purchase): which may be asked now, which refused and until when that is remembered.

import { add, earliestOf, type Instant, type Ms, since } from '../../base/time.ts';
import type { LaunchResult, Purchase } from '../../port/cloud.ts';
import type { RecordBody, RecordView } from '../../record/record.ts';
import { POOL_FORGOTTEN, QUOTA_PAUSE, REFUSAL_CAP, REFUSAL_FIRST, UNUSABLE_POOL } from '../turn/limits.ts';

/** The one name under which requirements (types the fleet resolves itself) are remembered. */
const REQUIREMENTS = 'requirements';

export const poolKey = (type: string, zone: string, purchase: Purchase): string =>
  `${type}|${zone}|${purchase}`;

export const typesOf = (record: RecordView): readonly string[] =>
  record.definition.capacity.instanceTypes.length > 0
    ? record.definition.capacity.instanceTypes
    : [REQUIREMENTS];

/** Types of a zone that are not remembered as unavailable. */
export const openTypes = (
  record: RecordView,
  place: { zone: string; purchase: Purchase },
  now: Instant,
): string[] =>
  typesOf(record).filter((type) => {
    const key = poolKey(type, place.zone, place.purchase);
    return !record.unavailablePools.some((one) => one.pool === key && one.until > now);
  });

/** When the first remembered pool of the zone may be asked again. */
export const nextOpening = (
  record: RecordView,
  place: { zone: string; purchase: Purchase },
): Instant | undefined => {
  const untils = typesOf(record)
    .map(
      (type) =>
        record.unavailablePools.find((one) => one.pool === poolKey(type, place.zone, place.purchase))?.until,
    )
    .filter((until) => until !== undefined);
  return earliestOf(untils);
};

const remember = (record: RecordBody, pool: string, entry: { until: Instant; refusals: number }): void => {
  record.unavailablePools = [
    ...record.unavailablePools.filter((one) => one.pool !== pool),
    { pool, ...entry },
  ];
};

/** Writes down what a launch answered: refused pools, quota, and whether the whole zone refused. */
export const rememberRefusals = (
  record: RecordBody,
  asked: { zone: string; purchase: Purchase; types: string[] },
  outcome: { errors: LaunchResult['errors']; now: Instant; launched: boolean },
): void => {
  const { errors, now, launched } = outcome;
  const quota = errors.some((error) => error.kind === 'quota');
  if (quota) record.launchPause = { until: add(now, QUOTA_PAUSE), why: 'an account limit to be freed' };
  const unusable = new Set(
    errors.filter((error) => error.kind === 'pool-unusable').map((error) => error.instanceType),
  );
  const refused = new Set(
    errors.filter((error) => error.kind === 'capacity').map((error) => error.instanceType),
  );
  // A quota error says nothing about capacity: the zone is not blamed for it.
  const wholeZone = !launched && errors.some((error) => error.kind === 'capacity' && !error.instanceType);
  for (const type of asked.types) {
    const pool = poolKey(type, asked.zone, asked.purchase);
    const before = record.unavailablePools.find((one) => one.pool === pool);
    if (unusable.has(type)) {
      remember(record, pool, { until: add(now, UNUSABLE_POOL), refusals: (before?.refusals ?? 0) + 1 });
    } else if (refused.has(type) || wholeZone) {
      const refusals = Math.min((before?.refusals ?? 0) + 1, 20);
      const pause = Math.min(REFUSAL_FIRST * 2 ** Math.floor((refusals - 1) / 3), REFUSAL_CAP) as Ms;
      remember(record, pool, { until: add(now, pause), refusals });
    } else if (launched) {
      record.unavailablePools = record.unavailablePools.filter((one) => one.pool !== pool);
    }
  }
  // Old memories go: a pool that has been open for an hour starts afresh.
  record.unavailablePools = record.unavailablePools
    .filter((one) => since(one.until, now) < POOL_FORGOTTEN)
    .slice(-60);
};
