// What every part of the region shares: time, chance, faults, capacity, resources, and the way events leave it.

import type { Instant } from '../../../shared/base/time.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Chance } from '../../kernel/random.ts';
import type { Rates, Switches } from './faults.ts';
import type { SimInstance, SimSnapshot, SimTemplate, SimVolume } from './model.ts';
import type { Pools } from './pools.ts';

/** What the hosts (simulated or real) hear from the region. */
export interface HostSide {
  launched(instance: SimInstance): void;
  /** Power is gone: nothing more is written. */
  poweredOff(instanceId: string): void;
  /** The instance metadata shows a notice. */
  noticed(instanceId: string, actionAt: Instant): void;
  volumeAttached(instanceId: string, volume: SimVolume): void;
  /** Is the volume in use there, so that a detach cannot end? */
  isMounted(instanceId: string, volumeId: string): boolean;
  volumeDetached(instanceId: string, volumeId: string): void;
  agentOnline(instanceId: string): boolean;
  run(request: DeliveredCommand): void;
  /** The bytes as they are at this moment (records between events are counted here). */
  flush(volume: SimVolume): void;
}

export interface DeliveredCommand {
  instanceId: string;
  document: string;
  parameters: Record<string, string>;
  /** `output` undefined: delivered, but nothing came back. */
  done(result: { status: 'Success' | 'Failed'; output: string }): void;
}

export interface RegionEvent {
  source: string;
  'detail-type': string;
  detail: Record<string, unknown>;
  resources: string[];
}

export interface RegionContext {
  readonly kernel: Kernel;
  readonly regionName: string;
  readonly zones: readonly string[];
  /** How much faster than AWS's slow copying goes; 1 where absent. */
  readonly pace?: number;
  /** Zones by subnet id. */
  readonly subnets: Map<string, string>;
  readonly chance: (label: string) => Chance;
  rates: Rates;
  readonly switches: Switches;
  readonly pools: Pools;
  readonly instances: Map<string, SimInstance>;
  readonly volumes: Map<string, SimVolume>;
  readonly snapshots: Map<string, SimSnapshot>;
  /** Launch templates by id; one that is deleted is not in it. */
  readonly templates: Map<string, SimTemplate>;
  /** Ids of what other people have in the account: no call of the product's may touch it. */
  readonly others: Set<string>;
  /** All there ever were, for the bill. */
  readonly past: { instances: SimInstance[]; volumes: SimVolume[]; snapshots: SimSnapshot[] };
  /** Instances that still cost or may write; the others are kept an hour for Describe. */
  host: HostSide;
  /** When a zone last refused a launch for want of capacity. */
  readonly refusals: Map<string, number>;
  /** The launch template that a call names. Throws as EC2 refuses. */
  templateFor(specification: Record<string, unknown>): SimTemplate | undefined;
  emit(event: RegionEvent): void;
  /** Faults that really happened, by name, for the campaign's account. */
  readonly injected: Map<string, number>;
}

/** Draws a fault and counts it. */
export const strikes = (region: RegionContext, name: keyof Rates, label = 'faults'): boolean => {
  if (region.rates[name] <= 0 || !region.chance(label).hit(region.rates[name])) return false;
  region.injected.set(name, (region.injected.get(name) ?? 0) + 1);
  return true;
};
