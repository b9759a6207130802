import { describe, expect, it } from 'vitest';
import { evaluate } from '../../local/policy/evaluate.ts';
import { statementsOf, type Template } from '../../local/policy/template.ts';
import { ACCOUNT, FUNCTIONS, PROJECT } from './policy-subject.ts';

const OWNERS: readonly string[] = ['restore', 'recover', 'destroy', 'backup-delete'];
const LOOPS: readonly string[] = ['tick', 'interruption', 'reconcile', 'sweep'];

const lambdaArn = (name: string): string =>
  `arn:aws:lambda:${ACCOUNT.region}:${ACCOUNT.accountId}:function:spotkeep-dev-${name}`;
const ROLE = (name: string): string => `arn:aws:iam::${ACCOUNT.accountId}:role/${name}`;

/** What no person's role may do by itself: that is what the functions are for. */
const NEVER = [
  ['dynamodb:PutItem', `arn:aws:dynamodb:eu-west-1:${ACCOUNT.accountId}:table/spotkeep-dev`],
  ['dynamodb:GetItem', `arn:aws:dynamodb:eu-west-1:${ACCOUNT.accountId}:table/spotkeep-dev`],
  ['ec2:TerminateInstances', `arn:aws:ec2:eu-west-1:${ACCOUNT.accountId}:instance/i-0123456789abcdef0`],
  [
    'ec2:SendSpotInstanceInterruptions',
    `arn:aws:ec2:eu-west-1:${ACCOUNT.accountId}:instance/i-0123456789abcdef0`,
  ],
  ['ec2:DeleteVolume', `arn:aws:ec2:eu-west-1:${ACCOUNT.accountId}:volume/vol-0123456789abcdef0`],
  ['ssm:SendCommand', `arn:aws:ssm:eu-west-1:${ACCOUNT.accountId}:document/spotkeep-dev-stop`],
  ['ssm:GetParameter', `arn:aws:ssm:eu-west-1:${ACCOUNT.accountId}:parameter/spotkeep/dev/gitlab/setup`],
  ['lambda:UpdateFunctionCode', lambdaArn('status')],
  ['lambda:InvokeFunction', `arn:aws:lambda:eu-west-1:${ACCOUNT.accountId}:function:another`],
  ['iam:PassRole', ROLE('spotkeep-dev-reconcile')],
] as const;

export function operatorPolicies(template: () => Template): void {
  const may = (role: string, action: string, resource: string, context = {}) =>
    evaluate(statementsOf(template(), ACCOUNT, role), { action, resource, context });

  describe('people', () => {
    it.each(['OperatorRole', 'OwnerRole'])('as %s invoke every command, and no loop', (role) => {
      for (const name of FUNCTIONS) {
        const wanted = !LOOPS.includes(name) && (role === 'OwnerRole' || !OWNERS.includes(name));
        const decision = may(role, 'lambda:InvokeFunction', lambdaArn(name));
        expect({ name, decision }).toEqual({ name, decision: wanted ? 'allowed' : 'not-allowed' });
      }
    });

    it.each(['OperatorRole', 'OwnerRole'])('as %s touch nothing by themselves', (role) => {
      for (const [action, resource] of NEVER)
        expect({ action, decision: may(role, action, resource) }).toEqual({
          action,
          decision: 'not-allowed',
        });
    });

    it.each(['OperatorRole', 'OwnerRole'])(
      'as %s may be assumed only by whom this account allows it',
      (role) => {
        const { AssumeRolePolicyDocument } = {
          AssumeRolePolicyDocument: template().Resources[role]?.Properties?.AssumeRolePolicyDocument,
        };
        expect(JSON.stringify(AssumeRolePolicyDocument)).toContain(':root');
        expect(JSON.stringify(AssumeRolePolicyDocument)).not.toContain('"*"');
      },
    );

    it('hand a drill to its one role alone, and that reaches the project’s instances alone', () => {
      const drill = ROLE('spotkeep-dev-eu-west-1-drill');
      const passed = { 'iam:PassedToService': 'fis.amazonaws.com' };
      expect(may('OperatorRole', 'iam:PassRole', drill, passed)).toBe('allowed');
      expect(may('OperatorRole', 'iam:PassRole', drill, { 'iam:PassedToService': 'ec2.amazonaws.com' })).toBe(
        'not-allowed',
      );
      const instance = `arn:aws:ec2:eu-west-1:${ACCOUNT.accountId}:instance/i-0123456789abcdef0`;
      const interrupt = (project: string) =>
        may('DrillRole', 'ec2:SendSpotInstanceInterruptions', instance, {
          'aws:ResourceTag/spotkeep:project': project,
        });
      expect(interrupt(PROJECT)).toBe('allowed');
      expect(interrupt('spotkeep-other')).toBe('not-allowed');
      expect(may('DrillRole', 'ec2:TerminateInstances', instance)).toBe('not-allowed');
    });
  });
}
