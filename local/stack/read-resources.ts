// Tables, queues, documents and launch templates of the template.

import * as z from 'zod/mini';
import { statementShape } from '../policy/evaluate.ts';
import type {
  Document,
  KeySchema,
  LaunchTemplate,
  Queue,
  ServiceStatement,
  StackReading,
  Table,
} from './types.ts';

const text = z.string();

const keySchema = z.array(z.object({ AttributeName: text, KeyType: z.enum(['HASH', 'RANGE']) }));

const tableShape = z.looseObject({
  AttributeDefinitions: z.array(z.object({ AttributeName: text, AttributeType: text })),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z.optional(z.array(z.looseObject({ IndexName: text, KeySchema: keySchema }))),
});

export const readTables = ({ of }: StackReading): Table[] =>
  of('AWS::DynamoDB::Table').map(({ ref, arn, properties }) => {
    const shape = tableShape.parse(properties);
    const toKey = (parts: z.infer<typeof keySchema>): KeySchema => {
      const hash = parts.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName;
      const range = parts.find(({ KeyType }) => KeyType === 'RANGE')?.AttributeName;
      const type = shape.AttributeDefinitions.find(({ AttributeName }) => AttributeName === range);
      if (hash === undefined || range === undefined)
        throw new Error(`template: table ${ref}: keys of hash and range are known here, not others`);
      return { hash, range, rangeType: type?.AttributeType === 'N' ? 'N' : 'S' };
    };
    return {
      name: ref,
      arn,
      key: toKey(shape.KeySchema),
      indexes: (shape.GlobalSecondaryIndexes ?? []).map((index) => ({
        name: index.IndexName,
        key: toKey(index.KeySchema),
      })),
    };
  });

const principalShape = z.looseObject({ Service: z.union([text, z.array(text)]) });

const policyShape = z.looseObject({
  Queues: z.array(text),
  PolicyDocument: z.looseObject({ Statement: z.array(z.record(text, z.unknown())) }),
});

const toServiceStatement = ({ Principal, ...rest }: Record<string, unknown>): ServiceStatement[] => {
  const principal = principalShape.safeParse(Principal);
  const statement = statementShape.parse(rest);
  return principal.success
    ? [{ effect: statement.Effect, services: [principal.data.Service].flat(), statement }]
    : [];
};

export const readQueues = ({ of }: StackReading): Queue[] => {
  const policies = of('AWS::SQS::QueuePolicy').map(({ properties }) => policyShape.parse(properties));
  return of('AWS::SQS::Queue').map(({ ref, arn }) => ({
    name: arn.split(':').at(-1) ?? ref,
    arn,
    policy: policies
      .filter(({ Queues }) => Queues.includes(ref))
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement.flatMap(toServiceStatement)),
  }));
};

const contentShape = z.looseObject({
  parameters: z.optional(
    z.record(text, z.looseObject({ allowedPattern: z.optional(text), default: z.optional(z.unknown()) })),
  ),
});

export const readDocuments = ({ of }: StackReading): Document[] =>
  of('AWS::SSM::Document').map(({ ref, properties }) => {
    const { Content } = z.looseObject({ Content: contentShape }).parse(properties);
    const parameters = Object.entries(Content.parameters ?? {}).map(([name, one]) => {
      const pattern = one.allowedPattern === undefined ? undefined : new RegExp(one.allowedPattern);
      return [name, { pattern, hasDefault: one.default !== undefined }] as const;
    });
    return { name: ref, parameters: new Map(parameters) };
  });

const launchShape = z.looseObject({
  LaunchTemplateName: z.optional(text),
  TagSpecifications: z.optional(
    z.array(z.looseObject({ ResourceType: text, Tags: z.array(z.object({ Key: text, Value: text })) })),
  ),
  LaunchTemplateData: z.looseObject({
    IamInstanceProfile: z.optional(z.looseObject({ Arn: z.optional(text) })),
    MetadataOptions: z.optional(z.looseObject({ HttpTokens: z.optional(text) })),
    BlockDeviceMappings: z.optional(
      z.array(z.looseObject({ Ebs: z.optional(z.looseObject({ Encrypted: z.optional(z.boolean()) })) })),
    ),
  }),
});

export const readLaunchTemplates = ({ of }: StackReading): LaunchTemplate[] =>
  of('AWS::EC2::LaunchTemplate').map(({ ref, logicalId, properties }) => {
    const { LaunchTemplateName, LaunchTemplateData: data, TagSpecifications } = launchShape.parse(properties);
    const own = (TagSpecifications ?? []).filter(({ ResourceType }) => ResourceType === 'launch-template');
    const disks = data.BlockDeviceMappings ?? [];
    return {
      id: ref,
      name: LaunchTemplateName ?? logicalId,
      profileArn: data.IamInstanceProfile?.Arn,
      httpTokens: data.MetadataOptions?.HttpTokens,
      rootEncrypted: disks.length > 0 && disks.every(({ Ebs }) => Ebs?.Encrypted === true),
      tags: Object.fromEntries(own.flatMap(({ Tags }) => Tags).map(({ Key, Value }) => [Key, Value])),
    };
  });
