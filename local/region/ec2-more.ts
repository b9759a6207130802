// What people and tools ask of EC2 beyond the product's own calls: RunInstances, networks, images.

import { typeInfo } from '../../shared/definition/prices.ts';
import type { RegionCall } from '../../simulator/region/ec2-reads.ts';
import { checkTagSpecifications } from '../../simulator/region/ec2-tags.ts';
import { launchInstance } from '../../simulator/region/instances.ts';
import type { RegionContext } from '../../simulator/region/state/context.ts';
import {
  fail,
  filtersOf,
  type Input,
  numberOf,
  recordOf,
  tagsFor,
  text,
  texts,
} from '../../simulator/region/state/input.ts';
import type { AwsShape } from '../../simulator/region/state/model.ts';
import { spotShare } from '../../simulator/region/state/offer.ts';
import { tagList } from '../../simulator/region/state/views.ts';
import { reservedTags } from '../../simulator/region/templates.ts';
import type { Networks } from './networks.ts';

const OWNER = '123456789012';

/** Those named, or all; a filter on a field or tag that is not known matches nothing. */
const chosen = (views: AwsShape[], input: Input, idsName: string, idName: string): AwsShape[] => {
  const ids = texts(input, idsName);
  for (const id of ids)
    if (!views.some((view) => view[idName] === id)) {
      const kind = idName.replace(/Id$/, '');
      const name = kind === 'Group' ? 'InvalidGroup.NotFound' : `Invalid${kind}ID.NotFound`;
      throw fail('ec2', name, `The ${kind.toLowerCase()} ID '${id}' does not exist`);
    }
  const filters = filtersOf(input);
  return views.filter((view) => {
    if (ids.length > 0 && !ids.includes(String(view[idName]))) return false;
    return [...filters].every(([name, values]) => values.has(fieldOf(view, name) ?? '\0'));
  });
};

const fieldOf = (view: AwsShape, filter: string): string | undefined => {
  if (filter.startsWith('tag:')) {
    const tags = Array.isArray(view.Tags) ? (view.Tags as { Key: string; Value: string }[]) : [];
    return tags.find(({ Key }) => Key === filter.slice(4))?.Value;
  }
  const member = filter.replace(/(^|-)(\w)/g, (_all, _dash: string, letter: string) => letter.toUpperCase());
  const value = view[member] ?? (filter === 'default-for-az' ? view.DefaultForAz : undefined);
  return typeof value === 'string' || typeof value === 'boolean' ? `${value}` : undefined;
};

