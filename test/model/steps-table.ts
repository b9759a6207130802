// The table: a moment of it is kept, later it is restored to that moment, and a person may recover it. A restored
// table is another table (its id tells); until `recover` the control plane only drains and ends the owner it names.

import type { Moves } from './moves.ts';
import {
  BACKUP_AT,
  I,
  R,
  RECORD_AT,
  RECORD_SIZE,
  ROLE,
  S,
  SNAPSHOT,
  type State,
  TAG_MESSAGE,
  V,
  VOLUME,
  W,
} from './state.ts';

export function backup(m: Moves): void {
  if (!m.config.restore || m.now.world(W.backup) !== 0) return;
  const next = m.begin();
  next.bytes.copyWithin(BACKUP_AT, RECORD_AT, RECORD_AT + RECORD_SIZE);
  next.setWorld(W.backup, 1);
  m.emit('backup');
}

export function restore(m: Moves): void {
  if (!m.config.restore || m.now.world(W.backup) !== 1) return;
  const next = m.begin();
  next.bytes.copyWithin(RECORD_AT, BACKUP_AT, BACKUP_AT + RECORD_SIZE);
  next.bytes.fill(0, BACKUP_AT, BACKUP_AT + RECORD_SIZE);
  next.setWorld(W.backup, 2);
  next.setWorld(W.table, 1);
  m.emit('restore');
}

/** Before `recover` a person ends what is tagged with the workload and still lives. */
export function endByHand(m: Moves, i: number): void {
  if (m.trulyOurTable() || !m.config.recover || !m.running(i) || m.now.inst(i, I.terminate) === 1) return;
  if (!m.config.restore) return;
  m.begin().setInst(i, I.terminate, 1);
  m.emit('end', i);
}

/**
 * The volume with the highest generation among those whose tag says active or frozen; -1 = none. `superseded` counts
 * for nothing: the copy of an aborted migration is tagged so too, with a higher number and without the last writes.
 */
function presentHome(m: Moves): number {
  const s = m.now;
  const any = m.config.weak === 'recover-by-number';
  let best = -1;
  for (let v = 0; v < m.volumes; v++) {
    const tag = s.vol(v, V.tag);
    if (s.vol(v, V.life) !== VOLUME.exists) continue;
    if (tag !== ROLE.active && tag !== ROLE.frozen && !(any && tag === ROLE.superseded)) continue;
    if (best < 0 || s.vol(v, V.generation) > s.vol(best, V.generation)) best = v;
  }
  return best;
}

/**
 * Everything in the record comes anew from the world; nothing of the restored copy is believed. An instance asked
 * for but not yet there stays unknown: when it appears it is a stranger, and a hold.
 */
export function recover(m: Moves): void {
  if (m.trulyOurTable() || !m.config.recover) return;
  for (let i = 0; i < m.instances; i++) if (m.alive(i)) return;
  const home = presentHome(m);
  if (home < 0) return;
  const next = m.begin();
  // Counted ids are weak because this one survives the restore as the old copy had it.
  const counted = m.config.weak === 'counted-ids-and-restore' ? m.now.rec(R.migrationCount) : 0;
  next.bytes.fill(0, RECORD_AT, RECORD_AT + RECORD_SIZE);
  next.setRec(R.migrationCount, counted);
  next.setRec(R.table, 1);
  next.setRec(R.volume, home + 1);
  next.setRec(R.generation, m.now.vol(home, V.generation));
  next.setRec(R.prepared, m.config.birth === 'present' ? 0 : 1);
  rebuildLists(m, next, home);
  next.setVol(home, V.tagging, m.now.vol(home, V.tagging) | TAG_MESSAGE.active);
  m.emit('recover', home);
}

function rebuildLists(m: Moves, next: State, home: number): void {
  let top = 0;
  for (let v = 0; v < m.volumes; v++) {
    const life = m.now.vol(v, V.life);
    if (life !== VOLUME.exists) continue;
    top = Math.max(top, m.now.vol(v, V.generation));
    next.setRole(v, v === home ? ROLE.active : ROLE.superseded);
  }
  next.setRec(R.topGeneration, top);
  let seen = 0;
  for (let k = 0; k < m.snapshots; k++) {
    if (m.now.snap(k, S.life) === SNAPSHOT.completed) seen |= 1 << k;
  }
  next.setRec(R.snapshots, seen);
}
