// Volumes: listings, creation, attachment, tags, deletion. Attach and detach carry no token and are sent once: the
// loop looks, then repeats. New volumes are always encrypted.

import {
  AttachVolumeCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  type CreateVolumeCommandInput,
  DeleteVolumeCommand,
  DescribeVolumesCommand,
  DetachVolumeCommand,
  type Filter,
  type Volume,
} from '@aws-sdk/client-ec2';
import { instant } from '../../base/time.ts';
import type { Cloud, VolumeRequest, VolumeView } from '../../port/cloud.ts';
import { CloudError, type CloudErrorKind } from '../../port/errors.ts';
import { TAG, volumeTags } from '../../port/tags.ts';
import { oneOf, present } from '../call/cloud-call.ts';
import { allPages, taggedListing } from '../call/listing.ts';
import { byTags, fromTags, toTags } from '../call/tags.ts';
import type { Ec2Parts } from './parts.ts';

const STATES = ['creating', 'available', 'in-use', 'deleting', 'deleted', 'error'] as const;
const TYPES = ['gp3', 'gp2', 'io1', 'io2', 'st1', 'sc1'] as const;
const ATTACHMENT_STATES = ['attaching', 'attached', 'detaching', 'busy', 'detached'] as const;
/** The largest page that EC2 gives for volumes (page "DescribeVolumes", MaxResults). */
const PAGE = 1000;
/** ClientToken's length (page "Ensuring idempotency in Amazon EC2 API requests"). */
const TOKEN_LENGTH = 64;

type VolumeCalls = Pick<
  Cloud,
  'volumes' | 'createVolume' | 'attachVolume' | 'detachVolume' | 'tagVolume' | 'deleteVolume'
>;

export function ec2Volumes(parts: Ec2Parts): VolumeCalls {
  const { ec2, caller } = parts;
  const list = (filters: Filter[]) =>
    allPages('DescribeVolumes', async (NextToken) => {
      const command = new DescribeVolumesCommand({ Filters: filters, MaxResults: PAGE, NextToken });
      const answer = await caller.repeatable('DescribeVolumes', () => ec2.send(command));
      return { items: answer.Volumes ?? [], nextToken: answer.NextToken };
    });
  return {
    async volumes({ datasetId, ids }) {
      const filters = [byTags({ [TAG.dataset]: datasetId })];
      const found = await taggedListing({ filters, ids, idFilter: 'volume-id', idOf, list });
      return found.map(toView);
    },
    createVolume: (request) => createVolume(parts, request),
    async attachVolume(volumeId, instanceId, device) {
      const command = new AttachVolumeCommand({ VolumeId: volumeId, InstanceId: instanceId, Device: device });
      await caller.once('AttachVolume', () => ec2.send(command));
    },
    async detachVolume(volumeId, instanceId) {
      const command = new DetachVolumeCommand({ VolumeId: volumeId, InstanceId: instanceId });
      await caller.once('DetachVolume', () => ec2.send(command));
    },
    async tagVolume(volumeId, tags) {
      const given = Object.entries(tags).filter((entry): entry is [string, string] => entry[1] !== undefined);
      if (given.length === 0) return;
      const command = new CreateTagsCommand({
        Resources: [volumeId],
        Tags: toTags(Object.fromEntries(given)),
      });
      await caller.repeatable('CreateTags', () => ec2.send(command));
    },
    async deleteVolume(volumeId) {
      await caller.once('DeleteVolume', () => ec2.send(new DeleteVolumeCommand({ VolumeId: volumeId })));
    },
  };
}

function idOf(found: Volume): string {
  return present(found.VolumeId, 'DescribeVolumes', 'VolumeId');
}

function toView(found: Volume): VolumeView {
  const operation = 'DescribeVolumes';
  const volumeId = idOf(found);
  const need = <T>(value: T | undefined, what: string) => present(value, operation, `${what} of ${volumeId}`);
  const where = (what: string) => ({ operation, what: `${what} of ${volumeId}` });
  return {
    volumeId,
    state: oneOf(STATES, found.State, where('state')),
    zone: need(found.AvailabilityZone, 'zone'),
    sizeGiB: need(found.Size, 'size'),
    type: oneOf(TYPES, found.VolumeType, where('type')),
    ...(found.Iops === undefined ? {} : { iops: found.Iops }),
    ...(found.Throughput === undefined ? {} : { throughputMiBps: found.Throughput }),
    encrypted: need(found.Encrypted, 'encryption'),
    ...(found.KmsKeyId ? { kmsKeyId: found.KmsKeyId } : {}),
    // A volume that came from no snapshot carries an empty id.
    ...(found.SnapshotId ? { snapshotId: found.SnapshotId } : {}),
    multiAttach: found.MultiAttachEnabled ?? false,
    attachments: (found.Attachments ?? []).map((attachment) => ({
      instanceId: need(attachment.InstanceId, "attachment's instance"),
      state: oneOf(ATTACHMENT_STATES, attachment.State, where('attachment state')),
      deleteOnTermination: attachment.DeleteOnTermination ?? true,
    })),
    tags: volumeTags(fromTags(found.Tags)),
    createdAt: instant(need(found.CreateTime, 'creation time').getTime()),
  };
}

/**
 * Refusals of a request that names an initialisation rate. EC2 documents that the call fails beyond the quota of
 * rates (page "Initialize Amazon EBS volumes") but not with which code: any plain refusal is tried once without it.
 */
const WITHOUT_RATE: readonly CloudErrorKind[] = ['quota', 'invalid', 'pool-unusable', 'unclassified'];

async function createVolume(parts: Ec2Parts, request: VolumeRequest) {
  const input = volumeInput(request, parts.project);
  const { initializationRateMiBps: rate, snapshotId } = request;
  if (rate === undefined || snapshotId === undefined) return create(parts, input);
  try {
    return await create(parts, { ...input, VolumeInitializationRate: rate });
  } catch (error) {
    if (!(error instanceof CloudError) || !WITHOUT_RATE.includes(error.kind)) throw error;
    // Another request needs another token, and the same one again when this call is repeated.
    return create(parts, { ...input, ClientToken: `${request.token.slice(0, TOKEN_LENGTH - 2)}.n` });
  }
}

async function create({ ec2, caller }: Ec2Parts, input: CreateVolumeCommandInput) {
  const answer = await caller.repeatable('CreateVolume', () => ec2.send(new CreateVolumeCommand(input)));
  return { volumeId: present(answer.VolumeId, 'CreateVolume', 'VolumeId') };
}

function volumeInput(request: VolumeRequest, project: string): CreateVolumeCommandInput {
  return {
    ClientToken: request.token,
    AvailabilityZone: request.zone,
    Size: request.sizeGiB,
    // EC2's default would be gp2.
    VolumeType: request.type,
    ...(request.iops === undefined ? {} : { Iops: request.iops }),
    ...(request.throughputMiBps === undefined ? {} : { Throughput: request.throughputMiBps }),
    Encrypted: true,
    ...(request.kmsKeyId === undefined ? {} : { KmsKeyId: request.kmsKeyId }),
    ...(request.snapshotId === undefined ? {} : { SnapshotId: request.snapshotId }),
    MultiAttachEnabled: false,
    TagSpecifications: [
      { ResourceType: 'volume', Tags: toTags({ ...request.tags, [TAG.project]: project }) },
    ],
  };
}
