// Zones, placement scores and addresses.

import {
  AssociateAddressCommand,
  DescribeAddressesCommand,
  DescribeAvailabilityZonesCommand,
  GetSpotPlacementScoresCommand,
} from '@aws-sdk/client-ec2';
import type { Cloud } from '../../port/cloud.ts';
import { CloudError } from '../../port/errors.ts';
import type { Ec2Sender } from '../call/clients.ts';
import type { CloudCaller } from '../call/cloud-call.ts';
import { allPages } from '../call/listing.ts';

/** With fewer types the scores are low for every zone (page "Spot placement score"). */
const MIN_TYPES_FOR_SCORES = 3;

type PlaceCalls = Pick<Cloud, 'zones' | 'placementScores' | 'associateAddress' | 'addressOwner'>;

export function ec2Places(ec2: Ec2Sender, caller: CloudCaller): PlaceCalls {
  const zones = async () => {
    const command = new DescribeAvailabilityZonesCommand({
      Filters: [{ Name: 'zone-type', Values: ['availability-zone'] }],
    });
    const answer = await caller.repeatable('DescribeAvailabilityZones', () => ec2.send(command));
    return (answer.AvailabilityZones ?? []).flatMap(({ ZoneName, ZoneId }) =>
      ZoneName && ZoneId ? [{ zone: ZoneName, zoneId: ZoneId }] : [],
    );
  };
  return {
    zones,
    async placementScores(types, region) {
      if (types.length < MIN_TYPES_FOR_SCORES) return {};
      const scores = await zoneIdScores(ec2, caller, { types, region });
      const byZone: Record<string, number> = {};
      for (const { zone, zoneId } of await zones()) {
        const score = scores.get(zoneId);
        if (score !== undefined) byZone[zone] = score;
      }
      return byZone;
    },
    async associateAddress(allocationId, instanceId) {
      const command = new AssociateAddressCommand({
        AllocationId: allocationId,
        InstanceId: instanceId,
        // Makes it idempotent, and lets the address go from the old owner to the new one in one call.
        AllowReassociation: true,
      });
      await caller.repeatable('AssociateAddress', () => ec2.send(command));
    },
    async addressOwner(allocationId) {
      const command = new DescribeAddressesCommand({
        Filters: [{ Name: 'allocation-id', Values: [allocationId] }],
      });
      const answer = await caller.repeatable('DescribeAddresses', () => ec2.send(command));
      const [address] = answer.Addresses ?? [];
      if (!address) {
        const message = `no address ${allocationId} in this account and region`;
        throw new CloudError('not-found', 'DescribeAddresses', 'InvalidAllocationID.NotFound', message);
      }
      return address.InstanceId || undefined;
    },
  };
}

async function zoneIdScores(
  ec2: Ec2Sender,
  caller: CloudCaller,
  asked: { types: string[]; region: string },
): Promise<Map<string, number>> {
  const operation = 'GetSpotPlacementScores';
  const scores = await allPages(operation, async (NextToken) => {
    const command = new GetSpotPlacementScoresCommand({
      InstanceTypes: asked.types,
      TargetCapacity: 1,
      // Scores of the region's zones instead of one for the region.
      SingleAvailabilityZone: true,
      RegionNames: [asked.region],
      NextToken,
    });
    const answer = await caller.repeatable(operation, () => ec2.send(command));
    return { items: answer.SpotPlacementScores ?? [], nextToken: answer.NextToken };
  });
  return new Map(
    scores.flatMap(({ AvailabilityZoneId, Score }) =>
      AvailabilityZoneId !== undefined && Score !== undefined ? [[AvailabilityZoneId, Score] as const] : [],
    ),
  );
}