export const ec2More = (region: RegionContext, networks: Networks): Record<string, RegionCall> => {
  const tokens = new Map<string, { request: string; answer: AwsShape }>();

  const run = (input: Input): AwsShape => {
    checkTagSpecifications(input);
    const subnetId = text(input, 'SubnetId');
    const subnet = subnetId === undefined ? undefined : networks.subnets.get(subnetId);
    if (subnetId !== undefined && !subnet)
      throw fail('ec2', 'InvalidSubnetID.NotFound', `The subnet ID '${subnetId}' does not exist`);
    const zone =
      subnet?.zone ?? text(recordOf(input, 'Placement'), 'AvailabilityZone') ?? region.zones[0] ?? '';
    const type = text(input, 'InstanceType') ?? 'm5.large';
    if (!typeInfo(type))
      throw fail('ec2', 'InvalidParameterValue', `Invalid value '${type}' for InstanceType.`);
    if (text(input, 'ImageId') === undefined && Object.keys(recordOf(input, 'LaunchTemplate')).length === 0)
      throw fail('ec2', 'MissingParameter', 'The request must contain the parameter ImageId');
    const market = text(recordOf(input, 'InstanceMarketOptions'), 'MarketType');
    const purchase = market === 'spot' ? ('spot' as const) : ('on-demand' as const);
    if (!region.pools.available({ type, zone, purchase }, region.kernel.now()))
      throw fail(
        'ec2',
        'InsufficientInstanceCapacity',
        `We currently do not have sufficient ${type} capacity in the Availability Zone you requested (${zone}).`,
        500,
      );
    const specification = recordOf(input, 'LaunchTemplate');
    const template = Object.keys(specification).length > 0 && region.templateFor(specification);
    const count = numberOf(input, 'MaxCount') ?? 1;
    const instances = Array.from({ length: count }, () => {
      const tags = { ...tagsFor(input, 'instance'), ...(template && reservedTags(template)) };
      return launchInstance(region, { type, zone, purchase, tags });
    });
    return {
      ReservationId: `r-${instances[0]?.id.slice(2)}`,
      OwnerId: OWNER,
      Groups: [],
      Instances: instances.map((one) => one.views.asOf(region.kernel.now())),
    };
  };

  const subnets = (): AwsShape[] =>
    [...networks.subnets.values()].map(({ id, zone, tags }, index) => ({
      SubnetId: id,
      VpcId: networks.vpcId,
      AvailabilityZone: zone,
      CidrBlock: `172.31.${index * 16}.0/20`,
      AvailableIpAddressCount: 4_000,
      State: 'available',
      DefaultForAz: true,
      MapPublicIpOnLaunch: true,
      OwnerId: OWNER,
      SubnetArn: `arn:aws:ec2:${region.regionName}:${OWNER}:subnet/${id}`,
      Tags: tagList(tags),
    }));

  return {
    RunInstances: (input) => {
      const token = text(input, 'ClientToken');
      const request = JSON.stringify(input);
      const before = token === undefined ? undefined : tokens.get(token);
      if (before && before.request !== request)
        throw fail('ec2', 'IdempotentParameterMismatch', 'The client token was used with other parameters');
      const answer = before?.answer ?? run(input);
      if (token !== undefined) tokens.set(token, { request, answer });
      return answer;
    },
    DescribeSubnets: (input) => ({ Subnets: chosen(subnets(), input, 'SubnetIds', 'SubnetId') }),
    DescribeVpcs: (input) => {
      const vpc = { VpcId: networks.vpcId, CidrBlock: '172.31.0.0/16', IsDefault: true, State: 'available' };
      return { Vpcs: chosen([{ ...vpc, OwnerId: OWNER }], input, 'VpcIds', 'VpcId') };
    },
    DescribeSecurityGroups: (input) => {
      const groups = [...networks.groups].map(([id, { tags }]) => ({
        GroupId: id,
        GroupName: tags.Name ?? 'local',
        Description: 'of the local region',
        VpcId: networks.vpcId,
        OwnerId: OWNER,
        Tags: tagList(tags),
      }));
      return { SecurityGroups: chosen(groups, input, 'GroupIds', 'GroupId') };
    },
    DescribeInstanceTypes: (input) => {
      const wanted = [...(filtersOf(input).get('instance-type') ?? []), ...texts(input, 'InstanceTypes')];
      return {
        InstanceTypes: wanted.flatMap((name) => {
          const info = typeInfo(name);
          return info
            ? [
                {
                  InstanceType: name,
                  VCpuInfo: { DefaultVCpus: info.vcpu },
                  MemoryInfo: { SizeInMiB: Math.round(info.memoryGiB * 1024) },
                  ProcessorInfo: { SupportedArchitectures: [info.architecture] },
                  SupportedUsageClasses: ['on-demand', 'spot'],
                },
              ]
            : [];
        }),
      };
    },
    DescribeRegions: () => ({
      Regions: [
        {
          RegionName: region.regionName,
          Endpoint: `ec2.${region.regionName}.amazonaws.com`,
          OptInStatus: 'opt-in-not-required',
        },
      ],
    }),
    DescribeImages: (input) => ({
      Images: texts(input, 'ImageIds').map((id) => ({
        ImageId: id,
        Name: 'simulated',
        State: 'available',
        Architecture: 'x86_64',
        RootDeviceName: '/dev/xvda',
        RootDeviceType: 'ebs',
        OwnerId: 'amazon',
      })),
    }),
    DescribeSpotPriceHistory: (input) => {
      const at = region.kernel.now();
      const types = texts(input, 'InstanceTypes');
      return {
        SpotPriceHistory: types.flatMap((type) =>
          region.zones.map((zone) => ({
            InstanceType: type,
            AvailabilityZone: zone,
            ProductDescription: 'Linux/UNIX',
            SpotPrice: ((typeInfo(type)?.onDemandUsdPerHour ?? 0.1) * spotShare(type, zone, at)).toFixed(6),
            Timestamp: new Date(at),
          })),
        ),
      };
    },
  };
};
