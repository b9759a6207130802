// Reads what this turn needs to know of the world, and no more. A read that failed is `unknown`; an error whose code the
// table does not know is thrown on, so that Lambda, dead-letter queue and alarm see it.

import { minutes, since } from '../base/time.ts';
import { unnamed } from '../decide/turn/ours.ts';
import {
  type HostCommandReading,
  known,
  NOT_ASKED,
  type Read,
  type Reading,
} from '../decide/turn/reading.ts';
import { parseAnswer } from '../host/answer.ts';
import type { InstanceView, LaunchTemplateView, SnapshotView, VolumeView } from '../port/cloud.ts';
import { CloudError } from '../port/errors.ts';
import { launchesOf, namedInstances, namedSnapshots, namedVolumes, volumeToAdopt } from '../record/named.ts';
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

type ObserveDeps = Pick<Deps, 'cloud' | 'commands' | 'records' | 'clock' | 'settings'>;

const never = <T>(): Promise<Read<T>> => Promise.resolve(NOT_ASKED);

/** All that the record names; and where numbers are compared, all that were taken of its volumes, by whomever. */
const snapshotsOf = ({ cloud }: ObserveDeps, r: RecordBody): Promise<SnapshotView[]> =>
  cloud.snapshots({
    datasetId: r.dataset.id,
    ids: namedSnapshots(r),
    volumeIds: r.recover || volumeToAdopt(r) !== undefined ? namedVolumes(r) : [],
  });

interface Data {
  volumes: Read<VolumeView[]>;
  snapshots: Read<SnapshotView[]>;
}

/** What was read first counts. One of two readings that failed leaves nothing complete. */
const joined = <T>(first: Read<T[]>, more: Read<T[]>, idOf: (one: T) => string): Read<T[]> => {
  if (first.kind !== 'read' || more.kind !== 'read') return first.kind === 'read' ? more : first;
  const ids = new Set(first.value.map(idOf));
  return { kind: 'read', value: [...first.value, ...more.value.filter((one) => !ids.has(idOf(one)))] };
};

/**
 * A volume that is to be adopted may have been the home of another dataset: whatever else is of that one, in any project,
 * says which number comes next, and whether the volume is the newest.
 */
const withFormer = async ({ cloud }: ObserveDeps, r: RecordBody, data: Data): Promise<Data> => {
  const adopted = known(data.volumes)?.find(({ volumeId }) => volumeId === volumeToAdopt(r));
  const datasetId = adopted?.tags.dataset;
  if (datasetId === undefined || datasetId === r.dataset.id) return data;
  const [volumes, snapshots] = await Promise.all([
    read(cloud.volumes({ datasetId, ids: [] })),
    read(cloud.snapshots({ datasetId, ids: [] })),
  ]);
  return {
    volumes: joined(data.volumes, volumes, (one) => one.volumeId),
    snapshots: joined(data.snapshots, snapshots, (one) => one.snapshotId),
  };
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
    : { kind: 'no-answer', why: status.truncated ? 'output cut' : 'no answer, or one beyond its bounds' };
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
  volumeToAdopt(r) !== undefined ||
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

/** Instances with our tags that the record does not name are judged by the template they came from, … */
const strangersOf = (
  deps: ObserveDeps,
  { record: r, name }: ObserveOptions,
  instances: Read<InstanceView[]>,
) => unnamed(known(instances) ?? [], r, { project: deps.settings.project, workload: name });

const templatesIfNeeded = (
  deps: ObserveDeps,
  strangers: readonly InstanceView[],
): Promise<Read<LaunchTemplateView[]>> => {
  const ids = strangers.map(({ templateId }) => templateId).filter((id) => id !== undefined);
  if (ids.length === 0) return never();
  return read(deps.cloud.launchTemplates([...new Set(ids)]));
};

/** … and by all launches ever recorded, where the record does not name theirs. */
const launchesIfNeeded = (
  deps: ObserveDeps,
  { record: r, name }: ObserveOptions,
  strangers: readonly InstanceView[],
): Promise<Read<string[]>> => {
  const named = launchesOf(r);
  const asks = strangers.some((one) => !named.has(one.launchId ?? '') && one.state !== 'shutting-down');
  if (!asks) return never();
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
      read(deps.cloud.instances(name, namedInstances(r))),
      quiet ? NOT_ASKED : read(deps.cloud.volumes({ datasetId: r.dataset.id, ids: namedVolumes(r) })),
      options.snapshots || wantsSnapshots(r) ? read(snapshotsOf(deps, r)) : NOT_ASKED,
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
  const strangers = strangersOf(deps, options, instances);
  const [data, spot, templates, knownLaunches] = await Promise.all([
    withFormer(deps, r, { volumes, snapshots }),
    options.first ? spotByInstance(deps, r, instances) : NOT_ASKED,
    templatesIfNeeded(deps, strangers),
    launchesIfNeeded(deps, options, strangers),
  ]);
  return {
    at,
    tableId: options.tableId,
    instances,
    ...data,
    agents: agentPings,
    health,
    command,
    placement,
    addressOwner,
    notices,
    spot,
    templates,
    knownLaunches,
  };
};
