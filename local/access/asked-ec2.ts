// EC2's calls as IAM sees them ("Actions, resources, and condition keys for Amazon EC2"). Ids that the region does not
// know have no tags: a condition on tags refuses them, as EC2 does before it says NotFound.

import { type Input, recordOf, records, tagsFor, text, texts } from '../../simulator/region/state/input.ts';
import type { RequestContext } from '../policy/evaluate.ts';
import type { LocalRegion } from '../region/local-region.ts';
import { type AskedResource, requestTags, specificationOf, taggedContext } from './request-context.ts';

interface Naming {
  region: LocalRegion;
  arn: (kind: string, id: string, account?: string) => string;
}

interface Part {
  resource: string;
  context: Record<string, string | readonly string[]>;
}

const TYPES: readonly { prefix: string; kind: string }[] = [
  { prefix: 'i-', kind: 'instance' },
  { prefix: 'vol-', kind: 'volume' },
  { prefix: 'snap-', kind: 'snapshot' },
  { prefix: 'subnet-', kind: 'subnet' },
  { prefix: 'sg-', kind: 'security-group' },
  { prefix: 'eipalloc-', kind: 'elastic-ip' },
];

const tagsOf = (
  { instances, volumes, snapshots, networks }: LocalRegion,
  id: string,
): Record<string, string> =>
  instances.get(id)?.tags ??
  volumes.get(id)?.tags ??
  snapshots.get(id)?.tags ??
  networks.subnets.get(id)?.tags ??
  networks.groups.get(id)?.tags ??
  networks.addresses.get(id)?.tags ??
  {};

/** A resource that exists, with its tags. */
const existing = ({ region, arn }: Naming, id: string): Part => {
  const kind = TYPES.find(({ prefix }) => id.startsWith(prefix))?.kind ?? 'unknown';
  return { resource: arn(kind, id), context: taggedContext('aws:ResourceTag', tagsOf(region, id)) };
};

/** A resource that the call makes, with the tags asked for. */
const created = ({ arn }: Naming, kind: string, input: Input): Part => {
  const tags = tagsFor(input, kind);
  const keys = Object.keys(tags);
  return {
    resource: arn(kind, '*'),
    context: {
      ...taggedContext('aws:RequestTag', tags),
      ...(keys.length > 0 ? { 'aws:TagKeys': keys } : {}),
    },
  };
};

const encrypted = (region: LocalRegion, input: Input): string => {
  const source = region.snapshots.get(text(input, 'SnapshotId') ?? '');
  return String(input.Encrypted === true || source?.encrypted === true);
};

/** Resources of each call but launches. */
const PARTS: Record<string, (naming: Naming, input: Input) => Part[]> = {
  TerminateInstances: (naming, input) => texts(input, 'InstanceIds').map((id) => existing(naming, id)),
  ModifyInstanceAttribute: (naming, input) => [
    withAttribute(existing(naming, text(input, 'InstanceId') ?? ''), input),
    ...texts(input, 'Groups').map((id) => existing(naming, id)),
  ],
  CreateVolume: (naming, input) => {
    const made = created(naming, 'volume', input);
    const from = text(input, 'SnapshotId');
    return [
      { ...made, context: { ...made.context, 'ec2:Encrypted': encrypted(naming.region, input) } },
      ...(from === undefined ? [] : [existing(naming, from)]),
    ];
  },
  AttachVolume: both,
  DetachVolume: (naming, input) =>
    text(input, 'InstanceId') === undefined
      ? [existing(naming, text(input, 'VolumeId') ?? '')]
      : both(naming, input),
  DeleteVolume: (naming, input) => [existing(naming, text(input, 'VolumeId') ?? '')],
  CreateSnapshot: (naming, input) => [
    created(naming, 'snapshot', input),
    existing(naming, text(input, 'VolumeId') ?? ''),
  ],
  DeleteSnapshot: (naming, input) => [existing(naming, text(input, 'SnapshotId') ?? '')],
  AssociateAddress: (naming, input) => [
    existing(naming, text(input, 'AllocationId') ?? ''),
    existing(naming, text(input, 'InstanceId') ?? ''),
  ],
  CreateTags: (naming, input) => {
    const tags = requestTags(input);
    return texts(input, 'Resources').map((id) => {
      const part = existing(naming, id);
      const asked = { ...taggedContext('aws:RequestTag', tags), 'aws:TagKeys': Object.keys(tags) };
      return { ...part, context: { ...part.context, ...asked } };
    });
  },
};

