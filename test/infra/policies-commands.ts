import { describe, expect, it } from 'vitest';
import type { Template } from '../../local/policy/template.ts';
import { ask, FUNCTIONS, type FunctionName, instanceArn, ours, volumeArn } from './policy-subject.ts';

const document = (name: string) => ({ arn: `arn:aws:ssm:eu-west-1:111122223333:document/${name}` });
const host = { arn: instanceArn, context: { 'ssm:resourceTag/spotkeep:project': 'spotkeep-dev' } };
const rule = (name: string) => ({ arn: `arn:aws:events:eu-west-1:111122223333:rule/${name}` });
const bus = (name: string) => ({ arn: `arn:aws:events:eu-west-1:111122223333:event-bus/${name}` });

/** They answer questions and change nothing. */
const READERS: ReadonlySet<FunctionName> = new Set<FunctionName>(['status', 'history', 'plan']);

export function commandPolicies(template: () => Template): void {
  describe('commands to hosts', () => {
    const send = (name: FunctionName, documentName: string, target = host) =>
      ask(template(), name, { action: 'ssm:SendCommand', resources: [document(documentName), target] });

    it('are our documents on our instances', () => {
      for (const name of ['format', 'adopt', 'start', 'stop', 'probe']) {
        expect(send('reconcile', `spotkeep-dev-${name}`)).toBe('allowed');
      }
      expect(
        send('reconcile', 'spotkeep-dev-start', {
          ...host,
          context: { 'ssm:resourceTag/spotkeep:project': 'spotkeep-other' },
        }),
      ).toBe('not-allowed');
    });

    it("are never AWS's or another stage's documents", () => {
      const shell = { arn: 'arn:aws:ssm:eu-west-1::document/AWS-RunShellScript' };
      expect(ask(template(), 'reconcile', { action: 'ssm:SendCommand', resources: [shell, host] })).toBe(
        'not-allowed',
      );
      for (const name of ['AWS-RunShellScript', 'spotkeep-other-start', 'spotkeep-dev-start-2']) {
        expect(send('reconcile', name)).toBe('not-allowed');
      }
    });

    it('are for reconcile alone', () => {
      for (const name of FUNCTIONS.filter((it) => it !== 'reconcile')) {
        expect(send(name, 'spotkeep-dev-start')).toBe('not-allowed');
      }
    });
  });

  describe('events', () => {
    it("go to the project's bus under the project's source", () => {
      const put = (name: FunctionName, busName: string, source: string) =>
        ask(template(), name, {
          action: 'events:PutEvents',
          resources: [bus(busName)],
          context: { 'events:source': source },
        });
      for (const name of FUNCTIONS.filter((it) => !READERS.has(it))) {
        expect(put(name, 'spotkeep-dev', 'spotkeep')).toBe('allowed');
        expect(put(name, 'default', 'spotkeep')).toBe('not-allowed');
        expect(put(name, 'spotkeep-dev', 'aws.ec2')).toBe('not-allowed');
      }
      for (const name of READERS) expect(put(name, 'spotkeep-dev', 'spotkeep')).toBe('not-allowed');
    });

    it('are routed to topics of the account by apply-workload, in rules of its own', () => {
      const target = (ruleName: string, arn: string, name: FunctionName = 'apply-workload') =>
        ask(template(), name, {
          action: 'events:PutTargets',
          resources: [rule(ruleName)],
          context: { 'events:TargetArn': arn },
        });
      const topic = 'arn:aws:sns:eu-west-1:111122223333:people';
      expect(target('spotkeep-dev/notify-gitlab', topic)).toBe('allowed');
      expect(target('spotkeep-dev/notify-gitlab', 'arn:aws:sns:eu-west-1:999999999999:others')).toBe(
        'not-allowed',
      );
      expect(target('spotkeep-dev/notify-gitlab', 'arn:aws:lambda:eu-west-1:111122223333:function:x')).toBe(
        'not-allowed',
      );
      expect(target('spotkeep-dev/spotkeep-dev-alert', topic)).toBe('not-allowed');
      expect(target('notify-gitlab', topic)).toBe('not-allowed');
      expect(target('spotkeep-dev/notify-gitlab', topic, 'start-now')).toBe('not-allowed');
      for (const action of ['events:PutRule', 'events:DeleteRule', 'events:RemoveTargets']) {
        const on = (name: string) => ask(template(), 'apply-workload', { action, resources: [rule(name)] });
        expect(on('spotkeep-dev/notify-gitlab')).toBe('allowed');
        expect(on('spotkeep-dev-interruption')).toBe('not-allowed');
      }
    });
  });

  describe('what an operator asks for', () => {
    const TOUCHING = [
      'ec2:TerminateInstances',
      'ec2:CreateVolume',
      'ec2:CreateSnapshot',
      'ec2:CreateTags',
      'ec2:AttachVolume',
      'ec2:DeleteVolume',
      'ec2:DeleteSnapshot',
      'ec2:CreateFleet',
    ];
    const OPERATED: FunctionName[] = [
      'history',
      'plan',
      'move',
      'backup',
      'backup-delete',
      'restore',
      'recover',
      'destroy',
    ];

    it('never touches EC2 in the function that was asked', () => {
      for (const name of OPERATED) {
        for (const action of TOUCHING)
          expect(ask(template(), name, { action, resources: [ours(volumeArn, 'superseded')] })).toBe(
            'not-allowed',
          );
      }
    });

    it('looks at EC2 for the plan alone', () => {
      for (const name of OPERATED) {
        const looks = ask(template(), name, { action: 'ec2:DescribeVolumes', resources: [{ arn: '*' }] });
        expect({ name, looks }).toEqual({ name, looks: name === 'plan' ? 'allowed' : 'not-allowed' });
      }
    });
  });

  describe('the table', () => {
    const table = { arn: 'arn:aws:dynamodb:eu-west-1:111122223333:table/spotkeep-dev' };
    const on = (name: FunctionName, action: string) =>
      ask(template(), name, { action: `dynamodb:${action}`, resources: [table] });

    it('is written by those who change records, read by those who only read, and to the tick only a list of what is due', () => {
      for (const name of FUNCTIONS) {
        expect(on(name, 'GetItem')).toBe(name === 'tick' ? 'not-allowed' : 'allowed');
        expect(on(name, 'PutItem')).toBe(name === 'tick' || READERS.has(name) ? 'not-allowed' : 'allowed');
      }
    });

    it('is never deleted, restored or reconfigured by a function', () => {
      for (const name of FUNCTIONS) {
        for (const action of [
          'DeleteTable',
          'UpdateTable',
          'RestoreTableToPointInTime',
          'UpdateContinuousBackups',
        ]) {
          expect(on(name, action)).toBe('not-allowed');
        }
        expect(on(name, 'DeleteItem')).toBe(
          name === 'reconcile' || name === 'sweep' ? 'allowed' : 'not-allowed',
        );
      }
    });
  });
}
