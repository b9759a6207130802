// The account's networks: one VPC with a subnet in each zone, a security group, an Elastic IP. Their ids are those of
// examples/, tagged for the stage as the guide asks, so that an example works as it stands.

import { STAGE_TAG_VALUE, stageTag, TAG } from '../../shared/port/tags.ts';
import type { Stack } from '../stack/types.ts';

export interface Subnet {
  id: string;
  zone: string;
  tags: Record<string, string>;
}

export interface Networks {
  vpcId: string;
  subnets: Map<string, Subnet>;
  groups: Map<string, { tags: Record<string, string> }>;
  addresses: Map<string, { tags: Record<string, string> }>;
}

/** What the guide asks for; the stage is the one that the functions are tagged with. */
export const stageTags = ({ tags }: Stack): Record<string, string> => {
  const stage = (tags[TAG.project] ?? '').replace(/^spotkeep-/, '');
  return { [stageTag(stage)]: STAGE_TAG_VALUE };
};

export const networksOf = (zones: readonly string[], tags: Record<string, string>): Networks => {
  const named = zones.map((zone, index): [string, Subnet] => {
    const id = `subnet-0a1b2c3d4e5f6000${index + 1}`;
    return [id, { id, zone, tags: { Name: `local ${zone}`, ...tags } }];
  });
  return {
    vpcId: 'vpc-0a1b2c3d4e5f60001',
    subnets: new Map(named),
    groups: new Map([['sg-0a1b2c3d4e5f60001', { tags: { Name: 'local', ...tags } }]]),
    addresses: new Map([['eipalloc-0a1b2c3d4e5f60001', { tags: { ...tags } }]]),
  };
};
