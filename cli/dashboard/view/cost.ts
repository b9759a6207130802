// Cost against on-demand: hours are facts of the history, money is an estimate from list prices. The control plane knows no
// prices and the page asks AWS for none: the bill is what counts, and the page says so.

import type { WorkloadStatus } from '../../../shared/answer/status.ts';
import { days, earlier, hours, type Instant, instant, iso, later } from '../../../shared/base/time.ts';
import type { Definition } from '../../../shared/definition/definition.ts';
import {
  GP3_USD_PER_GIB_MONTH,
  HOURS_PER_MONTH,
  SNAPSHOT_USD_PER_GIB_MONTH,
  typeInfo,
} from '../../../shared/definition/prices.ts';
import type { StateSpan } from './spans.ts';

const SPAN = days(7);
const STEP = hours(4);
const HOUR_MS = hours(1);
/** Share of the on-demand price; EC2 User Guide, "Spot Instances": savings of up to 90 %, two thirds are usual. */
const SPOT_SHARE = 0.35;
/** Changed blocks that a snapshot keeps, as a share of the volume. */
const SNAPSHOT_SHARE = 0.1;
/** A type of no known size; it is said that the price is a guess anyway. */
const UNKNOWN_USD_PER_HOUR = 0.1;

export interface CostView {
  from: string;
  to: string;
  hours: { spot: number; onDemand: number; off: number };
  /** The type that is compared with. */
  instanceType: string;
  usd: { here: number; sameHours: number; always: number };
  /** Cumulated US dollars, one row per instant: for the chart. */
  points: { at: string[]; here: number[]; sameHours: number[]; always: number[] };
  assumed: { spotShare: number; onDemandUsdPerHour: number };
}

export function costView(
  one: WorkloadStatus,
  { capacity }: Definition,
  { spans, now }: { spans: readonly StateSpan[]; now: Instant },
): CostView {
  const known = spans[0]?.from ?? now;
  const from = later(known, instant(now - SPAN));
  const type = spans.findLast((span) => span.instanceType !== undefined)?.instanceType;
  const instanceType = type ?? capacity.instanceTypes[0] ?? 'unknown';
  const steps = instantsBetween(from, now);
  const rows = steps.map((at) => ({ at, ...usdUntil(at, { one, spans, from, instanceType }) }));
  const last = rows.at(-1) ?? { here: 0, sameHours: 0, always: 0 };
  const of = (purchase: string): number => instanceHours(spans, from, now, purchase);
  const [spot, onDemand] = [of('spot'), of('on-demand')];
  return {
    from: iso(from),
    to: iso(now),
    hours: { spot, onDemand, off: Math.max(0, (now - from) / HOUR_MS - spot - onDemand) },
    instanceType,
    usd: { here: last.here, sameHours: last.sameHours, always: last.always },
    points: {
      at: rows.map(({ at }) => iso(at)),
      here: rows.map(({ here }) => round(here)),
      sameHours: rows.map(({ sameHours }) => round(sameHours)),
      always: rows.map(({ always }) => round(always)),
    },
    assumed: { spotShare: SPOT_SHARE, onDemandUsdPerHour: priceOf(instanceType) },
  };
}

const round = (usd: number): number => Math.round(usd * 10_000) / 10_000;
const priceOf = (type: string): number => typeInfo(type)?.onDemandUsdPerHour ?? UNKNOWN_USD_PER_HOUR;

function instantsBetween(from: Instant, to: Instant): Instant[] {
  const instants: Instant[] = [];
  for (let at = from; at < to; at = instant(at + STEP)) instants.push(at);
  return [...instants, to];
}

interface Basis {
  one: WorkloadStatus;
  spans: readonly StateSpan[];
  from: Instant;
  instanceType: string;
}

/** With storage: volumes and snapshots as they are now, which every way of running has, except the snapshots. */
function usdUntil(at: Instant, { one, spans, from, instanceType }: Basis) {
  const months = (at - from) / HOUR_MS / HOURS_PER_MONTH;
  const size = sizeOf(one) ?? 0;
  const kept = (one.generations ?? []).filter(({ role }) => role !== 'deleted').length;
  const volume = size * GP3_USD_PER_GIB_MONTH * months;
  const snapshots =
    (one.snapshots?.length ?? 0) * size * SNAPSHOT_SHARE * SNAPSHOT_USD_PER_GIB_MONTH * months;
  let instances = 0;
  let same = 0;
  for (const span of spans) {
    if (span.instanceType === undefined) continue;
    const ran = hoursWithin(span, from, at);
    instances += ran * priceOf(span.instanceType) * (span.purchase === 'spot' ? SPOT_SHARE : 1);
    same += ran * priceOf(instanceType);
  }
  return {
    here: instances + volume * (1 + kept) + snapshots,
    sameHours: same + volume,
    always: ((at - from) / HOUR_MS) * priceOf(instanceType) + volume,
  };
}

const instanceHours = (spans: readonly StateSpan[], from: Instant, to: Instant, purchase: string): number =>
  spans
    .filter((span) => span.instanceType !== undefined && span.purchase === purchase)
    .reduce((sum, span) => sum + hoursWithin(span, from, to), 0);

const hoursWithin = (span: StateSpan, from: Instant, to: Instant): number =>
  Math.max(0, earlier(span.to ?? to, to) - later(span.from, from)) / HOUR_MS;

/** Of the volume as it is; the definition's where there is none yet. */
export function sizeOf({ dataset }: WorkloadStatus): number | undefined {
  if (typeof dataset !== 'object' || dataset === null || !('sizeGiB' in dataset)) return undefined;
  return typeof dataset.sizeGiB === 'number' ? dataset.sizeGiB : undefined;
}
