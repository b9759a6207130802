// Reads the packaged template into a stack: every resource of a type that the local region acts out, whatever its name.
// Only resources of these types are resolved; a type that nothing here acts out (alarms, log groups) is left alone.

import { createHash } from 'node:crypto';
import path from 'node:path';
import * as z from 'zod/mini';
import { type Account, resolve, statementsOf, type Template } from '../policy/template.ts';
import { readRules, readSchedules } from './read-events.ts';
import { readDocuments, readLaunchTemplates, readQueues, readTables } from './read-resources.ts';
import type { LambdaFunction, Permission, Role, Stack, StackReading } from './types.ts';

/** Lambda's own defaults where the template says nothing ("Configuring Lambda function timeout", "… memory"). */
const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_MEMORY_MB = 128;
const DEFAULT_RETRIES = 2;
const DEFAULT_AGE_SECONDS = 21_600;

const text = z.string();
const maybeText = z.optional(text);
const maybeNumber = z.optional(z.number());

const reading = (template: Template, account: Account): StackReading => {
  const replaced = (value: unknown): unknown => resolve(template, account, value);
  const arnOf = (logicalId: string, type: string): string => {
    const attribute = type === 'AWS::SNS::Topic' ? 'TopicArn' : 'Arn';
    return WITH_ARN.has(type) ? text.parse(replaced({ 'Fn::GetAtt': [logicalId, attribute] })) : '';
  };
  return {
    template,
    account,
    of: (type) =>
      Object.entries(template.Resources)
        .filter(([, resource]) => resource.Type === type)
        .map(([logicalId, { Properties = {} }]) => ({
          logicalId,
          properties: replaced(Properties),
          arn: arnOf(logicalId, type),
          ref: text.parse(replaced({ Ref: logicalId })),
        })),
  };
};

const WITH_ARN = new Set([
  'AWS::DynamoDB::Table',
  'AWS::Events::EventBus',
  'AWS::Events::Rule',
  'AWS::IAM::InstanceProfile',
  'AWS::IAM::Role',
  'AWS::Lambda::Function',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
]);

/** In the form of temporary credentials' ids, one for each role. */
const accessKeyOf = (roleArn: string): string => {
  const digest = createHash('sha256').update(roleArn).digest('hex').toUpperCase();
  return `ASIA${digest.replace(/[^A-Z2-7]/g, '').slice(0, 16)}`;
};

const trustShape = z.looseObject({
  Statement: z.array(z.looseObject({ Principal: z.looseObject({ Service: z.optional(z.unknown()) }) })),
});

const listOfTexts = (value: unknown): string[] =>
  [value].flat().filter((one): one is string => typeof one === 'string');

const readRoles = ({ template, account, of }: StackReading): Role[] =>
  of('AWS::IAM::Role').map(({ logicalId, arn, properties }) => {
    const trust = z.looseObject({ AssumeRolePolicyDocument: trustShape }).parse(properties);
    return {
      logicalId,
      arn,
      name: arn.split('/').at(-1) ?? logicalId,
      statements: statementsOf(template, account, logicalId),
      trusted: trust.AssumeRolePolicyDocument.Statement.flatMap(({ Principal }) =>
        listOfTexts(Principal.Service),
      ),
      accessKeyId: accessKeyOf(arn),
    };
  });

const functionShape = z.looseObject({
  FunctionName: maybeText,
  Handler: text,
  Role: text,
  Timeout: maybeNumber,
  MemorySize: maybeNumber,
  ReservedConcurrentExecutions: maybeNumber,
  Code: z.looseObject({ S3Key: text }),
  Environment: z.optional(z.looseObject({ Variables: z.record(text, z.unknown()) })),
  Tags: z.optional(z.array(z.object({ Key: text, Value: text }))),
});

const invokeConfigShape = z.looseObject({
  FunctionName: text,
  MaximumRetryAttempts: maybeNumber,
  MaximumEventAgeInSeconds: maybeNumber,
  DestinationConfig: z.optional(
    z.looseObject({ OnFailure: z.optional(z.looseObject({ Destination: text })) }),
  ),
});

const readFunctions = ({ of }: StackReading, roles: readonly Role[]): LambdaFunction[] => {
  const configs = of('AWS::Lambda::EventInvokeConfig').map(({ properties }) =>
    invokeConfigShape.parse(properties),
  );
  return of('AWS::Lambda::Function').map(({ logicalId, ref, arn, properties }) => {
    const shape = functionShape.parse(properties);
    const role = roles.find((one) => one.arn === shape.Role);
    if (!role) throw new Error(`template: ${logicalId} runs with ${shape.Role}, which is no role of it`);
    const config = configs.find((one) => one.FunctionName === ref || one.FunctionName === arn);
    return {
      name: ref,
      arn,
      handler: shape.Handler,
      zip: path.posix.basename(shape.Code.S3Key),
      timeoutMs: (shape.Timeout ?? DEFAULT_TIMEOUT_SECONDS) * 1000,
      memoryMb: shape.MemorySize ?? DEFAULT_MEMORY_MB,
      environment: Object.fromEntries(
        Object.entries(shape.Environment?.Variables ?? {}).map(([name, value]) => [name, String(value)]),
      ),
      role,
      reserved: shape.ReservedConcurrentExecutions,
      asynchronous: {
        retries: config?.MaximumRetryAttempts ?? DEFAULT_RETRIES,
        maxAgeMs: (config?.MaximumEventAgeInSeconds ?? DEFAULT_AGE_SECONDS) * 1000,
        onFailure: config?.DestinationConfig?.OnFailure?.Destination,
      },
    };
  });
};

const permissionShape = z.looseObject({
  FunctionName: text,
  Action: text,
  Principal: text,
  SourceArn: maybeText,
  SourceAccount: maybeText,
});

const readPermissions = ({ of }: StackReading): Permission[] =>
  of('AWS::Lambda::Permission').map(({ properties }) => {
    const shape = permissionShape.parse(properties);
    return {
      functionArn: shape.FunctionName,
      action: shape.Action,
      principal: shape.Principal,
      sourceArn: shape.SourceArn,
      sourceAccount: shape.SourceAccount,
    };
  });

const tagsOf = ({ of }: StackReading): Record<string, string> => {
  const all = of('AWS::Lambda::Function').flatMap(
    ({ properties }) => functionShape.parse(properties).Tags ?? [],
  );
  return Object.fromEntries(all.map(({ Key, Value }) => [Key, Value]));
};

/** Throws with the logical id where the template cannot be read. */
export const readStack = (template: Template, account: Account): Stack => {
  const reader = reading(template, account);
  const roles = readRoles(reader);
  const profiles = reader.of('AWS::IAM::InstanceProfile').map(({ arn, properties }): [string, string] => {
    const { Roles } = z.looseObject({ Roles: z.array(text) }).parse(properties);
    const role = roles.find((one) => one.name === Roles[0] || one.logicalId === Roles[0]);
    return [arn, role?.arn ?? ''];
  });
  return {
    accountId: account.accountId,
    region: account.region,
    functions: readFunctions(reader, roles),
    rules: readRules(reader),
    schedules: readSchedules(reader),
    permissions: readPermissions(reader),
    roles,
    queues: readQueues(reader),
    topics: reader.of('AWS::SNS::Topic').map(({ arn }) => arn),
    buses: ['default', ...reader.of('AWS::Events::EventBus').map(({ ref }) => ref)],
    tables: readTables(reader),
    documents: readDocuments(reader),
    launchTemplates: readLaunchTemplates(reader),
    profiles: new Map(profiles),
    tags: tagsOf(reader),
  };
};
