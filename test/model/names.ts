// A state of the model in the product's words: which of the workload's states (shared/record/states.ts) it is, and
// one line for traces.

import { DOCKER, I, LIFE, MODEL_PHASES, MODEL_ROLES, PHASE, R, type State, V, VOLUME, W } from './state.ts';

export const MODEL_STATES = [
  'parked',
  'creating',
  'formatting',
  'launching',
  'attaching',
  'starting',
  'serving',
  'handing-over',
  'draining',
  'snapshotting',
  'copying',
  'promoting',
  'held',
] as const;

export type ModelState = (typeof MODEL_STATES)[number];

const IN_MIGRATION: Partial<Record<number, ModelState>> = {
  [PHASE.freezing]: 'snapshotting',
  [PHASE.snapshotting]: 'snapshotting',
  [PHASE.copying]: 'copying',
  [PHASE.promoted]: 'promoting',
};

/** `prepares`: the dataset has to be formatted or adopted before its first start. */
export function stateOf(s: State, prepares: boolean): ModelState {
  if (s.rec(R.table) !== s.world(W.table)) return 'held';
  const moving = IN_MIGRATION[s.rec(R.phase)];
  if (moving) return moving;
  const owner = s.rec(R.owner) - 1;
  const home = s.rec(R.volume) - 1;
  if (home < 0 || s.vol(home, V.life) === VOLUME.asked) return 'creating';
  if (owner < 0) return s.rec(R.candidate) > 0 ? 'launching' : 'parked';
  if (s.rec(R.draining) === 1) return s.rec(R.candidate) > 0 ? 'handing-over' : 'draining';
  if (s.vol(home, V.attached) !== owner + 1) return 'attaching';
  if (prepares && s.rec(R.prepared) === 0) return 'formatting';
  return s.inst(owner, I.docker) === DOCKER.up ? 'serving' : 'starting';
}

const LIVES = Object.keys(LIFE);

/** What the world looks like after a step, in one line. */
export function world(s: State, prepares: boolean): string {
  const parts = [stateOf(s, prepares)];
  const phase = MODEL_PHASES[s.rec(R.phase) - 1];
  const line: string[] = phase ? [...parts, `migration ${phase}`] : [...parts];
  for (let i = 0; i < 4; i++) {
    const life = s.inst(i, I.life);
    if (life === LIFE.none) continue;
    const up = s.inst(i, I.docker) === DOCKER.down ? '' : ', Docker up';
    line.push(`${String.fromCharCode(65 + i)} ${LIVES[life] ?? ''}${up}`);
  }
  for (let v = 0; v < 4; v++) {
    if (s.vol(v, V.life) !== VOLUME.exists) continue;
    const at = s.vol(v, V.attached);
    const role = MODEL_ROLES[s.rec(R.role + v) - 1] ?? 'unrecorded';
    const whole = s.vol(v, V.full) === 1 ? 'all writes' : 'LACKS WRITES';
    line.push(`v${v + 1} ${role}, ${whole}${at > 0 ? `, at ${String.fromCharCode(64 + at)}` : ''}`);
  }
  return line.join(' | ');
}
