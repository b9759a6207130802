// Everything the loop needs from outside, in one place: ports, time, chance, settings, a log.

import type { PlanSettings } from '../decide/turn/context.ts';
import type { Schedule } from '../definition/definition.ts';
import type { Bus } from '../port/bus.ts';
import type { Clock, Ids } from '../port/clock.ts';
import type { Cloud } from '../port/cloud.ts';
import type { HostCommands } from '../port/commands.ts';
import type { Records, StoredRecord } from '../port/records.ts';
import type { RecordReading } from '../record/read.ts';
import type { Calendar } from '../schedule/calendar.ts';

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
  /** Calendars by schedule: making one costs a thousand times an answer. */
  calendars: (schedule: Schedule) => Calendar;
  /** Readings by the stored body: the same one is not checked twice. */
  readings: (stored: Pick<StoredRecord, 'body'>) => RecordReading;
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
