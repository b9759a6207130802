// Resources in the shapes the SDK answers with. Views are values: made again at each change.

import type { AwsShape, SimInstance, SimSnapshot, SimTemplate, SimVolume } from './model.ts';

export const OWNER_ID = '123456789012';

export const tagList = (tags: Record<string, string>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

const STATE_CODES = { pending: 0, running: 16, 'shutting-down': 32, terminated: 48 } as const;

export const instanceView = (instance: SimInstance, volumes: Iterable<SimVolume>): AwsShape => {
  const devices: AwsShape[] = [
    {
      DeviceName: '/dev/xvda',
      Ebs: {
        VolumeId: `vol-0${instance.id.slice(3)}`,
        DeleteOnTermination: true,
        Status: 'attached',
        AttachTime: new Date(instance.launchedAt),
      },
    },
  ];
  for (const volume of volumes) {
    const { attachment } = volume;
    if (attachment?.instanceId !== instance.id) continue;
    devices.push({
      DeviceName: attachment.device,
      Ebs: {
        VolumeId: volume.id,
        DeleteOnTermination: attachment.deleteOnTermination,
        Status: attachment.state === 'busy' ? 'detaching' : attachment.state,
        AttachTime: new Date(attachment.since),
      },
    });
  }
  return {
    InstanceId: instance.id,
    InstanceType: instance.type,
    State: { Code: STATE_CODES[instance.state], Name: instance.state },
    Placement: { AvailabilityZone: instance.zone, Tenancy: 'default' },
    LaunchTime: new Date(instance.launchedAt),
    RootDeviceName: '/dev/xvda',
    BlockDeviceMappings: instance.state === 'terminated' ? [] : devices,
    ...(instance.purchase === 'spot'
      ? { InstanceLifecycle: 'spot', SpotInstanceRequestId: instance.spotRequestId }
      : {}),
    Tags: tagList(instance.tags),
  };
};

export const volumeView = (volume: SimVolume): AwsShape => ({
  VolumeId: volume.id,
  State: volume.state,
  AvailabilityZone: volume.zone,
  Size: volume.sizeGiB,
  VolumeType: volume.type,
  Iops: volume.iops,
  Throughput: volume.throughput,
  Encrypted: volume.encrypted,
  KmsKeyId: volume.kmsKeyId,
  SnapshotId: volume.snapshotId ?? '',
  MultiAttachEnabled: false,
  CreateTime: new Date(volume.createdAt),
  Attachments: volume.attachment
    ? [
        {
          InstanceId: volume.attachment.instanceId,
          VolumeId: volume.id,
          Device: volume.attachment.device,
          State: volume.attachment.state,
          AttachTime: new Date(volume.attachment.since),
          DeleteOnTermination: volume.attachment.deleteOnTermination,
        },
      ]
    : [],
  Tags: tagList(volume.tags),
});

export const snapshotView = (snapshot: SimSnapshot): AwsShape => ({
  SnapshotId: snapshot.id,
  VolumeId: snapshot.volumeId,
  State: snapshot.state,
  Progress: snapshot.state === 'completed' ? '100%' : '',
  StartTime: new Date(snapshot.startedAt),
  VolumeSize: snapshot.sizeGiB,
  Encrypted: snapshot.encrypted,
  KmsKeyId: snapshot.kmsKeyId,
  OwnerId: OWNER_ID,
  Tags: tagList(snapshot.tags),
});

export const templateView = (template: SimTemplate): AwsShape => ({
  LaunchTemplateId: template.id,
  LaunchTemplateName: template.name,
  DefaultVersionNumber: 1,
  LatestVersionNumber: template.version,
  CreateTime: new Date(template.createdAt),
  CreatedBy: `arn:aws:iam::${OWNER_ID}:root`,
  Tags: tagList(template.tags),
});
