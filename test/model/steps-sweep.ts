// Base snapshots, deletion of superseded volumes and old snapshots (rule 7). Days are not modelled: what the design
// keeps for seven days may here go at once, as soon as everything else allows it.

import type { Moves } from './moves.ts';
import { PHASE, R, ROLE, S, SNAPSHOT, V, VOLUME } from './state.ts';

export function baseSnapshot(m: Moves): void {
  const home = m.home();
  if (!m.config.baseSnapshots || home < 0 || m.underway() || !m.rule11('snapshot')) return;
  if (m.config.birth !== 'present' && m.now.rec(R.prepared) === 0) return;
  const asked = m.now.vol(home, V.snapshot);
  if ((asked & 1) !== 0 || m.now.vol(home, V.life) !== VOLUME.exists) return;
  m.begin().setVol(home, V.snapshot, asked | 1);
  m.emit('base', home);
}

export function note(m: Moves, k: number): void {
  const noted = m.now.rec(R.snapshots);
  if ((noted & (1 << k)) !== 0 || m.now.snap(k, S.life) !== SNAPSHOT.completed || !m.tableKnown()) return;
  if (!m.config.sweep) return;
  m.begin().setRec(R.snapshots, noted | (1 << k));
  m.emit('note', k);
}

/** A completed, noted snapshot, not going away itself, of at least this generation. */
function securedBy(m: Moves, generation: number, except: number): boolean {
  const s = m.now;
  for (let k = 0; k < m.snapshots; k++) {
    if (k === except || (s.rec(R.snapshots) & (1 << k)) === 0) continue;
    if (s.snap(k, S.life) !== SNAPSHOT.completed || s.snap(k, S.remove) === 1) continue;
    if (s.vol(s.snap(k, S.source), V.generation) >= generation) return true;
  }
  return false;
}

function mayDelete(m: Moves, v: number): boolean {
  const s = m.now;
  const { weak } = m.config;
  if (weak === 'blind-garbage-collection') return v !== m.home();
  if (s.role(v) !== ROLE.superseded || m.attached(v) >= 0 || !m.rule11('delete')) return false;
  if (weak === 'early-delete') return true;
  // A copy on which nothing ever ran held nothing that the active volume does not have.
  if (s.vol(v, V.up) === 0 && s.rec(R.proved) === s.rec(R.generation)) return true;
  return s.rec(R.proved) > s.vol(v, V.generation) && securedBy(m, s.vol(v, V.generation), -1);
}

export function deleteVolume(m: Moves, v: number): void {
  if (!m.config.sweep || m.now.vol(v, V.life) !== VOLUME.exists || m.now.vol(v, V.remove) === 1) return;
  if (!mayDelete(m, v)) return;
  const next = m.begin();
  next.setVol(v, V.remove, 1);
  if (m.config.weak !== 'blind-garbage-collection') next.setRole(v, ROLE.deleting);
  m.emit('delete-volume', v);
}

export function volumeGone(m: Moves, v: number): void {
  if (m.now.role(v) !== ROLE.deleting || m.now.vol(v, V.life) !== VOLUME.deleted || !m.tableKnown()) return;
  m.begin().setRole(v, ROLE.deleted);
  m.emit('volume-gone', v);
}

/** Old snapshots go when a noted one of at least their generation remains. */
export function deleteSnapshot(m: Moves, k: number): void {
  const s = m.now;
  if (!m.config.sweep || s.snap(k, S.life) !== SNAPSHOT.completed || s.snap(k, S.remove) === 1) return;
  if ((s.rec(R.snapshots) & (1 << k)) === 0 || s.rec(R.snapshot) === k + 1) return;
  if (s.rec(R.phase) !== PHASE.none || !m.rule11('delete')) return;
  const generation = s.vol(s.snap(k, S.source), V.generation);
  if (!securedBy(m, generation, k) && m.config.weak !== 'early-delete') return;
  m.begin().setSnap(k, S.remove, 1);
  m.emit('delete-snapshot', k);
}
