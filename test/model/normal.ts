// One form for states that can only behave alike, so that the search visits them once. Each clearing removes
// something that can never have an effect again: messages to a dead instance or a deleted volume, operations the
// host has to refuse. With `recycle`, a dead instance that nothing names leaves its place, and places are sorted.

import type { ModelConfig } from './config.ts';
import { sortInstances } from './sort.ts';
import {
  BACKUP_AT,
  I,
  INSTANCE_SIZE,
  INSTANCES_AT,
  LIFE,
  MAX_VOLUMES,
  OP,
  R,
  RECORD_AT,
  S,
  SNAPSHOT,
  SNAPSHOT_SIZE,
  SNAPSHOTS_AT,
  type State,
  V,
  VOLUME,
  W,
} from './state.ts';

interface Bounds {
  config: ModelConfig;
  instances: number;
  volumes: number;
  snapshots: number;
  keys: Float64Array;
}

const isNamed = (state: State, block: number, instance: number): boolean =>
  state.get(block + R.owner) === instance + 1 ||
  state.get(block + R.candidate) === instance + 1 ||
  (state.get(block + R.formers) & (1 << instance)) !== 0;

/** Whether the record, or the copy a restore would bring back, still speaks of the instance. */
function named(state: State, instance: number, restore: boolean): boolean {
  if (isNamed(state, RECORD_AT, instance)) return true;
  return restore && state.world(W.backup) === 1 && isNamed(state, BACKUP_AT, instance);
}

/** Let go before it was ever owner, nothing was sent to it but to end: it can do nothing, and need not be waited for. */
function harmless(state: State, instance: number, config: ModelConfig): boolean {
  if (!config.recycle || config.restore || state.inst(instance, I.life) === LIFE.none) return false;
  return state.inst(instance, I.owned) === 0 && !isNamed(state, RECORD_AT, instance);
}

function buryInstance(state: State, instance: number, bounds: Bounds): void {
  const { config } = bounds;
  const at = INSTANCES_AT + instance * INSTANCE_SIZE;
  const free = config.recycle && !named(state, instance, config.restore);
  state.bytes.fill(0, at, at + INSTANCE_SIZE);
  if (!free) state.bytes[at + I.life] = LIFE.dead;
  const others = ~(1 << instance);
  state.setRec(R.known, state.rec(R.known) & others);
  const backup = BACKUP_AT + R.known;
  state.bytes[backup] = state.get(backup) & others;
}

/** Without its volume and shutting down, it can do nothing more; it is only not yet proved dead. */
function silence(state: State, instance: number): void {
  for (const field of SILENCED) state.setInst(instance, field, 0);
  state.setInst(instance, I.terminate, 1);
}

const SILENCED = [I.attach, I.start, I.stop, I.detach, I.operation, I.pending, I.prepare, I.preparing];

function buryVolume(state: State, volume: number, instances: number): void {
  const generation = state.vol(volume, V.generation);
  const zone = state.vol(volume, V.zone);
  for (let field = 0; field <= V.fs; field++) state.setVol(volume, field, 0);
  state.setVol(volume, V.life, VOLUME.deleted);
  state.setVol(volume, V.generation, generation);
  state.setVol(volume, V.zone, zone);
  const others = ~(1 << volume);
  for (let i = 0; i < instances; i++) {
    state.setInst(i, I.attach, state.inst(i, I.attach) & others);
    state.setInst(i, I.start, state.inst(i, I.start) & others);
    state.setInst(i, I.prepare, state.inst(i, I.prepare) & others);
    if (state.inst(i, I.pending) === volume + 1) state.setInst(i, I.pending, 0);
  }
}

/** A deleted snapshot that no record names leaves its place. */
function burySnapshot(state: State, snapshot: number, restore: boolean): void {
  const at = SNAPSHOTS_AT + snapshot * SNAPSHOT_SIZE;
  const bit = 1 << snapshot;
  const inBackup = restore && state.world(W.backup) === 1;
  const blocks = inBackup ? [RECORD_AT, BACKUP_AT] : [RECORD_AT];
  const kept = blocks.some((block) => state.get(block + R.snapshot) === snapshot + 1);
  state.bytes.fill(0, at, at + SNAPSHOT_SIZE);
  for (const block of blocks) state.bytes[block + R.snapshots] = state.get(block + R.snapshots) & ~bit;
  if (kept || copiedFrom(state, snapshot)) state.bytes[at + S.life] = SNAPSHOT.deleted;
}

function copiedFrom(state: State, snapshot: number): boolean {
  for (let v = 0; v < MAX_VOLUMES; v++) {
    if (state.vol(v, V.from) === snapshot + 1) return true;
  }
  return false;
}

/** Once Docker has run on a volume, or it can never be promoted, its source says nothing any more. */
function forgetSource(state: State, volume: number): void {
  if (state.vol(volume, V.up) === 1) state.setVol(volume, V.from, 0);
}

export function normalise(state: State, bounds: Bounds): void {
  const { config, instances, volumes, snapshots } = bounds;
  for (let i = 0; i < instances; i++) {
    const life = state.inst(i, I.life);
    if (life === LIFE.dead || harmless(state, i, config)) buryInstance(state, i, bounds);
    else if (life === LIFE.closing) silence(state, i);
    if (life !== LIFE.running || !config.hostMemory) continue;
    const operation = state.inst(i, I.operation);
    if (operation >= OP.start) state.setInst(i, I.start, 0);
    if (operation >= OP.prepare) state.setInst(i, I.prepare, 0);
    if (operation >= OP.stop) state.setInst(i, I.stop, 0);
  }
  for (let v = 0; v < volumes; v++) {
    const life = state.vol(v, V.life);
    if (life === VOLUME.deleted) buryVolume(state, v, instances);
    else if (life === VOLUME.exists) forgetSource(state, v);
  }
  for (let k = 0; k < snapshots; k++) {
    if (state.snap(k, S.life) === SNAPSHOT.deleted) burySnapshot(state, k, config.restore);
  }
  if (config.recycle) sortInstances(state, bounds);
}
