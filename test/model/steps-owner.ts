// The owner's life: attach, start, proved, drain, detach, end, dead. Each is one conditional write of the record
// with the one call it allows.

import { seenDead, trulyDead } from './death.ts';
import type { Moves } from './moves.ts';
import { I, R, V, VOLUME } from './state.ts';

export function attach(m: Moves): void {
  const i = m.owner();
  const home = m.home();
  if (i < 0 || home < 0 || m.now.rec(R.draining) === 1 || m.underway() || !m.rule11('attach')) return;
  const bit = 1 << home;
  const asked = m.now.inst(i, I.attach);
  if ((asked & bit) !== 0 || m.now.vol(home, V.life) !== VOLUME.exists) return;
  m.begin().setInst(i, I.attach, asked | bit);
  m.emit('attach', home, i);
}

/** `start` goes out when the attachment of exactly this volume to exactly this instance is seen. */
export function start(m: Moves): void {
  const i = m.owner();
  const home = m.home();
  if (i < 0 || home < 0 || m.now.rec(R.draining) === 1 || m.underway() || !m.rule11('start')) return;
  if (m.config.birth !== 'present' && m.now.rec(R.prepared) === 0) return;
  const seen = m.config.staleReads ? (m.now.inst(i, I.attach) >> home) & 1 : m.attached(home) === i;
  if (!seen && m.config.weak !== 'no-attachment-check') return;
  const bit = 1 << home;
  const sent = m.now.inst(i, I.start);
  if ((sent & bit) !== 0) return;
  m.begin().setInst(i, I.start, sent | bit);
  m.emit('start', home, i);
}

export function prove(m: Moves): void {
  const i = m.owner();
  const generation = m.now.rec(R.generation);
  if (i < 0 || !m.tableKnown() || m.now.rec(R.proved) === generation) return;
  if (m.now.inst(i, I.started) === 0) return;
  m.begin().setRec(R.proved, generation);
  m.emit('prove', i, m.home());
}

/** Never reversed. Allowed in hold too: a serving owner is drained and ended at closing as always. */
export function drain(m: Moves): void {
  const i = m.owner();
  if (i < 0 || m.now.rec(R.draining) === 1) return;
  const next = m.begin();
  next.setRec(R.draining, 1);
  next.setInst(i, I.stop, 1);
  m.emit('drain', i);
}

export function detach(m: Moves): void {
  const i = m.owner();
  if (i < 0 || !m.tableKnown() || m.now.rec(R.draining) === 0) return;
  if (m.now.inst(i, I.stopped) === 0 || m.now.inst(i, I.detach) === 1) return;
  m.begin().setInst(i, I.detach, 1);
  m.emit('detach', i);
}

export function endOwner(m: Moves): void {
  const i = m.owner();
  if (i < 0 || m.now.rec(R.draining) === 0 || m.now.inst(i, I.terminate) === 1 || trulyDead(m, i)) return;
  m.begin().setInst(i, I.terminate, 1);
  m.emit('end', i);
}

export function endFormer(m: Moves, i: number): void {
  if ((m.now.rec(R.formers) & (1 << i)) === 0 || m.now.inst(i, I.terminate) === 1 || trulyDead(m, i)) return;
  m.begin().setInst(i, I.terminate, 1);
  m.emit('end', i);
}

/** Owner becomes nobody only when its death is proved. */
export function buryOwner(m: Moves): void {
  const i = m.owner();
  if (i < 0 || !m.tableKnown() || !seenDead(m, i)) return;
  const next = m.begin();
  next.setRec(R.owner, 0);
  next.setRec(R.draining, 0);
  if (!trulyDead(m, i)) m.breaks('S12');
  m.emit('owner-dead', i);
}

export function buryFormer(m: Moves, i: number): void {
  const formers = m.now.rec(R.formers);
  if ((formers & (1 << i)) === 0 || !m.tableKnown() || !seenDead(m, i)) return;
  m.begin().setRec(R.formers, formers & ~(1 << i));
  if (!trulyDead(m, i)) m.breaks('S12');
  m.emit('former-dead', i);
}
