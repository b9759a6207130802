// Zones and pools: where the data and the instance are, and which pools are not asked again before when.

import type { WorkloadStatus } from '../../../shared/answer/status.ts';
import type { Definition } from '../../../shared/definition/definition.ts';

export interface ZoneView {
  zone: string;
  subnetId: string;
  /** The data volume is here. */
  data: boolean;
  /** Id of the instance here that serves or drains. */
  instance?: string;
  /** One is being made ready here. */
  next: boolean;
  /** Pools that refused, until when they are left alone. */
  refused: { type: string; purchase: string; until: string }[];
  /** Pools of the zone that may be asked: types times ways to buy. */
  pools: number;
}

export function zoneViews(one: WorkloadStatus, { capacity }: Definition): ZoneView[] {
  const ways = capacity.onDemand.kind === 'never' ? 1 : 2;
  const types = Math.max(1, capacity.instanceTypes.length);
  return capacity.zones.map(({ zone, subnetId }) => ({
    zone,
    subnetId,
    data: one.volume?.zone === zone,
    instance: one.owner?.zone === zone ? one.owner.instanceId : undefined,
    next: one.candidate?.zone === zone,
    refused: (one.refusedPools ?? []).flatMap(({ pool, until }) => {
      const [type = pool, of, purchase = ''] = pool.split('|');
      return of === zone ? [{ type, purchase, until }] : [];
    }),
    pools: types * ways,
  }));
}
