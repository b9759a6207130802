// The instance side: the operation numbers, `start` in two steps under its lock, `stop`, the watcher's own stop,
// and the service that writes. A reboot is an own stop: Docker never starts by itself beside or on the volume.

import type { Moves } from './moves.ts';
import { DOCKER, FS, I, OP, S, type State, V, W } from './state.ts';

const bitsOf = (mask: number, count: number): number[] =>
  Array.from({ length: count }, (_, bit) => bit).filter((bit) => (mask & (1 << bit)) !== 0);

/** Nothing else may hold the lock: `start`, `format` and `adopt` finish or give up first. */
const unlocked = (m: Moves, i: number): boolean =>
  m.now.inst(i, I.pending) === 0 && m.now.inst(i, I.preparing) === 0;

export function acceptStart(m: Moves, i: number): void {
  const s = m.now;
  if (!unlocked(m, i) || s.inst(i, I.docker) !== DOCKER.down) return;
  if (m.config.hostMemory && s.inst(i, I.operation) >= OP.start) return;
  const mask = s.inst(i, I.start);
  if (mask === 0) return;
  for (const v of bitsOf(mask, m.volumes)) {
    const next = m.begin();
    if (m.config.hostMemory) next.setInst(i, I.operation, OP.start);
    next.setInst(i, I.pending, v + 1);
    m.emit('start-accepted', i, v);
  }
}

/** The marker is this generation's, or on the first mount of a copy the one it was copied from. */
function markerFits(m: Moves, v: number): boolean {
  const s = m.now;
  const marker = s.vol(v, V.marker);
  if (marker === s.vol(v, V.generation)) return true;
  const from = s.vol(v, V.from);
  if (from === 0 || s.vol(v, V.up) === 1) return false;
  return marker === s.vol(s.snap(from - 1, S.source), V.generation);
}

export function runStart(m: Moves, i: number): void {
  const s = m.now;
  const v = s.inst(i, I.pending) - 1;
  if (v < 0) return;
  m.begin().setInst(i, I.pending, 0);
  m.emit('start-refused', i, v);
  if (m.attached(v) === i && s.vol(v, V.fs) === FS.made && markerFits(m, v)) {
    const next = m.begin();
    next.setInst(i, I.pending, 0);
    next.setInst(i, I.docker, DOCKER.up);
    next.setInst(i, I.started, 1);
    next.setVol(v, V.up, 1);
    next.setVol(v, V.marker, s.vol(v, V.generation));
    m.emit('start-done', i, v);
  } else if (m.config.weak === 'no-attachment-check' && m.attached(v) !== i) {
    const next = m.begin();
    next.setInst(i, I.pending, 0);
    next.setInst(i, I.docker, DOCKER.beside);
    m.emit('start-beside', i);
  }
}

/** `stop` writes its operation before it asks for the lock; without memory it is one step under the lock. */
export function stop(m: Moves, i: number): void {
  const s = m.now;
  const accepted = s.inst(i, I.operation) === OP.stop;
  if (m.config.hostMemory && !accepted && s.inst(i, I.stop) === 1) {
    m.begin().setInst(i, I.operation, OP.stop);
    m.emit('stop-accepted', i);
  }
  const due = m.config.hostMemory ? accepted && s.inst(i, I.stopped) === 0 : s.inst(i, I.stop) === 1;
  if (!due || !unlocked(m, i)) return;
  const next = m.begin();
  next.setInst(i, I.docker, DOCKER.down);
  next.setInst(i, I.stopped, 1);
  m.emit('stop-done', i);
}

export function ownStop(m: Moves, i: number): void {
  if (m.now.inst(i, I.docker) === DOCKER.down || !unlocked(m, i)) return;
  m.begin().setInst(i, I.docker, DOCKER.down);
  m.emit('own-stop', i);
}

/** After this write no other copy holds everything. Repeating it changes nothing: writes are unlimited. */
export function write(m: Moves, i: number): void {
  const docker = m.now.inst(i, I.docker);
  if (docker === DOCKER.down) return;
  if (docker === DOCKER.beside) {
    m.begin();
    m.breaks('S10');
    m.emit('write', i);
    return;
  }
  for (let v = 0; v < m.volumes; v++) {
    if (m.attached(v) !== i) continue;
    const next = m.begin();
    makeOthersStale(m, next, v);
    m.emit('write', i, v);
    return;
  }
}

function makeOthersStale(m: Moves, next: State, written: number): void {
  for (let v = 0; v < m.volumes; v++) if (v !== written) next.setVol(v, V.full, 0);
  for (let k = 0; k < m.snapshots; k++) next.setSnap(k, S.full, 0);
  if (m.config.birth === 'format') next.setWorld(W.wrote, 1);
}

export function acceptPrepare(m: Moves, i: number): void {
  const s = m.now;
  const mask = s.inst(i, I.prepare);
  if (mask === 0 || !unlocked(m, i) || s.inst(i, I.docker) !== DOCKER.down) return;
  if (m.config.hostMemory && s.inst(i, I.operation) >= OP.prepare) return;
  for (const v of bitsOf(mask, m.volumes)) {
    const next = m.begin();
    if (m.config.hostMemory) next.setInst(i, I.operation, OP.prepare);
    next.setInst(i, I.preparing, v + 1);
    m.emit('prepare-accepted', i, v);
  }
}

/** `format`: mkfs only where everything reads as zeroes; found with the recorded UUID, it answers done. */
export function runPrepare(m: Moves, i: number): void {
  const s = m.now;
  const v = s.inst(i, I.preparing) - 1;
  if (v < 0) return;
  m.begin().setInst(i, I.preparing, 0);
  m.emit('prepare-refused', i, v);
  if (m.attached(v) !== i) return;
  const fs = s.vol(v, V.fs);
  const blind = m.config.weak === 'format-without-blank-check';
  if (m.config.birth === 'format' && (fs === FS.blank || blind)) {
    const next = m.begin();
    next.setVol(v, V.fs, FS.partial);
    next.setVol(v, V.marker, 0);
    next.setVol(v, V.full, s.world(W.wrote) === 0 ? 1 : 0);
    if (fs !== FS.blank) m.breaks('S9');
    m.emit('mkfs', i, v);
  }
  if (fs !== FS.blank) finishPrepare(m, i, v);
}

function finishPrepare(m: Moves, i: number, v: number): void {
  const s = m.now;
  const marker = s.vol(v, V.marker);
  const own = s.vol(v, V.generation);
  if (marker !== 0 && marker !== own) return;
  const next = m.begin();
  next.setInst(i, I.preparing, 0);
  next.setInst(i, I.prepared, 1);
  next.setVol(v, V.fs, FS.made);
  next.setVol(v, V.marker, own);
  m.emit('prepare-done', i, v);
}
