import { describe, expect, it } from 'vitest';
import type { RequestContext } from '../../local/policy/evaluate.ts';
import type { Template } from '../../local/policy/template.ts';
import {
  type Asked,
  ask,
  ec2Arn,
  instanceArn,
  ofTheStage,
  ours,
  PROJECT,
  snapshotArn,
  tagged,
  tagging,
  volumeArn,
} from './policy-subject.ts';

const TEMPLATE = ec2Arn('launch-template/lt-0123456789abcdef0');
const IMAGE = 'arn:aws:ec2:eu-west-1::image/ami-1';
const fromTemplate: RequestContext = { 'ec2:LaunchTemplate': TEMPLATE };

/** The resources of one launch as EC2 checks them, with one of them replaced. */
function launchOf(replaced: Partial<Record<string, Asked>> = {}): Asked[] {
  const parts: Record<string, Asked> = {
    template: ours(TEMPLATE),
    instance: {
      arn: ec2Arn('instance/*'),
      context: {
        ...tagging({ 'spotkeep:project': PROJECT, 'spotkeep:workload': 'gitlab' }),
        'ec2:MetadataHttpTokens': 'required',
        'ec2:InstanceProfile': 'arn:aws:iam::111122223333:instance-profile/spotkeep-dev-eu-west-1-instance',
      },
    },
    volume: { arn: ec2Arn('volume/*'), context: { 'ec2:Encrypted': 'true' } },
    interface: { arn: ec2Arn('network-interface/*') },
    request: { arn: ec2Arn('spot-instances-request/*') },
    subnet: ofTheStage(ec2Arn('subnet/subnet-1')),
    group: ofTheStage(ec2Arn('security-group/sg-1')),
    image: { arn: IMAGE, context: { 'ec2:Owner': 'amazon' } },
    snapshot: { arn: snapshotArn },
    ...replaced,
  };
  return Object.values(parts).map(({ arn, context }) => ({ arn, context: { ...fromTemplate, ...context } }));
}

