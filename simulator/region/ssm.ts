// Systems Manager: agents that register late, commands that are delivered within seconds (or never), parameters.

import { seconds } from '../../shared/base/time.ts';
import { uuidOf } from '../kernel/random.ts';
import type { RegionCall } from './ec2-reads.ts';
import { type RegionContext, strikes } from './state/context.ts';
import { fail, filtersOf, type Input, needText, recordOf, text, texts } from './state/input.ts';
import type { AwsShape } from './state/model.ts';

interface Invocation {
  commandId: string;
  instanceId: string;
  document: string;
  sentAt: number;
  status: 'Pending' | 'InProgress' | 'Success' | 'Failed' | 'TimedOut';
  details: string;
  output: string;
}

/** GetCommandInvocation keeps this much of the standard output. */
const OUTPUT_KEPT = 24_000;

const flat = (input: Input): Record<string, string> =>
  Object.fromEntries(
    Object.entries(recordOf(input, 'Parameters')).map(([name, values]) => [
      name,
      String(Array.isArray(values) ? values[0] : values),
    ]),
  );

export const ssmCalls = (
  region: RegionContext,
  parameters: Map<string, string>,
): Record<string, RegionCall> => {
  const invocations = new Map<string, Invocation>();
  const chance = region.chance('ssm');

  const finish = (invocation: Invocation, status: Invocation['status'], output: string): void => {
    if (invocation.status !== 'InProgress' && invocation.status !== 'Pending') return;
    invocation.status = status;
    invocation.details = status;
    invocation.output = strikes(region, 'outputTruncated')
      ? output.slice(0, Math.floor(output.length / 2))
      : output.slice(0, OUTPUT_KEPT);
    region.emit({
      source: 'aws.ssm',
      'detail-type': 'EC2 Command Invocation Status-change Notification',
      detail: {
        'command-id': invocation.commandId,
        'document-name': invocation.document,
        'instance-id': invocation.instanceId,
        'requested-date-time': new Date(invocation.sentAt).toISOString(),
        status,
      },
      resources: [],
    });
  };

  const deliver = (invocation: Invocation, values: Record<string, string>): void => {
    if (!region.host.agentOnline(invocation.instanceId)) {
      region.kernel.after(seconds(30), () => {
        if (invocation.status !== 'Pending') return;
        invocation.status = 'TimedOut';
        invocation.details = 'DeliveryTimedOut';
      });
      return;
    }
    invocation.status = 'InProgress';
    const run = (first: boolean): void =>
      region.host.run({
        instanceId: invocation.instanceId,
        document: invocation.document,
        parameters: values,
        done: ({ status, output }) => {
          if (first) finish(invocation, status, output);
        },
      });
    run(true);
    if (strikes(region, 'commandTwice')) region.kernel.after(chance.seconds(0, 20), () => run(false));
  };

  return {
    DescribeInstanceInformation: (input) => {
      const wanted = filtersOf(input).get('InstanceIds');
      const all = [...region.instances.values()].filter(
        (one) => (wanted ? wanted.has(one.id) : true) && region.host.agentOnline(one.id),
      );
      return {
        InstanceInformationList: all.map((one) => ({
          InstanceId: one.id,
          PingStatus: 'Online',
          AgentVersion: '3.3.3050.0',
          PlatformType: 'Linux',
        })),
      };
    },
    SendCommand: (input) => {
      const [instanceId] = texts(input, 'InstanceIds');
      const document = needText('ssm', input, 'DocumentName');
      if (!instanceId || !region.host.agentOnline(instanceId)) {
        throw fail(
          'ssm',
          'InvalidInstanceId',
          `Instances [[${instanceId}]] not in a valid state for account 123456789012`,
        );
      }
      const invocation: Invocation = {
        commandId: uuidOf(chance),
        instanceId,
        document,
        sentAt: region.kernel.now(),
        status: 'Pending',
        details: 'Pending',
        output: '',
      };
      invocations.set(invocation.commandId, invocation);
      if (invocations.size > 2_000) invocations.delete(invocations.keys().next().value ?? '');
      const values = flat(input);
      if (!strikes(region, 'commandLost'))
        region.kernel.after(chance.seconds(1, 3), () => deliver(invocation, values));
      else {
        region.kernel.after(seconds(32), () => {
          invocation.status = 'TimedOut';
          invocation.details = 'DeliveryTimedOut';
        });
      }
      return {
        Command: {
          CommandId: invocation.commandId,
          DocumentName: document,
          Status: 'Pending',
          InstanceIds: [instanceId],
        },
      };
    },
    GetCommandInvocation: (input): AwsShape => {
      const found = invocations.get(needText('ssm', input, 'CommandId'));
      if (
        !found ||
        found.instanceId !== text(input, 'InstanceId') ||
        region.kernel.now() - found.sentAt < 300
      ) {
        throw fail('ssm', 'InvocationDoesNotExist', '');
      }
      const { commandId, instanceId, status, details, output } = found;
      return {
        CommandId: commandId,
        InstanceId: instanceId,
        Status: status,
        StatusDetails: details,
        StandardOutputContent: output,
        StandardErrorContent: '',
        ResponseCode: status === 'Success' ? 0 : 1,
      };
    },
    GetParameter: (input) => {
      const name = needText('ssm', input, 'Name');
      const value =
        parameters.get(name) ?? (name.startsWith('/aws/service/') ? 'ami-0123456789abcdef0' : undefined);
      if (value === undefined) throw fail('ssm', 'ParameterNotFound', '');
      return { Parameter: { Name: name, Type: 'String', Value: value, Version: 1 } };
    },
    PutParameter: (input) => {
      parameters.set(needText('ssm', input, 'Name'), needText('ssm', input, 'Value'));
      return { Version: 1, Tier: 'Standard' };
    },
  };
};
