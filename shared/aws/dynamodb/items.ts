// How things lie in the table: keys, attributes and their reading back. One table, string keys `pk` and `sk`:
//
//   workload#NAME / record                      the record; the only items with `dueKey`
//   workload#NAME / notice#ID                   hints that must not queue behind a running loop
//   workload#NAME / history#VERSION#KIND        VERSION in twelve digits, so that text order is number order
//   workload#NAME / claim#ID                    the workload's copy of a claim, for a consistent listing
//   resource#ID   / claim                       the claim itself: what decides who has an id
//
// Index `due` (hash `dueKey` = "workload", range `wakeAt`, keys only) lists all workloads, those due first.
// Bodies are JSON text: half the size of DynamoDB's maps, and read and written as a whole in any case.

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Instant, instant } from '../../base/time.ts';
import { CloudError } from '../../port/errors.ts';
import {
  CORRUPT_ITEM,
  type HistoryEntry,
  type Notice,
  RECORD_BYTES,
  type ResourceClaim,
  type StoredRecord,
  TOO_LARGE,
} from '../../port/records.ts';

export type Item = Record<string, AttributeValue>;

export const DUE_INDEX = 'due';
export const DUE_KEY = 'workload';
/** `wakeAt` of a record with nothing due: the last millisecond of the year 9999, so that the index still lists it. */
const NEVER = 253_402_300_799_999;

const DAY_SECONDS = 86_400;
/** A notice is deleted when it was handled; what is older was lost with its loop and is seen in the world itself. */
const NOTICE_SECONDS = 7 * DAY_SECONDS;
/** Audit: a year. */
const HISTORY_SECONDS = 366 * DAY_SECONDS;

export const keyOf = {
  record: (name: string) => key(`workload#${name}`, 'record'),
  notice: (name: string, id: string) => key(`workload#${name}`, `notice#${id}`),
  history: (name: string, version: number, kind: string) =>
    key(`workload#${name}`, `history#${String(version).padStart(12, '0')}#${kind}`),
  claim: (id: string) => key(`resource#${id}`, 'claim'),
  ownClaim: (workload: string, id: string) => key(`workload#${workload}`, `claim#${id}`),
};

function key(pk: string, sk: string): { pk: { S: string }; sk: { S: string } } {
  return { pk: { S: pk }, sk: { S: sk } };
}

export function recordItem(record: StoredRecord): Item {
  const body = JSON.stringify(record.body);
  const bytes = Buffer.byteLength(body);
  if (bytes > RECORD_BYTES) {
    const message = `the record of ${record.name} has ${bytes} bytes, more than ${RECORD_BYTES}`;
    throw new CloudError('invalid', 'PutItem', TOO_LARGE, message);
  }
  return {
    ...keyOf.record(record.name),
    version: number(record.version),
    lastWriteId: { S: record.lastWriteId },
    dueKey: { S: DUE_KEY },
    wakeAt: number(record.wakeAt ?? NEVER),
    body: { S: body },
  };
}

export function toRecord(item: Item): StoredRecord {
  const wakeAt = numberAt(item, 'wakeAt');
  return {
    name: nameOf(item),
    version: numberAt(item, 'version'),
    lastWriteId: textAt(item, 'lastWriteId'),
    ...(wakeAt === NEVER ? {} : { wakeAt: instant(wakeAt) }),
    body: bodyOf(item),
  };
}

