// Ports in memory for the loop's own tests: a table, a region that answers what it is told, and a journal of every call.
// No time passes but by `sleep`.

import { add, type Instant } from '../../shared/base/time.ts';
import type { Deps } from '../../shared/loop/deps.ts';
import type { Bus } from '../../shared/port/bus.ts';
import type { Cloud } from '../../shared/port/cloud.ts';
import type { HostCommands } from '../../shared/port/commands.ts';
import { CloudError, type CloudErrorKind } from '../../shared/port/errors.ts';
import type {
  HistoryEntry,
  Notice,
  Records,
  ResourceClaim,
  StoredRecord,
} from '../../shared/port/records.ts';
import { readRecord } from '../../shared/record/read.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { NOW, PROJECT, record, TEMPLATE } from '../decide/scene.ts';

export const refusal = (kind: CloudErrorKind, code = 'Code'): CloudError =>
  new CloudError(kind, 'Operation', code, `says ${code}`);
export const rejecting = (kind: CloudErrorKind, code?: string) => () => Promise.reject(refusal(kind, code));

/** No test needs as many: a loop that never ends is a failure at once, not a time-out. */
const ENOUGH = 2_000;

const plain = (body: RecordBody): Record<string, unknown> => JSON.parse(JSON.stringify(body));

export interface Ports {
  deps: Deps;
  now: Instant;
  /** Every call in order: `name` and its arguments. */
  calls: [name: string, ...given: unknown[]][];
  items: Map<string, StoredRecord>;
  notices: Notice[];
  claims: Map<string, ResourceClaim>;
  history: HistoryEntry[];
  published: { detailType: string; detail: Record<string, unknown> }[];
  logged: { level: string; message: string; fields: Record<string, unknown> }[];
  counted: [string, number][];
  named: (name: string) => unknown[][];
  put: (name: string, body: RecordBody, more?: Partial<StoredRecord>) => void;
  body: (name?: string) => RecordBody;
}

export interface Fakes {
  cloud?: Partial<Cloud>;
  commands?: Partial<HostCommands>;
  records?: Partial<Records>;
  bus?: Partial<Bus>;
}

export const ports = (fakes: Fakes = {}, first: RecordBody | undefined = record()): Ports => {
  const calls: Ports['calls'] = [];
  const items: Ports['items'] = new Map();
  const notices: Notice[] = [];
  const claims: Ports['claims'] = new Map();
  const history: HistoryEntry[] = [];
  const published: Ports['published'] = [];
  const logged: Ports['logged'] = [];
  const counted: Ports['counted'] = [];
  let ids = 0;
  const nextId = (kind: string): string => {
    ids += 1;
    return `${kind}-${ids}`;
  };
  const noted =
    <G extends unknown[], R>(name: string, run: (...given: G) => Promise<R>) =>
    (...given: G): Promise<R> => {
      calls.push([name, ...given]);
      if (calls.length > ENOUGH) return Promise.reject(new Error('calls without an end'));
      return run(...given);
    };
  const all = <T extends object>(port: T): T => {
    const made = { ...port };
    for (const [name, run] of Object.entries(port)) Reflect.set(made, name, noted(name, run));
    return made;
  };
  const cloud: Cloud = {
    instances: async () => [],
    volumes: async () => [],
    snapshots: async () => [],
    instanceHealth: async () => [],
    spotStatus: async () => ({}),
    projectInstances: async () => [],
    launchTemplates: async () => [{ templateId: TEMPLATE, project: PROJECT }],
    launch: async () => ({ errors: [] }),
    terminate: async () => {},
    createVolume: async () => ({ volumeId: 'vol-new' }),
    attachVolume: async () => {},
    detachVolume: async () => {},
    createSnapshot: async () => ({ snapshotId: 'snap-new' }),
    tagVolume: async () => {},
    deleteVolume: async () => {},
    deleteSnapshot: async () => {},
    keepOnTermination: async () => {},
    associateAddress: async () => {},
    addressOwner: async () => undefined,
    zones: async () => [],
    placementScores: async () => ({}),
    ...fakes.cloud,
  };
  const commands: HostCommands = {
    agents: async () => [],
    send: async () => ({ commandId: 'command-new' }),
    result: async () => ({ kind: 'pending' }),
    parameter: async () => 'ami-0123456789abcdef0',
    putParameter: async () => {},
    ...fakes.commands,
  };
  const records: Records = {
    load: async (name) => items.get(name),
    create: async (one) => {
      if (items.has(one.name)) return { kind: 'conflict' };
      items.set(one.name, { ...one, body: JSON.parse(JSON.stringify(one.body)) });
      return { kind: 'saved' };
    },
    save: async (one, before) => {
      const old = items.get(one.name);
      if (old?.version !== one.version - 1 || old.lastWriteId !== before) return { kind: 'conflict' };
      items.set(one.name, { ...one, body: JSON.parse(JSON.stringify(one.body)) });
      return { kind: 'saved' };
    },
    dueNames: async () => ['due'],
    listNames: async () => [...items.keys()],
    claim: async (claim) => {
      const other = claims.get(claim.id);
      if (other && other.workload !== claim.workload) return false;
      claims.set(claim.id, claim);
      return true;
    },
    claimOf: async (id) => claims.get(id),
    claimsOf: async (workload) => [...claims.values()].filter((one) => one.workload === workload),
    putNotice: async (notice) => {
      notices.push(notice);
    },
    notices: async (workload) => notices.filter((one) => one.workload === workload),
    deleteNotice: async (workload, id) => {
      const at = notices.findIndex((one) => one.workload === workload && one.id === id);
      if (at >= 0) notices.splice(at, 1);
    },
    appendHistory: async (entry) => {
      history.push(entry);
    },
    history: async (workload, limit) =>
      history
        .filter((one) => one.workload === workload)
        .toReversed()
        .slice(0, limit),
    tableId: async () => 'table-1',
    ...fakes.records,
  };
  const bus: Bus = {
    publish: async (events) => {
      published.push(...events);
    },
    routeNotifications: async () => {},
    ...fakes.bus,
  };
  const made: Ports = {
    now: NOW,
    calls,
    items,
    notices,
    claims,
    history,
    published,
    logged,
    counted,
    named: (name) => calls.filter(([called]) => called === name).map(([, ...given]) => given),
    put: (name, body, more = {}) => {
      items.set(name, { name, version: 1, lastWriteId: 'write-1', body: plain(body), ...more });
    },
    body: (name = 'gitlab') => {
      const stored = items.get(name);
      const reading = stored && readRecord(stored);
      if (reading?.kind !== 'record') throw new Error(`no record of ${name}`);
      return reading.body;
    },
    deps: {
      readings: readRecord,
      cloud: all(cloud),
      commands: all(commands),
      records: all(records),
      bus: all(bus),
      clock: {
        now: () => made.now,
        sleep: async (duration) => {
          calls.push(['sleep', duration]);
          made.now = add(made.now, duration);
        },
      },
      ids: {
        ulid: () => nextId('ulid'),
        uuid: () => nextId('uuid'),
      },
      log: {
        info: (message, fields) => logged.push({ level: 'info', message, fields }),
        warn: (message, fields) => logged.push({ level: 'warn', message, fields }),
      },
      metrics: { count: (name, value) => counted.push([name, value]) },
      settings: { launchTemplate: 'lt', parameterPath: '/spotkeep/test', project: 'spotkeep-test' },
    },
  };
  if (first) made.put('gitlab', first);
  return made;
};
