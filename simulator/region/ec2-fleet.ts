// CreateFleet of type instant: an answer with HTTP 200 whose Instances and Errors both have to be read; the same token
// gives the same answer, a changed request under it is refused.

import { typeInfo } from '../../shared/definition/prices.ts';
import { checkTagSpecifications } from './ec2-tags.ts';
import { launchInstance } from './instances.ts';
import { type RegionContext, strikes } from './state/context.ts';
import { fail, type Input, needText, numberOf, recordOf, records, tagsFor, text } from './state/input.ts';
import type { AwsShape, SimTemplate } from './state/model.ts';
import { OFFERED } from './state/offer.ts';
import type { Purchase } from './state/pools.ts';
import { reservedTags } from './templates.ts';

interface Override {
  type: string;
  zone: string;
}

const zoneOfSubnet = (region: RegionContext, subnetId: string): string => {
  const zone = region.subnets.get(subnetId);
  if (!zone) throw fail('ec2', 'InvalidSubnetID.NotFound', `The subnet ID '${subnetId}' does not exist`);
  return zone;
};

/** Types that InstanceRequirements resolve to. */
export const typesOffered = (vcpu = 0, memoryGiB = 0): string[] =>
  OFFERED.filter((type) => {
    const info = typeInfo(type);
    return info !== undefined && info.vcpu >= vcpu && info.memoryGiB >= memoryGiB;
  });

const typesByRequirements = (requirements: Input): string[] =>
  typesOffered(
    numberOf(recordOf(requirements, 'VCpuCount'), 'Min'),
    (numberOf(recordOf(requirements, 'MemoryMiB'), 'Min') ?? 0) / 1024,
  );

const overridesOf = (region: RegionContext, input: Input): Override[] => {
  const found: Override[] = [];
  for (const config of records(input, 'LaunchTemplateConfigs')) {
    for (const override of records(config, 'Overrides')) {
      const subnet = text(override, 'SubnetId');
      const zone = subnet ? zoneOfSubnet(region, subnet) : needText('ec2', override, 'AvailabilityZone');
      const type = text(override, 'InstanceType');
      const types = type ? [type] : typesByRequirements(recordOf(override, 'InstanceRequirements'));
      found.push(...types.map((one) => ({ type: one, zone })));
    }
  }
  return found;
};

const templateOf = (region: RegionContext, input: Input): SimTemplate | undefined =>
  region.templateFor(
    recordOf(records(input, 'LaunchTemplateConfigs')[0] ?? {}, 'LaunchTemplateSpecification'),
  );

const errorOf = (override: Override, code: string, message: string): AwsShape => ({
  ErrorCode: code,
  ErrorMessage: message,
  LaunchTemplateAndOverrides: { Overrides: { InstanceType: override.type, AvailabilityZone: override.zone } },
  Lifecycle: 'spot',
});

const NO_CAPACITY = ['UnfulfillableCapacity', 'InsufficientInstanceCapacity'];

/** Zones that an answer says have no capacity. */
const refusedZones = (answer: AwsShape): string[] =>
  records(answer, 'Errors')
    .filter((error) => NO_CAPACITY.includes(text(error, 'ErrorCode') ?? ''))
    .flatMap((error) => {
      const override = recordOf(recordOf(error, 'LaunchTemplateAndOverrides'), 'Overrides');
      return text(override, 'AvailabilityZone') ?? [];
    });

export class Fleets {
  readonly #answers = new Map<string, { request: string; answer: AwsShape }>();
  readonly #region: RegionContext;
  constructor(region: RegionContext) {
    this.#region = region;
  }

  create(input: Input): AwsShape {
    const token = needText('ec2', input, 'ClientToken');
    const request = JSON.stringify(input);
    const before = this.#answers.get(token);
    if (before) {
      if (before.request !== request)
        throw fail('ec2', 'IdempotentParameterMismatch', 'The client token was used with other parameters');
      // What is answered now counts as said now: the caller cannot know how old it is.
      for (const zone of refusedZones(before.answer))
        this.#region.refusals.set(zone, this.#region.kernel.now());
      return before.answer;
    }
    checkTagSpecifications(input);
    if (text(input, 'Type') !== 'instant')
      throw fail('ec2', 'InvalidParameterValue', 'the simulated region offers fleets of type instant');
    const answer = this.#launch(input);
    this.#answers.set(token, { request, answer });
    if (this.#answers.size > 4_000) this.#answers.delete(this.#answers.keys().next().value ?? '');
    return answer;
  }

  #launch(input: Input): AwsShape {
    const region = this.#region;
    const target = recordOf(input, 'TargetCapacitySpecification');
    const purchase: Purchase =
      text(target, 'DefaultTargetCapacityType') === 'on-demand' ? 'on-demand' : 'spot';
    const template = templateOf(region, input);
    const overrides = overridesOf(region, input);
    if (overrides.length === 0) throw fail('ec2', 'InvalidFleetConfiguration', 'no overrides');
    const fleet = { FleetId: `fleet-${token(input)}` };
    const at = region.kernel.now();
    if (region.switches.quotaUntil > at) {
      const code = purchase === 'spot' ? 'MaxSpotInstanceCountExceeded' : 'VcpuLimitExceeded';
      return {
        ...fleet,
        Instances: [],
        Errors: overrides.map((one) => errorOf(one, code, 'Max spot instance count exceeded')),
      };
    }
    const open = overrides.filter((one) => region.pools.available({ ...one, purchase }, at));
    const refused = overrides.filter((one) => !open.includes(one));
    for (const { zone } of refused) region.refusals.set(zone, at);
    const code = region.chance('fleet').hit(0.2) ? 'UnfulfillableCapacity' : 'InsufficientInstanceCapacity';
    const errors = refused.map((one) =>
      errorOf(one, code, 'There is no Spot capacity available that matches your request.'),
    );
    if (open.length === 0) return { ...fleet, Instances: [], Errors: errors };
    const chosen = region.chance('fleet').pick(open.slice(0, 4));
    const reserved = { 'aws:ec2:fleet-id': fleet.FleetId, ...(template && reservedTags(template)) };
    const tags = { ...tagsFor(input, 'instance'), ...reserved };
    const instance = launchInstance(region, { ...chosen, purchase, tags });
    const also = strikes(region, 'fleetInstanceAndErrors')
      ? open.filter((one) => one !== chosen).slice(0, 2)
      : [];
    return {
      ...fleet,
      Errors: [
        ...errors,
        ...also.map((one) => errorOf(one, 'InsufficientInstanceCapacity', 'insufficient capacity')),
      ],
      Instances: [
        {
          InstanceIds: [instance.id],
          InstanceType: chosen.type,
          Lifecycle: purchase,
          LaunchTemplateAndOverrides: {
            Overrides: { InstanceType: chosen.type, AvailabilityZone: chosen.zone },
          },
        },
      ],
    };
  }
}

const token = (input: Input): string => (text(input, 'ClientToken') ?? '').slice(0, 36);
