// Launching, releasing, owning: shared/decide's choice of candidate and owner, shared/loop's CreateFleet and
// TerminateInstances. A candidate never has the volume: attach and start go to the owner only.

import { seenDead } from './death.ts';
import type { Moves } from './moves.ts';
import { I, LIFE, PHASE, R, V, VOLUME } from './state.ts';

/** The zones a launch may be for now; while a migration secures capacity, both. */
function wantedZones(m: Moves): number[] {
  const home = m.home();
  if (home < 0 || m.now.vol(home, V.life) === VOLUME.deleted) return [];
  const zone = m.now.vol(home, V.zone);
  const phase = m.now.rec(R.phase);
  const stay = m.owner() < 0 || m.config.handover ? [zone] : [];
  if (phase === PHASE.none || phase === PHASE.promoted) return stay;
  return phase === PHASE.securing ? [...stay, 1 - zone] : [1 - zone];
}

export function launch(m: Moves): void {
  if (m.now.rec(R.candidate) !== 0 || !m.rule11('launch')) return;
  const i = m.freeInstance();
  if (i < 0) return;
  for (const zone of wantedZones(m)) {
    const next = m.begin();
    next.setInst(i, I.life, LIFE.asked);
    next.setInst(i, I.zone, zone);
    next.setRec(R.candidate, i + 1);
    if (m.config.restore) next.setRec(R.known, m.now.rec(R.known) | (1 << i));
    m.emit('launch', i);
  }
}

export function release(m: Moves): void {
  const i = m.now.rec(R.candidate) - 1;
  if (i < 0 || !m.tableKnown()) return;
  const next = m.begin();
  next.setRec(R.candidate, 0);
  const dead = seenDead(m, i);
  if (!dead) next.setInst(i, I.terminate, 1);
  m.emit(dead ? 'candidate-dead' : 'release', i);
}

/** The candidate becomes the owner: of a volume nobody owns, or from an owner that drains and let it go. */
export function own(m: Moves): void {
  const i = m.now.rec(R.candidate) - 1;
  const home = m.home();
  if (i < 0 || home < 0 || !m.running(i) || m.underway() || !m.rule11('own')) return;
  if (m.now.inst(i, I.zone) !== m.now.vol(home, V.zone)) return;
  const former = m.owner();
  if (former >= 0) {
    const free = m.attached(home) !== former || m.config.staleReads;
    if (!m.config.handover || m.now.rec(R.draining) === 0 || !free) return;
  }
  const next = m.begin();
  next.setRec(R.owner, i + 1);
  next.setRec(R.candidate, 0);
  next.setRec(R.draining, 0);
  next.setInst(i, I.owned, home + 1);
  if (former < 0) {
    m.emit('own', i);
    return;
  }
  next.setRec(R.formers, m.now.rec(R.formers) | (1 << former));
  if (m.attached(home) === former && !m.config.staleReads) m.breaks('S12');
  m.emit('handover', i, former);
}

/** Orphans: launches the record or its history knows, that nobody needs any more. */
export function endOrphan(m: Moves, i: number): void {
  if (!m.config.sweep || !m.tableKnown() || !m.running(i) || m.now.inst(i, I.terminate) === 1) return;
  const bit = 1 << i;
  if (m.now.rec(R.owner) === i + 1 || m.now.rec(R.candidate) === i + 1) return;
  if ((m.now.rec(R.formers) & bit) !== 0) return;
  if (m.config.restore && (m.now.rec(R.known) & bit) === 0) return;
  m.begin().setInst(i, I.terminate, 1);
  m.emit('end', i);
}
