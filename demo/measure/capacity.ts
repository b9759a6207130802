// How long a service was down although it need not have been: wanted, without service, and one and the same zone had Spot
// capacity all the while. A start takes a minute or two, a move several: the first quarter of an hour is theirs.

import type { Definition } from '../../shared/definition/definition.ts';
import { typesOffered } from '../../simulator/region/ec2-fleet.ts';
import { type Pools, SLICE_MS } from '../../simulator/region/state/pools.ts';
import type { RunOptions, Trace } from '../scenario/types.ts';
import { common, length, type Span, union, without } from './intervals.ts';

/** Of each stretch this long is not counted. */
export const SPARED_MS = 15 * 60_000;

/** All that decides about capacity in a run: none of it changes between two neighbours of these. */
const edges = ({ scenario, traces, randomFrom }: RunOptions, pools: Pools): number[] => {
  const { start, end } = scenario;
  const slices: number[] = [];
  if (randomFrom !== undefined) {
    for (let at = Math.ceil(randomFrom / SLICE_MS) * SLICE_MS; at < end; at += SLICE_MS) slices.push(at);
    slices.push(randomFrom);
  }
  const samples = traces.flatMap((trace) => edgesOf(trace, start));
  const within = [...pools.edges(), ...samples, ...slices].filter((at) => at > start && at < end);
  return [...new Set([start, ...within, end])].toSorted((a, b) => a - b);
};

const edgesOf = ({ available, gapSeconds }: Trace, start: number): number[] =>
  available.flatMap((one, index) =>
    one === available[index - 1] ? [] : [start + index * gapSeconds * 1000],
  );

const typesOf = ({ capacity: { instanceTypes, requirements } }: Definition): string[] =>
  instanceTypes.length > 0 ? instanceTypes : typesOffered(requirements?.vcpuMin, requirements?.memoryMinGiB);

/** When each zone of the definition had Spot capacity for one of its types. */
export const capacitySpans = (options: RunOptions, pools: Pools): Span[][] => {
  const { definition } = options.scenario;
  const types = typesOf(definition);
  const at = edges(options, pools);
  return definition.capacity.zones.map(({ zone }) => {
    const had = at.slice(0, -1).map((from, i) => ({ from, to: at[i + 1] ?? from }));
    return union(
      had.filter(({ from }) => types.some((type) => pools.available({ type, zone, purchase: 'spot' }, from))),
    );
  });
};

/** Seconds. `zones`: the spans in which each had capacity. */
export const downWithCapacity = (
  wanted: readonly Span[],
  served: readonly Span[],
  zones: readonly (readonly Span[])[],
): number => {
  const down = without(wanted, served);
  const counted = zones
    .flatMap((had) => common(down, had))
    .map(({ from, to }) => ({ from: from + SPARED_MS, to }));
  return length(union(counted)) / 1000;
};
