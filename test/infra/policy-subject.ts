// What a function's role may do, asked as EC2 and the others would ask IAM: all resources of a call at once.

import { type Decision, evaluateCall, type RequestContext } from '../../local/policy/evaluate.ts';
import { roleOf, statementsOf, type Template } from '../../local/policy/template.ts';

export const ACCOUNT = { accountId: '111122223333', region: 'eu-west-1' };
export const PROJECT = 'spotkeep-dev';
export const FUNCTIONS = [
  'tick',
  'interruption',
  'reconcile',
  'sweep',
  'start-now',
  'stop-now',
  'set-schedule',
  'apply-workload',
  'status',
  'resume',
  'history',
  'plan',
  'move',
  'backup',
  'backup-delete',
  'restore',
  'recover',
  'destroy',
] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

export interface Asked {
  arn: string;
  context?: RequestContext;
}

export function ask(
  template: Template,
  name: FunctionName,
  call: { action: string; resources: Asked[]; context?: RequestContext },
): Decision {
  const role = roleOf(template, `spotkeep-dev-${name}`);
  return evaluateCall(statementsOf(template, ACCOUNT, role), call);
}

export const ec2Arn = (what: string): string => `arn:aws:ec2:eu-west-1:111122223333:${what}`;
export const snapshotArn = 'arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0';
export const volumeArn = ec2Arn('volume/vol-0123456789abcdef0');
export const instanceArn = ec2Arn('instance/i-0123456789abcdef0');

/** A resource with tags on it. */
export function tagged(arn: string, tags: Readonly<Record<string, string>>): Asked {
  const keys = Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value] as const);
  return { arn, context: Object.fromEntries(keys) };
}

/** The keys that a request with tags in it has. */
export function tagging(tags: Readonly<Record<string, string>>): RequestContext {
  const keys = Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value] as const);
  return { ...Object.fromEntries(keys), 'aws:TagKeys': Object.keys(tags) };
}

export const ours = (arn: string, role?: string): Asked =>
  tagged(arn, { 'spotkeep:project': PROJECT, ...(role === undefined ? {} : { 'spotkeep:role': role }) });

/** Something of the user's that the stage may use. */
export const ofTheStage = (arn: string): Asked => tagged(arn, { 'spotkeep:stage:dev': 'yes' });
