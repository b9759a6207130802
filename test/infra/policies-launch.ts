import { describe, expect, it } from 'vitest';
import type { RequestContext } from '../../local/policy/evaluate.ts';
import type { Template } from '../../local/policy/template.ts';
import {
  type Asked,
  ask,
  ec2Arn,
  instanceArn,
  ours,
  PROJECT,
  snapshotArn,
  tagging,
  volumeArn,
} from './policy-subject.ts';

const TEMPLATE = ec2Arn('launch-template/lt-LaunchTemplate');
const fromTemplate: RequestContext = { 'ec2:LaunchTemplate': TEMPLATE };

/** The resources of one launch as EC2 checks them, with one of them replaced. */
function launchOf(replaced: Partial<Record<string, Asked>> = {}): Asked[] {
  const parts: Record<string, Asked> = {
    template: { arn: TEMPLATE },
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
    subnet: ours(ec2Arn('subnet/subnet-1')),
    group: ours(ec2Arn('security-group/sg-1')),
    image: { arn: 'arn:aws:ec2:eu-west-1::image/ami-1' },
    snapshot: { arn: snapshotArn },
    ...replaced,
  };
  return Object.values(parts).map(({ arn, context }) => ({ arn, context: { ...fromTemplate, ...context } }));
}

export function launchPolicies(template: () => Template): void {
  const run = (replaced?: Partial<Record<string, Asked>>) =>
    ask(template(), 'reconcile', { action: 'ec2:RunInstances', resources: launchOf(replaced) });
  const fleet = (arn: string, tags: Record<string, string> = { 'spotkeep:project': PROJECT }) =>
    ask(template(), 'reconcile', {
      action: 'ec2:CreateFleet',
      resources: [{ arn }, { arn: ec2Arn('fleet/*'), context: tagging(tags) }, ...launchOf().slice(1)],
    });

  describe('a launch', () => {
    it('is allowed from our template, in a tagged subnet, with a tagged security group', () => {
      expect(run()).toBe('allowed');
      expect(fleet(TEMPLATE)).toBe('allowed');
      expect(fleet(ec2Arn('launch-template/lt-UbuntuLaunchTemplate'))).toBe('allowed');
      expect(fleet(ec2Arn('launch-template/lt-FlatcarLaunchTemplate'))).toBe('allowed');
    });

    it('is refused from any other template, or from none', () => {
      expect(fleet(ec2Arn('launch-template/lt-other'))).toBe('not-allowed');
      const other = { 'ec2:LaunchTemplate': ec2Arn('launch-template/lt-other') };
      expect(run({ subnet: { ...ours(ec2Arn('subnet/subnet-1')), context: other } })).toBe('not-allowed');
      const bare = launchOf().map(({ arn, context = {} }) => {
        const { 'ec2:LaunchTemplate': _, ...rest } = context;
        return { arn, context: rest };
      });
      expect(ask(template(), 'reconcile', { action: 'ec2:RunInstances', resources: bare })).toBe(
        'not-allowed',
      );
    });

    it('is refused in a subnet or with a security group that is not tagged for the project', () => {
      expect(run({ subnet: { arn: ec2Arn('subnet/subnet-2') } })).toBe('not-allowed');
      expect(run({ group: { arn: ec2Arn('security-group/sg-2') } })).toBe('not-allowed');
    });

    it('is refused without the project tag in the request', () => {
      expect(fleet(TEMPLATE, { 'spotkeep:project': 'spotkeep-other' })).toBe('not-allowed');
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
      const group = ours(ec2Arn('security-group/sg-1'));
      expect(change(ours(instanceArn), group)).toBe('allowed');
      expect(change(ours(instanceArn), { arn: ec2Arn('security-group/sg-2') })).toBe('not-allowed');
      expect(change({ arn: instanceArn }, group)).toBe('not-allowed');
    });

    it('passes the one instance role, to EC2 alone', () => {
      const pass = (role: string, service: string) =>
        ask(template(), 'reconcile', {
          action: 'iam:PassRole',
          resources: [
            { arn: `arn:aws:iam::111122223333:role/${role}`, context: { 'iam:PassedToService': service } },
          ],
        });
      expect(pass('spotkeep-dev-eu-west-1-instance', 'ec2.amazonaws.com')).toBe('allowed');
      expect(pass('spotkeep-dev-eu-west-1-instance', 'lambda.amazonaws.com')).toBe('not-allowed');
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
