// What must hold in every state. S6, S7, S9, S10, S12 and S20 are also broken by single steps, which say so
// themselves (`breaks`). With a restored table that nobody recovered, the record is only a claim: then what counts
// is that a volume with everything still exists.

import type { ModelConfig } from './config.ts';
import type { Moves } from './moves.ts';
import { DOCKER, I, LIFE, PHASE, R, ROLE, type State, V, VOLUME } from './state.ts';

/** The harm itself: what a weakened rule must be seen to do (the others are means to prevent it). */
export const HARM: readonly string[] = ['S1', 'S3', 'S4', 'S5', 'S9', 'S10', 'S20'];

/** S1, and S2 where the host's memory may be relied upon; S14. */
function writers(s: State, m: Moves): string {
  let mounted = 0;
  for (let i = 0; i < m.instances; i++) {
    if (s.inst(i, I.docker) !== DOCKER.up) continue;
    mounted += 1;
    let at = -1;
    for (let v = 0; v < m.volumes; v++) if (s.vol(v, V.attached) === i + 1) at = v;
    if (at < 0) return 'S10';
    if (s.vol(at, V.marker) !== s.vol(at, V.generation)) return 'S14';
    if (!m.trulyOurTable(s)) continue;
    if (at + 1 !== s.rec(R.volume)) return 'S2';
    if (m.config.hostMemory && !m.config.staleReads && s.rec(R.owner) !== i + 1) return 'S2';
  }
  return mounted > 1 ? 'S1' : '';
}

/** S3, S4, S5. */
function copies(s: State, m: Moves): string {
  if (!m.trulyOurTable(s) || unnoticed(m.config)) {
    for (let v = 0; v < m.volumes; v++) {
      if (s.vol(v, V.life) === VOLUME.exists && s.vol(v, V.full) === 1) return '';
    }
    return s.rec(R.volume) === 0 ? '' : 'S3';
  }
  const home = s.rec(R.volume) - 1;
  if (home < 0) return '';
  const life = s.vol(home, V.life);
  if (life === VOLUME.deleted) return 'S4';
  if (life !== VOLUME.exists) return '';
  if (s.vol(home, V.full) === 0) return 'S3';
  const unproved = s.vol(home, V.up) === 0 && s.vol(home, V.from) > 0;
  return unproved && !m.otherFullCopy(s, home, -1) ? 'S5' : '';
}

const unnoticed = (config: ModelConfig): boolean =>
  config.restore && config.weak !== undefined && !RECOVERED.includes(config.weak);

/** These weakened rules do their harm after the record is the table's own again. */
const RECOVERED: readonly string[] = ['counted-ids-and-restore', 'recover-by-number'];

/** S6: volumes that were promoted have numbers of their own. */
function generations(s: State, m: Moves): string {
  let used = 0;
  for (let v = 0; v < m.volumes; v++) {
    const tag = s.vol(v, V.tag);
    if (s.vol(v, V.life) !== VOLUME.exists || tag === ROLE.none || tag === ROLE.migrating) continue;
    const bit = 1 << s.vol(v, V.generation);
    if ((used & bit) !== 0) return 'S6';
    used |= bit;
  }
  return '';
}

/** S8, S12 for every instance that was ever owner, S13. */
function ownership(s: State, m: Moves): string {
  if (!m.trulyOurTable(s)) return '';
  const owner = s.rec(R.owner) - 1;
  const home = s.rec(R.volume) - 1;
  const phase = s.rec(R.phase);
  const frozen = phase >= PHASE.freezing && phase <= PHASE.copying;
  if (phase >= PHASE.freezing && owner >= 0) return 'S8';
  if (owner >= 0 && s.inst(owner, I.life) !== LIFE.dead && s.inst(owner, I.zone) !== s.vol(home, V.zone)) {
    return 'S13';
  }
  if (frozen && s.vol(home, V.attached) !== 0) return 'S8';
  for (let i = 0; i < m.instances; i++) {
    const owned = s.inst(i, I.owned);
    if (owned !== 0 && (frozen || owned !== home + 1)) return 'S12';
  }
  return '';
}

/** The first invariant that the state breaks, '' = none. */
export function broken(s: State, m: Moves): string {
  return writers(s, m) || copies(s, m) || generations(s, m) || ownership(s, m);
}
