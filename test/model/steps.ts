// All steps of the model, in one order. Every one of them may happen next, or never.

import type { Moves } from './moves.ts';
import { I, LIFE } from './state.ts';
import * as birth from './steps-birth.ts';
import * as cloud from './steps-cloud.ts';
import * as host from './steps-host.ts';
import * as launching from './steps-launch.ts';
import * as migration from './steps-migration.ts';
import * as owner from './steps-owner.ts';
import * as sweep from './steps-sweep.ts';
import * as table from './steps-table.ts';

type Step = (m: Moves) => void;
type StepOf = (m: Moves, which: number) => void;

const CONTROL: readonly Step[] = [
  launching.launch,
  launching.release,
  launching.own,
  owner.attach,
  owner.start,
  owner.prove,
  owner.drain,
  owner.detach,
  owner.endOwner,
  owner.buryOwner,
  migration.begin,
  migration.freeze,
  migration.snapshot,
  migration.copy,
  migration.promote,
  migration.settle,
  migration.abort,
  sweep.baseSnapshot,
  birth.create,
  birth.prepare,
  birth.confirm,
  birth.replace,
  table.backup,
  table.restore,
  table.recover,
];

const PER_INSTANCE: readonly StepOf[] = [
  cloud.launched,
  owner.endFormer,
  owner.buryFormer,
  launching.endOrphan,
  table.endByHand,
];

/** What can happen to a running machine. */
const PER_MACHINE: readonly StepOf[] = [
  cloud.attachDone,
  cloud.detachDone,
  host.acceptStart,
  host.runStart,
  host.stop,
  host.ownStop,
  host.write,
  host.acceptPrepare,
  host.runPrepare,
];

const PER_VOLUME: readonly StepOf[] = [
  cloud.snapshotBegun,
  cloud.created,
  cloud.tagged,
  cloud.volumeDeleted,
  migration.supersede,
  sweep.deleteVolume,
  sweep.volumeGone,
];

const PER_SNAPSHOT: readonly StepOf[] = [
  cloud.snapshotDone,
  cloud.snapshotDeleted,
  sweep.note,
  sweep.deleteSnapshot,
];

/** Tells the sink of `m` every state that may follow `m.now`. */
export function successors(m: Moves): void {
  for (const step of CONTROL) step(m);
  for (let i = 0; i < m.instances; i++) {
    const life = m.now.inst(i, I.life);
    if (life === LIFE.none) continue;
    for (const step of PER_INSTANCE) step(m, i);
    if (life === LIFE.running || life === LIFE.closing) cloud.terminated(m, i);
    if (life === LIFE.running) for (const step of PER_MACHINE) step(m, i);
  }
  for (let v = 0; v < m.volumes; v++) for (const step of PER_VOLUME) step(m, v);
  for (let k = 0; k < m.snapshots; k++) for (const step of PER_SNAPSHOT) step(m, k);
}
