// A scenario around one step, and files that are only in memory.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DemoOptions } from '../../demo/options.ts';
import type { Surroundings } from '../../demo/prepare.ts';
import { InputError } from '../../demo/scenario/error.ts';
import { readScenario } from '../../demo/scenario/scenario.ts';
import type { Scenario } from '../../demo/scenario/types.ts';
import { type DemoWorkload, readWorkload } from '../../demo/scenario/workload.ts';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
export const GITLAB = `${examples}gitlab.yml`;
export const example = (name: string): string => readFileSync(`${examples}${name}`, 'utf8');

/** Files by path; the shipped examples besides. */
export const around = (files: Record<string, string> = {}): Surroundings => ({
  defaultWorkload: GITLAB,
  readText: (file) =>
    files[file] ??
    (file.startsWith(examples) && !file.includes('missing') ? readFileSync(file, 'utf8') : undefined),
});

export const gitlab = (): DemoWorkload => readWorkload(GITLAB, around());

export const scenario = (text: string): Scenario => readScenario(text, { workload: gitlab });

/** Monday to Sunday; on the Sunday Europe's clocks go forward. */
export const withSteps = (...steps: string[]): string =>
  ['start: 2026-03-23', 'days: 7', 'steps:', ...steps.map((step) => `  - ${step}`), ''].join('\n');

export function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'accepted';
}

export const options = (changes: Partial<DemoOptions> = {}): DemoOptions => ({
  seed: 1,
  traces: [],
  traceWarning: 'two-minutes',
  json: false,
  help: false,
  ...changes,
});
