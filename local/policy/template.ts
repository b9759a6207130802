// Reads a packaged CloudFormation template as what it becomes in an account: references become names and ARNs, roles
// become lists of statements. Only the intrinsic functions and resource types that the template uses; others throw.

import * as z from 'zod/mini';
import { type Statement, statementShape } from './evaluate.ts';

const resourceShape = z.looseObject({
  Type: z.string(),
  Properties: z.optional(z.record(z.string(), z.unknown())),
});

export const templateShape = z.looseObject({ Resources: z.record(z.string(), resourceShape) });

export type Template = z.infer<typeof templateShape>;
export type Resource = z.infer<typeof resourceShape>;

export interface Account {
  accountId: string;
  region: string;
}

/** "Amazon Resource Names (ARNs)" in the IAM User Guide: the partition that a region belongs to. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return region.startsWith('eusc-') ? 'aws-eusc' : 'aws';
}

/** Replaces every intrinsic function in `value`. */
export function resolve(template: Template, account: Account, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(template, account, item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries.length === 1 ? (entries[0] ?? []) : [];
  if (name === 'Ref') return reference(template, account, z.parse(z.string(), argument));
  if (name === 'Fn::GetAtt') {
    const [logicalId, attribute] = z.parse(z.tuple([z.string(), z.string()]), argument);
    return attributeOf(template, account, logicalId, attribute);
  }
  if (name === 'Fn::Sub') return substitute(template, account, z.parse(z.string(), argument));
  if (name === 'Fn::Join') {
    const [separator, parts] = z.parse(z.tuple([z.string(), z.array(z.unknown())]), argument);
    return z.parse(z.array(z.string()), resolve(template, account, parts)).join(separator);
  }
  if (name?.startsWith('Fn::')) throw new Error(`${name} is not known here`);
  return Object.fromEntries(entries.map(([key, item]) => [key, resolve(template, account, item)]));
}

/** Everything the role of this logical id may do. */
export function statementsOf(template: Template, account: Account, role: string): Statement[] {
  const { Policies = [] } = propertiesOf(template, role);
  const inline = z.parse(z.array(z.looseObject({ PolicyDocument: z.unknown() })), Policies);
  const separate = Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::IAM::Policy' || Type === 'AWS::IAM::ManagedPolicy')
    .map(({ Properties }) => Properties ?? {})
    .filter(({ Roles }) =>
      z.parse(z.array(z.object({ Ref: z.string() })), Roles).some(({ Ref }) => Ref === role),
    );
  return [...inline, ...separate].flatMap(({ PolicyDocument }) => {
    const document = z.parse(z.looseObject({ Statement: z.array(z.unknown()) }), PolicyDocument);
    return document.Statement.map((statement) => statementShape.parse(resolve(template, account, statement)));
  });
}

/** Logical id of the role that a function runs with, by the function's name in AWS. */
export function roleOf(template: Template, functionName: string): string {
  const found = Object.values(template.Resources).find(
    ({ Type, Properties }) => Type === 'AWS::Lambda::Function' && Properties?.FunctionName === functionName,
  );
  const role = z.safeParse(
    z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
    found?.Properties?.Role,
  );
  if (!role.success) throw new Error(`no function ${functionName} with a role of its own`);
  return role.data['Fn::GetAtt'][0];
}

function propertiesOf(template: Template, logicalId: string): Record<string, unknown> {
  const resource = template.Resources[logicalId];
  if (!resource) throw new Error(`no resource ${logicalId}`);
  return resource.Properties ?? {};
}

function substitute(template: Template, account: Account, text: string): string {
  return text.replace(/\$\{([^}]+)\}/g, (_whole, name: string) => {
    const [logicalId, attribute] = name.split('.', 2);
    if (attribute !== undefined && logicalId !== undefined)
      return attributeOf(template, account, logicalId, attribute);
    return reference(template, account, name);
  });
}

function reference(template: Template, account: Account, name: string): string {
  if (name === 'AWS::Partition') return partitionOf(account.region);
  if (name === 'AWS::Region') return account.region;
  if (name === 'AWS::AccountId') return account.accountId;
  if (name === 'AWS::StackName') return 'stack';
  const { Type } = template.Resources[name] ?? {};
  // Where Ref is not the name: a topic's is its ARN, a template's its id, a queue's its URL.
  if (Type === 'AWS::SNS::Topic') return attributeOf(template, account, name, 'TopicArn');
  if (Type === 'AWS::EC2::LaunchTemplate') return `lt-${name}`;
  if (Type === 'AWS::SQS::Queue')
    return `https://sqs.${account.region}.amazonaws.com/${account.accountId}/${nameOf(template, name)}`;
  return nameOf(template, name);
}

const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Events::EventBus': 'Name',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::InstanceProfile': 'InstanceProfileName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SSM::Document': 'Name',
};

/** The name in AWS; CloudFormation's own choice, here the logical id, where the template gives none. */
function nameOf(template: Template, logicalId: string): string {
  const { Type = '' } = template.Resources[logicalId] ?? {};
  const name = propertiesOf(template, logicalId)[NAME_PROPERTIES[Type] ?? ''];
  return typeof name === 'string' ? name : logicalId;
}

function attributeOf(template: Template, account: Account, logicalId: string, attribute: string): string {
  const { Type = '' } = template.Resources[logicalId] ?? {};
  const name = nameOf(template, logicalId);
  const { accountId, region } = account;
  if (Type === 'AWS::SQS::Queue' && attribute === 'QueueName') return name;
  const aws = partitionOf(region);
  const arns: Readonly<Record<string, string>> = {
    'AWS::DynamoDB::Table': `arn:${aws}:dynamodb:${region}:${accountId}:table/${name}`,
    'AWS::Events::EventBus': `arn:${aws}:events:${region}:${accountId}:event-bus/${name}`,
    'AWS::Events::Rule': `arn:${aws}:events:${region}:${accountId}:rule/${ruleName(template, logicalId)}`,
    'AWS::IAM::InstanceProfile': `arn:${aws}:iam::${accountId}:instance-profile/${name}`,
    'AWS::IAM::Role': `arn:${aws}:iam::${accountId}:role/${name}`,
    'AWS::Lambda::Function': `arn:${aws}:lambda:${region}:${accountId}:function:${name}`,
    'AWS::Logs::LogGroup': `arn:${aws}:logs:${region}:${accountId}:log-group:${name}:*`,
    'AWS::SNS::Topic': `arn:${aws}:sns:${region}:${accountId}:${name}`,
    'AWS::SQS::Queue': `arn:${aws}:sqs:${region}:${accountId}:${name}`,
  };
  const arn = arns[Type];
  if (arn === undefined || !['Arn', 'TopicArn'].includes(attribute)) {
    throw new Error(`${Type} ${logicalId}: attribute ${attribute} is not known here`);
  }
  return arn;
}

/** A rule on a bus other than the default one has the bus in its ARN. */
function ruleName(template: Template, logicalId: string): string {
  const { EventBusName } = propertiesOf(template, logicalId);
  const bus = z.safeParse(z.object({ Ref: z.string() }), EventBusName);
  const name = nameOf(template, logicalId);
  return bus.success ? `${nameOf(template, bus.data.Ref)}/${name}` : name;
}
