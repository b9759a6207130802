// Launching one instance in one zone: CreateFleet of type instant, which answers with the instance or with one error
// per refused pool, both inside an HTTP 200.
//
// What the launch template holds, because CreateFleet's overrides cannot carry it: user data, metadata options, the
// tags of the root volume and the interface (CreateFleet of type instant tags only the fleet and the instance; page
// "CreateFleet", TagSpecifications). Neither can they carry security groups, and the template is shared by workloads:
// the groups are set right after the launch, before anything of the workload runs on the instance.

import {
  type _InstanceType,
  CreateFleetCommand,
  type CreateFleetCommandInput,
  type CreateFleetInstance,
  type DescribeFleetError,
  type FleetLaunchTemplateOverridesRequest,
  type InstanceRequirementsRequest,
  ModifyInstanceAttributeCommand,
} from '@aws-sdk/client-ec2';
import type { LaunchRequest, LaunchResult } from '../../port/cloud.ts';
import { CloudError, type CloudErrorKind } from '../../port/errors.ts';
import { TAG } from '../../port/tags.ts';
import { CREATE_FLEET_TIMEOUT_MS } from '../call/clients.ts';
import { present } from '../call/cloud-call.ts';
import { classify } from '../call/error-table.ts';
import { toTags } from '../call/tags.ts';
import type { Ec2Parts } from './parts.ts';

type LaunchError = LaunchResult['errors'][number];

const NEW_INSTANCE: readonly CloudErrorKind[] = ['not-found', 'conflict'];

const LAUNCH_KINDS: readonly CloudErrorKind[] = ['capacity', 'quota', 'pool-unusable', 'throttled'];

/**
 * Repeated with the same token when throttled or lost, so one request makes one instance. Rejects with `CloudError`
 * for what concerns no pool (`token-burned`, `denied`, `invalid`, `unknown-outcome`, …).
 */
export async function launch(parts: Ec2Parts, request: LaunchRequest): Promise<LaunchResult> {
  const result = await createFleet(parts, request);
  const { instance } = result;
  if (!instance || request.securityGroupIds.length === 0) return result;
  const notSet = await setSecurityGroups(parts, instance.instanceId, request);
  return notSet ? { instance, errors: [...result.errors, notSet] } : result;
}

/** Idempotent. A failure must not hide the instance: it is answered beside it. */
async function setSecurityGroups(
  { ec2, caller }: Ec2Parts,
  instanceId: string,
  request: LaunchRequest,
): Promise<LaunchError | undefined> {
  const input = { InstanceId: instanceId, Groups: request.securityGroupIds };
  const operation = 'ModifyInstanceAttribute';
  try {
    // EC2 may not know the new instance everywhere yet (page "Eventual consistency in the Amazon EC2 API").
    await caller.repeatable(
      operation,
      () => ec2.send(new ModifyInstanceAttributeCommand(input)),
      NEW_INSTANCE,
    );
    return undefined;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const message = `security groups of ${instanceId} were not set: ${error.code}: ${error.message}`;
    return { code: 'SecurityGroupsNotSet', kind: 'other', zone: request.zone, message };
  }
}

async function createFleet(
  { ec2, caller, project }: Ec2Parts,
  request: LaunchRequest,
): Promise<LaunchResult> {
  const command = new CreateFleetCommand(fleetInput(request, project));
  try {
    const answer = await caller.repeatable('CreateFleet', () =>
      ec2.send(command, { requestTimeout: CREATE_FLEET_TIMEOUT_MS }),
    );
    const instance = (answer.Instances ?? [])
      .map((it) => launched(it, request))
      .find((it) => it !== undefined);
    const errors = (answer.Errors ?? []).map((error) => refusal(error, request));
    return instance ? { instance, errors } : { errors: errors.length > 0 ? errors : [noReason(request)] };
  } catch (error) {
    return refusedCall(error, request);
  }
}

