import { describe, expect, it } from 'vitest';
import { cloudOn, INSTANCE, PROJECT } from './ec2-fixtures.ts';
import { ec2Error, timeout } from './scripted-region.ts';

function page(...instances: unknown[]) {
  return { Reservations: instances.map((instance) => ({ Instances: [instance] })) };
}

describe('instances', () => {
  it('reads an instance, its tags and its volumes other than the root', async () => {
    const { cloud } = cloudOn({ DescribeInstances: page(INSTANCE) });
    expect(await cloud.instances('gitlab', [])).toEqual([
      {
        instanceId: 'i-1',
        state: 'running',
        zone: 'eu-west-1a',
        instanceType: 'm7g.large',
        purchase: 'spot',
        launchedAt: Date.UTC(2026, 2, 23, 7),
        spotRequestId: 'sir-1',
        launchId: 'launch-1',
        workload: 'gitlab',
        project: PROJECT,
        templateId: 'lt-1',
        volumes: [{ volumeId: 'vol-1', deleteOnTermination: false }],
      },
    ]);
  });

  it('takes an instance without a lifecycle, tags and devices for a foreign on-demand one', async () => {
    const { InstanceLifecycle: _, SpotInstanceRequestId: __, Tags: ___, ...rest } = INSTANCE;
    const { cloud } = cloudOn({ DescribeInstances: page({ ...rest, BlockDeviceMappings: [] }) });
    const [found] = await cloud.instances('gitlab', []);
    expect(found).toMatchObject({ purchase: 'on-demand', volumes: [] });
    expect(found).not.toHaveProperty('workload');
  });

  it('asks for ids by a filter, so that a missing one is absent and not an error', async () => {
    const { region, cloud } = cloudOn({ DescribeInstances: [page(INSTANCE), page()] });
    expect(await cloud.instances('gitlab', ['i-1', 'i-gone'])).toHaveLength(1);
    expect(region.inputs('DescribeInstances')).toEqual([
      {
        Filters: [
          { Name: 'tag:spotkeep:project', Values: [PROJECT] },
          { Name: 'tag:spotkeep:workload', Values: ['gitlab'] },
        ],
        MaxResults: 1000,
      },
      { Filters: [{ Name: 'instance-id', Values: ['i-gone'] }], MaxResults: 1000 },
    ]);
  });

  it('asks for many ids in portions that a filter takes', async () => {
    const { region, cloud } = cloudOn({ DescribeInstances: page() });
    await cloud.instances(
      'gitlab',
      Array.from({ length: 450 }, (_, n) => `i-${n}`),
    );
    const asked = region.inputs('DescribeInstances').map(({ Filters }) => JSON.stringify(Filters));
    expect(asked.slice(1).map((text) => text.match(/i-\d+/g)?.length)).toEqual([200, 200, 50]);
  });

  it('lists all instances of the project, and of no other project', async () => {
    const { region, cloud } = cloudOn({ DescribeInstances: page(INSTANCE) });
    await cloud.projectInstances();
    expect(region.inputs('DescribeInstances')).toEqual([
      { Filters: [{ Name: 'tag:spotkeep:project', Values: [PROJECT] }], MaxResults: 1000 },
    ]);
  });

  it('repeats a read that was throttled, with growing pauses on the injected clock', async () => {
    const { region, clock, cloud } = cloudOn({
      DescribeInstances: [ec2Error('RequestLimitExceeded', 503), timeout(), page(INSTANCE)],
    });
    expect(await cloud.instances('gitlab', [])).toHaveLength(1);
    expect(region.calls).toHaveLength(3);
    expect(clock.slept).toEqual([100, 200]);
  });

  it('terminates by id, with force only when told, and again after a lost answer', async () => {
    const { region, cloud } = cloudOn({ TerminateInstances: [timeout(), {}, {}] });
    await cloud.terminate('i-1', false);
    await cloud.terminate('i-1', true);
    const plain = { InstanceIds: ['i-1'] };
    expect(region.inputs('TerminateInstances')).toEqual([plain, plain, { ...plain, Force: true }]);
  });

  it('reads health, and asks one by one when an id is unknown', async () => {
    const status = (id: string) => ({
      InstanceId: id,
      InstanceStatus: { Details: [{ Name: 'reachability', Status: 'failed' }], Status: 'impaired' },
      SystemStatus: { Details: [{ Name: 'reachability', Status: 'passed' }], Status: 'ok' },
    });
    const { region, cloud } = cloudOn({
      DescribeInstanceStatus: (input) => {
        const ids = JSON.stringify(input.InstanceIds);
        if (ids.includes('i-gone')) return ec2Error('InvalidInstanceID.NotFound');
        return { InstanceStatuses: ids.includes('i-1') ? [status('i-1')] : [] };
      },
    });
    expect(await cloud.instanceHealth(['i-1', 'i-gone', 'i-stopped'])).toEqual([
      { instanceId: 'i-1', reachability: 'failed', system: 'passed' },
    ]);
    expect(region.inputs('DescribeInstanceStatus')).toEqual([
      { InstanceIds: ['i-1', 'i-gone', 'i-stopped'] },
      { InstanceIds: ['i-1'] },
      { InstanceIds: ['i-gone'] },
      { InstanceIds: ['i-stopped'] },
    ]);
    expect(await cloud.instanceHealth([])).toEqual([]);
  });

  it('says unknown of health that EC2 does not tell', async () => {
    const statuses = [{ InstanceId: 'i-1', InstanceStatus: { Details: [] } }];
    const { cloud } = cloudOn({ DescribeInstanceStatus: { InstanceStatuses: statuses } });
    expect(await cloud.instanceHealth(['i-1'])).toEqual([
      { instanceId: 'i-1', reachability: 'unknown', system: 'unknown' },
    ]);
  });

  it('reads the status codes of spot requests', async () => {
    const requests = [{ SpotInstanceRequestId: 'sir-1', Status: { Code: 'marked-for-termination' } }];
    const { region, cloud } = cloudOn({ DescribeSpotInstanceRequests: { SpotInstanceRequests: requests } });
    expect(await cloud.spotStatus(['sir-1', 'sir-2'])).toEqual({ 'sir-1': 'marked-for-termination' });
    expect(region.inputs('DescribeSpotInstanceRequests')).toEqual([
      { Filters: [{ Name: 'spot-instance-request-id', Values: ['sir-1', 'sir-2'] }], MaxResults: 1000 },
    ]);
  });
});

