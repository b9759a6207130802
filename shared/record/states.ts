// The states a workload can be in: the strings seen in records, logs and JSON, and how long each may last
// before it alerts. A state past its budget is reported, never skipped.

import { hours, type Ms, minutes } from '../base/time.ts';
import { VOLUME_TAG_ROLES } from '../port/tags.ts';

export const STATES = [
  'parked',
  'creating',
  'formatting',
  'launching',
  'attaching',
  'starting',
  'serving',
  'handing-over',
  'draining',
  'snapshotting',
  'copying',
  'promoting',
  'held',
] as const;

export type State = (typeof STATES)[number];

/** Undefined: may last for ever (outside hours, serving, waiting for the operator). */
export const STATE_BUDGET: Record<State, Ms | undefined> = {
  parked: undefined,
  creating: minutes(5),
  formatting: minutes(10),
  // One try; then other pools, zones, on-demand as configured, for ever with backoff.
  launching: minutes(3),
  attaching: minutes(3),
  starting: minutes(5),
  serving: undefined,
  'handing-over': minutes(4),
  draining: minutes(4),
  // A full snapshot may take 8 h; an alert is sent after one.
  snapshotting: hours(1),
  copying: minutes(10),
  promoting: minutes(1),
  held: undefined,
};

/** Phases of a migration, in order; it only ever moves forward or aborts before `promoted`. */
export const MIGRATION_PHASES = ['securing', 'freezing', 'snapshotting', 'copying', 'promoted'] as const;
export type MigrationPhase = (typeof MIGRATION_PHASES)[number];

/** What became of a volume that was, or was meant to be, the dataset's home. */
export const VOLUME_ROLES = [...VOLUME_TAG_ROLES, 'deleted'] as const;
export type VolumeRole = (typeof VOLUME_ROLES)[number];
