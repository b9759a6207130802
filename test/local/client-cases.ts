// The aws command line and boto3, where they are installed: neither reads our code, both read AWS's models.

import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { clientEnvironment, type LocalProcess } from './local-process.ts';
import { type Case, Skipped } from './suite.ts';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('boto3-client.py', import.meta.url));

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

export const clientCases = (region: LocalProcess): Case[] => {
  const env = () => clientEnvironment(region.endpoint);
  const aws = async (...args: string[]): Promise<unknown> => {
    try {
      const { stdout } = await run('aws', [...args, '--output', 'json'], { env: env(), timeout: 60_000 });
      return stdout.trim() === '' ? undefined : JSON.parse(stdout);
    } catch (error) {
      if (isMissing(error)) throw new Skipped('the aws command line is not installed');
      throw error;
    }
  };
  const text = (value: unknown, ...path: (string | number)[]): string => {
    const found = path.reduce<unknown>(
      (at, step) => (typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined),
      value,
    );
    return String(found);
  };
  return [
    {
      name: 'aws: who calls, an instance, a volume attached to it, a snapshot',
      async run() {
        assert.equal(text(await aws('sts', 'get-caller-identity'), 'Account'), '123456789012');
        const subnet = 'subnet-0a1b2c3d4e5f60001';
        const made = await aws(
          'ec2',
          'run-instances',
          '--image-id',
          'ami-0123456789abcdef0',
          '--instance-type',
          'm5.large',
          '--subnet-id',
          subnet,
        );
        const id = text(made, 'Instances', 0, 'InstanceId');
        const volume = text(
          await aws('ec2', 'create-volume', '--availability-zone', 'eu-west-1a', '--size', '1'),
          'VolumeId',
        );
        await aws('ec2', 'wait', 'volume-available', '--volume-ids', volume);
        const attached = await aws(
          'ec2',
          'attach-volume',
          '--volume-id',
          volume,
          '--instance-id',
          id,
          '--device',
          '/dev/sdf',
        );
        assert.equal(text(attached, 'State'), 'attaching');
        const shown = await aws('ec2', 'describe-instances', '--filters', `Name=instance-id,Values=${id}`);
        assert.equal(
          text(shown, 'Reservations', 0, 'Instances', 0, 'Placement', 'AvailabilityZone'),
          'eu-west-1a',
        );
        const snapshot = await aws('ec2', 'create-snapshot', '--volume-id', volume);
        assert.match(text(snapshot, 'SnapshotId'), /^snap-/);
        await aws('ec2', 'terminate-instances', '--instance-ids', id);
      },
    },
    {
      name: 'aws: table, events, parameters, functions',
      async run() {
        const item = JSON.stringify({ pk: { S: 'aws' }, sk: { S: 'cli' } });
        await aws('dynamodb', 'put-item', '--table-name', 'spotkeep-dev', '--item', item);
        const got = await aws('dynamodb', 'get-item', '--table-name', 'spotkeep-dev', '--key', item);
        assert.equal(text(got, 'Item', 'sk', 'S'), 'cli');
        const entries = JSON.stringify([
          { Source: 'test', DetailType: 'T', Detail: '{}', EventBusName: 'spotkeep-dev' },
        ]);
        assert.equal(text(await aws('events', 'put-events', '--entries', entries), 'FailedEntryCount'), '0');
        const name = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
        assert.match(text(await aws('ssm', 'get-parameter', '--name', name), 'Parameter', 'Value'), /^ami-/);
        const invoked = await aws('lambda', 'invoke', '--function-name', 'spotkeep-dev-status', '/dev/null');
        assert.equal(text(invoked, 'StatusCode'), '200');
      },
    },
    {
      name: 'aws: an error is one that it understands',
      async run() {
        await aws('--version').catch((error: unknown) => {
          if (error instanceof Skipped) throw error;
        });
        const failed = await aws('ec2', 'describe-instances', '--instance-ids', 'i-0123456789abcdef0').catch(
          String,
        );
        assert.match(
          String(failed),
          /An error occurred \(InvalidInstanceID.NotFound\) when calling the DescribeInstances/,
        );
        const invoked = await aws('lambda', 'invoke', '--function-name', 'nobody', '/dev/null').catch(String);
        assert.match(String(invoked), /\(ResourceNotFoundException\) when calling the Invoke operation/);
      },
    },
    {
      name: 'boto3: instances, volumes, snapshots, commands, the table, events, functions',
      async run() {
        try {
          const { stdout } = await run('python3', [SCRIPT], { env: env(), timeout: 120_000 });
          if (stdout.startsWith('skip')) throw new Skipped('boto3 is not installed');
          assert.match(stdout, /all of it works/);
        } catch (error) {
          if (isMissing(error)) throw new Skipped('python3 is not installed');
          throw error;
        }
      },
    },
  ];
};