describe('keeping volumes on termination', () => {
  const ATTACHED = (DeleteOnTermination: boolean) =>
    page({
      ...INSTANCE,
      BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeId: 'vol-1', DeleteOnTermination } }],
    });

  it('changes nothing where the volume is kept already', async () => {
    const { region, cloud } = cloudOn({ DescribeInstances: ATTACHED(false) });
    await cloud.keepOnTermination('i-1', '/dev/sdf');
    expect(region.calls.map(({ name }) => name)).toEqual(['DescribeInstances']);
  });

  it('corrects a volume that would be deleted with its instance', async () => {
    const { region, cloud } = cloudOn({ DescribeInstances: ATTACHED(true), ModifyInstanceAttribute: {} });
    await cloud.keepOnTermination('i-1', '/dev/sdf');
    expect(region.inputs('ModifyInstanceAttribute')).toEqual([
      {
        InstanceId: 'i-1',
        BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { DeleteOnTermination: false } }],
      },
    ]);
  });

  it('does not say that it is kept where the device is not seen', async () => {
    const { cloud } = cloudOn({ DescribeInstances: page() });
    await expect(cloud.keepOnTermination('i-1', '/dev/sdf')).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('places', () => {
  const ZONES = { AvailabilityZones: [{ ZoneName: 'eu-west-1a', ZoneId: 'euw1-az2' }] };

  it('gives scores by zone name', async () => {
    const { region, cloud } = cloudOn({
      DescribeAvailabilityZones: ZONES,
      GetSpotPlacementScores: [
        {
          SpotPlacementScores: [{ AvailabilityZoneId: 'euw1-az2', Score: 7, Region: 'eu-west-1' }],
          NextToken: 't',
        },
        { SpotPlacementScores: [{ AvailabilityZoneId: 'euw1-az9', Score: 1 }] },
      ],
    });
    const types = ['m7g.large', 'm6g.large', 'c7g.xlarge'];
    expect(await cloud.placementScores(types, 'eu-west-1')).toEqual({ 'eu-west-1a': 7 });
    expect(region.inputs('GetSpotPlacementScores')[0]).toEqual({
      InstanceTypes: types,
      TargetCapacity: 1,
      SingleAvailabilityZone: true,
      RegionNames: ['eu-west-1'],
    });
    expect(await cloud.zones()).toEqual([{ zone: 'eu-west-1a', zoneId: 'euw1-az2' }]);
  });

  it('asks for no scores with fewer than three types', async () => {
    const { region, cloud } = cloudOn({});
    expect(await cloud.placementScores(['m7g.large', 'm6g.large'], 'eu-west-1')).toEqual({});
    expect(region.calls).toEqual([]);
  });

  it('moves the address in one call, and again after a lost answer', async () => {
    const { region, cloud } = cloudOn({ AssociateAddress: [timeout(), {}] });
    await cloud.associateAddress('eipalloc-1', 'i-1');
    const input = { AllocationId: 'eipalloc-1', InstanceId: 'i-1', AllowReassociation: true };
    expect(region.inputs('AssociateAddress')).toEqual([input, input]);
  });

  it('tells whose the address is, and fails where there is none', async () => {
    const { cloud } = cloudOn({
      DescribeAddresses: [{ Addresses: [{ InstanceId: 'i-1' }] }, { Addresses: [{}] }, { Addresses: [] }],
    });
    expect(await cloud.addressOwner('eipalloc-1')).toBe('i-1');
    expect(await cloud.addressOwner('eipalloc-1')).toBeUndefined();
    await expect(cloud.addressOwner('eipalloc-1')).rejects.toMatchObject({ kind: 'not-found' });
  });
});
