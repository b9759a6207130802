// The `Records` port without any table: for tests of the loop and for simulations that go in at the ports. Held to
// the same behaviour as the DynamoDB adapter by test/contract/records.contract.ts.

import { CloudError } from '../../shared/port/errors.ts';
import {
  type HistoryEntry,
  type Notice,
  RECORD_BYTES,
  type Records,
  type ResourceClaim,
  type StoredRecord,
  TOO_LARGE,
} from '../../shared/port/records.ts';

export interface MemoryRecordsOptions {
  tableId: string;
}

export function memoryRecords(options: MemoryRecordsOptions): Records {
  const records = new Map<string, StoredRecord>();
  const claims = new Map<string, ResourceClaim>();
  const notices = new Map<string, Map<string, Notice>>();
  const history = new Map<string, Map<string, HistoryEntry>>();
  const isSameWrite = (record: StoredRecord) => {
    const found = records.get(record.name);
    return found?.version === record.version && found.lastWriteId === record.lastWriteId;
  };
  const write = (record: StoredRecord, allowed: boolean) => {
    const text = JSON.stringify(record.body);
    // As the table's adapter refuses it.
    if (Buffer.byteLength(text) > RECORD_BYTES)
      throw new CloudError('invalid', 'PutItem', TOO_LARGE, `the record of ${record.name} is too large`);
    // Through JSON, like the table's: what JSON drops is dropped here too.
    const body: unknown = JSON.parse(text);
    if (!isObject(body)) throw new Error('a record is an object');
    if (allowed) records.set(record.name, { ...record, body });
    return { kind: allowed || isSameWrite(record) ? ('saved' as const) : ('conflict' as const) };
  };
  return {
    load: async (name) => structuredClone(records.get(name)),
    create: async (record) => write(record, !records.has(record.name)),
    save: async (record, previousWriteId) => {
      const found = records.get(record.name);
      const follows = found?.version === record.version - 1 && found.lastWriteId === previousWriteId;
      return write(record, follows);
    },
    dueNames: async (now) =>
      [...records.values()]
        .filter(({ wakeAt }) => wakeAt !== undefined && wakeAt <= now)
        .sort((a, b) => (a.wakeAt ?? 0) - (b.wakeAt ?? 0))
        .map(({ name }) => name),
    listNames: async () => [...records.keys()],
    claim: async (claim) => {
      const found = claims.get(claim.id);
      if (!found) claims.set(claim.id, structuredClone(claim));
      return (found ?? claim).workload === claim.workload;
    },
    claimOf: async (id) => structuredClone(claims.get(id)),
    claimsOf: async (workload) =>
      structuredClone([...claims.values()].filter((claim) => claim.workload === workload)),
    putNotice: async (notice) => {
      inside(notices, notice.workload).set(notice.id, structuredClone(notice));
    },
    notices: async (workload) => {
      const found = structuredClone([...inside(notices, workload).values()]);
      return found.sort((a, b) => a.receivedAt - b.receivedAt || (a.id < b.id ? -1 : 1));
    },
    deleteNotice: async (workload, id) => {
      inside(notices, workload).delete(id);
    },
    appendHistory: async (entry) => {
      inside(history, entry.workload).set(`${entry.version}#${entry.kind}`, structuredClone(entry));
    },
    history: async (workload, limit) => {
      const found = structuredClone([...inside(history, workload).values()]);
      const newestFirst = (a: HistoryEntry, b: HistoryEntry) =>
        b.version - a.version || (a.kind < b.kind ? 1 : -1);
      return found.sort(newestFirst).slice(0, Math.max(0, limit));
    },
    tableId: async () => options.tableId,
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function inside<T>(maps: Map<string, Map<string, T>>, name: string): Map<string, T> {
  const found = maps.get(name) ?? new Map<string, T>();
  maps.set(name, found);
  return found;
}
