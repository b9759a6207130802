// Which fields of a state a configuration needs, and how many bits each: none where the part is off, so that a small
// world packs small.

import type { ModelConfig } from './config.ts';
import {
  BACKUP_AT,
  I,
  INSTANCE_SIZE,
  INSTANCES_AT,
  R,
  RECORD_AT,
  S,
  SNAPSHOT_SIZE,
  SNAPSHOTS_AT,
  V,
  VOLUME_SIZE,
  VOLUMES_AT,
  W,
  WORLD_AT,
} from './state.ts';

/** Bits for the numbers 0..largest. */
const bits = (largest: number): number => 32 - Math.clz32(largest);

export interface Field {
  place: number;
  width: number;
}

interface Sizes {
  instances: number;
  volumes: number;
  snapshots: number;
}

/** Places in use: the first volume, one for each migration. */
export function sizes(config: ModelConfig): Sizes {
  return { instances: config.launches, volumes: 1 + config.migrations, snapshots: config.snapshots };
}

function recordFields(at: number, config: ModelConfig): Field[] {
  const { instances, volumes, snapshots } = sizes(config);
  const birth = config.birth === 'present' ? 0 : 1;
  const restore = config.restore ? 1 : 0;
  const generation = bits(volumes);
  const table: [number, number][] = [
    [R.owner, bits(instances)],
    [R.draining, 1],
    [R.candidate, bits(instances)],
    [R.formers, config.handover ? instances : 0],
    [R.known, restore * instances],
    [R.phase, 3],
    [R.migration, bits(volumes)],
    [R.newGeneration, generation],
    [R.topGeneration, generation],
    [R.snapshot, bits(snapshots)],
    [R.generation, generation],
    [R.volume, bits(volumes)],
    [R.proved, generation],
    [R.snapshots, snapshots],
    [R.prepared, birth],
    [R.table, restore],
    [R.migrationCount, config.weak === 'counted-ids-and-restore' ? bits(volumes) : 0],
  ];
  for (let v = 0; v < volumes; v++) table.push([R.role + v, 3]);
  return table.map(([field, width]) => ({ place: at + field, width }));
}

function worldFields(config: ModelConfig): Field[] {
  const restore = config.restore ? 1 : 0;
  const table: [number, number][] = [
    [W.table, restore],
    [W.backup, restore * 2],
    [W.migrations, bits(config.migrations + 1)],
    [W.wrote, config.birth === 'format' ? 1 : 0],
  ];
  return table.map(([field, width]) => ({ place: WORLD_AT + field, width }));
}

function instanceFields(config: ModelConfig): Field[] {
  const { instances, volumes } = sizes(config);
  const birth = config.birth === 'present' ? 0 : 1;
  const table: [number, number][] = [
    [I.life, 3],
    [I.zone, 1],
    [I.attach, volumes],
    [I.start, volumes],
    [I.stop, 1],
    [I.detach, 1],
    [I.terminate, 1],
    [I.operation, 2],
    [I.pending, bits(volumes)],
    [I.docker, 2],
    [I.stopped, 1],
    [I.started, 1],
    [I.owned, bits(volumes)],
    [I.prepare, birth * volumes],
    [I.preparing, birth * bits(volumes)],
    [I.prepared, birth],
  ];
  const all: Field[] = [];
  for (let i = 0; i < instances; i++) {
    for (const [field, width] of table) all.push({ place: INSTANCES_AT + i * INSTANCE_SIZE + field, width });
  }
  return all;
}

function volumeFields(config: ModelConfig): Field[] {
  const { instances, volumes, snapshots } = sizes(config);
  const table: [number, number][] = [
    [V.life, 2],
    [V.attached, bits(instances)],
    [V.tag, 3],
    [V.generation, bits(volumes)],
    [V.tagging, 3],
    [V.remove, 1],
    [V.full, 1],
    [V.up, 1],
    [V.marker, bits(volumes)],
    [V.from, bits(snapshots)],
    [V.zone, 1],
    [V.snapshot, volumes],
    [V.fs, config.birth === 'format' ? 2 : 0],
  ];
  const all: Field[] = [];
  for (let v = 0; v < volumes; v++) {
    for (const [field, width] of table) all.push({ place: VOLUMES_AT + v * VOLUME_SIZE + field, width });
  }
  return all;
}

function snapshotFields(config: ModelConfig): Field[] {
  const { volumes, snapshots } = sizes(config);
  const table: [number, number][] = [
    [S.life, 2],
    [S.id, bits(volumes)],
    [S.source, bits(volumes)],
    [S.full, 1],
    [S.marker, bits(volumes)],
    [S.remove, 1],
  ];
  const all: Field[] = [];
  for (let k = 0; k < snapshots; k++) {
    for (const [field, width] of table) all.push({ place: SNAPSHOTS_AT + k * SNAPSHOT_SIZE + field, width });
  }
  return all;
}

/** Every field that takes part, in the order it is packed. */
export function fieldsOf(config: ModelConfig): Field[] {
  return [
    ...recordFields(RECORD_AT, config),
    ...(config.restore ? recordFields(BACKUP_AT, config) : []),
    ...worldFields(config),
    ...instanceFields(config),
    ...volumeFields(config),
    ...snapshotFields(config),
  ].filter((field) => field.width > 0);
}