/** The instance carries what is changed of it. */
const withAttribute = (part: Part, input: Input): Part => {
  const attribute = input.Groups === undefined ? 'BlockDeviceMapping' : 'GroupId';
  return { ...part, context: { ...part.context, 'ec2:Attribute': attribute } };
};

function both(naming: Naming, input: Input): Part[] {
  return [existing(naming, text(input, 'VolumeId') ?? ''), existing(naming, text(input, 'InstanceId') ?? '')];
}

/** Tagging at creation is a permission of its own, on what is tagged. */
const tagging = (naming: Naming, name: string, input: Input): AskedResource[] =>
  records(input, 'TagSpecifications').flatMap((specification) => {
    const tags = requestTags(specification);
    const keys = Object.keys(tags);
    if (keys.length === 0) return [];
    const context: RequestContext = {
      ...taggedContext('aws:RequestTag', tags),
      'aws:TagKeys': keys,
      'ec2:CreateAction': name,
    };
    const resource = naming.arn(text(specification, 'ResourceType') ?? 'unknown', '*');
    return [{ action: 'ec2:CreateTags', resource, context }];
  });

/** CreateFleet looks at all parts of the launch, and runs the instances in the caller's name. */
const launchAsked = (naming: Naming, name: string, input: Input): AskedResource[] => {
  const { region, arn } = naming;
  const specification = name === 'CreateFleet' ? specificationOf(input) : recordOf(input, 'LaunchTemplate');
  const bare = Object.keys(specification).length === 0;
  const template = bare ? undefined : region.launchTemplateOf(specification);
  const templateArn = template ? arn('launch-template', template.id) : undefined;
  const templatePart: Part | undefined = template && {
    resource: arn('launch-template', template.id),
    context: taggedContext('aws:ResourceTag', template.tags),
  };
  const from: Record<string, string> = templateArn === undefined ? {} : { 'ec2:LaunchTemplate': templateArn };
  const overrides = records(records(input, 'LaunchTemplateConfigs')[0] ?? {}, 'Overrides');
  const instance = created(naming, 'instance', input);
  const subnets = [...overrides, input].map((one) => text(one, 'SubnetId')).filter((id) => id !== undefined);
  const parts: Part[] = [
    ...(templatePart === undefined ? [] : [templatePart]),
    {
      resource: instance.resource,
      context: {
        ...instance.context,
        ...(template?.httpTokens === undefined ? {} : { 'ec2:MetadataHttpTokens': template.httpTokens }),
        ...(template?.profileArn === undefined ? {} : { 'ec2:InstanceProfile': template.profileArn }),
      },
    },
    { resource: arn('volume', '*'), context: { 'ec2:Encrypted': String(template?.rootEncrypted ?? false) } },
    { resource: arn('network-interface', '*'), context: {} },
    ...[...new Set(subnets)].map((id) => existing(naming, id)),
    ...texts(input, 'SecurityGroupIds').map((id) => existing(naming, id)),
    // Images of the region are Amazon's own.
    {
      resource: arn('image', text(overrides[0] ?? input, 'ImageId') ?? '*', ''),
      context: { 'ec2:Owner': 'amazon' },
    },
  ];
  const run = parts.map(({ resource, context }) => ({
    action: 'ec2:RunInstances',
    resource,
    context: { ...from, ...context },
  }));
  const role =
    template?.profileArn === undefined ? undefined : region.stack.profiles.get(template.profileArn);
  const pass: AskedResource[] =
    role === undefined
      ? []
      : [{ action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': 'ec2.amazonaws.com' } }];
  if (name === 'RunInstances') return [...run, ...pass, ...tagging(naming, name, input)];
  const fleet = created(naming, 'fleet', input);
  return [
    { action: 'ec2:CreateFleet', resource: fleet.resource, context: fleet.context },
    ...(templatePart === undefined ? [] : [{ action: 'ec2:CreateFleet', ...templatePart }]),
    ...run,
    ...pass,
    ...tagging(naming, name, input),
  ];
};

export const ec2Asked = (region: LocalRegion, name: string, input: Input): AskedResource[] => {
  const { stack } = region;
  const naming: Naming = {
    region,
    arn: (kind, id, account = kind === 'snapshot' ? '' : stack.accountId) =>
      `arn:aws:ec2:${stack.region}:${account}:${kind}/${id}`,
  };
  if (name === 'CreateFleet' || name === 'RunInstances') return launchAsked(naming, name, input);
  const action = `ec2:${name}`;
  const parts = PARTS[name];
  if (!parts) return [{ action, resource: '*', context: {} }];
  const own = parts(naming, input).map(({ resource, context }) => ({ action, resource, context }));
  return [...own, ...tagging(naming, name, input)];
};
