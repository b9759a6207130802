import { describe, expect, it } from 'vitest';
import { cloudOn, EC2_VOLUME, PROJECT, VOLUME } from './ec2-fixtures.ts';
import { connectionLost, ec2Error, timeout } from './scripted-region.ts';

const TAGS = [
  {
    ResourceType: 'volume',
    Tags: [
      { Key: 'spotkeep:workload', Value: 'gitlab' },
      { Key: 'spotkeep:project', Value: PROJECT },
    ],
  },
];

const CREATE = {
  ClientToken: 'token-2',
  AvailabilityZone: 'eu-west-1a',
  Size: 20,
  VolumeType: 'gp3',
  Iops: 3000,
  Throughput: 125,
  Encrypted: true,
  MultiAttachEnabled: false,
  TagSpecifications: TAGS,
};

describe('volumes', () => {
  it('lists all pages by tag, then the ids that the tag did not show, as filters', async () => {
    const { region, cloud } = cloudOn({
      DescribeVolumes: (input) => {
        const byTag = JSON.stringify(input.Filters).includes('tag:spotkeep:dataset');
        if (!byTag) return { Volumes: [{ ...EC2_VOLUME, VolumeId: 'vol-3' }] };
        if (input.NextToken === undefined) return { Volumes: [EC2_VOLUME], NextToken: 'more' };
        return { Volumes: [{ ...EC2_VOLUME, VolumeId: 'vol-2' }] };
      },
    });
    const found = await cloud.volumes({ datasetId: 'data-1', ids: ['vol-1', 'vol-3', 'vol-gone', 'vol-3'] });
    expect(found.map(({ volumeId }) => volumeId)).toEqual(['vol-1', 'vol-2', 'vol-3']);
    const tag = [{ Name: 'tag:spotkeep:dataset', Values: ['data-1'] }];
    expect(region.inputs('DescribeVolumes')).toEqual([
      { Filters: tag, MaxResults: 1000 },
      { Filters: tag, MaxResults: 1000, NextToken: 'more' },
      { Filters: [{ Name: 'volume-id', Values: ['vol-3', 'vol-gone'] }], MaxResults: 1000 },
    ]);
  });

  it('goes on over an empty page that has a token', async () => {
    const { cloud } = cloudOn({
      DescribeVolumes: [
        { Volumes: [], NextToken: 'more' },
        { Volumes: [EC2_VOLUME], NextToken: '' },
      ],
    });
    expect(await cloud.volumes({ datasetId: 'data-1', ids: [] })).toHaveLength(1);
  });

  it('is no listing when one page failed', async () => {
    const { cloud } = cloudOn({
      DescribeVolumes: [{ Volumes: [EC2_VOLUME], NextToken: 'more' }, ec2Error('UnauthorizedOperation', 403)],
    });
    await expect(cloud.volumes({ datasetId: 'data-1', ids: [] })).rejects.toMatchObject({ kind: 'denied' });
  });

  it('reads a volume whole', async () => {
    const { cloud } = cloudOn({ DescribeVolumes: { Volumes: [EC2_VOLUME] } });
    expect(await cloud.volumes({ datasetId: 'data-1', ids: [] })).toEqual([
      {
        volumeId: 'vol-1',
        state: 'in-use',
        zone: 'eu-west-1a',
        sizeGiB: 20,
        type: 'gp3',
        iops: 3000,
        throughputMiBps: 125,
        encrypted: true,
        kmsKeyId: 'arn:aws:kms:eu-west-1:123456789012:key/1',
        multiAttach: false,
        attachments: [{ instanceId: 'i-1', state: 'attached', deleteOnTermination: false }],
        tags: { role: 'active' },
        createdAt: Date.UTC(2026, 2, 23, 6),
      },
    ]);
  });

  it('throws on a state that EC2 does not document, rather than guess', async () => {
    const { cloud } = cloudOn({ DescribeVolumes: { Volumes: [{ ...EC2_VOLUME, State: 'resting' }] } });
    await expect(cloud.volumes({ datasetId: 'data-1', ids: [] })).rejects.toMatchObject({
      code: 'UnexpectedAnswer',
    });
  });

  it('creates encrypted, of the asked type, with the token', async () => {
    const { region, cloud } = cloudOn({ CreateVolume: { VolumeId: 'vol-9' } });
    expect(await cloud.createVolume(VOLUME)).toEqual({ volumeId: 'vol-9' });
    expect(region.inputs('CreateVolume')).toEqual([CREATE]);
  });

  it('uses the same token again after a lost answer', async () => {
    const { region, cloud } = cloudOn({ CreateVolume: [connectionLost(), { VolumeId: 'vol-9' }] });
    expect(await cloud.createVolume(VOLUME)).toEqual({ volumeId: 'vol-9' });
    expect(region.inputs('CreateVolume')).toEqual([CREATE, CREATE]);
  });

  it('asks for fast initialisation from a snapshot, and without it and under another token when refused', async () => {
    const { region, cloud } = cloudOn({
      CreateVolume: [ec2Error('VolumeInitializationQuotaOfSomeName'), { VolumeId: 'vol-9' }],
    });
    const key = { kmsKeyId: 'key-1', snapshotId: 'snap-1' };
    await cloud.createVolume({ ...VOLUME, ...key, initializationRateMiBps: 300 });
    const created = { ...CREATE, KmsKeyId: 'key-1', SnapshotId: 'snap-1' };
    expect(region.inputs('CreateVolume')).toEqual([
      { ...created, VolumeInitializationRate: 300 },
      { ...created, ClientToken: 'token-2.n' },
    ]);
  });

  it('keeps the token of the second request within 64 characters', async () => {
    const { region, cloud } = cloudOn({
      CreateVolume: [ec2Error('LimitExceededException'), { VolumeId: 'v' }],
    });
    const token = 'x'.repeat(64);
    await cloud.createVolume({ ...VOLUME, token, snapshotId: 'snap-1', initializationRateMiBps: 300 });
    expect(region.inputs('CreateVolume')[1]?.ClientToken).toBe(`${'x'.repeat(62)}.n`);
  });

  it('does not make a second request while the first may have been applied', async () => {
    const { region, cloud } = cloudOn({ CreateVolume: timeout() });
    const request = { ...VOLUME, snapshotId: 'snap-1', initializationRateMiBps: 300 };
    await expect(cloud.createVolume(request)).rejects.toMatchObject({ kind: 'unknown-outcome' });
    const rates = region
      .inputs('CreateVolume')
      .map(({ VolumeInitializationRate }) => VolumeInitializationRate);
    expect(new Set(rates)).toEqual(new Set([300]));
  });

  it.each([
    ['AttachVolume', { VolumeId: 'vol-1', InstanceId: 'i-1', Device: '/dev/sdf' }],
    ['DetachVolume', { VolumeId: 'vol-1', InstanceId: 'i-1' }],
    ['DeleteVolume', { VolumeId: 'vol-1' }],
  ])('sends %s once, without a token, whether it is lost or throttled', async (operation, input) => {
    for (const fault of [timeout(), connectionLost(), ec2Error('RequestLimitExceeded', 503)]) {
      const { region, cloud } = cloudOn({ [operation]: fault });
      const call = {
        AttachVolume: () => cloud.attachVolume('vol-1', 'i-1', '/dev/sdf'),
        DetachVolume: () => cloud.detachVolume('vol-1', 'i-1'),
        DeleteVolume: () => cloud.deleteVolume('vol-1'),
      }[operation];
      await expect(call?.()).rejects.toMatchObject({ name: 'CloudError', operation });
      expect(region.inputs(operation)).toEqual([input]);
    }
  });

  it('writes only the tags that are given', async () => {
    const { region, cloud } = cloudOn({ CreateTags: {} });
    await cloud.tagVolume('vol-1', { 'spotkeep:role': 'frozen', 'spotkeep:generation': undefined });
    await cloud.tagVolume('vol-1', {});
    expect(region.inputs('CreateTags')).toEqual([
      { Resources: ['vol-1'], Tags: [{ Key: 'spotkeep:role', Value: 'frozen' }] },
    ]);
  });
});

