// The simulated clock lets pending work settle with one turn of the event loop: a call by the wire must not need more.

import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeVolumesCommand } from '@aws-sdk/client-ec2';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { describe, expect, it, vi } from 'vitest';
import { directClients, type RegionClients, wireClients } from '../../simulator/wire/clients.ts';
import { ec2Error, scriptedRegion } from '../aws/scripted-region.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function oneCallEach(clients: RegionClients): Promise<unknown>[] {
  const item = { pk: { S: 'a' } };
  return [
    clients.ec2.send(new DescribeVolumesCommand({})),
    clients.ssm.send(new GetParameterCommand({ Name: 'n' })),
    clients.events.send(new PutEventsCommand({ Entries: [] })),
    clients.dynamodb.send(new PutItemCommand({ TableName: 't', Item: item })),
  ];
}

describe.each([
  ['wire', (region: ReturnType<typeof scriptedRegion>) => wireClients(region.handle, 'eu-west-1')],
  ['direct', (region: ReturnType<typeof scriptedRegion>) => directClients(region.handle)],
] as const)('a call by the %s entrance', (_, open) => {
  it('is over within one turn of the event loop, without timers', async () => {
    const timers = vi.spyOn(globalThis, 'setTimeout');
    try {
      const region = scriptedRegion({ DescribeVolumes: {}, GetParameter: {}, PutEvents: {}, PutItem: {} });
      let settled = 0;
      for (const call of oneCallEach(open(region))) {
        void call.then(() => {
          settled += 1;
        });
      }
      await turn();
      expect(settled).toBe(4);
      expect(timers).not.toHaveBeenCalled();
    } finally {
      timers.mockRestore();
    }
  });

  it('is made once, whatever the error', async () => {
    const region = scriptedRegion({ DescribeVolumes: ec2Error('RequestLimitExceeded', 503) });
    await expect(open(region).ec2.send(new DescribeVolumesCommand({}))).rejects.toThrow();
    expect(region.calls).toHaveLength(1);
  });
});
