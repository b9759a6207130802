// Instances: listings, health, spot status, termination, and that data volumes survive them.

import {
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeSpotInstanceRequestsCommand,
  type Filter,
  type Instance,
  type InstanceStatusSummary,
  ModifyInstanceAttributeCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { instant } from '../../base/time.ts';
import type { Cloud, InstanceHealth, InstanceView } from '../../port/cloud.ts';
import { CloudError } from '../../port/errors.ts';
import { TAG, TEMPLATE_TAG } from '../../port/tags.ts';
import type { Ec2Sender } from '../call/clients.ts';
import { type CloudCaller, oneOf, present } from '../call/cloud-call.ts';
import { allPages, taggedListing } from '../call/listing.ts';
import { byIds, byTags, fromTags } from '../call/tags.ts';
import type { Ec2Parts } from './parts.ts';

const STATES = ['pending', 'running', 'shutting-down', 'terminated', 'stopping', 'stopped'] as const;
/** The largest page that EC2 gives for instances (page "DescribeInstances", MaxResults). */
const PAGE = 1000;

type InstanceCalls = Pick<
  Cloud,
  'instances' | 'projectInstances' | 'instanceHealth' | 'spotStatus' | 'terminate' | 'keepOnTermination'
>;

export function ec2Instances({ ec2, caller, project }: Ec2Parts): InstanceCalls {
  const list = (filters: Filter[]) => listInstances(ec2, caller, filters);
  return {
    async instances(workload, ids) {
      const filters = [byTags({ [TAG.project]: project, [TAG.workload]: workload })];
      const found = await taggedListing({ filters, ids, idFilter: 'instance-id', idOf, list });
      return found.map(toView);
    },
    async projectInstances() {
      return (await list(byTags({ [TAG.project]: project }))).map(toView);
    },
    instanceHealth: (ids) => instanceHealth(ec2, caller, ids),
    spotStatus: (requestIds) => spotStatus(ec2, caller, requestIds),
    async terminate(instanceId, force) {
      const input = { InstanceIds: [instanceId], ...(force ? { Force: true } : {}) };
      await caller.repeatable('TerminateInstances', () => ec2.send(new TerminateInstancesCommand(input)));
    },
    async keepOnTermination(instanceId, device) {
      const [found] = await list([{ Name: 'instance-id', Values: [instanceId] }]);
      const mapping = found?.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === device);
      if (!mapping) {
        const message = `${instanceId} shows no device ${device} yet`;
        throw new CloudError('not-found', 'DescribeInstances', 'DeviceNotSeen', message);
      }
      if (mapping.Ebs?.DeleteOnTermination === false) return;
      const keep = { DeviceName: device, Ebs: { DeleteOnTermination: false } };
      const command = new ModifyInstanceAttributeCommand({
        InstanceId: instanceId,
        BlockDeviceMappings: [keep],
      });
      await caller.repeatable('ModifyInstanceAttribute', () => ec2.send(command));
    },
  };
}

function listInstances(ec2: Ec2Sender, caller: CloudCaller, filters: Filter[]): Promise<Instance[]> {
  return allPages('DescribeInstances', async (NextToken) => {
    const command = new DescribeInstancesCommand({ Filters: filters, MaxResults: PAGE, NextToken });
    const answer = await caller.repeatable('DescribeInstances', () => ec2.send(command));
    const items = (answer.Reservations ?? []).flatMap(({ Instances }) => Instances ?? []);
    return { items, nextToken: answer.NextToken };
  });
}

function idOf(found: Instance): string {
  return present(found.InstanceId, 'DescribeInstances', 'InstanceId');
}

