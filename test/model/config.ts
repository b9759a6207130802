// What one run of the model explores: its bounds, which parts of the protocol take part, which softer defences
// are taken away, and (for the counter-examples) which rule is weakened. A configuration is data; the named ones
// are in configurations.ts.

/** A rule of the design made weaker, to see that the model notices (weakenings.ts says what each one does). */
export const WEAKENINGS = [
  'time-out-as-death',
  'stop-success-as-death',
  'last-owner-only',
  'migrate-while-running',
  'migrate-while-draining',
  'any-snapshot',
  'any-volume',
  'reused-generation',
  'counted-ids-and-restore',
  'no-rule-11',
  'rule-11-at-launch-only',
  'unnoticed-restore',
  'early-delete',
  'no-attachment-check',
  'blind-garbage-collection',
  'format-without-blank-check',
  'recover-by-number',
] as const;

export type Weakening = (typeof WEAKENINGS)[number];

/** How the dataset comes into the world. */
export type Birth = 'present' | 'format' | 'adopt';

export interface ModelConfig {
  name: string;
  about: string;
  /** Launches in all; with `recycle`, instances alive or in doubt at one time. */
  launches: number;
  /** Volumes ever made after the first: migrations, aborted ones included, and repeated creations. */
  migrations: number;
  /** Snapshots that exist at one time. */
  snapshots: number;
  /** A pre-launched candidate may take the same volume over. */
  handover: boolean;
  /** Daily base snapshots may be taken while the service writes. */
  baseSnapshots: boolean;
  /** Superseded volumes and old snapshots are deleted, orphans ended. */
  sweep: boolean;
  /** The role tag has force at once: EC2 attaches only active volumes. Off: the tag is not relied upon. */
  freeze: boolean;
  /** The host remembers its last operation. Off: any start ever sent may run again, at any time. */
  hostMemory: boolean;
  /** Any read may be older than the last change: a volume seen free need not be free. */
  staleReads: boolean;
  /** The table may be restored once to an older copy; with `recover` a person may then recover it. */
  restore: boolean;
  recover: boolean;
  birth: Birth;
  /** An instance that is dead and forgotten leaves its place to a new one: any number of launches. */
  recycle: boolean;
  weak?: Weakening;
}

/** The smallest ordinary world; configurations and tests change what they are about. */
export const BASE: ModelConfig = {
  name: 'base',
  about: 'two launches, one migration, one snapshot',
  launches: 2,
  migrations: 1,
  snapshots: 1,
  handover: true,
  baseSnapshots: false,
  sweep: false,
  freeze: true,
  hostMemory: true,
  staleReads: false,
  restore: false,
  recover: false,
  birth: 'present',
  recycle: false,
};
