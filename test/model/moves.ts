// The frame in which the steps are written: the state being left, one scratch successor, and the facts several
// steps ask for. A step looks, calls `begin()`, changes the successor, and calls `emit()`; nothing else is kept
// between steps, so the control plane may die between any two of them.

import type { ModelConfig } from './config.ts';
import { sizes } from './fields.ts';
import { normalise } from './normal.ts';
import { DOCKER, LIFE, MAX_INSTANCES, PHASE, R, ROLE, State, V, VOLUME, W } from './state.ts';
import type { StepName } from './step-names.ts';

export type Purpose =
  | 'launch'
  | 'own'
  | 'attach'
  | 'start'
  | 'freeze'
  | 'snapshot'
  | 'create'
  | 'promote'
  | 'delete';

/** Told each successor; `broken` names the invariant that the step itself broke. */
export type Sink = (state: State, step: StepName, first: number, second: number, broken: string) => void;

/** Roles in a tag that say: this volume was promoted at some time. */
const PROMOTED_TAGS: readonly number[] = [ROLE.active, ROLE.frozen, ROLE.superseded];

export class Moves {
  readonly config: ModelConfig;
  readonly instances: number;
  readonly volumes: number;
  readonly snapshots: number;
  /** Scratch room for sorting. */
  readonly keys = new Float64Array(MAX_INSTANCES);
  readonly now = new State();
  readonly next = new State();
  broken = '';
  #sink: Sink;

  constructor(config: ModelConfig, sink: Sink) {
    this.config = config;
    this.#sink = sink;
    const { instances, volumes, snapshots } = sizes(config);
    this.instances = instances;
    this.volumes = volumes;
    this.snapshots = snapshots;
  }

  begin(): State {
    this.next.copy(this.now);
    this.broken = '';
    return this.next;
  }

  /** The step under way broke this invariant (the first one named counts). */
  breaks(invariant: string): void {
    if (this.broken === '') this.broken = invariant;
  }

  emit(step: StepName, first = -1, second = -1): void {
    normalise(this.next, this);
    this.#sink(this.next, step, first, second, this.broken);
  }

  /** The record is the table's own, as far as its tableId tells: false = hold until `recover`. */
  tableKnown(): boolean {
    const { weak } = this.config;
    if (weak === 'no-rule-11' || weak === 'unnoticed-restore' || weak === 'rule-11-at-launch-only')
      return true;
    return this.trulyOurTable();
  }

  trulyOurTable(state: State = this.now): boolean {
    return state.rec(R.table) === state.world(W.table);
  }

  /** Rule 11: what has to be seen before every launch, grant, attach, freeze, snapshot, promote and delete. */
  rule11(purpose: Purpose): boolean {
    const { weak } = this.config;
    if (weak === 'no-rule-11') return true;
    if (weak === 'rule-11-at-launch-only' && purpose !== 'launch') return true;
    if (weak !== 'unnoticed-restore' && !this.trulyOurTable()) return false;
    return this.#tagsAgree() && !this.#strangerLives();
  }

  /** A volume that the record itself names with a role is no surprise, whatever its number. */
  #tagsAgree(): boolean {
    const s = this.now;
    const own = s.rec(R.volume) - 1;
    const generation = s.rec(R.generation);
    if (own >= 0 && s.vol(own, V.life) === VOLUME.exists && s.vol(own, V.generation) !== generation)
      return false;
    for (let v = 0; v < this.volumes; v++) {
      if (s.vol(v, V.life) !== VOLUME.exists || v === own || s.role(v) !== ROLE.none) continue;
      if (PROMOTED_TAGS.includes(s.vol(v, V.tag)) && s.vol(v, V.generation) > generation) return false;
    }
    return true;
  }

  /** A live instance of the workload that neither record nor history knows. Only a restored table has such. */
  #strangerLives(): boolean {
    if (!this.config.restore) return false;
    const known = this.now.rec(R.known);
    for (let i = 0; i < this.instances; i++) {
      if (this.alive(i) && (known & (1 << i)) === 0) return true;
    }
    return false;
  }

  alive(instance: number): boolean {
    const life = this.now.inst(instance, 0);
    return life === LIFE.running || life === LIFE.closing;
  }

  running(instance: number): boolean {
    return this.now.inst(instance, 0) === LIFE.running;
  }

  /** The record's volume, -1 before there is one. */
  home(): number {
    return this.now.rec(R.volume) - 1;
  }

  /** The record's owner, -1 = none. */
  owner(): number {
    return this.now.rec(R.owner) - 1;
  }

  attached(volume: number): number {
    return this.now.vol(volume, V.attached) - 1;
  }

  migrating(): boolean {
    return this.now.rec(R.phase) !== PHASE.none;
  }

  /** From the freeze until the new volume's tags were read back nobody may own, attach or start. */
  underway(): boolean {
    return this.now.rec(R.phase) > PHASE.securing;
  }

  /** A place for a new instance, -1 when the bound is reached. */
  freeInstance(): number {
    for (let i = 0; i < this.instances; i++) if (this.now.inst(i, 0) === LIFE.none) return i;
    return -1;
  }

  freeSnapshot(): number {
    for (let k = 0; k < this.snapshots; k++) if (this.now.snap(k, 0) === 0) return k;
    return -1;
  }

  /** Another volume or completed snapshot that holds every committed write. */
  otherFullCopy(state: State, exceptVolume: number, exceptSnapshot: number): boolean {
    for (let v = 0; v < this.volumes; v++) {
      if (v !== exceptVolume && state.vol(v, V.life) === VOLUME.exists && state.vol(v, V.full) === 1)
        return true;
    }
    for (let k = 0; k < this.snapshots; k++) {
      if (k !== exceptSnapshot && state.snap(k, 0) === 2 && state.snap(k, 3) === 1) return true;
    }
    return false;
  }
}

export function holdsVolume(state: State, instance: number, volumes: number): boolean {
  for (let v = 0; v < volumes; v++) if (state.vol(v, V.attached) === instance + 1) return true;
  return false;
}

/** Frees what the instance held: its volumes keep their data, its Docker is gone. */
export function letGo(state: State, instance: number, volumes: number): void {
  for (let v = 0; v < volumes; v++) {
    if (state.vol(v, V.attached) === instance + 1) state.setVol(v, V.attached, 0);
  }
  state.setInst(instance, 9, DOCKER.down);
}