export function launchPolicies(template: () => Template): void {
  const run = (replaced?: Partial<Record<string, Asked>>) =>
    ask(template(), 'reconcile', { action: 'ec2:RunInstances', resources: launchOf(replaced) });
  const fleet = (used: Asked, tags: Record<string, string> = { 'spotkeep:project': PROJECT }) =>
    ask(template(), 'reconcile', {
      action: 'ec2:CreateFleet',
      resources: [
        used,
        { arn: ec2Arn('fleet/*'), context: tagging(tags) },
        ...launchOf().filter(({ arn }) => /:(instance|volume|subnet|image)\//.test(arn)),
      ],
    });

  describe('a launch', () => {
    it('is allowed from our template, in a tagged subnet, with a tagged security group', () => {
      expect(run()).toBe('allowed');
      expect(fleet(ours(TEMPLATE))).toBe('allowed');
    });

    it('is refused from a template that is not the stage’s own, or from none', () => {
      expect(fleet({ arn: TEMPLATE })).toBe('not-allowed');
      expect(fleet(tagged(TEMPLATE, { 'spotkeep:project': 'spotkeep-other' }))).toBe('not-allowed');
      expect(run({ template: { arn: TEMPLATE } })).toBe('not-allowed');
      const bare = launchOf().map(({ arn, context = {} }) => {
        const { 'ec2:LaunchTemplate': _, ...rest } = context;
        return { arn, context: rest };
      });
      expect(ask(template(), 'reconcile', { action: 'ec2:RunInstances', resources: bare })).toBe(
        'not-allowed',
      );
    });

    it('is refused in a subnet or with a security group that is not tagged for the stage', () => {
      expect(run({ subnet: { arn: ec2Arn('subnet/subnet-2') } })).toBe('not-allowed');
      const otherStage = tagged(ec2Arn('subnet/subnet-1'), { 'spotkeep:stage:prod': 'yes' });
      expect(run({ subnet: otherStage })).toBe('not-allowed');
      const both = tagged(ec2Arn('subnet/subnet-1'), {
        'spotkeep:stage:prod': 'yes',
        'spotkeep:stage:dev': 'yes',
      });
      expect(run({ subnet: both })).toBe('allowed');
      expect(run({ group: { arn: ec2Arn('security-group/sg-2') } })).toBe('not-allowed');
    });

    it('is refused without the project tag in the request', () => {
      expect(fleet(ours(TEMPLATE), { 'spotkeep:project': 'spotkeep-other' })).toBe('not-allowed');
      expect(run({ instance: { arn: ec2Arn('instance/*') } })).toBe('not-allowed');
    });

    it('is refused when it loosens the template: metadata version 1, another profile, an open root disk', () => {
      const [, instance] = launchOf();
      const loosened = (key: string, value: string) => ({
        arn: ec2Arn('instance/*'),
        context: { ...instance?.context, [key]: value },
      });
      expect(run({ instance: loosened('ec2:MetadataHttpTokens', 'required') })).toBe('allowed');
      expect(run({ instance: loosened('ec2:MetadataHttpTokens', 'optional') })).toBe('not-allowed');
      expect(
        run({
          instance: loosened('ec2:InstanceProfile', 'arn:aws:iam::111122223333:instance-profile/admin'),
        }),
      ).toBe('not-allowed');
      expect(run({ volume: { arn: ec2Arn('volume/*'), context: { 'ec2:Encrypted': 'false' } } })).toBe(
        'not-allowed',
      );
    });

    it('gets its security groups afterwards, tagged ones alone', () => {
      const change = (instance: Asked, group: Asked) =>
        ask(template(), 'reconcile', { action: 'ec2:ModifyInstanceAttribute', resources: [instance, group] });
      const group = ofTheStage(ec2Arn('security-group/sg-1'));
      expect(change(ours(instanceArn), group)).toBe('allowed');
      expect(change(ours(instanceArn), { arn: ec2Arn('security-group/sg-2') })).toBe('not-allowed');
      expect(change({ arn: instanceArn }, group)).toBe('not-allowed');
    });

    it('takes images of Amazon, Canonical, Debian and this account, and any other that is tagged for the stage', () => {
      const owned = (owner: string) => run({ image: { arn: IMAGE, context: { 'ec2:Owner': owner } } });
      for (const owner of ['amazon', '099720109477', '136693071363', '111122223333'])
        expect(owned(owner)).toBe('allowed');
      expect(owned('999999999999')).toBe('not-allowed');
      const accepted = { ...ofTheStage(IMAGE).context, 'ec2:Owner': '999999999999' };
      expect(run({ image: { arn: IMAGE, context: accepted } })).toBe('allowed');
    });

    it('is allowed where the request does not say what the template says of metadata', () => {
      const { 'ec2:MetadataHttpTokens': _, ...rest } = launchOf()[1]?.context ?? {};
      expect(run({ instance: { arn: ec2Arn('instance/*'), context: rest } })).toBe('allowed');
    });

    it('may change groups and block devices of an instance, never its user data', () => {
      const change = (attribute: string | undefined) =>
        ask(template(), 'reconcile', {
          action: 'ec2:ModifyInstanceAttribute',
          resources: [
            {
              arn: instanceArn,
              context: {
                ...ours(instanceArn).context,
                ...(attribute !== undefined && { 'ec2:Attribute': attribute }),
              },
            },
          ],
        });
      expect(change('GroupId')).toBe('allowed');
      expect(change('BlockDeviceMapping')).toBe('allowed');
      expect(change(undefined)).toBe('allowed');
      expect(change('UserData')).toBe('not-allowed');
      expect(change('userData')).toBe('not-allowed');
    });

    it('passes the instance role and those under the stage’s path, to EC2 alone', () => {
      const pass = (role: string, service: string) =>
        ask(template(), 'reconcile', {
          action: 'iam:PassRole',
          resources: [
            { arn: `arn:aws:iam::111122223333:role/${role}`, context: { 'iam:PassedToService': service } },
          ],
        });
      expect(pass('spotkeep-dev-eu-west-1-instance', 'ec2.amazonaws.com')).toBe('allowed');
      expect(pass('spotkeep-dev-eu-west-1-instance', 'lambda.amazonaws.com')).toBe('not-allowed');
      expect(pass('spotkeep/dev/gitlab', 'ec2.amazonaws.com')).toBe('allowed');
      expect(pass('spotkeep/prod/gitlab', 'ec2.amazonaws.com')).toBe('not-allowed');
      expect(pass('admin', 'ec2.amazonaws.com')).toBe('not-allowed');
    });

    it('tags at creation only, and only as ours', () => {
      const tag = (action: string | undefined, tags: Record<string, string>, arn = instanceArn) =>
        ask(template(), 'reconcile', {
          action: 'ec2:CreateTags',
          resources: [{ arn }],
          context: { ...tagging(tags), ...(action === undefined ? {} : { 'ec2:CreateAction': action }) },
        });
      const ourTags = { 'spotkeep:project': PROJECT, 'spotkeep:workload': 'gitlab' };
      for (const action of ['RunInstances', 'CreateFleet']) expect(tag(action, ourTags)).toBe('allowed');
      expect(tag('CreateVolume', ourTags, volumeArn)).toBe('allowed');
      expect(tag('CreateSnapshot', ourTags, snapshotArn)).toBe('allowed');
      expect(tag('RunInstances', { 'spotkeep:workload': 'gitlab' })).toBe('not-allowed');
      expect(tag(undefined, ourTags)).toBe('not-allowed');
      expect(tag(undefined, ourTags, volumeArn)).toBe('not-allowed');
    });
  });
}
