// The `Commands` port on Systems Manager: agents, commands from our own documents, parameters.
//
// Documents are called `<prefix>-<name>`. How long a run may take is fixed in each document's step: SendCommand's own
// TimeoutSeconds covers only the delivery, and parameters that a document does not declare are refused.

import {
  type CommandInvocationStatus,
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  type GetCommandInvocationCommandOutput,
  GetParameterCommand,
  PutParameterCommand,
  SendCommandCommand,
} from '@aws-sdk/client-ssm';
import type { AgentPing, HostCommandStatus, HostCommands } from '../port/commands.ts';
import { CloudError } from '../port/errors.ts';
import type { SsmSender } from './call/clients.ts';
import { type CallDeps, CloudCaller, present, unexpected } from './call/cloud-call.ts';
import { allPages } from './call/listing.ts';

/** The least that SendCommand takes. Agents are asked for first, so an undelivered command is soon known. */
const DELIVERY_SECONDS = 30;
/** What GetCommandInvocation keeps of a command's output (page "GetCommandInvocation"). */
const OUTPUT_CHARACTERS = 24_000;
/** The largest page, and the most values of one filter (page "DescribeInstanceInformation"). */
const PAGE = 50;
const FILTER_VALUES = 100;

export interface SsmCommandsDeps extends CallDeps {
  ssm: SsmSender;
  /** `spotkeep-<stage>`; documents are `<prefix>-<document>`. */
  documentPrefix: string;
}

export function ssmCommands(deps: SsmCommandsDeps): HostCommands {
  const { ssm, documentPrefix } = deps;
  const caller = new CloudCaller(deps);
  return {
    async agents(instanceIds) {
      const found: AgentPing[] = [];
      for (let start = 0; start < instanceIds.length; start += FILTER_VALUES) {
        found.push(...(await agents(ssm, caller, instanceIds.slice(start, start + FILTER_VALUES))));
      }
      return found;
    },
    async send({ document, instanceId, parameters }) {
      const command = new SendCommandCommand({
        DocumentName: `${documentPrefix}-${document}`,
        InstanceIds: [instanceId],
        TimeoutSeconds: DELIVERY_SECONDS,
        Parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]])),
      });
      const answer = await caller.once('SendCommand', () => ssm.send(command));
      return { commandId: present(answer.Command?.CommandId, 'SendCommand', 'CommandId') };
    },
    async result(commandId, instanceId) {
      const command = new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: instanceId });
      try {
        return toStatus(await caller.repeatable('GetCommandInvocation', () => ssm.send(command)));
      } catch (error) {
        // For a moment after SendCommand (page "GetCommandInvocation").
        if (error instanceof CloudError && error.code === 'InvocationDoesNotExist')
          return { kind: 'pending' };
        throw error;
      }
    },
    async parameter(name) {
      const command = new GetParameterCommand({ Name: name });
      const answer = await caller.repeatable('GetParameter', () => ssm.send(command));
      return present(answer.Parameter?.Value, 'GetParameter', `value of ${name}`);
    },
    async putParameter(name, value) {
      // Above 4 KB a value needs the advanced tier, which costs: only then (page "Parameter tiers").
      const input = {
        Name: name,
        Value: value,
        Type: 'String',
        Tier: 'Intelligent-Tiering',
        Overwrite: true,
      } as const;
      await caller.repeatable('PutParameter', () => ssm.send(new PutParameterCommand(input)));
    },
  };
}

async function agents(ssm: SsmSender, caller: CloudCaller, instanceIds: string[]): Promise<AgentPing[]> {
  const operation = 'DescribeInstanceInformation';
  const found = await allPages(operation, async (NextToken) => {
    const command = new DescribeInstanceInformationCommand({
      // A filter, so that an instance without an agent is absent rather than an error.
      Filters: [{ Key: 'InstanceIds', Values: instanceIds }],
      MaxResults: PAGE,
      NextToken,
    });
    const answer = await caller.repeatable(operation, () => ssm.send(command));
    return { items: answer.InstanceInformationList ?? [], nextToken: answer.NextToken };
  });
  return found.map((agent) => ({
    instanceId: present(agent.InstanceId, operation, 'InstanceId'),
    // `ConnectionLost` and `Inactive` are registered agents that do not answer now.
    online: agent.PingStatus === 'Online',
    agentVersion: agent.AgentVersion ?? '',
  }));
}

/** Page "Understanding command statuses". Pending, InProgress, Delayed and Cancelling may still change. */
const OPEN: readonly CommandInvocationStatus[] = ['Pending', 'InProgress', 'Delayed', 'Cancelling'];
const LOST: readonly CommandInvocationStatus[] = ['TimedOut', 'Cancelled'];

function toStatus(answer: GetCommandInvocationCommandOutput): HostCommandStatus {
  const { Status: status, StatusDetails: details } = answer;
  if (status === undefined) throw unexpected('GetCommandInvocation', 'Status is missing');
  if (OPEN.includes(status)) return { kind: 'pending' };
  if (LOST.includes(status)) return { kind: 'undelivered', code: details || status };
  if (status === 'Success') return { kind: 'done', ok: true, ...output(answer) };
  if (status !== 'Failed') throw unexpected('GetCommandInvocation', `Status is ${status}`);
  // `Failed` is also said of commands that never ran: Undeliverable, Terminated, InvalidPlatform, AccessDenied, ….
  if (details !== undefined && details !== '' && details !== 'Failed')
    return { kind: 'undelivered', code: details };
  return { kind: 'done', ok: false, ...output(answer) };
}

function output(answer: GetCommandInvocationCommandOutput): { output: string; truncated: boolean } {
  const text = answer.StandardOutputContent || answer.StandardErrorContent || '';
  return { output: text, truncated: text.length >= OUTPUT_CHARACTERS };
}
