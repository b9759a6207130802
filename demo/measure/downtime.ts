// How long a service was down, from the records its containers acknowledged.

import type { Stretch } from '../../simulator/host/ledger.ts';
import type { Span } from './intervals.ts';

/** Served means an acknowledged record in the last this long. */
export const FRESH_MS = 15_000;

export interface Lapse {
  instanceId: string;
  /** Epoch ms: when it was seen, and when it was over. */
  at: number;
  endedAt: number;
  closed: boolean;
}

/**
 * Last acknowledged record before to the first after. A machine that rebooted serves again itself; one whose hours ended
 * before it was back was down until they ended.
 */
export const downtimeAround = (
  stretches: readonly Stretch[],
  { instanceId, at: since, endedAt, closed }: Lapse,
): number => {
  const index = stretches.findLastIndex((one) => one.instanceId === instanceId && one.from <= since);
  const before = stretches[index];
  const after = closed ? endedAt : stretches[index + 1]?.from;
  if (!before || after === undefined) return 0;
  return Math.max(0, after - before.to) / 1000;
};

/** Gaps between records within one wanted span, as far as they are longer than the usual pause. */
export const downtime = (spans: readonly Span[], stretches: readonly Stretch[]): number => {
  let sum = 0;
  for (const span of spans) {
    const within = stretches.filter((one) => one.to >= span.from && one.from < span.to);
    within.forEach((one, i) => {
      const next = within[i + 1];
      if (next) sum += Math.max(0, next.from - Math.max(one.to, span.from));
      // Down when its hours ended.
      else if (span.to - one.to > FRESH_MS) sum += span.to - one.to;
    });
  }
  return sum / 1000;
};
