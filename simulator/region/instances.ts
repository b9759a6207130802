// Instances: their life from pending to terminated, spot warnings and reclaims, and the calls about them. Spot Instance
// interruption notices, state names and visibility after termination as in the EC2 User Guide.

import { add, type Ms, minutes, ms, seconds } from '../../shared/base/time.ts';
import { awsId, type Chance } from '../kernel/random.ts';
import { publishInstance } from './publish.ts';
import { madeFor } from './state/belongs.ts';
import { type RegionContext, strikes } from './state/context.ts';
import type { SimInstance } from './state/model.ts';
import { Versioned } from './state/versioned.ts';
import { releaseVolumes } from './volumes.ts';

/** Terminated instances stay in Describe's answers for about an hour. */
const VISIBLE_AFTER_END = minutes(60);

/** An event of a state: what really is, but where a test has EventBridge tell a lie. */
const report = (region: RegionContext, { id }: SimInstance, state: SimInstance['state']): void =>
  region.emit({
    source: 'aws.ec2',
    'detail-type': 'EC2 Instance State-change Notification',
    detail: { 'instance-id': id, state },
    resources: [`arn:aws:ec2:${region.regionName}:123456789012:instance/${id}`],
  });

const announce = (region: RegionContext, instance: SimInstance): void => {
  publishInstance(region, instance);
  report(region, instance, instance.state);
};

/** An event says that it ended, and it runs on. */
export const reportFalseEnd = (region: RegionContext, instance: SimInstance): void => {
  if (!gone(instance)) report(region, instance, 'terminated');
};

export interface LaunchSpec {
  type: string;
  zone: string;
  purchase: 'spot' | 'on-demand';
  tags: Record<string, string>;
}

const newInstance = (region: RegionContext, spec: LaunchSpec, chance: Chance): SimInstance => {
  const instance: SimInstance = {
    ...spec,
    id: awsId(chance, 'i'),
    state: 'pending',
    launchedAt: region.kernel.now(),
    spotCode: 'fulfilled',
    reachability: 'initializing',
    securityGroups: [],
    madeFor: madeFor(spec.tags),
    views: new Versioned(),
    ...(spec.purchase === 'spot' ? { spotRequestId: awsId(chance, 'sir').slice(0, 12) } : {}),
  };
  region.instances.set(instance.id, instance);
  return instance;
};

/** Another team's, which runs already. Its host is not simulated, and it is not on the bill. */
export const standingInstance = (region: RegionContext, spec: LaunchSpec): SimInstance => {
  const instance = newInstance(region, spec, region.chance('others'));
  region.others.add(instance.id);
  instance.state = 'running';
  instance.reachability = 'passed';
  announce(region, instance);
  return instance;
};

export const launchInstance = (region: RegionContext, spec: LaunchSpec): SimInstance => {
  const chance = region.chance('instances');
  const instance = newInstance(region, spec, chance);
  region.past.instances.push(instance);
  announce(region, instance);
  region.kernel.after(chance.seconds(8, 18), () => {
    if (instance.state !== 'pending') return;
    instance.state = 'running';
    announce(region, instance);
    region.host.launched(instance);
    region.kernel.after(chance.seconds(60, 150), () => {
      if (instance.reachability === 'initializing') instance.reachability = 'passed';
    });
  });
  return instance;
};

const gone = (instance: SimInstance): boolean =>
  instance.state === 'shutting-down' || instance.state === 'terminated';

const endDuration = (region: RegionContext): Ms => {
  const { switches } = region;
  const chance = region.chance('ends');
  if (switches.slowTerminateMs !== undefined) {
    const lasts = ms(switches.slowTerminateMs);
    switches.slowTerminateMs = undefined;
    return lasts;
  }
  if (strikes(region, 'verySlowTerminate')) return chance.seconds(3_600, 7_200);
  if (strikes(region, 'slowTerminate')) return chance.seconds(60, 1_200);
  return chance.seconds(20, 60);
};

/** From now on it shuts down; power goes at once for a reclaim, after the operating system's own stop otherwise. */
export const endInstance = (
  region: RegionContext,
  instance: SimInstance,
  cause: 'reclaim' | 'request' | 'self',
): void => {
  if (gone(instance)) return;
  instance.state = 'shutting-down';
  instance.endedAt = region.kernel.now();
  region.host.poweredOff(instance.id);
  announce(region, instance);
  region.kernel.after(cause === 'self' ? seconds(5) : endDuration(region), () =>
    terminated(region, instance),
  );
};

/** A forced terminate (Force on TerminateInstances) of an instance that hangs in shutting-down. */
export const forceEnd = (region: RegionContext, instance: SimInstance): void => {
  if (instance.state !== 'shutting-down') return;
  region.kernel.after(region.chance('ends').seconds(10, 60), () => terminated(region, instance));
};

const terminated = (region: RegionContext, instance: SimInstance): void => {
  if (instance.state === 'terminated') return;
  instance.state = 'terminated';
  if (instance.purchase === 'spot') instance.spotCode = 'instance-terminated-by-user';
  releaseVolumes(region, instance);
  announce(region, instance);
  region.kernel.after(VISIBLE_AFTER_END, () => {
    instance.views.put(region.kernel.now(), undefined);
    region.kernel.after(minutes(10), () => region.instances.delete(instance.id));
  });
};

/** The two-minute warning (or whatever notice is left), then the reclaim. */
export const warnInstance = (region: RegionContext, instance: SimInstance, noticeSeconds: number): void => {
  if (gone(instance) || instance.reclaimAt !== undefined) return;
  const actionAt = add(region.kernel.now(), seconds(noticeSeconds));
  instance.reclaimAt = actionAt;
  instance.spotCode = 'marked-for-termination';
  publishInstance(region, instance);
  region.host.noticed(instance.id, actionAt);
  region.emit({
    source: 'aws.ec2',
    'detail-type': 'EC2 Spot Instance Interruption Warning',
    detail: { 'instance-id': instance.id, 'instance-action': 'terminate' },
    // The zone stands where the region belongs, and the account is empty: as AWS sends it.
    resources: [`arn:aws:ec2:${instance.zone}:instance/${instance.id}`],
  });
  region.kernel.at(actionAt, () => reclaimInstance(region, instance));
};

export const reclaimInstance = (region: RegionContext, instance: SimInstance): void => {
  if (gone(instance)) return;
  instance.spotCode = 'instance-terminated-no-capacity';
  endInstance(region, instance, 'reclaim');
};

export const rebalance = (region: RegionContext, instance: SimInstance): void => {
  if (gone(instance)) return;
  region.emit({
    source: 'aws.ec2',
    'detail-type': 'EC2 Instance Rebalance Recommendation',
    detail: { 'instance-id': instance.id },
    resources: [`arn:aws:ec2:${instance.zone}:instance/${instance.id}`],
  });
};
