// Everything the loop needs from outside, in one place: ports, time, chance, settings, a log.

import type { PlanSettings } from '../decide/context.ts';
import type { Bus, Cloud, Commands } from '../port/cloud.ts';
import type { Records } from '../port/records.ts';
import type { Clock, Ids } from '../port/time.ts';

/** One JSON line per call; every line carries workload, operation and reason. */
export interface Log {
  info(message: string, fields: Record<string, unknown>): void;
  warn(message: string, fields: Record<string, unknown>): void;
}

export interface Metrics {
  count(name: string, value: number): void;
}

export interface Deps {
  cloud: Cloud;
  commands: Commands;
  records: Records;
  bus: Bus;
  clock: Clock;
  ids: Ids;
  log: Log;
  metrics: Metrics;
  settings: PlanSettings;
}
