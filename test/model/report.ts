// What the model says to people: traces, the closing table, and the numbers as JSON.

import type { ModelConfig } from './config.ts';
import type { Outcome } from './explore.ts';
import { world } from './names.ts';
import type { Violation } from './search.ts';
import { sentence } from './step-names.ts';
import { WEAK_RULES } from './weakenings.ts';

/** What each invariant that the model checks means when it is broken. */
export const MEANINGS: Record<string, string> = {
  S1: 'two services write at the same time',
  S2: 'a service writes that is not the owner, or not to the volume of the record',
  S3: 'the active volume lacks a committed write',
  S4: 'the active volume no longer exists',
  S5: 'a volume not yet proved is the only copy',
  S6: 'a generation number fell or came back',
  S7: 'a superseded volume was attached again',
  S8: 'a frozen source has an owner or an attachment',
  S9: 'a second file system was made on a volume',
  S10: 'a write landed outside the data volume',
  S12: 'an owner was given up without proof, or a migration runs while one may live',
  S13: 'owner and volume are in different zones',
  S14: 'Docker runs on a volume whose marker is of another generation',
  S20: 'a delete hit the active volume, the one being made, or the last copy',
};

export function traceText(config: ModelConfig, { invariant, trace }: Violation): string {
  const prepares = config.birth !== 'present';
  const lines = trace.flatMap(({ step, first, second, state }, index) => [
    `  ${String(index + 1).padStart(3)}. ${sentence(step, first, second)}`,
    `       ${world(state, prepares)}`,
  ]);
  return [...lines, `  => ${invariant}: ${MEANINGS[invariant] ?? 'unknown'}.`].join('\n');
}

const whole = (count: number): string => count.toLocaleString('en-US');

function table(rows: readonly (readonly string[])[], right: readonly number[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, k) => (right.includes(k) ? cell.padStart(widths[k] ?? 0) : cell.padEnd(widths[k] ?? 0)))
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

function verdict({ invariant, steps, exhausted }: Outcome): string {
  if (invariant) return `${invariant} BROKEN in ${steps} steps`;
  return exhausted ? 'all explored, no violation' : 'CUT SHORT, no violation so far';
}

export function configTable(runs: readonly Outcome[]): string {
  const rows = runs.map((run) => [
    run.name,
    whole(run.states),
    String(run.depth),
    run.seconds.toFixed(1),
    String(Math.ceil(run.bytes / 2 ** 20)),
    verdict(run),
  ]);
  return table([['configuration', 'states', 'depth', 'seconds', 'MiB', 'outcome'], ...rows], [1, 2, 3, 4]);
}

export function weakTable(runs: readonly Outcome[]): string {
  const rows = runs.map((run) => [
    run.name,
    WEAK_RULES.find(({ rule }) => rule === run.name)?.breaks ?? '',
    run.invariant ? `${run.invariant} in ${run.steps} steps` : 'NOT CAUGHT',
    whole(run.states),
    run.seconds.toFixed(1),
  ]);
  return table([['weakened rule', 'of the design', 'caught', 'states', 'seconds'], ...rows], [3, 4]);
}

const tenth = (seconds: number): number => Math.round(seconds * 10) / 10;

export function summary(runs: readonly Outcome[], weak: readonly Outcome[], seconds: number) {
  return {
    states: runs.reduce((sum, { states }) => sum + states, 0),
    violations: runs.filter(({ invariant }) => invariant !== '').length,
    weakened: weak.map(({ name, invariant, steps }) => ({ rule: name, caught: invariant !== '', steps })),
    seconds: tenth(seconds),
    exhausted: runs.every(({ exhausted }) => exhausted),
    configurations: runs.map(({ name, states, depth, invariant, seconds: spent }) => ({
      name,
      states,
      depth,
      invariant,
      seconds: tenth(spent),
    })),
  };
}

export type Summary = ReturnType<typeof summary>;

/** 0 only if nothing was violated, every weakened rule was caught and no search was cut short. */
export function exitCode({ violations, weakened, exhausted }: Summary): number {
  return violations > 0 || !exhausted || weakened.some(({ caught }) => !caught) ? 1 : 0;
}
