// Zones that lose their capacity again and again, each as long as it had it: the service goes wherever there is some, and
// is never down for long while one zone has it. Nothing that was left behind goes without its days or its final snapshot.

import { describe, expect, it } from 'vitest';
import { run } from '../../demo/run.ts';
import { localMidnight } from '../../demo/scenario/time.ts';
import { inTracedZones, TRACE_START } from '../../demo/scenario/trace.ts';
import type { Report, Trace } from '../../demo/scenario/types.ts';
import { instant } from '../../shared/base/time.ts';
import { parseDefinition } from '../../shared/definition/read/parse.ts';
import { deps, exampleFile } from '../definition/example.ts';

const MINUTE = 60_000;

/** Numbers in [0, 1), the same for the same seed on every machine. */
const numbers = (seed: number) => {
  let state = seed >>> 0;
  return (): number => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** One sample a minute; a stretch with or without capacity lasts as many minutes on average as is said. */
const traceOf = (
  zone: string,
  { seed, lasts, hours }: { seed: number; lasts: number; hours: number },
): Trace => {
  const next = numbers(seed);
  let has = next() < 0.5;
  const available = Array.from({ length: hours * 60 }, () => {
    if (next() < 1 / lasts) has = !has;
    return has;
  });
  return { zone, gapSeconds: 60, available };
};

const along = (traces: Trace[], hours: number): Promise<Report> => {
  const definition = inTracedZones(parseDefinition(exampleFile('always.yml'), deps).definition, traces);
  const start = localMidnight(TRACE_START, 'UTC');
  const end = instant(start + hours * 60 * MINUTE);
  const scenario = { start, end, days: 1, definition, steps: [] };
  return run({ seed: 1, scenario, traces, traceWarning: 'two-minutes', entrance: 'direct' });
};

describe('zones that take turns', () => {
  it('keep the service up wherever one of them has capacity', async () => {
    const hours = 3;
    const traces = ['a', 'b', 'c'].map((letter, index) =>
      traceOf(`eu-west-1${letter}`, { seed: 5 + index * 77, lasts: 25, hours }),
    );
    const report = await along(traces, hours);
    // 1,217 s while copies were promoted where there was no instance any more.
    expect(report.downWithCapacitySeconds).toBe(0);
    expect(report.moves).toBeGreaterThan(2);
    expect(report.invariantViolations).toEqual([]);
    expect(report.recordsFound).toBe(report.recordsWritten);
    expect(report.orphans).toBe(0);
  });

  it('leave room for a third move within the hour', async () => {
    // Two moves, and the third instance is reclaimed before the sweep's next call: the place is made while the service is down.
    const has = (spans: [number, number][]) =>
      Array.from({ length: 180 }, (_, minute) => spans.some(([from, to]) => minute >= from && minute < to));
    const traces: Trace[] = [
      { zone: 'eu-west-1a', gapSeconds: 60, available: has([[0, 20]]) },
      {
        zone: 'eu-west-1b',
        gapSeconds: 60,
        available: has([
          [18, 36],
          [47, 180],
        ]),
      },
      { zone: 'eu-west-1c', gapSeconds: 60, available: has([[34, 43]]) },
    ];
    const report = await along(traces, 3);
    expect(report.moves).toBe(3);
    expect(report.downWithCapacitySeconds).toBe(0);
    expect(report.invariantViolations).toEqual([]);
  });
});