function toView(found: Instance): InstanceView {
  const operation = 'DescribeInstances';
  const instanceId = idOf(found);
  const tags = fromTags(found.Tags);
  const launchId = tags[TAG.launch];
  const workload = tags[TAG.workload];
  const project = tags[TAG.project];
  const templateId = tags[TEMPLATE_TAG];
  const devices = (found.BlockDeviceMappings ?? []).filter((it) => it.DeviceName !== found.RootDeviceName);
  return {
    instanceId,
    state: oneOf(STATES, found.State?.Name, { operation, what: `state of ${instanceId}` }),
    zone: present(found.Placement?.AvailabilityZone, operation, `zone of ${instanceId}`),
    instanceType: present(found.InstanceType, operation, `type of ${instanceId}`),
    purchase: found.InstanceLifecycle === 'spot' ? 'spot' : 'on-demand',
    launchedAt: instant(present(found.LaunchTime, operation, `launch time of ${instanceId}`).getTime()),
    ...(found.SpotInstanceRequestId ? { spotRequestId: found.SpotInstanceRequestId } : {}),
    ...(launchId === undefined ? {} : { launchId }),
    ...(workload === undefined ? {} : { workload }),
    ...(project === undefined ? {} : { project }),
    ...(templateId === undefined ? {} : { templateId }),
    volumes: devices.flatMap(({ Ebs }) =>
      Ebs?.VolumeId ? [{ volumeId: Ebs.VolumeId, deleteOnTermination: Ebs.DeleteOnTermination ?? true }] : [],
    ),
  };
}

/** The largest number of InstanceIds in one call (page "DescribeInstanceStatus"). */
const STATUS_IDS = 100;

/**
 * DescribeInstanceStatus has no filter for the instance's id, and one unknown id fails the whole call: then each is
 * asked by itself. Instances that are not running are absent from its answer.
 */
async function instanceHealth(ec2: Ec2Sender, caller: CloudCaller, ids: string[]): Promise<InstanceHealth[]> {
  const health: InstanceHealth[] = [];
  for (let start = 0; start < ids.length; start += STATUS_IDS) {
    const portion = ids.slice(start, start + STATUS_IDS);
    try {
      health.push(...(await healthOf(ec2, caller, portion)));
    } catch (error) {
      if (!(error instanceof CloudError) || error.kind !== 'not-found') throw error;
      if (portion.length === 1) continue;
      for (const id of portion) health.push(...(await instanceHealth(ec2, caller, [id])));
    }
  }
  return health;
}

async function healthOf(ec2: Ec2Sender, caller: CloudCaller, ids: string[]): Promise<InstanceHealth[]> {
  const operation = 'DescribeInstanceStatus';
  const statuses = await allPages(operation, async (NextToken) => {
    const command = new DescribeInstanceStatusCommand({ InstanceIds: ids, NextToken });
    const answer = await caller.repeatable(operation, () => ec2.send(command));
    return { items: answer.InstanceStatuses ?? [], nextToken: answer.NextToken };
  });
  return statuses.map((status) => ({
    instanceId: present(status.InstanceId, operation, 'InstanceId'),
    reachability: reachability(status.InstanceStatus),
    system: reachability(status.SystemStatus),
  }));
}

function reachability(summary: InstanceStatusSummary | undefined): InstanceHealth['reachability'] {
  const status = summary?.Details?.find(({ Name }) => Name === 'reachability')?.Status;
  return status === 'passed' || status === 'failed' || status === 'initializing' ? status : 'unknown';
}

async function spotStatus(ec2: Ec2Sender, caller: CloudCaller, requestIds: string[]) {
  const operation = 'DescribeSpotInstanceRequests';
  const codes: Record<string, string> = {};
  for (const filters of byIds('spot-instance-request-id', requestIds)) {
    const requests = await allPages(operation, async (NextToken) => {
      const command = new DescribeSpotInstanceRequestsCommand({
        Filters: filters,
        MaxResults: PAGE,
        NextToken,
      });
      const answer = await caller.repeatable(operation, () => ec2.send(command));
      return { items: answer.SpotInstanceRequests ?? [], nextToken: answer.NextToken };
    });
    for (const { SpotInstanceRequestId, Status } of requests) {
      if (SpotInstanceRequestId && Status?.Code) codes[SpotInstanceRequestId] = Status.Code;
    }
  }
  return codes;
}
