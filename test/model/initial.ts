// Where each configuration begins: a dataset at rest outside its hours, a workload without a volume, or a volume
// that somebody else filled and that is to be adopted.

import type { ModelConfig } from './config.ts';
import { FS, R, ROLE, State, TAG_MESSAGE, V, VOLUME } from './state.ts';

export function initial(config: ModelConfig): State {
  const state = new State();
  if (config.birth === 'format') return state;
  state.setRec(R.generation, 1);
  state.setRec(R.topGeneration, 1);
  state.setRec(R.volume, 1);
  state.setRole(0, ROLE.active);
  state.setVol(0, V.life, VOLUME.exists);
  state.setVol(0, V.generation, 1);
  state.setVol(0, V.full, 1);
  state.setVol(0, V.fs, FS.made);
  if (config.birth === 'adopt') {
    state.setVol(0, V.tagging, TAG_MESSAGE.active);
    return state;
  }
  state.setVol(0, V.tag, ROLE.active);
  state.setVol(0, V.marker, 1);
  state.setVol(0, V.up, 1);
  state.setRec(R.proved, 1);
  return state;
}