function fleetInput(request: LaunchRequest, project: string): CreateFleetCommandInput {
  const own = { [TAG.project]: project, [TAG.workload]: request.workload, [TAG.launch]: request.launchId };
  const { launchTemplate, purchase } = request;
  const template = launchTemplate.startsWith('lt-')
    ? { LaunchTemplateId: launchTemplate }
    : { LaunchTemplateName: launchTemplate };
  return {
    // The default, `maintain`, would go on relaunching by itself.
    Type: 'instant',
    ClientToken: request.token,
    LaunchTemplateConfigs: [
      // A stack's update makes a new version and leaves the default one where it was.
      { LaunchTemplateSpecification: { ...template, Version: '$Latest' }, Overrides: overrides(request) },
    ],
    TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: purchase },
    ...(purchase === 'spot'
      ? {
          SpotOptions: {
            AllocationStrategy: 'price-capacity-optimized',
            InstanceInterruptionBehavior: 'terminate',
          },
        }
      : { OnDemandOptions: { AllocationStrategy: 'lowest-price' } }),
    TagSpecifications: [
      { ResourceType: 'fleet', Tags: toTags(own) },
      // Ours last: a user's tag never hides one of them.
      {
        ResourceType: 'instance',
        Tags: toTags({ ...request.tags, Name: request.workload, ...own }),
      },
    ],
  };
}

/** One per pool: a type in the one subnet. Explicit types come before requirements; one override may not have both. */
function overrides(request: LaunchRequest): FleetLaunchTemplateOverridesRequest[] {
  const place = { SubnetId: request.subnetId, ImageId: request.imageId };
  if (request.instanceTypes.length > 0) {
    return request.instanceTypes.map((type) => ({ ...place, InstanceType: type as _InstanceType }));
  }
  return [{ ...place, InstanceRequirements: requirements(request) }];
}

function requirements(request: LaunchRequest): InstanceRequirementsRequest {
  const needs = request.requirements;
  if (!needs)
    throw new CloudError('invalid', 'CreateFleet', 'NoInstanceTypes', 'neither types nor requirements');
  const MIB_PER_GIB = 1024;
  return {
    VCpuCount: { Min: needs.vcpuMin, ...(needs.vcpuMax === undefined ? {} : { Max: needs.vcpuMax }) },
    MemoryMiB: {
      Min: needs.memoryMinGiB * MIB_PER_GIB,
      ...(needs.memoryMaxGiB === undefined ? {} : { Max: needs.memoryMaxGiB * MIB_PER_GIB }),
    },
    // Requirements know no architecture; the makers of the processors decide it.
    CpuManufacturers: request.architecture === 'arm64' ? ['amazon-web-services'] : ['intel', 'amd'],
    // The hosts find their volume by its NVMe serial, which only Nitro instances have; T2 is "current" and Xen.
    InstanceGenerations: ['current'],
    ExcludedInstanceTypes: ['t2.*'],
    BurstablePerformance: 'included',
    BareMetal: 'excluded',
  };
}

function launched(found: CreateFleetInstance, request: LaunchRequest): LaunchResult['instance'] {
  const instanceId = found.InstanceIds?.[0];
  if (instanceId === undefined) return undefined;
  const override = found.LaunchTemplateAndOverrides?.Overrides;
  return {
    instanceId,
    instanceType: present(found.InstanceType ?? override?.InstanceType, 'CreateFleet', 'InstanceType'),
    // All overrides share one subnet, so the zone is the asked one even when the answer leaves it out.
    zone: found.AvailabilityZone ?? override?.AvailabilityZone ?? request.zone,
  };
}

function refusal(error: DescribeFleetError, request: LaunchRequest): LaunchError {
  const override = error.LaunchTemplateAndOverrides?.Overrides;
  const code = error.ErrorCode ?? 'Unknown';
  return {
    code,
    kind: launchKind(classify(code)),
    ...(override?.InstanceType === undefined ? {} : { instanceType: override.InstanceType }),
    zone: override?.AvailabilityZone ?? request.zone,
    message: error.ErrorMessage ?? code,
  };
}

function launchKind(kind: CloudErrorKind): LaunchError['kind'] {
  return kind === 'capacity' || kind === 'quota' || kind === 'pool-unusable' || kind === 'throttled'
    ? kind
    : 'other';
}

/** Neither an instance nor a reason: treated as no capacity, so that other pools are tried. */
function noReason(request: LaunchRequest): LaunchError {
  const message = 'CreateFleet answered neither an instance nor an error';
  return { code: 'UnfulfillableCapacity', kind: 'capacity', zone: request.zone, message };
}

/** EC2 may also refuse the call as a whole for capacity or quota; to the loop it is the same answer. */
function refusedCall(error: unknown, request: LaunchRequest): LaunchResult {
  if (!(error instanceof CloudError) || error.kind === 'throttled' || !LAUNCH_KINDS.includes(error.kind)) {
    throw error;
  }
  const { code, message, kind } = error;
  return { errors: [{ code, kind: launchKind(kind), zone: request.zone, message }] };
}
