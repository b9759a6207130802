// doctor's questions, put to AWS. The clients are loaded with this file, that is, for doctor alone.

import {
  DescribeAvailabilityZonesCommand,
  DescribeInstanceTypesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  EC2Client,
  GetSpotPlacementScoresCommand,
  type Tag,
} from '@aws-sdk/client-ec2';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { hasCode } from '../session/aws-error.ts';
import type { Inspector } from '../session/inspector.ts';
import type { clientConfig } from './client-config.ts';

type Config = ReturnType<typeof clientConfig>;

const tagsOf = (tags: readonly Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));

/** The answer, or undefined where AWS says by one of these codes that there is none. */
async function unless<T>(codes: readonly string[], ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (codes.some((code) => hasCode(error, code))) return undefined;
    throw error;
  }
}

export function createInspector(config: Config, region: string): Inspector {
  const ec2 = new EC2Client(config);
  const iam = new IAMClient(config);
  const quotas = new ServiceQuotasClient(config);
  const ssm = new SSMClient(config);
  const lambda = new LambdaClient(config);
  return {
    hasRole: async (name) =>
      (await unless(['NoSuchEntity', 'NoSuchEntityException'], () =>
        iam.send(new GetRoleCommand({ RoleName: name })),
      )) !== undefined,
    quota: async (service, code) =>
      (
        await unless(['NoSuchResourceException'], () =>
          quotas.send(new GetServiceQuotaCommand({ ServiceCode: service, QuotaCode: code })),
        )
      )?.Quota?.Value,
    ...places(ec2),
    parameter: async (name) =>
      (await unless(['ParameterNotFound'], () => ssm.send(new GetParameterCommand({ Name: name }))))
        ?.Parameter?.Value,
    ...capacity(ec2, region),
    async deployed(functionName) {
      const { Environment, LastModified } = await lambda.send(
        new GetFunctionConfigurationCommand({ FunctionName: functionName }),
      );
      return { version: Environment?.Variables?.SPOTKEEP_VERSION, lastModified: LastModified };
    },
  };
}

// Filters instead of ids: an id that does not exist is left out of the answer instead of failing the whole of it.
const places = (ec2: EC2Client): Pick<Inspector, 'subnets' | 'securityGroups'> => ({
  async subnets(ids) {
    const Filters = [{ Name: 'subnet-id', Values: [...ids] }];
    const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters }));
    return Subnets.map((one) => ({
      subnetId: one.SubnetId ?? '',
      zone: one.AvailabilityZone ?? '',
      freeAddresses: one.AvailableIpAddressCount ?? 0,
      publicAddresses: one.MapPublicIpOnLaunch ?? false,
      tags: tagsOf(one.Tags),
    }));
  },
  async securityGroups(ids) {
    const Filters = [{ Name: 'group-id', Values: [...ids] }];
    const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
    return SecurityGroups.map((one) => ({
      groupId: one.GroupId ?? '',
      vpcId: one.VpcId ?? '',
      tags: tagsOf(one.Tags),
    }));
  },
});

const capacity = (ec2: EC2Client, region: string): Pick<Inspector, 'vcpus' | 'placementScores'> => ({
  async vcpus(instanceTypes) {
    const Filters = [{ Name: 'instance-type', Values: [...instanceTypes] }];
    const { InstanceTypes = [] } = await ec2.send(new DescribeInstanceTypesCommand({ Filters }));
    return new Map(InstanceTypes.map((one) => [one.InstanceType ?? '', one.VCpuInfo?.DefaultVCpus ?? 0]));
  },
  // EC2 User Guide, "Spot placement score": answers zone ids, and wants three types or more.
  async placementScores(instanceTypes) {
    const [{ SpotPlacementScores = [] }, { AvailabilityZones = [] }] = await Promise.all([
      ec2.send(
        new GetSpotPlacementScoresCommand({
          InstanceTypes: [...instanceTypes],
          TargetCapacity: 1,
          SingleAvailabilityZone: true,
          RegionNames: [region],
        }),
      ),
      ec2.send(new DescribeAvailabilityZonesCommand({})),
    ]);
    const names = new Map(AvailabilityZones.map(({ ZoneId = '', ZoneName = '' }) => [ZoneId, ZoneName]));
    return new Map(
      SpotPlacementScores.map(({ AvailabilityZoneId = '', Score = 0 }) => [
        names.get(AvailabilityZoneId) ?? '',
        Score,
      ]),
    );
  },
});
