// The dataset's first days: a blank volume that is formatted once, or an existing one that is adopted. A format
// that was not confirmed costs the volume, never a second mkfs.

import type { Moves } from './moves.ts';
import { FS, I, R, ROLE, V, VOLUME, W } from './state.ts';

export function create(m: Moves): void {
  const s = m.now;
  const drawn = s.world(W.migrations);
  if (m.config.birth !== 'format' || m.home() >= 0 || drawn >= m.config.migrations) return;
  if (!m.rule11('create')) return;
  const v = drawn + 1;
  const generation = s.rec(R.topGeneration) + 1;
  const next = m.begin();
  next.setWorld(W.migrations, drawn + 1);
  next.setRec(R.topGeneration, generation);
  next.setRec(R.generation, generation);
  next.setRec(R.volume, v + 1);
  next.setRole(v, ROLE.active);
  next.setVol(v, V.life, VOLUME.asked);
  next.setVol(v, V.generation, generation);
  next.setVol(v, V.fs, FS.blank);
  m.emit('create', v);
}

/** `format` or `adopt`, to the owner that has exactly this volume. */
export function prepare(m: Moves): void {
  const i = m.owner();
  const home = m.home();
  if (m.config.birth === 'present' || m.now.rec(R.prepared) === 1 || i < 0 || home < 0) return;
  if (m.now.rec(R.draining) === 1 || m.migrating() || m.attached(home) !== i || !m.rule11('start')) return;
  const sent = m.now.inst(i, I.prepare);
  if ((sent & (1 << home)) !== 0) return;
  m.begin().setInst(i, I.prepare, sent | (1 << home));
  m.emit('prepare', home, i);
}

export function confirm(m: Moves): void {
  const i = m.owner();
  if (m.config.birth === 'present' || m.now.rec(R.prepared) === 1 || i < 0 || !m.tableKnown()) return;
  if (m.now.inst(i, I.prepared) === 0) return;
  m.begin().setRec(R.prepared, 1);
  m.emit('confirm', i, m.home());
}

/** Nobody can confirm any more: this volume is superseded, another will be made. */
export function replace(m: Moves): void {
  const s = m.now;
  const home = m.home();
  if (m.config.birth !== 'format' || s.rec(R.prepared) === 1 || home < 0 || m.migrating()) return;
  if (s.rec(R.owner) !== 0 || s.rec(R.formers) !== 0 || !m.tableKnown()) return;
  if (m.attached(home) >= 0 || s.world(W.migrations) >= m.config.migrations) return;
  const next = m.begin();
  next.setRec(R.volume, 0);
  next.setRole(home, ROLE.superseded);
  m.emit('replace', home);
}