describe('snapshots', () => {
  const SNAPSHOT = {
    SnapshotId: 'snap-1',
    VolumeId: 'vol-1',
    State: 'pending',
    Progress: '37%',
    StartTime: new Date('2026-03-23T06:00:00Z'),
    Encrypted: true,
    VolumeSize: 20,
  };

  it('lists only our own account, by tag and by id', async () => {
    const { region, cloud } = cloudOn({ DescribeSnapshots: [{ Snapshots: [SNAPSHOT] }, { Snapshots: [] }] });
    expect(await cloud.snapshots({ datasetId: 'data-1', ids: ['snap-2'] })).toEqual([
      {
        snapshotId: 'snap-1',
        volumeId: 'vol-1',
        state: 'pending',
        progressPercent: 37,
        startedAt: Date.UTC(2026, 2, 23, 6),
        encrypted: true,
        sizeGiB: 20,
        tags: {},
      },
    ]);
    const more = { OwnerIds: ['self'], MaxResults: 1000 };
    expect(region.inputs('DescribeSnapshots')).toEqual([
      { ...more, Filters: [{ Name: 'tag:spotkeep:dataset', Values: ['data-1'] }] },
      { ...more, Filters: [{ Name: 'snapshot-id', Values: ['snap-2'] }] },
    ]);
  });

  it('lists also what was taken of given volumes, by whomever, each once', async () => {
    const { region, cloud } = cloudOn({ DescribeSnapshots: { Snapshots: [SNAPSHOT] } });
    const sought = { datasetId: 'data-1', ids: ['snap-1'], volumeIds: ['vol-1', 'vol-2'] };
    expect(await cloud.snapshots(sought)).toHaveLength(1);
    expect(region.inputs('DescribeSnapshots').map(({ Filters }) => Filters)).toEqual([
      [{ Name: 'tag:spotkeep:dataset', Values: ['data-1'] }],
      [{ Name: 'volume-id', Values: ['vol-1', 'vol-2'] }],
    ]);
  });

  it('creates one once, tagged, without a token', async () => {
    const { region, cloud } = cloudOn({ CreateSnapshot: timeout() });
    const call = cloud.createSnapshot('vol-1', 'base', { 'spotkeep:intent': 'x' });
    await expect(call).rejects.toMatchObject({ kind: 'unknown-outcome', code: 'TimeoutError' });
    const tags = [
      { Key: 'spotkeep:intent', Value: 'x' },
      { Key: 'spotkeep:project', Value: PROJECT },
    ];
    expect(region.inputs('CreateSnapshot')).toEqual([
      {
        VolumeId: 'vol-1',
        Description: 'base',
        TagSpecifications: [{ ResourceType: 'snapshot', Tags: tags }],
      },
    ]);
  });

  it('deletes one once', async () => {
    const { region, cloud } = cloudOn({ DeleteSnapshot: ec2Error('InvalidSnapshot.InUse') });
    await expect(cloud.deleteSnapshot('snap-1')).rejects.toMatchObject({ kind: 'conflict' });
    expect(region.inputs('DeleteSnapshot')).toEqual([{ SnapshotId: 'snap-1' }]);
  });
});
