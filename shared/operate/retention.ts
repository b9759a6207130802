// A change that lowers retention: what would be deleted, and when.

import type { Lowering } from '../answer/done.ts';
import { add, days, type Instant, iso } from '../base/time.ts';
import { losesByRules } from '../decide/volume/retention.ts';
import { afterChange, isLower, loweredAt, rulesNow, rulesOf } from '../decide/volume/rules.ts';
import type { Definition } from '../definition/definition.ts';
import type { RecordBody } from '../record/record.ts';
import type { Rules } from '../record/snapshots.ts';

/** Superseded volumes that are deleted by then because of the new number of days. */
const volumesThatGo = (body: RecordBody, at: Instant, held: Rules): string[] => {
  const own = rulesOf(body.definition).supersededDays;
  return body.lineage
    .filter((one) => one.role === 'superseded' && one.promoted && one.keep !== 'person')
    .filter((one) => add(one.since, days(own)) <= at && add(one.since, days(held.supersededDays)) > at)
    .map((one) => one.volumeId);
};

export const loweringOf = (body: RecordBody, now: Instant): Lowering | undefined => {
  const at = loweredAt(body, now);
  if (at === undefined || body.destroyed) return undefined;
  const held = rulesNow(body, now);
  const snapshots = losesByRules(body, now).map(({ snapshotId }) => snapshotId);
  const volumes = volumesThatGo(body, at, held);
  // Versions before the tiers counted otherwise: shown only where that makes a difference.
  if (snapshots.length === 0 && !isLower({ ...held, stops: 0 }, rulesOf(body.definition))) return undefined;
  const { daily, weekly, monthly, supersededDays } = held;
  return { effectiveAt: iso(at), keeps: { daily, weekly, monthly, supersededDays }, snapshots, volumes };
};

const SHOWN = 5;

const listed = (what: string, ids: readonly string[]): string[] => {
  if (ids.length === 0) return [];
  const more = ids.length > SHOWN ? ', …' : '';
  return [`${ids.length} ${what}${ids.length === 1 ? '' : 's'} (${ids.slice(0, SHOWN).join(', ')}${more})`];
};

/** For people. */
export const loweringText = ({ effectiveAt, snapshots, volumes }: Lowering): string => {
  const deleted = [...listed('snapshot', snapshots), ...listed('volume', volumes)];
  const what = deleted.length > 0 ? deleted.join(' and ') : 'none of the present snapshots';
  return `retention is lower from ${effectiveAt} on, and Spotkeep then deletes ${what}; to cancel, apply the previous rules`;
};

/** What a change of the definition does to retention, in the record and in words. */
export const retentionTold = (
  body: RecordBody,
  definition: Definition,
  now: Instant,
): { retention: RecordBody['retention']; says: string[]; lowering?: Lowering } => {
  const retention = afterChange(body, definition, now);
  if (retention === body.retention) return { retention, says: [] };
  const lowering = loweringOf({ ...body, definition, retention }, now);
  if (lowering) return { retention, says: [loweringText(lowering)], lowering };
  const cancelled = loweringOf(body, now) !== undefined;
  return {
    retention,
    says: cancelled ? ['the previous retention applies again: nothing is deleted because of the change'] : [],
  };
};
