// Reads what this turn needs to know of the world, and no more. A read that failed is `unknown`; an error whose code the
// table does not know is thrown on, so that Lambda, dead-letter queue and alarm see it.

import { minutes, since } from '../base/time.ts';
import {
  type HostCommandReading,
  known,
  NOT_ASKED,
  type Read,
  type Reading,
} from '../decide/turn/reading.ts';
import { parseAnswer } from '../host/answer.ts';
import type { InstanceView } from '../port/cloud.ts';
import { CloudError } from '../port/errors.ts';
import { launchesOf } from '../record/launches.ts';
import type { RecordBody } from '../record/record.ts';
import type { Deps } from './deps.ts';

/** A read that failed is `unknown`. Rejects with what this call cannot go on from. */
export const read = async <T>(call: Promise<T>): Promise<Read<T>> => {
  try {
    return { kind: 'read', value: await call };
  } catch (error) {
    // Expired credentials and defects of ours end the call; everything else may pass by itself.
    if (error instanceof CloudError && error.kind !== 'unclassified' && error.kind !== 'credentials') {
      return { kind: 'unknown', why: error.kind };
    }
    throw error;
  }
};

type ObserveDeps = Pick<Deps, 'cloud' | 'commands' | 'records' | 'clock'>;

const never = <T>(): Promise<Read<T>> => Promise.resolve(NOT_ASKED);

const instanceIds = (r: RecordBody): string[] =>
  [r.owner?.instanceId, r.candidate?.instanceId, ...r.leaving.map((one) => one.instanceId)].filter(
    (id) => id !== undefined,
  );

const volumeIds = (r: RecordBody): string[] => {
  const live = r.lineage.filter((one) => one.role !== 'deleted').map((one) => one.volumeId);
  const adopted =
    r.definition.volume.kind === 'adopt' && !r.volume ? r.definition.volume.volumeId : undefined;
  return [...new Set([r.volume?.volumeId, r.migration?.newVolumeId, adopted, ...live])].filter(
    (id) => id !== undefined,
  );
};

const commandReading = async ({ commands }: ObserveDeps, r: RecordBody): Promise<HostCommandReading> => {
  const { command } = r;
  if (!command?.commandId) return { kind: 'pending' };
  const status = await commands.result(command.commandId, command.instanceId);
  if (status.kind === 'pending') return { kind: 'pending' };
  if (status.kind === 'undelivered') return { kind: 'no-answer', why: status.code };
  const answer = status.truncated ? undefined : parseAnswer(status.output);
  return answer
    ? { kind: 'answered', answer }
    : { kind: 'no-answer', why: status.truncated ? 'output cut' : 'no answer line' };
};

export interface ObserveOptions {
  name: string;
  record: RecordBody;
  /** Reads the snapshots although nothing pends (the sweep). */
  snapshots: boolean;
  tableId: Read<string>;
  /** The first turn of a call: what changes slowly is read only then. */
  first: boolean;
}

const wantsSnapshots = (r: RecordBody): boolean =>
  r.migration?.phase === 'snapshotting' ||
  r.restoreRequest !== undefined ||
  r.recover !== undefined ||
  r.intent?.effect.kind === 'snapshot' ||
  r.snapshots.some((one) => one.state === 'pending');

/** Agents matter while one is awaited or served by. */
const wantsAgents = (r: RecordBody): string[] =>
  [
    r.owner?.draining ? undefined : r.owner?.instanceId,
    r.candidate?.onlineAt ? undefined : r.candidate?.instanceId,
  ].filter((id) => id !== undefined);

const spotByInstance = async (
  deps: ObserveDeps,
  r: RecordBody,
  instances: Read<InstanceView[]>,
): Promise<Read<Record<string, string>>> => {
  const { owner } = r;
  if (owner?.purchase !== 'spot' || owner.draining || owner.interruption) return NOT_ASKED;
  const request = known(instances)?.find((one) => one.instanceId === owner.instanceId)?.spotRequestId;
  if (!request) return NOT_ASKED;
  const statuses = await read(deps.cloud.spotStatus([request]));
  if (statuses.kind !== 'read') return statuses;
  return { kind: 'read', value: { [owner.instanceId]: statuses.value[request] ?? '' } };
};

/** A live instance whose launch the record does not name needs the list of all launches ever recorded. */
const launchesIfNeeded = (
  deps: ObserveDeps,
  options: ObserveOptions,
  instances: Read<InstanceView[]>,
): Promise<Read<string[]>> => {
  const { record: r, name } = options;
  const named = launchesOf(r);
  const stranger = (known(instances) ?? []).some(
    (one) =>
      one.workload === name &&
      !named.has(one.launchId ?? '') &&
      one.state !== 'terminated' &&
      one.state !== 'shutting-down',
  );
  if (!stranger) return never();
  const claims = deps.records
    .claimsOf(name)
    .then((all) => all.filter((one) => one.kind === 'launch').map((one) => one.id));
  return read(claims);
};

export const observe = async (deps: ObserveDeps, options: ObserveOptions): Promise<Reading> => {
  const { record: r, name } = options;
  const at = deps.clock.now();
  // While a probe of a serving instance is out, only its answer and the instance itself are of interest.
  const quiet =
    !options.first &&
    r.command?.document === 'probe' &&
    !r.candidate &&
    !r.owner?.interruption &&
    !r.suspicion;
  const agents = quiet ? [] : wantsAgents(r);
  const owner = r.owner;
  const lost = owner?.agentLostAt !== undefined && since(owner.agentLostAt, at) >= minutes(1);
  const aboutToLeave =
    r.refusedSince !== undefined && !r.candidate && since(r.refusedSince, at) >= minutes(2);
  const address = r.definition.network.elasticIpAllocationId;
  const [instances, volumes, snapshots, agentPings, health, command, placement, addressOwner, notices] =
    await Promise.all([
      read(deps.cloud.instances(name, instanceIds(r))),
      quiet ? NOT_ASKED : read(deps.cloud.volumes(name, volumeIds(r))),
      options.snapshots || wantsSnapshots(r)
        ? read(
            deps.cloud.snapshots(
              name,
              r.snapshots.map((one) => one.snapshotId),
            ),
          )
        : NOT_ASKED,
      agents.length > 0 ? read(deps.commands.agents(agents)) : NOT_ASKED,
      lost && owner ? read(deps.cloud.instanceHealth([owner.instanceId])) : NOT_ASKED,
      r.command?.commandId ? read(commandReading(deps, r)) : NOT_ASKED,
      aboutToLeave
        ? read(deps.cloud.placementScores(r.definition.capacity.instanceTypes, r.definition.region))
        : NOT_ASKED,
      address && owner?.startedAt !== undefined && owner.addressAt === undefined
        ? read(deps.cloud.addressOwner(address))
        : NOT_ASKED,
      deps.records.notices(name),
    ]);
  const [spot, knownLaunches] = await Promise.all([
    options.first ? spotByInstance(deps, r, instances) : NOT_ASKED,
    launchesIfNeeded(deps, options, instances),
  ]);
  return {
    at,
    tableId: options.tableId,
    instances,
    volumes,
    snapshots,
    agents: agentPings,
    health,
    command,
    placement,
    addressOwner,
    notices,
    spot,
    knownLaunches,
  };
};
