// The named configurations. All of them are explored to the end by the full run; the small ones alone by `--small`.
// With `recycle` the number of launches is unlimited: the bound is on instances alive or in doubt at one time.

import { BASE, type ModelConfig } from './config.ts';

export interface NamedConfig extends ModelConfig {
  /** Quick enough for every change. */
  small: boolean;
}

const named = (name: string, about: string, change: Partial<ModelConfig>, small = false): NamedConfig => ({
  ...BASE,
  recycle: true,
  ...change,
  name,
  about,
  small,
});

/** Neither the host's memory of operations nor the role tag is relied upon. */
const BARE = { freeze: false, hostMemory: false } as const;
const RESTORE = { restore: true, recover: true } as const;

export const CONFIGURATIONS: readonly NamedConfig[] = [
  named('move', 'handover with pre-launch and a migration, 2 instances at a time', {}, true),
  named('move-bare', 'the same without the host memory and the tag', BARE, true),
  named('move-stale', 'the same with reads that may be old', { ...BARE, staleReads: true }),
  named(
    'base',
    'base snapshots while serving, 1 instance',
    { launches: 1, snapshots: 2, baseSnapshots: true },
    true,
  ),
  named(
    'abort',
    '2 migrations, 2 snapshots after an abort, 1 instance',
    { launches: 1, migrations: 2, snapshots: 2 },
    true,
  ),
  named('sweep', 'deletions, 1 instance', { launches: 1, snapshots: 2, sweep: true }, true),
  named('restore', 'the table restored and recovered, 1 instance', { launches: 1, ...RESTORE }, true),
  named(
    'restore-only',
    'the table restored, nobody recovers it, 1 instance',
    { launches: 1, restore: true },
    true,
  ),
  named(
    'format',
    'a blank volume, formatted, then another, 1 instance',
    { birth: 'format', launches: 1, migrations: 2 },
    true,
  ),
  named('adopt', 'an adopted volume, then a migration, 1 instance', { birth: 'adopt', launches: 1 }, true),
  named('three', '3 instances at a time, 1 migration', { launches: 3 }),
  named('three-launches', 'exactly 3 launches, 1 migration, places never used again', {
    launches: 3,
    recycle: false,
  }),
  named('three-bare', '3 instances at a time without host memory and tag', { launches: 3, ...BARE }),
  named('three-stale', '3 instances at a time, old reads', { launches: 3, ...BARE, staleReads: true }),
  named('base-two', 'base snapshots while serving, 2 instances', { snapshots: 2, baseSnapshots: true }),
  named('abort-two', '2 migrations, 2 snapshots after an abort, 2 instances', {
    migrations: 2,
    snapshots: 2,
  }),
  named('abort-base', 'the same with base snapshots, 3 in all, 1 instance', {
    launches: 1,
    migrations: 2,
    snapshots: 3,
    baseSnapshots: true,
  }),
  named('sweep-base', 'deletions amid base snapshots, 1 instance', {
    launches: 1,
    snapshots: 2,
    sweep: true,
    baseSnapshots: true,
  }),
  named('sweep-points', 'deletions amid base snapshots, 3 recovery points at a time, 1 instance', {
    launches: 1,
    snapshots: 3,
    sweep: true,
    baseSnapshots: true,
  }),
  named('sweep-two', 'deletions, 2 instances', { snapshots: 2, sweep: true }),
  named('sweep-abort', 'deletions after aborts, 2 migrations, 1 instance', {
    launches: 1,
    migrations: 2,
    snapshots: 2,
    sweep: true,
  }),
  named('restore-two', 'the table restored and recovered, 2 instances', RESTORE),
  named('restore-abort', 'the table restored amid 2 migrations, 1 instance', {
    launches: 1,
    migrations: 2,
    snapshots: 2,
    ...RESTORE,
  }),
  named('restore-sweep', 'the table restored, with deletions, 1 instance', {
    launches: 1,
    snapshots: 2,
    sweep: true,
    ...RESTORE,
  }),
  named('format-two', 'the same with 2 instances', { birth: 'format', migrations: 2 }),
  named('format-three', 'a blank volume, then 2 more, 1 instance', {
    birth: 'format',
    launches: 1,
    migrations: 3,
  }),
  named('adopt-two', 'an adopted volume, then a migration, 2 instances', { birth: 'adopt' }),
  named('restore-only-two', 'the table restored, nobody recovers it, 2 instances', { restore: true }),
  named('adopt-restore', 'an adopted volume, the table restored, 1 instance', {
    birth: 'adopt',
    launches: 1,
    ...RESTORE,
  }),
];
