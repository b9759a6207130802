// EC2's calls on the region's resources, by operation name. Reads see a version of the past when told so.

import { minutes } from '../../shared/base/time.ts';
import { typeInfo } from '../../shared/definition/prices.ts';
import { awsId } from '../kernel/random.ts';
import { Fleets } from './ec2-fleet.ts';
import { ec2Reads, lookups, type RegionCall } from './ec2-reads.ts';
import { checkTagSpecifications, tagCalls } from './ec2-tags.ts';
import { endInstance, forceEnd } from './instances.ts';
import { publishInstance, publishSnapshot, publishVolume } from './publish.ts';
import { createSnapshot } from './snapshots.ts';
import { madeFor } from './state/belongs.ts';
import { type RegionContext, strikes } from './state/context.ts';
import {
  fail,
  type Input,
  needText,
  numberOf,
  recordOf,
  records,
  tagsFor,
  text,
  texts,
} from './state/input.ts';
import { blankContent, type SimInstance, type SimVolume } from './state/model.ts';
import { spotShare } from './state/offer.ts';
import { Versioned } from './state/versioned.ts';
import { templateReads } from './templates.ts';
import { attach, detach } from './volumes.ts';

/** Stale reads may still show what was deleted; after this nothing does. */
const FORGOTTEN_AFTER = minutes(15);

