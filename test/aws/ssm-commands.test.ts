import { describe, expect, it } from 'vitest';
import { ssmCommands } from '../../shared/aws/ssm-commands.ts';
import { wireClients } from '../../simulator/wire/clients.ts';
import { RegionError } from '../../simulator/wire/region-error.ts';
import { scriptedRegion, timeout } from './scripted-region.ts';
import { testClock } from './test-clock.ts';

function commandsOn(script: Parameters<typeof scriptedRegion>[0]) {
  const region = scriptedRegion(script);
  const { ssm } = wireClients(region.handle, 'eu-west-1');
  const deps = { ssm, clock: testClock(), random: () => 0.5, documentPrefix: 'spotkeep-test' };
  return { region, commands: ssmCommands(deps) };
}

function ssmError(code: string): RegionError {
  return new RegionError({ service: 'ssm', code });
}

const SEND = {
  document: 'start' as const,
  instanceId: 'i-1',
  parameters: { operationNumber: '3' },
};

describe('agents', () => {
  it('lists all pages by a filter, and calls only Online online', async () => {
    const agent = (InstanceId: string, PingStatus: string) => ({
      InstanceId,
      PingStatus,
      AgentVersion: '3.3.1',
    });
    const { region, commands } = commandsOn({
      DescribeInstanceInformation: [
        { InstanceInformationList: [agent('i-1', 'Online')], NextToken: 'more' },
        { InstanceInformationList: [agent('i-2', 'ConnectionLost'), agent('i-3', 'Inactive')] },
      ],
    });
    expect(await commands.agents(['i-1', 'i-2', 'i-3', 'i-4'])).toEqual([
      { instanceId: 'i-1', online: true, agentVersion: '3.3.1' },
      { instanceId: 'i-2', online: false, agentVersion: '3.3.1' },
      { instanceId: 'i-3', online: false, agentVersion: '3.3.1' },
    ]);
    const asked = {
      Filters: [{ Key: 'InstanceIds', Values: ['i-1', 'i-2', 'i-3', 'i-4'] }],
      MaxResults: 50,
    };
    expect(region.inputs('DescribeInstanceInformation')).toEqual([asked, { ...asked, NextToken: 'more' }]);
  });

  it('asks for nothing when there is nobody to ask for', async () => {
    const { region, commands } = commandsOn({});
    expect(await commands.agents([])).toEqual([]);
    expect(region.calls).toEqual([]);
  });
});

describe('sending a command', () => {
  it("sends our stage's document with lists of one value and the shortest delivery", async () => {
    const { region, commands } = commandsOn({ SendCommand: { Command: { CommandId: 'c-1' } } });
    expect(await commands.send(SEND)).toEqual({ commandId: 'c-1' });
    expect(region.inputs('SendCommand')).toEqual([
      {
        DocumentName: 'spotkeep-test-start',
        InstanceIds: ['i-1'],
        TimeoutSeconds: 30,
        Parameters: { operationNumber: ['3'] },
      },
    ]);
  });

  it.each([
    [timeout(), 'unknown-outcome'],
    [ssmError('ThrottlingException'), 'throttled'],
    [ssmError('InvalidInstanceId'), 'conflict'],
    [ssmError('InvalidDocument'), 'invalid'],
  ])('is sent once: %s is %s', async (error, kind) => {
    const { region, commands } = commandsOn({ SendCommand: error });
    await expect(commands.send(SEND)).rejects.toMatchObject({ kind, operation: 'SendCommand' });
    expect(region.calls).toHaveLength(1);
  });
});

describe('the result of a command', () => {
  it.each(['Pending', 'InProgress', 'Delayed', 'Cancelling'])('is pending while %s', async (Status) => {
    const { commands } = commandsOn({ GetCommandInvocation: { Status, StatusDetails: Status } });
    expect(await commands.result('c-1', 'i-1')).toEqual({ kind: 'pending' });
  });

  it('is pending before the invocation exists', async () => {
    const { commands } = commandsOn({ GetCommandInvocation: ssmError('InvocationDoesNotExist') });
    expect(await commands.result('c-1', 'i-1')).toEqual({ kind: 'pending' });
  });

  it('has the output of a script that succeeded or failed', async () => {
    const { region, commands } = commandsOn({
      GetCommandInvocation: [
        { Status: 'Success', StatusDetails: 'Success', StandardOutputContent: '{"code":"done"}\n' },
        {
          Status: 'Failed',
          StatusDetails: 'Failed',
          StandardOutputContent: '',
          StandardErrorContent: 'no bash',
        },
      ],
    });
    expect(await commands.result('c-1', 'i-1')).toEqual({
      kind: 'done',
      ok: true,
      output: '{"code":"done"}\n',
      truncated: false,
    });
    expect(await commands.result('c-1', 'i-1')).toEqual({
      kind: 'done',
      ok: false,
      output: 'no bash',
      truncated: false,
    });
    expect(region.inputs('GetCommandInvocation')[0]).toEqual({ CommandId: 'c-1', InstanceId: 'i-1' });
  });

  it('says that an output of 24,000 characters was cut', async () => {
    const StandardOutputContent = 'x'.repeat(24_000);
    const { commands } = commandsOn({ GetCommandInvocation: { Status: 'Success', StandardOutputContent } });
    expect(await commands.result('c-1', 'i-1')).toMatchObject({ kind: 'done', truncated: true });
  });

  it.each([
    ['TimedOut', 'DeliveryTimedOut'],
    ['TimedOut', 'ExecutionTimedOut'],
    ['Cancelled', 'Canceled'],
    ['Failed', 'Undeliverable'],
    ['Failed', 'Terminated'],
    ['Failed', 'AccessDenied'],
  ])('of %s, %s says nothing of what the host did', async (Status, StatusDetails) => {
    const { commands } = commandsOn({ GetCommandInvocation: { Status, StatusDetails } });
    expect(await commands.result('c-1', 'i-1')).toEqual({ kind: 'undelivered', code: StatusDetails });
  });

  it('is never guessed from a status that is not documented', async () => {
    const { commands } = commandsOn({ GetCommandInvocation: { Status: 'Maybe' } });
    await expect(commands.result('c-1', 'i-1')).rejects.toMatchObject({ code: 'UnexpectedAnswer' });
  });
});

describe('parameters', () => {
  it('are read and overwritten, both again after a lost answer', async () => {
    const { region, commands } = commandsOn({
      GetParameter: [timeout(), { Parameter: { Value: 'ami-1' } }],
      PutParameter: [timeout(), {}],
    });
    expect(await commands.parameter('/aws/service/x')).toBe('ami-1');
    await commands.putParameter('/spotkeep/test/gitlab/setup', '#!/bin/sh');
    expect(region.inputs('GetParameter')[1]).toEqual({ Name: '/aws/service/x' });
    expect(region.inputs('PutParameter')[1]).toEqual({
      Name: '/spotkeep/test/gitlab/setup',
      Value: '#!/bin/sh',
      Type: 'String',
      Tier: 'Intelligent-Tiering',
      Overwrite: true,
    });
  });

  it('that do not exist are not found', async () => {
    const { commands } = commandsOn({ GetParameter: ssmError('ParameterNotFound') });
    await expect(commands.parameter('/x')).rejects.toMatchObject({ kind: 'not-found' });
  });
});
