// Everything the loop needs from outside, in one place: ports, time, chance, settings, a log.

import type { PlanSettings } from '../decide/turn/context.ts';
import type { Bus } from '../port/bus.ts';
import type { Clock, Ids } from '../port/clock.ts';
import type { Cloud } from '../port/cloud.ts';
import type { HostCommands } from '../port/commands.ts';
import type { Records, StoredRecord } from '../port/records.ts';
import type { RecordReading } from '../record/read.ts';

/** One JSON line per call; every line carries workload, operation and reason. */
export interface Log {
  info(message: string, fields: Record<string, unknown>): void;
  warn(message: string, fields: Record<string, unknown>): void;
}

/** Every custom metric there is: CloudWatch bills each. */
export const METRICS = ['EventsIgnored', 'OrphansEnded', 'StateOverBudget', 'WorkloadsWoken'] as const;

export interface Metrics {
  count(name: (typeof METRICS)[number], value: number): void;
}

export interface Deps {
  /** How a stored record reads; one that was read before is not checked again. */
  readings: (stored: Pick<StoredRecord, 'name' | 'body'>) => RecordReading;
  cloud: Cloud;
  commands: HostCommands;
  records: Records;
  bus: Bus;
  clock: Clock;
  ids: Ids;
  log: Log;
  metrics: Metrics;
  settings: PlanSettings;
}

/** For what only remembers and tells: the table and the bus, nothing of EC2 and its instances. */
export type TableDeps = Omit<Deps, 'cloud' | 'commands'>;
