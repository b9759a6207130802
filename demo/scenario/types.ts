// What a scenario asks for and what a run reports. Both are interfaces: scenario files come from others, and the report's
// JSON is read by machines.

import type { Instant } from '../../shared/base/time.ts';
import type { Definition, Schedule } from '../../shared/definition/definition.ts';
import type { SimContainer } from '../../simulator/region/state/model.ts';
import type { LogLine, WorldOptions } from '../../simulator/world.ts';

/** Times are instants here; in the file they are ISO local times of the workload's zone. Durations in milliseconds. */
export type ScenarioStep = { at: Instant; path: string } & (
  | { do: 'warn'; noticeSeconds: number }
  | { do: 'reclaim' }
  | {
      do: 'capacity';
      zone?: string;
      types?: string[];
      purchase?: 'spot' | 'on-demand';
      available: boolean;
      forMs: number;
    }
  | { do: 'quota-error'; forMs: number }
  | { do: 'poweroff' | 'halt' | 'reboot' | 'hang' | 'rebalance' | 'false-event' }
  | { do: 'agent-offline'; launches: number }
  | { do: 'stuck-detach'; forMs: number }
  | { do: 'slow-snapshot'; forMs: number }
  | { do: 'fail-snapshot' }
  | { do: 'lose-events' | 'duplicate-events' | 'control-plane-down' | 'slow-terminate'; forMs: number }
  | { do: 'api-errors'; code: string; forMs: number }
  | { do: 'start-now' | 'stop-now'; until?: string }
  | { do: 'set-schedule'; schedule: Schedule }
  | { do: 'resume' }
  | ({ do: 'container' } & SimContainer)
  | { do: 'forget-record' }
  | { do: 'stranger'; tags: Record<string, string> }
  | { do: 'second-stage' }
);

export interface Scenario {
  /** Local midnight of the workload's zone. */
  start: Instant;
  /** Instant of local midnight after the last day. */
  end: Instant;
  days: number;
  definition: Definition;
  setupScript?: string;
  steps: ScenarioStep[];
}

/** Zone capacity from a trace: sample i holds for [start + i·gap, start + (i+1)·gap). */
export interface Trace {
  zone: string;
  gapSeconds: number;
  available: boolean[];
}

export interface RunOptions {
  seed: number;
  scenario: Scenario;
  /** Beyond the script: random interruptions, capacity and commands from the seed, from this instant on. */
  randomFrom?: Instant;
  traces: Trace[];
  traceWarning: 'two-minutes' | 'none';
  entrance: 'wire' | 'direct';
  /** Other hosts than simulated ones. */
  hosts?: WorldOptions['hosts'];
  /** Told as things happen, in order. */
  onEntry?(entry: TimelineEntry): void;
  /** The product's own log lines. */
  onLog?(line: LogLine): void;
  /** Awaited each simulated hour: slows a run down so that it can be watched. */
  pace?(at: Instant): Promise<void>;
}

/** One line of the timeline. `kind` groups; `text` is plain words. */
export interface TimelineEntry {
  at: Instant;
  kind:
    | 'day'
    | 'script'
    | 'state'
    | 'serving'
    | 'warning'
    | 'lost'
    | 'moved'
    | 'command'
    | 'backup'
    | 'hold'
    | 'alert'
    | 'incident'
    | 'host';
  text: string;
  incident?: ToldIncident;
}

export interface ToldIncident {
  at: string;
  kind: 'warned' | 'lost' | 'halted';
  zoneFrom: string;
  zoneTo: string;
  downtimeSeconds: number;
  phases: { name: string; seconds: number }[];
}

export interface Report {
  seed: number;
  days: number;
  scheduledHours: number;
  servedHours: number;
  windows: { start: string; end: string; firstServedAt: string | null; stoppedAt: string | null }[];
  instanceHoursOutside: number;
  interruptions: { warned: number; lost: number; halted: number };
  moves: number;
  incidents: ToldIncident[];
  holds: { at: string; code: string; resumedAt: string | null }[];
  /** `step` is a code (shared/record/waits.ts), `for` the same in words. */
  waits: { at: string; step: string; for: string; seconds: number }[];
  downtimeSeconds: number;
  /**
   * Of all wanted time without service: the seconds in which one and the same zone had had Spot capacity for the
   * definition for more than 15 minutes without a break. Those 15 are not counted.
   */
  downWithCapacitySeconds: number;
  awsCalls: Record<string, number>;
  recordsWritten: number;
  recordsFound: number;
  orphans: number;
  invariantViolations: { invariant: string; at: string; workload: string; what: string }[];
  cost: { usd: number; onDemandAlwaysUsd: number; onDemandInHoursUsd: number };
  wallSeconds: number;
}
