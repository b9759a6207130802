// EC2 and EBS: what becomes of a message once sent. It stays sent, so a delivery may come never, late, twice or
// more often; EBS lets one instance have a volume; a terminated instance stays terminated.

import { holdsVolume, letGo, type Moves } from './moves.ts';
import { DOCKER, I, LIFE, R, ROLE, S, SNAPSHOT, TAG_MESSAGE, V, VOLUME, W } from './state.ts';
import type { StepName } from './step-names.ts';

export function launched(m: Moves, i: number): void {
  if (m.now.inst(i, I.life) !== LIFE.asked) return;
  m.begin().setInst(i, I.life, LIFE.running);
  m.emit('launched', i);
}

const GONE: readonly number[] = [ROLE.superseded, ROLE.deleting, ROLE.deleted];

export function attachDone(m: Moves, i: number): void {
  const s = m.now;
  const asked = s.inst(i, I.attach);
  if (asked === 0) return;
  for (let v = 0; v < m.volumes; v++) {
    if ((asked & (1 << v)) === 0 || s.vol(v, V.life) !== VOLUME.exists || m.attached(v) >= 0) continue;
    if (s.inst(i, I.zone) !== s.vol(v, V.zone)) continue;
    if (m.config.freeze && s.vol(v, V.tag) !== ROLE.active) continue;
    m.begin().setVol(v, V.attached, i + 1);
    if (m.trulyOurTable() && GONE.includes(s.role(v))) m.breaks('S7');
    m.emit('attach-done', v, i);
  }
}

/** A mounted volume cannot be detached (it would stay busy), and nothing is ever forced. */
export function detachDone(m: Moves, i: number): void {
  if (m.now.inst(i, I.detach) === 0 || m.now.inst(i, I.docker) === DOCKER.up) return;
  for (let v = 0; v < m.volumes; v++) {
    if (m.attached(v) !== i) continue;
    m.begin().setVol(v, V.attached, 0);
    m.emit('detach-done', i);
  }
}

/**
 * Asked for or reclaimed: both can come at any moment, and on the way the volume may be free before the end. (An
 * instance without a volume that is shutting down does no more than one to which nothing is delivered.)
 */
export function terminated(m: Moves, i: number): void {
  const life = m.now.inst(i, I.life);
  const next = m.begin();
  next.setInst(i, I.life, LIFE.dead);
  letGo(next, i, m.volumes);
  m.emit('terminated', i);
  if (life !== LIFE.running || !holdsVolume(m.now, i, m.volumes)) return;
  const closing = m.begin();
  letGo(closing, i, m.volumes);
  closing.setInst(i, I.life, LIFE.closing);
  m.emit('volume-freed', i);
}

/** CreateSnapshot has no token: each delivery makes another one, of the volume as it is at that moment. */
export function snapshotBegun(m: Moves, v: number): void {
  const s = m.now;
  const asked = s.vol(v, V.snapshot);
  if (asked === 0 || s.vol(v, V.life) !== VOLUME.exists) return;
  const k = m.freeSnapshot();
  if (k < 0) return;
  for (let id = 0; id < m.volumes; id++) {
    if ((asked & (1 << id)) === 0) continue;
    const next = m.begin();
    next.setSnap(k, S.life, SNAPSHOT.pending);
    next.setSnap(k, S.id, id);
    next.setSnap(k, S.source, v);
    next.setSnap(k, S.full, s.vol(v, V.full));
    next.setSnap(k, S.marker, s.vol(v, V.marker));
    m.emit('snapshot-begun', k, v);
  }
}

export function snapshotDone(m: Moves, k: number): void {
  if (m.now.snap(k, S.life) !== SNAPSHOT.pending) return;
  m.begin().setSnap(k, S.life, SNAPSHOT.completed);
  m.emit('snapshot-done', k);
}

export function created(m: Moves, v: number): void {
  const s = m.now;
  if (s.vol(v, V.life) !== VOLUME.asked) return;
  const from = s.vol(v, V.from);
  if (from > 0 && s.snap(from - 1, S.life) !== SNAPSHOT.completed) return;
  const next = m.begin();
  next.setVol(v, V.life, VOLUME.exists);
  next.setVol(v, V.tag, from > 0 ? ROLE.migrating : ROLE.active);
  next.setVol(v, V.full, from > 0 ? s.snap(from - 1, S.full) : 1 - s.world(W.wrote));
  next.setVol(v, V.marker, from > 0 ? s.snap(from - 1, S.marker) : 0);
  m.emit('created', v);
}

const TAGS: readonly { bit: number; role: number; step: StepName }[] = [
  { bit: TAG_MESSAGE.active, role: ROLE.active, step: 'tagged-active' },
  { bit: TAG_MESSAGE.frozen, role: ROLE.frozen, step: 'tagged-frozen' },
  { bit: TAG_MESSAGE.superseded, role: ROLE.superseded, step: 'tagged-superseded' },
];

export function tagged(m: Moves, v: number): void {
  const sent = m.now.vol(v, V.tagging);
  if (sent === 0 || m.now.vol(v, V.life) !== VOLUME.exists) return;
  for (const { bit, role, step } of TAGS) {
    if ((sent & bit) === 0 || m.now.vol(v, V.tag) === role) continue;
    m.begin().setVol(v, V.tag, role);
    m.emit(step, v);
  }
}

/** S20: a delete never hits the active volume, the one being made, or the last copy of everything. */
export function volumeDeleted(m: Moves, v: number): void {
  const s = m.now;
  if (s.vol(v, V.remove) === 0 || s.vol(v, V.life) !== VOLUME.exists || m.attached(v) >= 0) return;
  const next = m.begin();
  next.setVol(v, V.life, VOLUME.deleted);
  const needed = m.home() === v || s.role(v) === ROLE.migrating;
  if (m.trulyOurTable() && needed) m.breaks('S20');
  if (s.vol(v, V.full) === 1 && !m.otherFullCopy(s, v, -1)) m.breaks('S20');
  m.emit('volume-deleted', v);
}

export function snapshotDeleted(m: Moves, k: number): void {
  const s = m.now;
  if (s.snap(k, S.remove) === 0 || s.snap(k, S.life) !== SNAPSHOT.completed) return;
  m.begin().setSnap(k, S.life, SNAPSHOT.deleted);
  const inUse = m.trulyOurTable() && s.rec(R.snapshot) === k + 1;
  if (inUse || (s.snap(k, S.full) === 1 && !m.otherFullCopy(s, -1, k))) m.breaks('S20');
  m.emit('snapshot-deleted', k);
}
