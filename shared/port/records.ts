// Where the control plane remembers. One item per workload, written only with compare-and-set on `version`.

import type { Instant } from '../base/time.ts';

/** A record as the table keeps it: parsed and checked by shared/record/record.ts, never cast. */
export interface StoredRecord {
  name: string;
  version: number;
  lastWriteId: string;
  /** When the tick must look at it next; absent when nothing is due but the ten-minute round. */
  wakeAt?: Instant;
  /** The record itself, as plain JSON without the fields above. */
  body: Record<string, unknown>;
}

/**
 * What a record may have, as JSON: all that may stand in one at the same time, added up in test/record/budget.test.ts, a
 * definition of an earlier version included. DynamoDB's items may have 400 KB; one beyond this has a list that was not cut.
 */
export const RECORD_BYTES = 278_528;

/** The code of the error with which `create` and `save` refuse a record that is larger; nothing was sent. */
export const TOO_LARGE = 'RecordTooLarge';

/** The code of the error with which `load` answers an item that is no record at all (a text that is no JSON, no version). */
export const CORRUPT_ITEM = 'UnexpectedItem';

/** What a resource id belongs to: two workloads can never claim one volume. */
export interface ResourceClaim {
  id: string;
  workload: string;
  kind: 'instance' | 'volume' | 'snapshot' | 'launch';
  /** The dataset generation, launch or snapshot purpose it was recorded for. */
  note?: string;
  claimedAt: Instant;
}

/** A hint that must not queue behind a running loop. */
export interface Notice {
  workload: string;
  /** Unique within the workload; the same id again overwrites (duplicate events collapse). */
  id: string;
  kind: 'interruption' | 'rebalance' | 'instance-state' | 'wake';
  instanceId?: string;
  /** interruption: when the instance will be taken; instance-state: the state. */
  actionAt?: Instant;
  state?: string;
  receivedAt: Instant;
}

/** Kinds of history entries, as this version writes them. */
export const HISTORY_KINDS = [
  'command',
  'state',
  'hold',
  'alert',
  'over-budget',
  'waited',
  'owner',
  'started',
  'start-again',
  'drain',
  'stop-given-up',
  'warning',
  'rebalance',
  'interrupted',
  'incident',
  'ended',
  'event-denied',
  'candidate-given-up',
  'candidate-lost',
  'intent-found',
  'host-refused',
  'healthy-again',
  'formatted',
  'blank-abandoned',
  'adopted',
  'snapshot-failed',
  'migration-aborted',
  'moved',
  'restore',
  'restored',
  'retention',
  'recover',
  'recovered',
  'destroyed',
  'destroy-finished',
  'volume-deleted',
] as const;
export type HistoryKind = (typeof HISTORY_KINDS)[number];

/** As it is read its kind is any text: an earlier version may have written another. */
export interface HistoryEntry<Kind extends string = string> {
  workload: string;
  version: number;
  at: Instant;
  kind: Kind;
  reason: string;
  detail: Record<string, unknown>;
}

export type SaveOutcome =
  | { kind: 'saved' }
  /** Another writer was first; read again. */
  | { kind: 'conflict' };

/**
 * Every method rejects with a `CloudError` (shared/port/errors.ts) on anything but the outcomes named here.
 * Reads are strongly consistent, except `dueNames` and `listNames`, which are hints.
 */
export interface Records {
  /** undefined only when the table answered that there is no such item. */
  load(name: string): Promise<StoredRecord | undefined>;
  /** The first write: fails with conflict when the name is taken. */
  create(record: StoredRecord): Promise<SaveOutcome>;
  /**
   * Replaces the item if its stored version is `record.version - 1` and its stored lastWriteId is `previousWriteId`:
   * versions come back after a restore of the table, write ids never do. A write whose answer was lost recognises
   * itself by its own lastWriteId and answers saved. Safe to repeat with the same record.
   */
  save(record: StoredRecord, previousWriteId: string): Promise<SaveOutcome>;
  /** Names whose wakeAt is at or before `now`. */
  dueNames(now: Instant): Promise<string[]>;
  listNames(): Promise<string[]>;
  /** Takes an id for a workload; false when another workload has it. Idempotent for the same workload. */
  claim(claim: ResourceClaim): Promise<boolean>;
  claimOf(id: string): Promise<ResourceClaim | undefined>;
  /** All claims of a workload (history included), for telling own resources from foreign ones. */
  claimsOf(workload: string): Promise<ResourceClaim[]>;
  putNotice(notice: Notice): Promise<void>;
  /** Oldest first. */
  notices(workload: string): Promise<Notice[]>;
  deleteNotice(workload: string, id: string): Promise<void>;
  /** Idempotent by workload, version and kind. */
  appendHistory(entry: HistoryEntry<HistoryKind>): Promise<void>;
  /** Newest first, at most `limit`. */
  history(workload: string, limit: number): Promise<HistoryEntry[]>;
  /** DescribeTable's TableId: a restored table has another one. */
  tableId(): Promise<string>;
}
