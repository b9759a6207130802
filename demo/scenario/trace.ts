// Zone capacity from recorded traces: `us-west-2a_v100_1.json` holds {"metadata": {"gap_seconds": 195}, "data": [1, 0, …]},
// one sample each gap, 1 when an instance could be had in that zone. The zone is in the file's name.

import path from 'node:path';
import * as z from 'zod/mini';
import { days, type Instant, instant } from '../../shared/base/time.ts';
import type { Definition } from '../../shared/definition/definition.ts';
import { problemText } from '../../shared/definition/problem.ts';
import { readStrictly } from '../../shared/definition/read/issues.ts';
import { InputError } from './error.ts';
import type { Trace } from './types.ts';

/** The day on which the public traces begin. */
export const TRACE_START = '2023-02-15';
/** Ten years at one sample a minute. */
const MOST_SAMPLES = 5_256_000;

const FILE = '{"metadata": {"gap_seconds": …}, "data": [1, 0, …]}';
const SAMPLES = 'a list of 0 and 1';
const shape = z.object(
  {
    metadata: z.object(
      {
        gap_seconds: z
          .number('seconds above 0')
          .check(z.positive('seconds above 0'), z.maximum(86_400, 'at most a day')),
      },
      '{"gap_seconds": …}',
    ),
    data: z
      .array(z.union([z.literal(0), z.literal(1)], '0 or 1'), SAMPLES)
      .check(
        z.minLength(1, 'at least one sample'),
        z.maxLength(MOST_SAMPLES, `at most ${MOST_SAMPLES} samples`),
      ),
  },
  FILE,
);

/** Throws InputError with the file's name. */
export function readTrace(file: string, text: string): Trace {
  const zone = /^([a-z]{2}(?:-[a-z]+){1,2}-\d[a-z])(?=[_.]|$)/.exec(path.basename(file))?.[1];
  if (zone === undefined) {
    throw new InputError(
      `${file}: expected a file name that begins with a zone, such as us-west-2a_v100_1.json`,
    );
  }
  const result = readStrictly(shape, parsed(file, text));
  if ('problems' in result) {
    const [first, ...rest] = result.problems;
    const more = rest.length > 0 ? ` (and ${rest.length} more)` : '';
    const line = first ? problemText({ ...first, path: first.path === '' ? 'trace' : first.path }) : FILE;
    throw new InputError(`${file}: ${line}${more}`);
  }
  const { metadata, data } = result.value;
  return { zone, gapSeconds: metadata.gap_seconds, available: data.map((sample) => sample === 1) };
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new InputError(`${file}: expected JSON, ${FILE}`);
    throw error;
  }
}

/**
 * The workload where the traces are: their region, their zones, the first one's for the volume. Everything else stays.
 * Throws InputError for traces of two regions, or two of one zone.
 */
export function inTracedZones(definition: Definition, traces: readonly Trace[]): Definition {
  const zones = traces.map(({ zone }) => zone);
  const [first] = zones;
  if (first === undefined) return definition;
  const region = first.slice(0, -1);
  const stranger = zones.find((zone) => zone.slice(0, -1) !== region);
  if (stranger !== undefined) {
    throw new InputError(`--trace: expected zones of one region, found ${first} and ${stranger}`);
  }
  const twice = zones.find((zone, index) => zones.indexOf(zone) !== index);
  if (twice !== undefined) throw new InputError(`--trace: expected one file a zone, found two of ${twice}`);
  const { volume, capacity, notifyTopicArn } = definition;
  return {
    ...definition,
    region,
    // An ARN of the region left behind would be refused.
    ...(notifyTopicArn !== undefined && {
      notifyTopicArn: notifyTopicArn.replace(`:${definition.region}:`, `:${region}:`),
    }),
    volume: volume.kind === 'new' ? { ...volume, firstZone: first } : volume,
    capacity: {
      ...capacity,
      zones: zones.map((zone) => ({ zone, subnetId: subnetOf(zone, capacity.zones) })),
    },
  };
}

/** The workload's own subnet where it has one in that zone; else an id whose end is the zone's letter. */
function subnetOf(zone: string, known: Definition['capacity']['zones']): string {
  return known.find((one) => one.zone === zone)?.subnetId ?? `subnet-${zone.slice(-1).padStart(17, '0')}`;
}

/** Where the shortest trace ends: beyond it nothing is known. Undefined without traces. */
export function traceEnd(start: Instant, traces: readonly Trace[]): Instant | undefined {
  if (traces.length === 0) return undefined;
  const lengths = traces.map(({ gapSeconds, available }) => gapSeconds * 1000 * available.length);
  return instant(start + Math.min(...lengths));
}

export const wholeDays = (start: Instant, end: Instant): number => Math.ceil((end - start) / days(1));
