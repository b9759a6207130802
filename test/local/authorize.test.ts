import { describe, expect, it } from 'vitest';
import { authorize, identify } from '../../local/access/authorize.ts';
import type { Operation } from '../../simulator/wire/operation.ts';
import { goldenTemplate, openWorld, SUBNET, type Subject, stackWith } from './subject.ts';

const PROJECT = [{ Key: 'spotkeep:project', Value: 'spotkeep-dev' }];

const keyOf = ({ world }: Subject, role: string): string =>
  world.region.stack.roles.find(({ logicalId }) => logicalId === role)?.accessKeyId ?? '';

/** `allowed`, or the code and what was missing. */
const ask = (subject: Subject, role: string, operation: Operation): string => {
  const { region } = subject.world;
  try {
    authorize(region, identify(region.stack, keyOf(subject, role)), operation);
    return 'allowed';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no code';
    const what = /perform: (\S+) on/.exec(String(error))?.[1];
    return `${code} ${what}`;
  }
};

const ec2 = (name: string, input: Record<string, unknown>): Operation => ({ service: 'ec2', name, input });

const fleet = (more: Record<string, unknown> = {}, override: Record<string, unknown> = {}): Operation =>
  ec2('CreateFleet', {
    ClientToken: 't',
    Type: 'instant',
    LaunchTemplateConfigs: [
      {
        LaunchTemplateSpecification: { LaunchTemplateName: 'spotkeep-dev', Version: '$Latest' },
        Overrides: [{ SubnetId: SUBNET, ImageId: 'ami-1', InstanceType: 'm5.large', ...override }],
      },
    ],
    TagSpecifications: [
      { ResourceType: 'fleet', Tags: PROJECT },
      { ResourceType: 'instance', Tags: PROJECT },
    ],
    ...more,
  });

const volumeWith = async ({ world }: Subject, tags: Record<string, string>): Promise<string> => {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const input = {
    AvailabilityZone: 'eu-west-1a',
    Size: 1,
    TagSpecifications: [{ ResourceType: 'volume', Tags }],
  };
  return String((await world.call(ec2('CreateVolume', input))).VolumeId);
};

describe('a call of a function', () => {
  it('is judged by its role, found by the access key; any other key is a person of the account', async () => {
    const subject = await openWorld();
    const { stack } = subject.world.region;
    expect(identify(stack, keyOf(subject, 'ReconcileRole'))).toMatchObject({
      arn: 'arn:aws:sts::123456789012:assumed-role/ReconcileRole/spotkeep-dev-reconcile',
    });
    expect(identify(stack, 'AKIAANY')).toMatchObject({
      arn: 'arn:aws:iam::123456789012:user/local',
      role: undefined,
    });
    expect(() =>
      authorize(subject.world.region, identify(stack, 'AKIAANY'), ec2('DeleteVolume', {})),
    ).not.toThrow();
  });

  it('launches only what the policies allow: template, tags, tagged subnet', async () => {
    const subject = await openWorld();
    expect(ask(subject, 'ReconcileRole', fleet())).toBe('allowed');
    expect(ask(subject, 'ReconcileRole', fleet({ TagSpecifications: [] }))).toBe(
      'UnauthorizedOperation ec2:CreateFleet',
    );
    expect(ask(subject, 'ReconcileRole', fleet({}, { SubnetId: 'subnet-0000000000000000f' }))).toBe(
      'UnauthorizedOperation ec2:RunInstances',
    );
    expect(ask(subject, 'SweepRole', fleet())).toBe('UnauthorizedOperation ec2:CreateFleet');
  });

  it('reaches volumes by their tags: attached only while active, deleted only when superseded', async () => {
    const subject = await openWorld();
    const instance = await subject.world.call(ec2('CreateFleet', fleet().input));
    const id = JSON.stringify(instance).match(/i-[0-9a-f]{17}/)?.[0];
    const project = { 'spotkeep:project': 'spotkeep-dev' };
    const active = await volumeWith(subject, { ...project, 'spotkeep:role': 'active' });
    const frozen = await volumeWith(subject, { ...project, 'spotkeep:role': 'frozen' });
    const left = await volumeWith(subject, { ...project, 'spotkeep:role': 'superseded' });
    const foreign = await volumeWith(subject, {});
    const attach = (VolumeId: string) =>
      ask(subject, 'ReconcileRole', ec2('AttachVolume', { VolumeId, InstanceId: id }));
    expect([active, frozen, foreign].map(attach)).toEqual([
      'allowed',
      'UnauthorizedOperation ec2:AttachVolume',
      'UnauthorizedOperation ec2:AttachVolume',
    ]);
    const remove = (role: string) => (VolumeId: string) =>
      ask(subject, role, ec2('DeleteVolume', { VolumeId }));
    expect([left, active, foreign].map(remove('SweepRole'))).toEqual([
      'allowed',
      'UnauthorizedOperation ec2:DeleteVolume',
      'UnauthorizedOperation ec2:DeleteVolume',
    ]);
    expect(remove('ReconcileRole')(left)).toBe('UnauthorizedOperation ec2:DeleteVolume');
  });

  it('never turns a superseded volume back', async () => {
    const subject = await openWorld();
    const volume = await volumeWith(subject, {
      'spotkeep:project': 'spotkeep-dev',
      'spotkeep:role': 'superseded',
    });
    const tag = (Value: string) =>
      ask(
        subject,
        'ReconcileRole',
        ec2('CreateTags', { Resources: [volume], Tags: [{ Key: 'spotkeep:role', Value }] }),
      );
    expect(tag('active')).toBe('UnauthorizedOperation ec2:CreateTags');
    expect(tag('superseded')).toBe('allowed');
    const more = { Resources: [volume], Tags: [{ Key: 'spotkeep:workload', Value: 'other' }] };
    expect(ask(subject, 'ReconcileRole', ec2('CreateTags', more))).toBe(
      'UnauthorizedOperation ec2:CreateTags',
    );
  });

  it('sends documents of the template to its own instances', async () => {
    const subject = await openWorld();
    const answer = await subject.world.call(ec2('CreateFleet', fleet().input));
    const own = JSON.stringify(answer).match(/i-[0-9a-f]{17}/)?.[0] ?? '';
    const send = (DocumentName: string, id: string): string =>
      ask(subject, 'ReconcileRole', {
        service: 'ssm',
        name: 'SendCommand',
        input: { DocumentName, InstanceIds: [id] },
      });
    expect(send('spotkeep-dev-probe', own)).toBe('allowed');
    expect(send('AWS-RunShellScript', own)).toBe('AccessDeniedException ssm:SendCommand');
    expect(send('spotkeep-dev-probe', 'i-0000000000000000f')).toBe('AccessDeniedException ssm:SendCommand');
  });

  it('is refused what no line here says how to ask for', async () => {
    const subject = await openWorld();
    expect(ask(subject, 'ReconcileRole', ec2('ModifyVolume', {}))).toBe(
      'UnauthorizedOperation ec2:ModifyVolume',
    );
  });

  it('is refused everything when its policy is gone from the template', async () => {
    const { TagPolicy } = goldenTemplate().Resources;
    expect(TagPolicy).toBeDefined();
    const subject = await openWorld({ stack: stackWith({ TagPolicy: undefined }) });
    expect(ask(subject, 'ReconcileRole', fleet())).toBe('UnauthorizedOperation ec2:CreateTags');
  });
});
