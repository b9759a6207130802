// The EC2 adapter on a scripted region, reached by the wire: so that every parameter is one that EC2 has.

import { ec2Cloud } from '../../shared/aws/ec2/cloud.ts';
import type { LaunchRequest, VolumeRequest } from '../../shared/port/cloud.ts';
import { wireClients } from '../../simulator/wire/clients.ts';
import { scriptedRegion } from './scripted-region.ts';
import { testClock } from './test-clock.ts';

export const PROJECT = 'spotkeep-test';

export function cloudOn(script: Parameters<typeof scriptedRegion>[0]) {
  const region = scriptedRegion(script);
  const clock = testClock();
  const { ec2 } = wireClients(region.handle, 'eu-west-1');
  return { region, clock, cloud: ec2Cloud({ ec2, clock, random: () => 0.5, project: PROJECT }) };
}

export const LAUNCH: LaunchRequest = {
  token: 'token-1',
  workload: 'gitlab',
  launchId: 'launch-1',
  launchTemplate: 'spotkeep-test',
  imageId: 'ami-1',
  architecture: 'arm64',
  purchase: 'spot',
  zone: 'eu-west-1a',
  subnetId: 'subnet-a',
  instanceTypes: ['m7g.large', 'm6g.large'],
  securityGroupIds: [],
  tags: { team: 'blue', 'spotkeep:launch': 'never' },
};

export const VOLUME: VolumeRequest = {
  token: 'token-2',
  zone: 'eu-west-1a',
  sizeGiB: 20,
  type: 'gp3',
  iops: 3000,
  throughputMiBps: 125,
  tags: { 'spotkeep:workload': 'gitlab' },
};

export const INSTANCE = {
  InstanceId: 'i-1',
  State: { Code: 16, Name: 'running' },
  Placement: { AvailabilityZone: 'eu-west-1a' },
  InstanceType: 'm7g.large',
  InstanceLifecycle: 'spot',
  SpotInstanceRequestId: 'sir-1',
  LaunchTime: new Date('2026-03-23T07:00:00Z'),
  RootDeviceName: '/dev/xvda',
  BlockDeviceMappings: [
    { DeviceName: '/dev/xvda', Ebs: { VolumeId: 'vol-root', DeleteOnTermination: true } },
    { DeviceName: '/dev/sdf', Ebs: { VolumeId: 'vol-1', DeleteOnTermination: false } },
  ],
  Tags: [
    { Key: 'aws:ec2launchtemplate:id', Value: 'lt-1' },
    { Key: 'spotkeep:project', Value: PROJECT },
    { Key: 'spotkeep:workload', Value: 'gitlab' },
    { Key: 'spotkeep:launch', Value: 'launch-1' },
  ],
};

export const EC2_VOLUME = {
  VolumeId: 'vol-1',
  State: 'in-use',
  AvailabilityZone: 'eu-west-1a',
  Size: 20,
  VolumeType: 'gp3',
  Iops: 3000,
  Throughput: 125,
  Encrypted: true,
  KmsKeyId: 'arn:aws:kms:eu-west-1:123456789012:key/1',
  SnapshotId: '',
  MultiAttachEnabled: false,
  CreateTime: new Date('2026-03-23T06:00:00Z'),
  Attachments: [{ InstanceId: 'i-1', State: 'attached', DeleteOnTermination: false }],
  Tags: [{ Key: 'spotkeep:role', Value: 'active' }],
};