export const ec2Calls = (region: RegionContext): Record<string, RegionCall> => {
  const fleets = new Fleets(region);
  const volumeTokens = new Map<string, { request: string; volume: SimVolume }>();
  const addresses = new Map<string, { instanceId?: string }>();
  const at = () => region.kernel.now();

  const { instance, volume, snapshot } = lookups(region);
  const remove = (gone: SimVolume): void => {
    gone.state = 'deleted';
    gone.deletedAt = at();
    publishVolume(region, gone);
    region.kernel.after(FORGOTTEN_AFTER, () => region.volumes.delete(gone.id));
  };
  const createVolume = (input: Input): SimVolume => {
    const zone = needText('ec2', input, 'AvailabilityZone');
    if (!region.zones.includes(zone))
      throw fail('ec2', 'InvalidZone.NotFound', `The zone '${zone}' does not exist.`);
    const from = text(input, 'SnapshotId');
    const source = from ? snapshot(from) : undefined;
    if (source && source.state !== 'completed')
      throw fail('ec2', 'IncorrectState', `Snapshot '${from}' is not 'completed'.`);
    const type = text(input, 'VolumeType') ?? 'gp2';
    const tags = tagsFor(input, 'volume');
    const created: SimVolume = {
      id: awsId(region.chance('ids'), 'vol'),
      state: 'creating',
      zone,
      sizeGiB: numberOf(input, 'Size') ?? source?.sizeGiB ?? 1,
      type,
      iops: numberOf(input, 'Iops') ?? (type === 'gp3' ? 3_000 : undefined),
      throughput: numberOf(input, 'Throughput') ?? (type === 'gp3' ? 125 : undefined),
      encrypted: input.Encrypted === true || source?.encrypted === true,
      kmsKeyId:
        text(input, 'KmsKeyId') ??
        source?.kmsKeyId ??
        `arn:aws:kms:${region.regionName}:123456789012:key/default`,
      snapshotId: from,
      tags,
      madeFor: madeFor(tags),
      createdAt: at(),
      content: source ? structuredClone(source.content) : blankContent(),
      lazyUntil: 0,
      token: text(input, 'ClientToken'),
      views: new Versioned(),
    };
    if (source && strikes(region, 'lazyVolume')) created.lazyUntil = at() + 900_000;
    region.volumes.set(created.id, created);
    region.past.volumes.push(created);
    publishVolume(region, created);
    // Errors of the key show when the volume is made, not in the answer ("Create an Amazon EBS volume").
    const keyless = created.encrypted && region.switches.kmsDisabledUntil > at();
    const broken = strikes(region, 'volumeError') || keyless;
    // Of the two ways in which such a volume ends, one leaves nothing to describe.
    const vanishes = keyless && region.chance('keyless').hit(0.5);
    region.kernel.after(region.chance('ebs').seconds(1, 4), () => {
      if (created.state !== 'creating') return;
      if (vanishes) remove(created);
      else {
        created.state = broken ? 'error' : 'available';
        publishVolume(region, created);
      }
      region.emit({
        source: 'aws.ec2',
        'detail-type': 'EBS Volume Notification',
        detail: {
          event: 'createVolume',
          result: broken ? 'failed' : 'available',
          cause: '',
          'request-id': '',
        },
        resources: [`arn:aws:ec2:${region.regionName}:123456789012:volume/${created.id}`],
      });
    });
    return created;
  };

  return {
    ...ec2Reads(region),
    ...templateReads(region),
    ...tagCalls(region),
    CreateFleet: (input) => fleets.create(input),
    TerminateInstances: (input) => {
      const ends = texts(input, 'InstanceIds').map(instance);
      const changes = ends.map((one) => {
        const before = one.state;
        if (input.Force === true) forceEnd(region, one);
        endInstance(region, one, 'request');
        return {
          InstanceId: one.id,
          CurrentState: { Code: 32, Name: one.state },
          PreviousState: { Code: 16, Name: before },
        };
      });
      return { TerminatingInstances: changes };
    },
    ModifyInstanceAttribute: (input) => {
      const one = instance(needText('ec2', input, 'InstanceId'));
      const groups = texts(input, 'Groups');
      if (groups.length > 0) one.securityGroups = groups;
      for (const mapping of records(input, 'BlockDeviceMappings')) {
        for (const held of region.volumes.values()) {
          if (held.attachment?.instanceId === one.id && held.attachment.device === mapping.DeviceName) {
            held.attachment.deleteOnTermination = recordOf(mapping, 'Ebs').DeleteOnTermination === true;
            publishVolume(region, held);
          }
        }
      }
      publishInstance(region, one);
      return {};
    },
    CreateVolume: (input) => {
      checkTagSpecifications(input);
      const token = text(input, 'ClientToken');
      const before = token ? volumeTokens.get(token) : undefined;
      const request = JSON.stringify(input);
      if (before && before.request !== request)
        throw fail('ec2', 'IdempotentParameterMismatch', 'The client token was used with other parameters');
      if (before && (before.volume.state === 'error' || before.volume.state === 'deleted'))
        throw fail('ec2', 'IdempotentParameterMismatch', 'The volume of this token failed');
      const made = before?.volume ?? createVolume(input);
      if (token) volumeTokens.set(token, { request, volume: made });
      return { ...made.views.asOf(at()) };
    },
    AttachVolume: (input) => {
      const to = instance(needText('ec2', input, 'InstanceId'));
      const held = attach(
        region,
        volume(needText('ec2', input, 'VolumeId')),
        to,
        needText('ec2', input, 'Device'),
      );
      return {
        State: held.state,
        InstanceId: to.id,
        Device: held.device,
        VolumeId: text(input, 'VolumeId'),
        AttachTime: new Date(held.since),
        DeleteOnTermination: false,
      };
    },
    DetachVolume: (input) => {
      const from = detach(region, volume(needText('ec2', input, 'VolumeId')), text(input, 'InstanceId'));
      return {
        State: from.state,
        InstanceId: from.instanceId,
        Device: from.device,
        VolumeId: text(input, 'VolumeId'),
      };
    },
    DeleteVolume: (input) => {
      const gone = volume(needText('ec2', input, 'VolumeId'));
      if (gone.attachment)
        throw fail(
          'ec2',
          'VolumeInUse',
          `Volume ${gone.id} is currently attached to ${gone.attachment.instanceId}`,
        );
      remove(gone);
      return {};
    },
    CreateSnapshot: (input) => {
      checkTagSpecifications(input);
      const made = createSnapshot(
        region,
        volume(needText('ec2', input, 'VolumeId')),
        tagsFor(input, 'snapshot'),
      );
      return { ...made.views.asOf(at()) };
    },
    DeleteSnapshot: (input) => {
      const gone = snapshot(needText('ec2', input, 'SnapshotId'));
      gone.deleted = true;
      gone.deletedAt = at();
      publishSnapshot(region, gone);
      region.kernel.after(FORGOTTEN_AFTER, () => region.snapshots.delete(gone.id));
      return {};
    },
    AssociateAddress: (input) => {
      const id = needText('ec2', input, 'AllocationId');
      addresses.set(id, { instanceId: instance(needText('ec2', input, 'InstanceId')).id });
      return { AssociationId: `eipassoc-${id.slice(-8)}` };
    },
    DescribeAddresses: (input) => {
      const ids = texts(input, 'AllocationIds');
      return {
        Addresses: ids.map((id) => ({
          AllocationId: id,
          InstanceId: addresses.get(id)?.instanceId,
          PublicIp: '192.0.2.10',
          Domain: 'vpc',
        })),
      };
    },
  };
};

/** Dollars an hour of an instance now. */
export const hourlyUsd = (instance: SimInstance, epochMs: number): number => {
  const price = typeInfo(instance.type)?.onDemandUsdPerHour ?? 0.1;
  return instance.purchase === 'spot' ? price * spotShare(instance.type, instance.zone, epochMs) : price;
};
