// Snapshots of our own account. CreateSnapshot has no token and is sent once: the loop looks for one with its
// recorded tag, then repeats.

import {
  CreateSnapshotCommand,
  DeleteSnapshotCommand,
  DescribeSnapshotsCommand,
  type Filter,
  type Snapshot,
} from '@aws-sdk/client-ec2';
import { instant } from '../../base/time.ts';
import type { Cloud, SnapshotView } from '../../port/cloud.ts';
import { snapshotTags, TAG } from '../../port/tags.ts';
import { oneOf, present } from '../call/cloud-call.ts';
import { allPages, taggedListing } from '../call/listing.ts';
import { byIds, byTags, fromTags, toTags } from '../call/tags.ts';
import type { Ec2Parts } from './parts.ts';

const STATES = ['pending', 'completed', 'error', 'recoverable', 'recovering'] as const;
/** The largest page that EC2 gives for snapshots (page "DescribeSnapshots", MaxResults). */
const PAGE = 1000;

type SnapshotCalls = Pick<Cloud, 'snapshots' | 'createSnapshot' | 'deleteSnapshot'>;

export function ec2Snapshots({ ec2, caller, project }: Ec2Parts): SnapshotCalls {
  const list = (filters: Filter[]) =>
    allPages('DescribeSnapshots', async (NextToken) => {
      // Without an owner EC2 would also search all public snapshots.
      const input = { OwnerIds: ['self'], Filters: filters, MaxResults: PAGE, NextToken };
      const answer = await caller.repeatable('DescribeSnapshots', () =>
        ec2.send(new DescribeSnapshotsCommand(input)),
      );
      return { items: answer.Snapshots ?? [], nextToken: answer.NextToken };
    });
  return {
    async snapshots({ datasetId, ids, volumeIds = [] }) {
      const filters = [byTags({ [TAG.dataset]: datasetId }), ...byIds('volume-id', volumeIds)];
      const found = await taggedListing({ filters, ids, idFilter: 'snapshot-id', idOf, list });
      return found.map(toView);
    },
    async createSnapshot(volumeId, description, tags) {
      const command = new CreateSnapshotCommand({
        VolumeId: volumeId,
        Description: description,
        TagSpecifications: [{ ResourceType: 'snapshot', Tags: toTags({ ...tags, [TAG.project]: project }) }],
      });
      const answer = await caller.once('CreateSnapshot', () => ec2.send(command));
      return { snapshotId: present(answer.SnapshotId, 'CreateSnapshot', 'SnapshotId') };
    },
    async deleteSnapshot(snapshotId) {
      const command = new DeleteSnapshotCommand({ SnapshotId: snapshotId });
      await caller.once('DeleteSnapshot', () => ec2.send(command));
    },
  };
}

function idOf(found: Snapshot): string {
  return present(found.SnapshotId, 'DescribeSnapshots', 'SnapshotId');
}

function toView(found: Snapshot): SnapshotView {
  const operation = 'DescribeSnapshots';
  const snapshotId = idOf(found);
  const need = <T>(value: T | undefined, what: string) =>
    present(value, operation, `${what} of ${snapshotId}`);
  return {
    snapshotId,
    volumeId: need(found.VolumeId, 'volume'),
    state: oneOf(STATES, found.State, { operation, what: `state of ${snapshotId}` }),
    // `37%`; absent or empty for a moment after the creation.
    progressPercent: Number.parseInt(found.Progress || '0', 10),
    startedAt: instant(need(found.StartTime, 'start time').getTime()),
    encrypted: need(found.Encrypted, 'encryption'),
    ...(found.KmsKeyId ? { kmsKeyId: found.KmsKeyId } : {}),
    sizeGiB: need(found.VolumeSize, 'size'),
    tags: snapshotTags(fromTags(found.Tags)),
  };
}
