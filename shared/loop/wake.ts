// From hints to loops: which workload an event is about, which are due, which instances are not needed.

import { minutes, since } from '../base/time.ts';
import { ROUND_EVERY } from '../decide/turn/limits.ts';
import { isOurs } from '../decide/turn/ours.ts';
import { mayHaveSurplus } from '../decide/volume/sweep.ts';
import type { CloudEvent } from '../event/parse.ts';
import type { InstanceView } from '../port/cloud.ts';
import { launchesOf } from '../record/named.ts';
import type { Deps } from './deps.ts';
import { read } from './observe.ts';
import { type LoadDeps, load } from './store.ts';
import { wakeSoon } from './tell.ts';

const resourceOf = (event: CloudEvent): string | undefined => {
  if (event.kind === 'volume') return event.volumeId;
  if (event.kind === 'snapshot') return event.volumeId ?? event.snapshotId;
  if (event.kind === 'reconcile') return undefined;
  return event.instanceId;
};

/** The workload an event is about; a foreign resource costs one GetItem. */
export const workloadOf = async (
  { records }: Pick<Deps, 'records'>,
  event: CloudEvent,
): Promise<string | undefined> => {
  if (event.kind === 'reconcile') return event.workload;
  const id = resourceOf(event);
  return id === undefined ? undefined : (await records.claimOf(id))?.workload;
};

/** Puts what must not queue behind a loop as an item of its own. True when there was something to put. */
export const noteEvent = async (
  deps: Pick<Deps, 'records' | 'clock'>,
  workload: string,
  event: CloudEvent,
): Promise<boolean> => {
  const receivedAt = deps.clock.now();
  if (event.kind === 'interruption') {
    const { instanceId, actionAt } = event;
    await deps.records.putNotice({
      workload,
      id: `interruption-${instanceId}`,
      kind: 'interruption',
      instanceId,
      actionAt,
      receivedAt: event.noticedAt,
    });
    return true;
  }
  if (event.kind === 'rebalance') {
    const { instanceId } = event;
    await deps.records.putNotice({
      workload,
      id: `rebalance-${instanceId}`,
      kind: 'rebalance',
      instanceId,
      receivedAt,
    });
    return true;
  }
  if (event.kind === 'instance-state' && event.state === 'terminated') {
    const { instanceId, state } = event;
    await deps.records.putNotice({
      workload,
      id: `state-${instanceId}`,
      kind: 'instance-state',
      instanceId,
      state,
      receivedAt,
    });
    return true;
  }
  return false;
};

/** The minute tick: what is due, and every workload each ten minutes whatever its wakeAt. */
export const tick = async (deps: Pick<Deps, 'records' | 'bus' | 'clock'>): Promise<string[]> => {
  const now = deps.clock.now();
  // A tick comes anywhere within its minute: which round it belongs to is counted in whole minutes.
  const round = Math.floor(now / minutes(1)) % (ROUND_EVERY / minutes(1)) === 0;
  const names = round ? await deps.records.listNames() : await deps.records.dueNames(now);
  await wakeSoon(deps, ...names);
  return names;
};

/**
 * Ends instances of this stack that no record needs (a launch whose record was lost sight of). Only instances whose launch
 * this stack's own table names and that came from one of its templates: whoever copies an instance copies its tags. A
 * failure for one is put into `failures`, and the others are still looked at.
 */
export const endOrphans = async (deps: Deps, failures: unknown[]): Promise<string[]> => {
  const ended: string[] = [];
  for (const instance of await deps.cloud.projectInstances()) {
    try {
      if (await endOrphan(deps, instance)) ended.push(instance.instanceId);
    } catch (error) {
      failures.push(error);
    }
  }
  return ended;
};

const endOrphan = async (deps: Deps, instance: InstanceView): Promise<boolean> => {
  const { workload, launchId, state, instanceId } = instance;
  if (!workload || !launchId || state === 'terminated' || state === 'shutting-down') return false;
  if (since(instance.launchedAt, deps.clock.now()) < minutes(4)) return false;
  const claim = await deps.records.claimOf(launchId);
  if (claim?.kind !== 'launch' || claim.workload !== workload) return false;
  const loaded = await load(deps, workload);
  if (loaded.kind !== 'loaded' || loaded.body.hold || loaded.body.intent?.effect.kind === 'launch')
    return false;
  const { volume } = loaded.body;
  if (
    launchesOf(loaded.body).has(launchId) ||
    instance.volumes.some((one) => one.volumeId === volume?.volumeId)
  )
    return false;
  if (!(await isOfStack(deps, workload, instance))) return false;
  deps.log.warn('orphan', {
    workload,
    operation: 'terminate',
    reason: `${instanceId}: launch ${launchId} is in no record`,
  });
  await deps.records.claim({
    id: instanceId,
    workload,
    kind: 'instance',
    note: 'orphan',
    claimedAt: deps.clock.now(),
  });
  await deps.cloud.terminate(instanceId, false);
  return true;
};

const isOfStack = async (deps: Deps, workload: string, instance: InstanceView): Promise<boolean> => {
  const ids = instance.templateId === undefined ? [] : [instance.templateId];
  const templates = await read(deps.cloud.launchTemplates(ids));
  return isOurs(instance, { project: deps.settings.project, workload, templates });
};

/** Does the record name anything the sweep might delete? Most of the time it does not, and the region is not asked. */
export const hasSurplus = async (deps: LoadDeps & Pick<Deps, 'clock'>, name: string): Promise<boolean> => {
  const loaded = await load(deps, name);
  if (loaded.kind !== 'loaded') return false;
  const { body } = loaded;
  return mayHaveSurplus(body, deps.clock.now());
};

/** Is this command's answer still waited for? Mostly the loop that sent it has read it before its event comes. */
export const awaitsCommand = async (deps: LoadDeps, name: string, commandId: string): Promise<boolean> => {
  const loaded = await load(deps, name);
  return loaded.kind === 'loaded' && loaded.body.command?.commandId === commandId;
};
