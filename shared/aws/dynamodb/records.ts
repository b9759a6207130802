// The `Records` port on one DynamoDB table (its items: dynamo-items.ts). Reads are strongly consistent, except the
// index. Writes that a condition decides recognise themselves: a write whose answer was lost is repeated as it is,
// fails its own condition, and finds its own lastWriteId in the item.

import type { Records, ResourceClaim, SaveOutcome, StoredRecord } from '../../port/records.ts';
import {
  claimItem,
  historyItem,
  type Item,
  keyOf,
  noticeItem,
  number,
  numberAt,
  ownClaimItem,
  recordItem,
  textAt,
  toClaim,
  toHistory,
  toNotice,
  toRecord,
} from './items.ts';
import { ABSENT, type Condition, DynamoTable, type DynamoTableDeps } from './table.ts';

export function dynamoRecords(deps: DynamoTableDeps): Records {
  const table = new DynamoTable(deps);
  const write = async (record: StoredRecord, condition: Condition): Promise<SaveOutcome> => {
    const put = await table.putIf(recordItem(record), condition);
    if (put.kind === 'written') return { kind: 'saved' };
    return put.found && isSameWrite(put.found, record) ? { kind: 'saved' } : { kind: 'conflict' };
  };
  return {
    async load(name) {
      const item = await table.get(keyOf.record(name));
      return item && toRecord(item);
    },
    create: (record) => write(record, ABSENT),
    save: (record, previousWriteId) =>
      write(record, {
        ConditionExpression: 'version = :previous AND lastWriteId = :previousWrite',
        ExpressionAttributeValues: {
          ':previous': number(record.version - 1),
          ':previousWrite': { S: previousWriteId },
        },
      }),
    dueNames: (now) => table.due('dueKey = :due AND wakeAt <= :now', { ':now': number(now) }),
    listNames: () => table.due('dueKey = :due', {}),
    claim: (claim) => takeClaim(table, claim),
    async claimOf(id) {
      const item = await table.get(keyOf.claim(id));
      return item && toClaim(item);
    },
    async claimsOf(workload) {
      return (await table.collection(workload, 'claim#')).map(toClaim);
    },
    putNotice: (notice) => table.put(noticeItem(notice)),
    async notices(workload) {
      const notices = (await table.collection(workload, 'notice#')).map(toNotice);
      return notices.sort((a, b) => a.receivedAt - b.receivedAt || (a.id < b.id ? -1 : 1));
    },
    deleteNotice: (workload, id) => table.delete(keyOf.notice(workload, id)),
    appendHistory: (entry) => table.put(historyItem(entry)),
    async history(workload, limit) {
      return (await table.newest(workload, 'history#', limit)).map(toHistory);
    },
    tableId: () => table.id(),
  };
}

function isSameWrite(found: Item, record: StoredRecord): boolean {
  return textAt(found, 'lastWriteId') === record.lastWriteId && numberAt(found, 'version') === record.version;
}

/**
 * Two items: the claim itself, which decides, then the workload's copy. A crash between them leaves a claim that was
 * never answered with true, so nothing used it; the same claim again writes the copy.
 */
async function takeClaim(table: DynamoTable, claim: ResourceClaim): Promise<boolean> {
  const put = await table.putIf(claimItem(claim), ABSENT);
  let taken = claim;
  if (put.kind === 'refused') {
    const found = put.found && toClaim(put.found);
    if (found?.workload !== claim.workload) return false;
    // The first claim stands: what it was recorded for does not change.
    taken = found;
  }
  await table.put(ownClaimItem(taken));
  return true;
}
