import { describe, expect, it } from 'vitest';
import { cloudOn, LAUNCH, PROJECT } from './ec2-fixtures.ts';
import { connectionLost, ec2Error, timeout } from './scripted-region.ts';

const ANSWER = {
  FleetId: 'fleet-1',
  Instances: [
    {
      InstanceIds: ['i-1'],
      InstanceType: 'm6g.large',
      LaunchTemplateAndOverrides: { Overrides: { InstanceType: 'm6g.large', SubnetId: 'subnet-a' } },
    },
  ],
};

function refused(ErrorCode: string, InstanceType = 'm7g.large') {
  const Overrides = { InstanceType, SubnetId: 'subnet-a' };
  return { ErrorCode, ErrorMessage: 'in words', LaunchTemplateAndOverrides: { Overrides } };
}

const LAUNCHED = { instanceId: 'i-1', instanceType: 'm6g.large', zone: 'eu-west-1a' };

describe('launching', () => {
  it('asks for one spot instance in one subnet, one override for each type, tagged and with the token', async () => {
    const { region, cloud } = cloudOn({ CreateFleet: ANSWER });
    expect(await cloud.launch(LAUNCH)).toEqual({ instance: LAUNCHED, errors: [] });
    const own = [
      { Key: 'spotkeep:project', Value: PROJECT },
      { Key: 'spotkeep:workload', Value: 'gitlab' },
      { Key: 'spotkeep:launch', Value: 'launch-1' },
    ];
    expect(region.calls).toHaveLength(1);
    expect(region.inputs('CreateFleet')[0]).toEqual({
      Type: 'instant',
      ClientToken: 'token-1',
      TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'spot' },
      SpotOptions: {
        AllocationStrategy: 'price-capacity-optimized',
        InstanceInterruptionBehavior: 'terminate',
      },
      LaunchTemplateConfigs: [
        {
          LaunchTemplateSpecification: { LaunchTemplateName: 'spotkeep-test', Version: '$Latest' },
          Overrides: [
            { InstanceType: 'm7g.large', SubnetId: 'subnet-a', ImageId: 'ami-1' },
            { InstanceType: 'm6g.large', SubnetId: 'subnet-a', ImageId: 'ami-1' },
          ],
        },
      ],
      TagSpecifications: [
        { ResourceType: 'fleet', Tags: own },
        // The user's attempt to set one of ours has no effect.
        {
          ResourceType: 'instance',
          Tags: [{ Key: 'team', Value: 'blue' }, own[2], { Key: 'Name', Value: 'gitlab' }, own[0], own[1]],
        },
      ],
    });
  });

  it('asks for on-demand at the lowest price, and names a template by its id', async () => {
    const { region, cloud } = cloudOn({ CreateFleet: ANSWER });
    await cloud.launch({ ...LAUNCH, purchase: 'on-demand', launchTemplate: 'lt-0123' });
    const [input] = region.inputs('CreateFleet');
    expect(input).toMatchObject({
      TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'on-demand' },
      OnDemandOptions: { AllocationStrategy: 'lowest-price' },
      LaunchTemplateConfigs: [
        { LaunchTemplateSpecification: { LaunchTemplateId: 'lt-0123', Version: '$Latest' } },
      ],
    });
    expect(input).not.toHaveProperty('SpotOptions');
  });

  it('turns requirements into attributes of the right processors, never Xen', async () => {
    const { region, cloud } = cloudOn({ CreateFleet: ANSWER });
    const requirements = { vcpuMin: 2, vcpuMax: 4, memoryMinGiB: 8 };
    await cloud.launch({ ...LAUNCH, instanceTypes: [], requirements });
    await cloud.launch({ ...LAUNCH, instanceTypes: [], requirements, architecture: 'x86_64' });
    const asked = (CpuManufacturers: string[]) => ({
      LaunchTemplateConfigs: [
        {
          Overrides: [
            {
              SubnetId: 'subnet-a',
              ImageId: 'ami-1',
              InstanceRequirements: {
                VCpuCount: { Min: 2, Max: 4 },
                MemoryMiB: { Min: 8192 },
                CpuManufacturers,
                InstanceGenerations: ['current'],
                ExcludedInstanceTypes: ['t2.*'],
                BurstablePerformance: 'included',
                BareMetal: 'excluded',
              },
            },
          ],
        },
      ],
    });
    const [arm, intel] = region.inputs('CreateFleet');
    expect(arm).toMatchObject(asked(['amazon-web-services']));
    expect(intel).toMatchObject(asked(['intel', 'amd']));
  });

  it('reads refusals inside an HTTP 200, each with its pool and kind', async () => {
    const codes = [
      ['InsufficientInstanceCapacity', 'capacity'],
      ['UnfulfillableCapacity', 'capacity'],
      ['MaxSpotInstanceCountExceeded', 'quota'],
      ['VcpuLimitExceeded', 'quota'],
      ['InsufficientFreeAddressesInSubnet', 'pool-unusable'],
      ['Unsupported', 'pool-unusable'],
      ['RequestLimitExceeded', 'throttled'],
      ['InvalidParameterValue', 'other'],
      ['SomethingNew', 'other'],
    ];
    const { cloud } = cloudOn({ CreateFleet: { Errors: codes.map(([code]) => refused(code ?? '')) } });
    const { instance, errors } = await cloud.launch(LAUNCH);
    expect(instance).toBeUndefined();
    expect(errors).toEqual(
      codes.map(([code, kind]) => ({
        code,
        kind,
        instanceType: 'm7g.large',
        zone: 'eu-west-1a',
        message: 'in words',
      })),
    );
  });

  it('takes the instance although another pool refused', async () => {
    const { cloud } = cloudOn({
      CreateFleet: { ...ANSWER, Errors: [refused('InsufficientInstanceCapacity')] },
    });
    const { instance, errors } = await cloud.launch(LAUNCH);
    expect(instance).toEqual(LAUNCHED);
    expect(errors.map(({ code }) => code)).toEqual(['InsufficientInstanceCapacity']);
  });

  it('calls it a lack of capacity when neither an instance nor an error comes', async () => {
    const { cloud } = cloudOn({ CreateFleet: { FleetId: 'fleet-1' } });
    expect(await cloud.launch(LAUNCH)).toMatchObject({ errors: [{ kind: 'capacity', zone: 'eu-west-1a' }] });
  });

  it('answers a refusal of the whole call like one of its pools', async () => {
    const { region, cloud } = cloudOn({ CreateFleet: ec2Error('InsufficientInstanceCapacity', 500) });
    expect(await cloud.launch(LAUNCH)).toMatchObject({
      errors: [{ code: 'InsufficientInstanceCapacity', kind: 'capacity', zone: 'eu-west-1a' }],
    });
    expect(region.calls).toHaveLength(1);
  });

  it('uses the same token again after a lost answer', async () => {
    const { region, cloud } = cloudOn({ CreateFleet: [connectionLost(), timeout(), ANSWER] });
    expect((await cloud.launch(LAUNCH)).instance).toEqual(LAUNCHED);
    const tokens = region.inputs('CreateFleet').map(({ ClientToken }) => ClientToken);
    expect(tokens).toEqual(['token-1', 'token-1', 'token-1']);
  });

  it('rejects when the token is burned, without another try', async () => {
    const { region, cloud } = cloudOn({ CreateFleet: ec2Error('IdempotentParameterMismatch') });
    await expect(cloud.launch(LAUNCH)).rejects.toMatchObject({
      kind: 'token-burned',
      operation: 'CreateFleet',
    });
    expect(region.calls).toHaveLength(1);
  });

  it("sets the workload's security groups on the new instance", async () => {
    const { region, cloud } = cloudOn({
      CreateFleet: ANSWER,
      ModifyInstanceAttribute: [ec2Error('InvalidInstanceID.NotFound'), {}],
    });
    const request = { ...LAUNCH, securityGroupIds: ['sg-1', 'sg-2'] };
    expect(await cloud.launch(request)).toEqual({ instance: LAUNCHED, errors: [] });
    const groups = { InstanceId: 'i-1', Groups: ['sg-1', 'sg-2'] };
    expect(region.inputs('ModifyInstanceAttribute')).toEqual([groups, groups]);
  });

  it('never hides an instance whose security groups could not be set', async () => {
    const { cloud } = cloudOn({
      CreateFleet: ANSWER,
      ModifyInstanceAttribute: ec2Error('UnauthorizedOperation', 403),
    });
    const { instance, errors } = await cloud.launch({ ...LAUNCH, securityGroupIds: ['sg-1'] });
    expect(instance).toEqual(LAUNCHED);
    expect(errors).toMatchObject([{ code: 'SecurityGroupsNotSet', kind: 'other' }]);
  });
});
