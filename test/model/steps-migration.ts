// Migration: a new volume in the other zone from a snapshot. Every step is one conditional write; the candidate is
// sought at any time (steps-launch.ts), and freezing does not wait for it here, which allows more than the design.

import type { Moves } from './moves.ts';
import { PHASE, R, ROLE, S, SNAPSHOT, type State, TAG_MESSAGE, V, VOLUME, W } from './state.ts';

/** A new migration: its random id, and a generation number that is burned whatever becomes of it. */
export function begin(m: Moves): void {
  const s = m.now;
  if (m.migrating() || m.home() < 0 || !m.tableKnown()) return;
  if (m.config.birth !== 'present' && s.rec(R.prepared) === 0) return;
  const { weak } = m.config;
  const drawn = s.world(W.migrations);
  if (drawn >= m.config.migrations) return;
  let id = drawn + 1;
  let generation = s.rec(R.topGeneration) + 1;
  if (weak === 'counted-ids-and-restore') id = s.rec(R.migrationCount) + 1;
  if (weak === 'reused-generation') {
    generation = s.rec(R.generation) + 1;
    id = generation - 1;
  }
  const next = m.begin();
  next.setWorld(W.migrations, drawn + 1);
  if (weak === 'counted-ids-and-restore') next.setRec(R.migrationCount, id);
  next.setRec(R.migration, id);
  next.setRec(R.newGeneration, generation);
  next.setRec(R.topGeneration, generation);
  next.setRec(R.phase, PHASE.securing);
  m.emit('migrate', id);
}

/** Rule 4: every instance that was ever owner of this volume is dead, and no attachment is left. */
function mayFreeze(m: Moves): boolean {
  const s = m.now;
  const { weak } = m.config;
  if (weak === 'migrate-while-running' && s.rec(R.owner) !== 0 && s.rec(R.draining) === 0) return true;
  if (weak === 'migrate-while-draining' && s.rec(R.draining) === 1) return true;
  if (s.rec(R.owner) !== 0) return false;
  if (s.rec(R.formers) !== 0 && weak !== 'last-owner-only') return false;
  return m.attached(m.home()) < 0 || m.config.staleReads;
}

export function freeze(m: Moves): void {
  const home = m.home();
  if (m.now.rec(R.phase) !== PHASE.securing || !mayFreeze(m) || !m.rule11('freeze')) return;
  const next = m.begin();
  next.setRec(R.phase, PHASE.freezing);
  next.setRole(home, ROLE.frozen);
  next.setVol(home, V.tagging, m.now.vol(home, V.tagging) | TAG_MESSAGE.frozen);
  m.emit('freeze', home);
}

export function snapshot(m: Moves): void {
  const s = m.now;
  const home = m.home();
  if (s.rec(R.phase) !== PHASE.freezing || !m.rule11('snapshot')) return;
  const { weak, freeze: force, staleReads } = m.config;
  if (force && !staleReads && s.vol(home, V.tag) !== ROLE.frozen) return;
  const loose = weak === 'migrate-while-running' || weak === 'migrate-while-draining' || staleReads;
  if (m.attached(home) >= 0 && !loose) return;
  const id = s.rec(R.migration);
  const next = m.begin();
  next.setRec(R.phase, PHASE.snapshotting);
  next.setVol(home, V.snapshot, s.vol(home, V.snapshot) | (1 << id));
  m.emit('snapshot', home, id);
}

/** Only a snapshot of this volume that was asked for under this migration's id. */
function fits(m: Moves, k: number): boolean {
  const s = m.now;
  if (s.snap(k, S.life) !== SNAPSHOT.completed || s.snap(k, S.source) !== m.home()) return false;
  return s.snap(k, S.id) === s.rec(R.migration) || m.config.weak === 'any-snapshot';
}

