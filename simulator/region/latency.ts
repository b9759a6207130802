// How long AWS's calls take when nothing is wrong.

import type { Operation } from '../wire/operation.ts';

/** Milliseconds, low and high, by operation; anything else takes `OTHER`. */
const LATENCY: Record<string, readonly [number, number]> = {
  CreateFleet: [1_000, 3_000],
  AttachVolume: [250, 700],
  DetachVolume: [200, 600],
  CreateVolume: [200, 500],
  CreateSnapshot: [300, 900],
  TerminateInstances: [200, 500],
  CreateTags: [150, 400],
  SendCommand: [100, 250],
  PutEvents: [20, 60],
};
const OTHER = [80, 250] as const;
const DYNAMO = [3, 12] as const;

/** How long a call takes, low and high, in milliseconds. */
export const latencyOf = ({
  service,
  name,
}: Pick<Operation, 'service' | 'name'>): readonly [number, number] =>
  service === 'dynamodb' ? DYNAMO : (LATENCY[name] ?? OTHER);
