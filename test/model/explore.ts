// One configuration explored, told as plain data: what a thread hands back, and all that the report needs.

import type { ModelConfig } from './config.ts';
import { traceText } from './report.ts';
import { search } from './search.ts';

export interface Outcome {
  name: string;
  about: string;
  states: number;
  depth: number;
  /** False when the search ended before every state was seen, by a violation or a limit. */
  exhausted: boolean;
  /** '' = none. */
  invariant: string;
  /** Length of the shortest way to the violation, and that way in words. */
  steps: number;
  trace: string;
  bytes: number;
  seconds: number;
}

const PROGRESS_SECONDS = 2;

/** `now` in milliseconds; `tell` hears of anything that takes longer than two seconds. */
export function explore(config: ModelConfig, now: () => number, tell: (line: string) => void): Outcome {
  const begun = now();
  let told = begun;
  const progress = (states: number, depth: number, waiting: number): void => {
    const at = now();
    if (at - told < PROGRESS_SECONDS * 1000) return;
    told = at;
    const count = `${states.toLocaleString('en-US')} states, ${waiting.toLocaleString('en-US')} waiting`;
    tell(`model: ${config.name}: ${count}, ${depth} steps deep, ${((at - begun) / 1000).toFixed(0)} s\n`);
  };
  const { states, depth, exhausted, violation, bytes } = search(config, { progress });
  return {
    name: config.name,
    about: config.about,
    states,
    depth,
    exhausted,
    invariant: violation?.invariant ?? '',
    steps: violation?.trace.length ?? 0,
    trace: violation ? traceText(config, violation) : '',
    bytes,
    seconds: (now() - begun) / 1000,
  };
}
