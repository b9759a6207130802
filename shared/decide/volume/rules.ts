// How much of the past is kept. A deletion cannot be undone, so lower rules apply seven days after they were written. Until
// then the previous rules apply as well, number by number. Pure: computed from the record and the time.

import { add, type Instant } from '../../base/time.ts';
import { everyHours, tiersOf } from '../../definition/backups.ts';
import type { Definition } from '../../definition/definition.ts';
import type { RecordBody } from '../../record/record.ts';
import type { Rules } from '../../record/snapshots.ts';
import { RETENTION_DELAY } from '../turn/limits.ts';

type Kept = Pick<RecordBody, 'definition' | 'retention'>;

const KEYS = ['stops', 'newest', 'daily', 'weekly', 'monthly', 'supersededDays'] as const;

export const rulesOf = ({ backups, retention }: Definition): Rules => ({
  stops: 0,
  // As many as are made in a day, so that `every: 6h` has an effect after midnight.
  newest: Math.ceil(24 / everyHours(backups)),
  ...tiersOf(backups),
  supersededDays: retention.supersededDays,
});

/** Versions before the tiers kept so many backups after a stop, however many a day. */
const formerRules = (definition: Definition): Rules => {
  const rules = rulesOf(definition);
  return { ...rules, stops: rules.daily };
};

const both = (one: Rules, other: Rules): Rules => {
  const most = { ...one };
  for (const key of KEYS) most[key] = Math.max(one[key], other[key]);
  return most;
};

/** Whether the second keeps less of anything. */
export const isLower = (before: Rules, after: Rules): boolean => KEYS.some((key) => after[key] < before[key]);

/** The rules that apply now. */
export const rulesNow = ({ definition, retention }: Kept, now: Instant): Rules => {
  if (!retention) return formerRules(definition);
  const { before, until } = retention;
  const own = rulesOf(definition);
  return before && until !== undefined && now < until ? both(before, own) : own;
};

/** Until when the previous rules apply, where they keep more than the definition says. */
export const loweredAt = ({ definition, retention }: Kept, now: Instant): Instant | undefined =>
  retention?.until !== undefined &&
  now < retention.until &&
  retention.before &&
  isLower(retention.before, rulesOf(definition))
    ? retention.until
    : undefined;

const later = (before: Rules, now: Instant): RecordBody['retention'] => ({
  before,
  until: add(now, RETENTION_DELAY),
});

/** The record's `retention` under this definition. Each change of the rules starts the seven days again. */
export const afterChange = (r: Kept, next: Definition, now: Instant): RecordBody['retention'] => {
  const [present, wanted] = [rulesOf(r.definition), rulesOf(next)];
  if (!isLower(present, wanted) && !isLower(wanted, present)) return r.retention;
  const before = rulesNow(r, now);
  return isLower(before, wanted) ? later(before, now) : {};
};

/** The same for a record of a version before the tiers. */
export const afterUpgrade = ({ definition }: Kept, now: Instant): RecordBody['retention'] =>
  later(formerRules(definition), now);
