import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { ROOT } from '../../infra/package/osls.ts';
import { evaluate, type Statement } from '../../local/policy/evaluate.ts';
import { resolve, roleOf, statementsOf, type Template } from '../../local/policy/template.ts';
import { ACCOUNT, FUNCTIONS } from './policy-subject.ts';

/** IAM's limit on all inline policies of a role together, characters without white space. */
const INLINE_LIMIT = 10_240;

/** Calls that take no resource, so that `*` is all a policy can say. */
const WITHOUT_RESOURCE =
  /^(ec2:Describe\w+|ec2:GetSpotPlacementScores|ssm:(DescribeInstanceInformation|GetCommandInvocation))$/;

/** Roles for people: the account itself is trusted, no other. */
const PEOPLE: readonly string[] = ['OperatorRole', 'OwnerRole'];

const asList = (value: string | readonly string[]): readonly string[] =>
  typeof value === 'string' ? [value] : value;

export function rolePolicies(template: () => Template): void {
  const everyFunction = () =>
    FUNCTIONS.map((name) => {
      const role = roleOf(template(), `spotkeep-dev-${name}`);
      return { name, role, statements: statementsOf(template(), ACCOUNT, role) };
    });
  const instance = () => statementsOf(template(), ACCOUNT, 'InstanceRole');

  describe('roles', () => {
    it('are one for each function', () => {
      expect(new Set(everyFunction().map(({ role }) => role)).size).toBe(FUNCTIONS.length);
    });

    it('name their actions, and name resources wherever the action has any', () => {
      for (const { statements } of everyFunction()) {
        for (const { Action, Resource, Effect } of statements) {
          for (const action of asList(Action)) {
            expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$|^kms:ReEncrypt\*$/);
            if (Effect === 'Allow' && asList(Resource).includes('*'))
              expect(action).toMatch(WITHOUT_RESOURCE);
          }
        }
      }
    });

    it('stay within the size that IAM takes', () => {
      for (const { statements, name } of everyFunction()) {
        expect({ name, fits: JSON.stringify(statements).length <= INLINE_LIMIT }).toEqual({
          name,
          fits: true,
        });
      }
    });

    it('write their own log and their own dead letters', () => {
      for (const { name, statements } of everyFunction()) {
        const stream = (group: string) =>
          `arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/${group}:log-stream:x`;
        const put = (group: string) =>
          evaluate(statements, { action: 'logs:PutLogEvents', resource: stream(group) });
        expect(put(`spotkeep-dev-${name}`)).toBe('allowed');
        expect(put('spotkeep-dev-other')).toBe('not-allowed');
      }
    });

    it('allow between them each SDK command that the adapters send', () => {
      const all = everyFunction().flatMap(({ statements }) => statements);
      const allowed = new Set(
        all.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => asList(Action)),
      );
      expect(sdkActions().filter((action) => !allowed.has(action))).toEqual([]);
    });
  });

  describe('the instance role', () => {
    it('has nothing of EC2, of the table or of other parameters', () => {
      const may = (action: string, resource: string) => evaluate(instance(), { action, resource });
      expect(
        instance()
          .flatMap(({ Action }) => asList(Action))
          .filter((action) => /^(ec2|dynamodb|iam|sts|s3|kms):/.test(action)),
      ).toEqual([]);
      const parameter = (name: string) => `arn:aws:ssm:eu-west-1:111122223333:parameter/${name}`;
      expect(may('ssm:GetParameter', parameter('spotkeep/dev/gitlab/setup'))).toBe('allowed');
      expect(may('ssm:GetParameter', parameter('spotkeep/prod/gitlab/setup'))).toBe('not-allowed');
      expect(may('ssm:GetParameter', parameter('password'))).toBe('not-allowed');
      expect(may('ssm:PutParameter', parameter('spotkeep/dev/gitlab/setup'))).toBe('not-allowed');
      expect(may('ssm:SendCommand', '*')).toBe('not-allowed');
    });
  });

  describe('trust', () => {
    it('is given to services by name, never to a wildcard', () => {
      const documents = Object.entries(template().Resources).flatMap(([id, { Type, Properties = {} }]) => {
        const document =
          Properties.AssumeRolePolicyDocument ??
          (Type.endsWith('Policy') ? Properties.PolicyDocument : undefined);
        return document === undefined || Type === 'AWS::IAM::Policy' || Type === 'AWS::IAM::ManagedPolicy'
          ? []
          : [{ id, document: resolve(template(), ACCOUNT, document) }];
      });
      expect(documents.length).toBeGreaterThan(FUNCTIONS.length);
      for (const { id, document } of documents) {
        for (const { Effect, Principal } of principalsOf(document)) {
          // The deployment bucket denies everybody who comes without TLS.
          if (Effect === 'Deny') continue;
          expect({
            id,
            Principal: Object.keys(z.parse(z.record(z.string(), z.string()), Principal)),
          }).toEqual({ id, Principal: [PEOPLE.includes(id) ? 'AWS' : 'Service'] });
        }
      }
    });
  });
}

function principalsOf(document: unknown): { Effect: Statement['Effect']; Principal?: unknown }[] {
  const shape = z.looseObject({
    Statement: z.array(
      z.looseObject({ Effect: z.enum(['Allow', 'Deny']), Principal: z.optional(z.unknown()) }),
    ),
  });
  return z.parse(shape, document).Statement;
}

const SERVICE_BY_CLIENT: Readonly<Record<string, string>> = {
  'client-dynamodb': 'dynamodb',
  'client-ec2': 'ec2',
  'client-eventbridge': 'events',
  'client-ssm': 'ssm',
};

/** IAM actions of the commands imported in shared/aws. */
function sdkActions(): string[] {
  const directory = path.join(ROOT, 'shared', 'aws');
  const actions = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const source = readFileSync(path.join(directory, file), 'utf8');
      return [...source.matchAll(/import \{([^}]*)\} from '@aws-sdk\/(client-[a-z0-9]+)'/g)].flatMap(
        ([, names = '', client = '']) =>
          [...names.matchAll(/^\s*(\w+)Command,?$|(?<=[{,]\s*)(\w+)Command(?=\s*[,}]|\s*$)/gm)].map(
            ([, first, second]) => `${SERVICE_BY_CLIENT[client] ?? client}:${first ?? second}`,
          ),
      );
    });
  return [...new Set(actions)].sort();
}
