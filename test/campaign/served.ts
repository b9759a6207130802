// How much of the time in which the service was wanted, and could be had, it served.

import { length, overlap, union } from '../../demo/measure/intervals.ts';
import { type Regime, wantedSpans } from '../../demo/measure/wanted.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import type { Span, Stage } from './stage.ts';

/** Served means an acknowledged record in the last this long. */
const FRESH_MS = 15_000;

export interface Served {
  wantedMs: number;
  /** Of that: capacity existed somewhere it may run and the control plane was not scripted down. */
  possibleMs: number;
  servedMs: number;
}

export const followRegimes = (stage: Stage): Map<string, Regime[]> => {
  const regimes = new Map<string, Regime[]>(stage.names.map((name) => [name, []]));
  const keyOf = (body: RecordBody): string => JSON.stringify([body.definition.schedule, body.override]);
  const keys = new Map<string, string>();
  stage.told.push({
    record: (name, body, before) => {
      if (before && before.definition === body.definition && before.override === body.override) return;
      const key = keyOf(body);
      if (keys.get(name) === key) return;
      keys.set(name, key);
      const { schedule } = body.definition;
      regimes.get(name)?.push({ from: stage.world.kernel.now(), schedule, override: body.override });
    },
  });
  return regimes;
};

const minus = (spans: readonly Span[], holes: readonly Span[]): Span[] => {
  const out: Span[] = [];
  for (const span of spans) {
    let from = span.from;
    for (const hole of holes) {
      if (hole.to <= from || hole.from >= span.to) continue;
      if (hole.from > from) out.push({ from, to: hole.from });
      from = Math.max(from, hole.to);
    }
    if (from < span.to) out.push({ from, to: span.to });
  }
  return out;
};

export const servedOf = (stage: Stage, name: string, regimes: readonly Regime[]): Served => {
  const wanted = wantedSpans(regimes, stage.faultsEnd);
  const holes = union([...stage.down, ...(stage.excused.get(name) ?? [])]);
  const possible = minus(wanted, holes);
  const stretches = stage.world.ledger.line(name).stretches;
  const served = union(stretches.map(({ from, to }) => ({ from, to: to + FRESH_MS })));
  return { wantedMs: length(wanted), possibleMs: length(possible), servedMs: overlap(served, possible) };
};
