// Each rule of the design made weaker, and the smallest world in which that can do harm. The softer defences (role
// tag, host memory) are taken away where they would hide the rule: a fence has to hold by itself.

import { BASE, type ModelConfig, type Weakening } from './config.ts';

export interface WeakRule {
  rule: Weakening;
  /** What the weakened control plane does. */
  does: string;
  /** The rule of the design it breaks. */
  breaks: string;
  world: Partial<ModelConfig>;
}

const BARE = { freeze: false, hostMemory: false } as const;
const ONE = { ...BARE, launches: 1, handover: false, recycle: true } as const;

export const WEAK_RULES: readonly WeakRule[] = [
  {
    rule: 'time-out-as-death',
    does: 'takes an instance for dead because TerminateInstances was asked for long ago',
    breaks: 'proof of death',
    world: { ...ONE, recycle: false },
  },
  {
    rule: 'stop-success-as-death',
    does: 'takes an instance for dead because its `stop` succeeded',
    breaks: 'proof of death',
    world: { ...ONE, recycle: false },
  },
  {
    rule: 'last-owner-only',
    does: 'migrates when the last owner is dead, whatever became of earlier ones',
    breaks: 'rule 4',
    world: BARE,
  },
  {
    rule: 'migrate-while-running',
    does: 'freezes and snapshots while the owner serves',
    breaks: 'rule 4',
    world: { ...ONE, recycle: false },
  },
  {
    rule: 'migrate-while-draining',
    does: 'freezes and snapshots while the owner drains',
    breaks: 'rule 4',
    world: { ...ONE, recycle: false },
  },
  {
    rule: 'any-snapshot',
    does: 'copies from any completed snapshot of the volume',
    breaks: 'rule 6',
    world: { ...ONE, recycle: false, snapshots: 2, baseSnapshots: true },
  },
  {
    rule: 'any-volume',
    does: 'promotes any volume of the dataset that is in the making',
    breaks: 'rule 5',
    world: { ...ONE, migrations: 2, snapshots: 2 },
  },
  {
    rule: 'reused-generation',
    does: 'gives an aborted generation out again, and finds snapshot and volume by that number',
    breaks: 'rule 3',
    world: { ...ONE, migrations: 2 },
  },
  {
    rule: 'counted-ids-and-restore',
    does: 'counts migration ids up in the record, which a restore of the table takes back',
    breaks: 'rule 3',
    world: { ...ONE, migrations: 2, restore: true, recover: true },
  },
  {
    rule: 'no-rule-11',
    does: 'compares neither the table id nor the tags before it acts',
    breaks: 'rule 11',
    world: { ...ONE, restore: true },
  },
  {
    rule: 'rule-11-at-launch-only',
    does: 'compares table id and tags before launching, and not again',
    breaks: 'rule 11',
    world: { freeze: false, handover: false, restore: true, recycle: true },
  },
  {
    rule: 'unnoticed-restore',
    does: 'compares the tags everywhere, and never the table id',
    breaks: 'rule 11',
    world: { ...ONE, restore: true },
  },
  {
    rule: 'early-delete',
    does: 'deletes superseded volumes and old snapshots before the new generation is proved',
    breaks: 'rule 7',
    world: { ...ONE, sweep: true },
  },
  {
    rule: 'no-attachment-check',
    does: 'sends and runs `start` without looking whether the volume is attached',
    breaks: 'rule 4',
    world: ONE,
  },
  {
    rule: 'blind-garbage-collection',
    does: 'deletes every volume of the dataset but the active one',
    breaks: 'rule 7',
    world: { ...ONE, sweep: true },
  },
  {
    rule: 'format-without-blank-check',
    does: 'makes a file system without reading the volume first',
    breaks: 'rule 8',
    world: { birth: 'format' },
  },
  {
    rule: 'recover-by-number',
    does: 'recovers a restored table onto the highest generation that was ever left behind, active or not',
    breaks: 'rule 10',
    world: { ...ONE, restore: true, recover: true },
  },
];

export function weakConfig({ rule, does, world }: WeakRule): ModelConfig {
  return { ...BASE, ...world, name: rule, about: does, weak: rule };
}