export function copy(m: Moves): void {
  const s = m.now;
  if (s.rec(R.phase) !== PHASE.snapshotting || !m.rule11('create')) return;
  const id = s.rec(R.migration);
  for (let k = 0; k < m.snapshots; k++) {
    if (!fits(m, k)) continue;
    const next = m.begin();
    next.setRec(R.phase, PHASE.copying);
    next.setRec(R.snapshot, k + 1);
    next.setRec(R.snapshots, s.rec(R.snapshots) | (1 << k));
    next.setRole(id, ROLE.migrating);
    // The client token comes from the id: asking again under the same one gives the same volume.
    if (s.vol(id, V.life) === VOLUME.none) askForCopy(next, id, k, m);
    m.emit('copy', k, id);
  }
}

function askForCopy(next: State, id: number, k: number, m: Moves): void {
  next.setVol(id, V.life, VOLUME.asked);
  next.setVol(id, V.generation, m.now.rec(R.newGeneration));
  next.setVol(id, V.from, k + 1);
  next.setVol(id, V.zone, 1 - m.now.vol(m.home(), V.zone));
}

/** Rule 5: the recorded volume, made from the recorded snapshot. The weaker rule takes any volume in the making. */
function promotable(m: Moves, v: number): boolean {
  const s = m.now;
  if (s.vol(v, V.life) !== VOLUME.exists || v === m.home()) return false;
  if (m.config.weak === 'any-volume') return s.vol(v, V.tag) === ROLE.migrating;
  return v === s.rec(R.migration) && s.vol(v, V.from) === s.rec(R.snapshot);
}

export function promote(m: Moves): void {
  const s = m.now;
  const home = m.home();
  if (s.rec(R.phase) !== PHASE.copying || !m.rule11('promote')) return;
  for (let v = 0; v < m.volumes; v++) {
    if (!promotable(m, v)) continue;
    const next = m.begin();
    next.setRec(R.phase, PHASE.promoted);
    next.setRec(R.generation, s.vol(v, V.generation));
    next.setRec(R.volume, v + 1);
    next.setRole(v, ROLE.active);
    next.setRole(home, ROLE.superseded);
    next.setVol(v, V.tagging, s.vol(v, V.tagging) | TAG_MESSAGE.active);
    if (s.vol(v, V.generation) <= s.rec(R.generation)) m.breaks('S6');
    m.emit('promote', v, home);
  }
}

function forget(next: State): void {
  next.setRec(R.phase, PHASE.none);
  next.setRec(R.migration, 0);
  next.setRec(R.newGeneration, 0);
  next.setRec(R.snapshot, 0);
}

/** The new volume's tags are read back before anyone becomes its owner. */
export function settle(m: Moves): void {
  const home = m.home();
  if (m.now.rec(R.phase) !== PHASE.promoted || !m.tableKnown()) return;
  if (m.now.vol(home, V.tag) !== ROLE.active && !m.config.staleReads) return;
  forget(m.begin());
  m.emit('settle', home);
}

/** Possible until promote; the generation stays burned, a volume already asked for is superseded. */
export function abort(m: Moves): void {
  const s = m.now;
  const phase = s.rec(R.phase);
  if (phase === PHASE.none || phase === PHASE.promoted || !m.tableKnown()) return;
  const home = m.home();
  const id = s.rec(R.migration);
  const next = m.begin();
  forget(next);
  if (s.role(id) === ROLE.migrating) next.setRole(id, ROLE.superseded);
  if (phase !== PHASE.securing) {
    next.setRole(home, ROLE.active);
    next.setVol(home, V.tagging, s.vol(home, V.tagging) | TAG_MESSAGE.active);
  }
  m.emit('abort', id);
}

/** What was left behind, promoted once or never, is tagged so, but not before a migration is over. */
export function supersede(m: Moves, v: number): void {
  const s = m.now;
  if (s.role(v) !== ROLE.superseded || m.migrating() || s.vol(v, V.life) !== VOLUME.exists) return;
  const sent = s.vol(v, V.tagging);
  if ((sent & TAG_MESSAGE.superseded) !== 0 || !m.rule11('freeze')) return;
  m.begin().setVol(v, V.tagging, sent | TAG_MESSAGE.superseded);
  m.emit('supersede', v);
}
