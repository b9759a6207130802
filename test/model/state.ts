// One state of the model: the record, its backup, and the world, as small numbers at fixed places of one byte
// array (layout.ts packs it to bits for the search). References to instances, volumes and snapshots are their
// place + 1, 0 = none; masks have one bit a place. A message once sent stays as a bit: it may be delivered at any
// later time, any number of times, or never.

export const MAX_INSTANCES = 4;
export const MAX_VOLUMES = 4;
export const MAX_SNAPSHOTS = 4;

/** The names of the code's own tables (shared/record/states.ts); their place + 1 is the number in a state. */
export const MODEL_PHASES = ['securing', 'freezing', 'snapshotting', 'copying', 'promoted'] as const;
export const MODEL_ROLES = ['active', 'frozen', 'migrating', 'superseded', 'deleting', 'deleted'] as const;

export const PHASE = { none: 0, securing: 1, freezing: 2, snapshotting: 3, copying: 4, promoted: 5 } as const;
export const ROLE = {
  none: 0,
  active: 1,
  frozen: 2,
  migrating: 3,
  superseded: 4,
  deleting: 5,
  deleted: 6,
} as const;

/** Life of an instance. `closing`: told to end, its volume already free, not yet terminated. */
export const LIFE = { none: 0, asked: 1, running: 2, closing: 3, dead: 4 } as const;
/** Life of a volume and of a snapshot. */
export const VOLUME = { none: 0, asked: 1, exists: 2, deleted: 3 } as const;
export const SNAPSHOT = { none: 0, pending: 1, completed: 2, deleted: 3 } as const;
/** What is on a volume's first blocks. */
export const FS = { made: 0, blank: 1, partial: 2 } as const;
/** The host's operations, in the order their numbers rise. */
export const OP = { none: 0, prepare: 1, start: 2, stop: 3 } as const;
export const DOCKER = { down: 0, up: 1, beside: 2 } as const;
export const TAG_MESSAGE = { active: 1, frozen: 2, superseded: 4 } as const;

/** The record: places inside its block (the backup has the same). */
export const R = {
  owner: 0,
  draining: 1,
  candidate: 2,
  formers: 3,
  known: 4,
  phase: 5,
  migration: 6,
  newGeneration: 7,
  topGeneration: 8,
  snapshot: 9,
  generation: 10,
  volume: 11,
  proved: 12,
  snapshots: 13,
  prepared: 14,
  table: 15,
  migrationCount: 16,
  role: 17,
} as const;
export const RECORD_SIZE = R.role + MAX_VOLUMES;

/** The world outside any resource. `migrations`: how many fresh migration ids were drawn. */
export const W = { table: 0, backup: 1, migrations: 2, wrote: 3 } as const;
export const WORLD_SIZE = 4;

/** An instance and its host; attach, start and prepare are masks of the volumes named in the message. */
export const I = {
  life: 0,
  zone: 1,
  attach: 2,
  start: 3,
  stop: 4,
  detach: 5,
  terminate: 6,
  operation: 7,
  pending: 8,
  docker: 9,
  stopped: 10,
  started: 11,
  owned: 12,
  prepare: 13,
  preparing: 14,
  prepared: 15,
} as const;
export const INSTANCE_SIZE = 16;

/** A volume. `full`: it holds every write ever committed. `up`: Docker has run on it. `snapshot`: mask by id. */
export const V = {
  life: 0,
  attached: 1,
  tag: 2,
  generation: 3,
  tagging: 4,
  remove: 5,
  full: 6,
  up: 7,
  marker: 8,
  from: 9,
  zone: 10,
  snapshot: 11,
  fs: 12,
} as const;
export const VOLUME_SIZE = 13;

/** A snapshot; `id` is the migration it was asked for, 0 = a daily base. */
export const S = { life: 0, id: 1, source: 2, full: 3, marker: 4, remove: 5 } as const;
export const SNAPSHOT_SIZE = 6;

export const RECORD_AT = 0;
export const BACKUP_AT = RECORD_AT + RECORD_SIZE;
export const WORLD_AT = BACKUP_AT + RECORD_SIZE;
export const INSTANCES_AT = WORLD_AT + WORLD_SIZE;
export const VOLUMES_AT = INSTANCES_AT + MAX_INSTANCES * INSTANCE_SIZE;
export const SNAPSHOTS_AT = VOLUMES_AT + MAX_VOLUMES * VOLUME_SIZE;
/** Rounded up, so that states can be compared four bytes at a time. */
export const STATE_SIZE = (SNAPSHOTS_AT + MAX_SNAPSHOTS * SNAPSHOT_SIZE + 3) & ~3;

export class State {
  readonly bytes = new Uint8Array(STATE_SIZE);
  readonly quads = new Uint32Array(this.bytes.buffer);

  copy(other: State): void {
    this.bytes.set(other.bytes);
  }
  get(place: number): number {
    return this.bytes[place] ?? 0;
  }
  rec(field: number): number {
    return this.bytes[RECORD_AT + field] ?? 0;
  }
  setRec(field: number, value: number): void {
    this.bytes[RECORD_AT + field] = value;
  }
  world(field: number): number {
    return this.bytes[WORLD_AT + field] ?? 0;
  }
  setWorld(field: number, value: number): void {
    this.bytes[WORLD_AT + field] = value;
  }
  inst(instance: number, field: number): number {
    return this.bytes[INSTANCES_AT + instance * INSTANCE_SIZE + field] ?? 0;
  }
  setInst(instance: number, field: number, value: number): void {
    this.bytes[INSTANCES_AT + instance * INSTANCE_SIZE + field] = value;
  }
  vol(volume: number, field: number): number {
    return this.bytes[VOLUMES_AT + volume * VOLUME_SIZE + field] ?? 0;
  }
  setVol(volume: number, field: number, value: number): void {
    this.bytes[VOLUMES_AT + volume * VOLUME_SIZE + field] = value;
  }
  snap(snapshot: number, field: number): number {
    return this.bytes[SNAPSHOTS_AT + snapshot * SNAPSHOT_SIZE + field] ?? 0;
  }
  setSnap(snapshot: number, field: number, value: number): void {
    this.bytes[SNAPSHOTS_AT + snapshot * SNAPSHOT_SIZE + field] = value;
  }
  role(volume: number): number {
    return this.bytes[RECORD_AT + R.role + volume] ?? 0;
  }
  setRole(volume: number, role: number): void {
    this.bytes[RECORD_AT + R.role + volume] = role;
  }
}
