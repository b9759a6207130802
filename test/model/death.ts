// The proof of death (shared/decide/instance/death.ts). A terminated instance stays terminated, so the reading is never
// stale; the two weaker proofs take a late terminate, or the success of `stop`, for it.

import type { Moves } from './moves.ts';
import { I, LIFE } from './state.ts';

export function trulyDead(m: Moves, instance: number): boolean {
  const life = m.now.inst(instance, I.life);
  return life === LIFE.dead || life === LIFE.none;
}

export function seenDead(m: Moves, instance: number): boolean {
  if (trulyDead(m, instance)) return true;
  const { weak } = m.config;
  if (weak === 'time-out-as-death') return m.now.inst(instance, I.terminate) === 1;
  if (weak === 'stop-success-as-death') return m.now.inst(instance, I.stopped) === 1;
  return false;
}
