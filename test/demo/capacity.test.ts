// What counts as down with capacity: wanted, without service, and one and the same zone had Spot capacity for more than a
// quarter of an hour on end. And when a zone had it, by the traces, the script and chance.

import { describe, expect, it } from 'vitest';
import { capacitySpans, downWithCapacity, SPARED_MS } from '../../demo/measure/capacity.ts';
import type { Span } from '../../demo/measure/intervals.ts';
import type { RunOptions } from '../../demo/scenario/types.ts';
import { instant } from '../../shared/base/time.ts';
import type { Definition } from '../../shared/definition/definition.ts';
import { MarkovCapacity, Pools } from '../../simulator/region/state/pools.ts';
import { parsed } from '../definition/example.ts';

const MINUTE = 60_000;
const span = (from: number, to: number): Span => ({ from: from * MINUTE, to: to * MINUTE });

describe('down with capacity', () => {
  const DAY = [span(0, 1_440)];
  const of = (served: Span[], ...zones: Span[][]) => downWithCapacity(DAY, served, zones) / 60;

  it('begins a quarter of an hour after both the service was down and the zone had capacity', () => {
    expect(SPARED_MS).toBe(15 * MINUTE);
    expect(of([span(0, 100), span(160, 1_440)], [span(0, 1_440)])).toBe(45);
    expect(of([span(0, 100), span(160, 1_440)], [span(120, 1_440)])).toBe(25);
    expect(of([span(0, 100), span(160, 1_440)], [span(0, 120)])).toBe(5);
    expect(of([span(0, 100), span(115, 1_440)], [span(0, 1_440)])).toBe(0);
  });

  it('is of one and the same zone: two that take turns count only by what each had', () => {
    const turns = [[span(0, 112), span(124, 136)], [span(112, 124)]];
    expect(of([span(0, 100), span(136, 1_440)], ...turns)).toBe(0);
    expect(of([span(0, 100), span(160, 1_440)], [span(100, 130)], [span(110, 160)])).toBe(45);
  });

  it('counts a second once, however many zones had capacity', () => {
    expect(of([span(0, 100), span(160, 1_440)], [span(0, 1_440)], [span(0, 1_440)])).toBe(45);
  });

  it('counts the wait for a first start, and no time that was not wanted', () => {
    expect(of([span(30, 1_440)], [span(0, 1_440)])).toBe(15);
    const hours = [span(0, 60), span(70, 100)];
    expect(downWithCapacity(hours, [], [[span(0, 1_440)]]) / 60).toBe(45 + 15);
  });
});

describe('the capacity of a zone', () => {
  const definition = (changes: Record<string, unknown> = {}): Definition => parsed(changes).definition;
  const options = (more: Partial<RunOptions> = {}, changes: Record<string, unknown> = {}): RunOptions => ({
    seed: 1,
    scenario: {
      start: instant(0),
      end: instant(60 * MINUTE),
      days: 1,
      definition: definition(changes),
      steps: [],
    },
    traces: [],
    traceWarning: 'none',
    entrance: 'direct',
    ...more,
  });
  const zone = definition().capacity.zones[0]?.zone ?? '';
  const spans = (pools: Pools, given = options()) => capacitySpans(given, pools)[0];

  it('is the trace’s, from the beginning of its first sample to the end of its last', () => {
    const trace = { zone, gapSeconds: 600, available: [true, true, false, false, true, false] };
    const pools = new Pools();
    pools.setBase({ available: (_pool, at) => trace.available[Math.floor(at / 600_000)] ?? false });
    expect(spans(pools, options({ traces: [trace] }))).toEqual([span(0, 20), span(40, 50)]);
  });

  it('is what a script takes away and gives back, for spot and for a type of the definition', () => {
    const pools = new Pools();
    const [type = ''] = definition().capacity.instanceTypes;
    pools.script({ zone, available: false, from: 10 * MINUTE, until: 20 * MINUTE });
    pools.script({ purchase: 'on-demand', available: false, from: 30 * MINUTE, until: 40 * MINUTE });
    pools.script({ types: ['z9.huge'], available: false, from: 45 * MINUTE, until: 50 * MINUTE });
    pools.script({ types: [type], available: false, from: 52 * MINUTE, until: 54 * MINUTE });
    const one = { 'capacity.instanceTypes': [type] };
    expect(spans(pools, options({}, one))).toEqual([span(0, 10), span(20, 52), span(54, 60)]);
    expect(spans(pools)).toEqual([span(0, 10), span(20, 60)]);
  });

  it('is, by chance, what it was when it was asked for', () => {
    let draws = 0;
    const markov = new MarkovCapacity(() => ({ hit: () => ++draws % 3 === 0 }) as never, {
      lackShare: 0.5,
      lackMinutes: 20,
    });
    const pool = { type: 'm7i.large', zone, purchase: 'spot' as const };
    const at = Array.from({ length: 12 }, (_, index) => index * 10 * MINUTE);
    const first = at.map((one) => markov.available(pool, one));
    expect(new Set(first).size).toBe(2);
    expect(at.map((one) => markov.available(pool, one))).toEqual(first);
  });
});
