// Performs one effect through the ports and says what became of it. Nothing here decides.

import type { Outcome } from '../decide/outcome.ts';
import { CloudError } from '../port/errors.ts';
import { TAG } from '../port/tags.ts';
import type { Effect } from '../record/effect.ts';
import type { Deps } from './deps.ts';

/** The device label of the data volume. On Nitro it is only a label: the host goes by the volume's serial. */
const DATA_DEVICE = '/dev/sdf';

const call = async (deps: Deps, effect: Effect): Promise<Outcome> => {
  const { cloud, commands } = deps;
  switch (effect.kind) {
    case 'launch':
      return { kind: 'launched', result: await cloud.launch(effect.request) };
    case 'create-volume':
      return { kind: 'volume-created', volumeId: (await cloud.createVolume(effect.request)).volumeId };
    case 'snapshot':
      return {
        kind: 'snapshot-created',
        snapshotId: (await cloud.createSnapshot(effect.volumeId, effect.description, effect.tags)).snapshotId,
      };
    case 'command': {
      const { document, instanceId, parameters } = effect;
      const { commandId } = await commands.send({
        document,
        instanceId,
        parameters,
      });
      return { kind: 'command-sent', commandId };
    }
    case 'attach':
      await cloud.attachVolume(effect.volumeId, effect.instanceId, DATA_DEVICE);
      break;
    case 'detach':
      await cloud.detachVolume(effect.volumeId, effect.instanceId);
      break;
    case 'keep-volume':
      await cloud.keepOnTermination(effect.instanceId, DATA_DEVICE);
      break;
    case 'terminate':
      await cloud.terminate(effect.instanceId, effect.force);
      break;
    case 'tag-volume':
      await cloud.tagVolume(effect.volumeId, {
        [TAG.role]: effect.role,
        ...(effect.generation === undefined ? {} : { [TAG.generation]: String(effect.generation) }),
      });
      break;
    case 'delete-volume':
      await cloud.deleteVolume(effect.volumeId);
      break;
    case 'delete-snapshot':
      await cloud.deleteSnapshot(effect.snapshotId);
      break;
    case 'associate-address':
      await cloud.associateAddress(effect.allocationId, effect.instanceId);
      break;
  }
  return { kind: 'accepted' };
};

/** Which ids are claimed for the workload before the effect: two workloads can never have one volume or launch. */
const claimFirst = (effect: Effect): { id: string; kind: 'launch' | 'volume' } | undefined => {
  if (effect.kind === 'launch') return { id: effect.request.launchId, kind: 'launch' };
  if (effect.kind === 'attach') return { id: effect.volumeId, kind: 'volume' };
  return undefined;
};

const madeBy = (outcome: Outcome): { id: string; kind: 'instance' | 'volume' | 'snapshot' } | undefined => {
  if (outcome.kind === 'launched' && outcome.result.instance)
    return { id: outcome.result.instance.instanceId, kind: 'instance' };
  if (outcome.kind === 'volume-created') return { id: outcome.volumeId, kind: 'volume' };
  if (outcome.kind === 'snapshot-created') return { id: outcome.snapshotId, kind: 'snapshot' };
  return undefined;
};

/** The call was carried out: where its claim is refused, it is asked again under the same token, or looked for by its tag. */
const claimMade = async (deps: Deps, workload: string, outcome: Outcome): Promise<Outcome> => {
  const made = madeBy(outcome);
  if (!made) return outcome;
  try {
    await deps.records.claim({ ...made, workload, claimedAt: deps.clock.now() });
    return outcome;
  } catch (error) {
    if (!(error instanceof CloudError) || error.kind === 'unclassified' || error.kind === 'credentials')
      throw error;
    return { kind: 'lost', code: error.code };
  }
};

export const perform = async (deps: Deps, workload: string, effect: Effect): Promise<Outcome> => {
  const { records, clock } = deps;
  const first = claimFirst(effect);
  try {
    if (first && !(await records.claim({ ...first, workload, claimedAt: clock.now() }))) {
      return {
        kind: 'refused',
        error: 'conflict',
        code: 'ClaimedByOther',
        message: `${first.id} belongs to another workload`,
      };
    }
    const outcome = await call(deps, effect);
    return await claimMade(deps, workload, outcome);
  } catch (error) {
    if (!(error instanceof CloudError) || error.kind === 'unclassified' || error.kind === 'credentials')
      throw error;
    if (error.kind === 'unknown-outcome') return { kind: 'lost', code: error.code };
    return { kind: 'refused', error: error.kind, code: error.code, message: error.message };
  }
};