function bodyOf(item: Item): Record<string, unknown> {
  const text = textAt(item, 'body');
  try {
    const body: unknown = JSON.parse(text);
    if (isObject(body)) return body;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw corrupt(item, 'body');
}

/** The workload's name, out of a key. */
export function nameOf(item: Item): string {
  return textAt(item, 'pk').replace(/^workload#/, '');
}

export function claimItem(claim: ResourceClaim): Item {
  return { ...keyOf.claim(claim.id), ...claimAttributes(claim) };
}

export function ownClaimItem(claim: ResourceClaim): Item {
  return { ...keyOf.ownClaim(claim.workload, claim.id), ...claimAttributes(claim) };
}

function claimAttributes(claim: ResourceClaim): Item {
  return {
    id: { S: claim.id },
    workload: { S: claim.workload },
    kind: { S: claim.kind },
    ...(claim.note === undefined ? {} : { note: { S: claim.note } }),
    claimedAt: number(claim.claimedAt),
  };
}

export function toClaim(item: Item): ResourceClaim {
  const kind = textAt(item, 'kind');
  if (kind !== 'instance' && kind !== 'volume' && kind !== 'snapshot' && kind !== 'launch') {
    throw corrupt(item, 'kind');
  }
  return {
    id: textAt(item, 'id'),
    workload: textAt(item, 'workload'),
    kind,
    ...(item.note ? { note: textAt(item, 'note') } : {}),
    claimedAt: instant(numberAt(item, 'claimedAt')),
  };
}

export function noticeItem(notice: Notice): Item {
  return {
    ...keyOf.notice(notice.workload, notice.id),
    workload: { S: notice.workload },
    id: { S: notice.id },
    kind: { S: notice.kind },
    ...(notice.instanceId === undefined ? {} : { instanceId: { S: notice.instanceId } }),
    ...(notice.actionAt === undefined ? {} : { actionAt: number(notice.actionAt) }),
    ...(notice.state === undefined ? {} : { state: { S: notice.state } }),
    receivedAt: number(notice.receivedAt),
    expiresAt: expiry(notice.receivedAt, NOTICE_SECONDS),
  };
}

export function toNotice(item: Item): Notice {
  const kind = textAt(item, 'kind');
  if (kind !== 'interruption' && kind !== 'rebalance' && kind !== 'instance-state' && kind !== 'wake') {
    throw corrupt(item, 'kind');
  }
  return {
    workload: textAt(item, 'workload'),
    id: textAt(item, 'id'),
    kind,
    ...(item.instanceId ? { instanceId: textAt(item, 'instanceId') } : {}),
    ...(item.actionAt ? { actionAt: instant(numberAt(item, 'actionAt')) } : {}),
    ...(item.state ? { state: textAt(item, 'state') } : {}),
    receivedAt: instant(numberAt(item, 'receivedAt')),
  };
}

export function historyItem(entry: HistoryEntry): Item {
  return {
    ...keyOf.history(entry.workload, entry.version, entry.kind),
    workload: { S: entry.workload },
    version: number(entry.version),
    at: number(entry.at),
    kind: { S: entry.kind },
    reason: { S: entry.reason },
    detail: { S: JSON.stringify(entry.detail) },
    expiresAt: expiry(entry.at, HISTORY_SECONDS),
  };
}

export function toHistory(item: Item): HistoryEntry {
  const detail: unknown = JSON.parse(textAt(item, 'detail'));
  if (!isObject(detail)) throw corrupt(item, 'detail');
  return {
    workload: textAt(item, 'workload'),
    version: numberAt(item, 'version'),
    at: instant(numberAt(item, 'at')),
    kind: textAt(item, 'kind'),
    reason: textAt(item, 'reason'),
    detail,
  };
}

export function number(value: number): { N: string } {
  return { N: String(value) };
}

/** DynamoDB's time to live is in epoch seconds, whole. */
function expiry(from: Instant, keepSeconds: number): { N: string } {
  return number(Math.ceil(from / 1000) + keepSeconds);
}

export function textAt(item: Item, name: string): string {
  const value = item[name]?.S;
  if (value === undefined) throw corrupt(item, name);
  return value;
}

export function numberAt(item: Item, name: string): number {
  const value = Number(item[name]?.N ?? Number.NaN);
  if (!Number.isFinite(value)) throw corrupt(item, name);
  return value;
}

function corrupt(item: Item, name: string): CloudError {
  const message = `item ${item.pk?.S} ${item.sk?.S} has no readable ${name}`;
  return new CloudError('unclassified', 'GetItem', CORRUPT_ITEM, message);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
