// What the model says to people: traces, the closing table, and the numbers as JSON.

import { world } from './names.ts';
import type { SearchResult } from './search.ts';
import { sentence } from './step-names.ts';
import type { WeakRule } from './weakenings.ts';

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

export interface Run {
  result: SearchResult;
  seconds: number;
}

export interface WeakRun extends Run {
  weak: WeakRule;
}

export function traceText({ config, violation }: SearchResult): string {
  if (!violation) return '';
  const prepares = config.birth !== 'present';
  const lines = violation.trace.flatMap(({ step, first, second, state }, index) => [
    `  ${String(index + 1).padStart(3)}. ${sentence(step, first, second)}`,
    `       ${world(state, prepares)}`,
  ]);
  const meaning = MEANINGS[violation.invariant] ?? 'unknown';
  return [...lines, `  => ${violation.invariant}: ${meaning}.`].join('\n');
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

function outcome({ violation, exhausted }: SearchResult): string {
  if (violation) return `${violation.invariant} BROKEN in ${violation.trace.length} steps`;
  return exhausted ? 'all explored, no violation' : 'CUT SHORT, no violation so far';
}

export function configTable(runs: readonly Run[]): string {
  const rows = runs.map(({ result, seconds }) => [
    result.config.name,
    whole(result.states),
    String(result.depth),
    seconds.toFixed(1),
    `${Math.ceil(result.bytes / 2 ** 20)}`,
    outcome(result),
  ]);
  return table([['configuration', 'states', 'depth', 'seconds', 'MiB', 'outcome'], ...rows], [1, 2, 3, 4]);
}

export function weakTable(runs: readonly WeakRun[]): string {
  const rows = runs.map(({ weak, result, seconds }) => [
    weak.rule,
    weak.breaks,
    result.violation
      ? `${result.violation.invariant} in ${result.violation.trace.length} steps`
      : 'NOT CAUGHT',
    whole(result.states),
    seconds.toFixed(1),
  ]);
  return table([['weakened rule', 'of the design', 'caught', 'states', 'seconds'], ...rows], [3, 4]);
}

export function summary(runs: readonly Run[], weak: readonly WeakRun[], seconds: number) {
  return {
    states: runs.reduce((sum, { result }) => sum + result.states, 0),
    violations: runs.filter(({ result }) => result.violation).length,
    weakened: weak.map(({ weak: { rule }, result }) => ({
      rule,
      caught: result.violation !== undefined,
      steps: result.violation?.trace.length ?? 0,
    })),
    seconds: Math.round(seconds * 10) / 10,
    exhausted: runs.every(({ result }) => result.exhausted),
    configurations: runs.map(({ result, seconds: spent }) => ({
      name: result.config.name,
      states: result.states,
      depth: result.depth,
      invariant: result.violation?.invariant ?? '',
      seconds: Math.round(spent * 10) / 10,
    })),
  };
}

export type Summary = ReturnType<typeof summary>;

/** 0 only if nothing was violated, every weakened rule was caught and no search was cut short. */
export function exitCode({ violations, weakened, exhausted }: Summary): number {
  return violations > 0 || !exhausted || weakened.some(({ caught }) => !caught) ? 1 : 0;
}
