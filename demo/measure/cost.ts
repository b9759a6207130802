// The bill: instance hours by purchase option, gp3 and snapshot storage; against the same service on on-demand.

import {
  GP3_USD_PER_GIB_MONTH,
  HOURS_PER_MONTH,
  SNAPSHOT_USD_PER_GIB_MONTH,
  typeInfo,
} from '../../shared/definition/prices.ts';
import { hourlyUsd } from '../../simulator/region/ec2.ts';
import type { SimInstance, SimSnapshot, SimVolume } from '../../simulator/region/state/model.ts';

const HOUR_MS = 3_600_000;
/** Changed blocks of an ordinary day, as a share of the volume. */
const SNAPSHOT_SHARE = 0.1;

export interface Billed {
  instances: Iterable<SimInstance>;
  volumes: Iterable<SimVolume>;
  snapshots: Iterable<SimSnapshot>;
}

const round = (usd: number): number => Math.round(usd * 10_000) / 10_000;

/** By the hour at that hour's price; Linux is billed by the second. */
export const instanceUsd = (instance: SimInstance, until: number): number => {
  let usd = 0;
  const end = instance.endedAt ?? until;
  for (let at = instance.launchedAt; at < end; at += HOUR_MS) {
    usd += (hourlyUsd(instance, at) * (Math.min(end, at + HOUR_MS) - at)) / HOUR_MS;
  }
  return usd;
};

export const bill = (
  billed: Billed,
  span: { start: number; end: number; scheduledHours: number; comparedType: string },
): { usd: number; onDemandAlwaysUsd: number; onDemandInHoursUsd: number } => {
  const { start, end, scheduledHours, comparedType } = span;
  const months = (from: number, to: number): number => Math.max(0, to - from) / HOUR_MS / HOURS_PER_MONTH;
  let storage = 0;
  let mine = 0;
  for (const volume of billed.volumes) {
    const usd = volume.sizeGiB * GP3_USD_PER_GIB_MONTH * months(volume.createdAt, volume.deletedAt ?? end);
    storage += usd;
    if (volume.sizeGiB > mine) mine = volume.sizeGiB;
  }
  for (const snapshot of billed.snapshots) {
    storage +=
      snapshot.sizeGiB *
      SNAPSHOT_SHARE *
      SNAPSHOT_USD_PER_GIB_MONTH *
      months(snapshot.startedAt, snapshot.deletedAt ?? end);
  }
  let instances = 0;
  for (const instance of billed.instances) instances += instanceUsd(instance, end);
  const hourly = typeInfo(comparedType)?.onDemandUsdPerHour ?? 0.1;
  const onlyVolume = mine * GP3_USD_PER_GIB_MONTH * months(start, end);
  return {
    usd: round(instances + storage),
    onDemandAlwaysUsd: round(((end - start) / HOUR_MS) * hourly + onlyVolume),
    onDemandInHoursUsd: round(scheduledHours * hourly + onlyVolume),
  };
};
