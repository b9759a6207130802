// The template's policies on real calls: a function's role may what its function does, and is refused the rest in AWS's
// form. The access keys are those that the functions get.

import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as ddb from '@aws-sdk/client-dynamodb';
import * as ec2 from '@aws-sdk/client-ec2';
import * as events from '@aws-sdk/client-eventbridge';
import * as lambda from '@aws-sdk/client-lambda';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import { templateShape } from '../../local/policy/template.ts';
import { readStack } from '../../local/stack/read.ts';
import type { LocalProcess } from './local-process.ts';
import { clientsOf } from './sdk-cases.ts';
import type { Case } from './suite.ts';

const refusal = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call;
  } catch (error) {
    return error instanceof Error ? `${error.name} ${error.message}` : String(error);
  }
  return 'allowed';
};

export const policyCases = (region: LocalProcess, packageDirectory: string): Case[] => {
  const as = (functionName: string) => {
    const file = path.join(packageDirectory, 'cloudformation-template-update-stack.json');
    const template = templateShape.parse(JSON.parse(readFileSync(file, 'utf8')));
    const stack = readStack(template, { accountId: '123456789012', region: 'eu-west-1' });
    const fn = stack.functions.find(({ name }) => name === `spotkeep-dev-${functionName}`);
    return clientsOf(region.endpoint, fn?.role.accessKeyId);
  };
  const Key = { pk: { S: 'a' }, sk: { S: 'b' } };
  const TableName = 'spotkeep-dev';
  return [
    {
      name: 'policies: a function is its role, and everybody else a person of the account',
      async run() {
        const { Arn } = await as('reconcile').sts.send(new sts.GetCallerIdentityCommand({}));
        assert.equal(Arn, 'arn:aws:sts::123456789012:assumed-role/ReconcileRole/spotkeep-dev-reconcile');
      },
    },
    {
      name: 'policies: the loop may observe and not delete; EC2 refuses as EC2 does',
      async run() {
        const { ec2: client } = as('reconcile');
        await client.send(new ec2.DescribeVolumesCommand({}));
        const VolumeId = 'vol-0123456789abcdef0';
        assert.match(
          await refusal(client.send(new ec2.DeleteVolumeCommand({ VolumeId }))),
          /^UnauthorizedOperation You are not authorized .*ec2:DeleteVolume on resource: arn:aws:ec2:eu-west-1:123456789012:volume\/vol-0/,
        );
        const foreign = await clientsOf(region.endpoint).ec2.send(
          new ec2.CreateVolumeCommand({ AvailabilityZone: 'eu-west-1a', Size: 1 }),
        );
        const snapshot = new ec2.CreateSnapshotCommand({ VolumeId: foreign.VolumeId });
        assert.match(await refusal(client.send(snapshot)), /^UnauthorizedOperation/);
        const open = new ec2.CreateVolumeCommand({
          AvailabilityZone: 'eu-west-1a',
          Size: 1,
          TagSpecifications: [
            { ResourceType: 'volume', Tags: [{ Key: 'spotkeep:project', Value: 'spotkeep-dev' }] },
          ],
        });
        assert.match(await refusal(client.send(open)), /^UnauthorizedOperation/);
        const run = new ec2.RunInstancesCommand({
          ImageId: 'ami-1',
          MinCount: 1,
          MaxCount: 1,
          InstanceType: 'm5.large',
        });
        assert.match(await refusal(client.send(run)), /^UnauthorizedOperation/);
      },
    },
    {
      name: 'policies: table, bus, parameters and functions are refused where the template does not allow them',
      async run() {
        const status = as('status');
        assert.equal(
          await refusal(status.dynamodb.send(new ddb.GetItemCommand({ TableName, Key }))),
          'allowed',
        );
        assert.match(
          await refusal(status.dynamodb.send(new ddb.PutItemCommand({ TableName, Item: Key }))),
          /^AccessDeniedException User: arn:aws:sts::.* is not authorized to perform: dynamodb:PutItem/,
        );
        const entry = { Source: 'spotkeep', DetailType: 'X', Detail: '{}' };
        const publish = (more: object) =>
          refusal(as('tick').events.send(new events.PutEventsCommand({ Entries: [{ ...entry, ...more }] })));
        assert.equal(await publish({ EventBusName: 'spotkeep-dev' }), 'allowed');
        assert.match(
          await publish({ EventBusName: 'spotkeep-dev', Source: 'somebody' }),
          /^AccessDeniedException/,
        );
        assert.match(await publish({}), /^AccessDeniedException/);
        const parameter = new ssm.GetParameterCommand({ Name: '/spotkeep/dev/x/setup' });
        assert.match(await refusal(as('tick').ssm.send(parameter)), /^AccessDeniedException/);
        const invoke = new lambda.InvokeCommand({ FunctionName: 'spotkeep-dev-sweep' });
        assert.match(await refusal(as('tick').lambda.send(invoke)), /^AccessDeniedException/);
      },
    },
  ];
};
