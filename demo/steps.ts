// Performs a scenario's steps on the world at their time.

import { instant, ms } from '../shared/base/time.ts';
import { setContainer } from '../simulator/host/containers.ts';
import { rebalance, reclaimInstance, reportFalseEnd, warnInstance } from '../simulator/region/instances.ts';
import { secondStage, strangerInstance } from '../simulator/region/others.ts';
import type { SimContainer, SimInstance, SimVolume } from '../simulator/region/state/model.ts';
import type { World } from '../simulator/world.ts';
import type { ScenarioStep } from './scenario/types.ts';

/** The instance that serves, or the one on its way. */
const target = (world: World, name: string): SimInstance | undefined => {
  const record = world.judge.records.get(name);
  const ids = [record?.owner?.instanceId, record?.candidate?.instanceId];
  for (const id of ids) {
    const found = id ? world.region.instances.get(id) : undefined;
    if (found && (found.state === 'running' || found.state === 'pending')) return found;
  }
  return undefined;
};

const onInstance = (world: World, name: string, act: (instance: SimInstance) => void): string => {
  const found = target(world, name);
  if (!found) return 'nothing runs: nothing happens';
  act(found);
  return found.id;
};

const command = (world: World, name: string, payload: Record<string, unknown>): string => {
  // As an operator would: now, and once. A control plane that is down refuses.
  if (world.region.switches.controlPlaneDownUntil > world.kernel.now()) return 'the control plane is down';
  void world.lambda.invoke(name, payload).then((ended) => {
    const answer = ended.kind === 'done' ? JSON.stringify(ended.answer) : ended.error;
    world.options.onLog?.({
      at: world.kernel.now(),
      level: 'info',
      message: 'answer',
      fields: { operation: name, reason: answer },
    });
  });
  return '';
};

const volumeOf = (world: World, name: string): SimVolume | undefined => {
  const record = world.judge.records.get(name);
  return record?.volume && world.region.volumes.get(record.volume.volumeId);
};

const putContainer = (world: World, name: string, container: SimContainer): string => {
  const volume = volumeOf(world, name);
  if (!volume) return 'there is no volume yet';
  setContainer(volume, container);
  return '';
};

/** The host's disk loses a record it acknowledged: what must never happen, done on purpose. */
const forgetRecord = (world: World, name: string): string => {
  const volume = volumeOf(world, name);
  if (!volume) return 'there is no volume yet';
  world.hosts.flush(volume);
  volume.content.missing += 1;
  return `one acknowledged record of ${volume.id} is gone`;
};

/** Where the volume is, or will probably be. */
const zoneOf = (world: World, name: string): string =>
  world.judge.records.get(name)?.volume?.zone ?? world.region.zones[0] ?? '';

export const performStep = (world: World, name: string, step: ScenarioStep): string => {
  const { region } = world;
  const { switches } = region;
  const at = world.kernel.now();
  switch (step.do) {
    case 'warn':
      return onInstance(world, name, (one) => warnInstance(region, one, step.noticeSeconds));
    case 'reclaim':
      return onInstance(world, name, (one) => reclaimInstance(region, one));
    case 'rebalance':
      return onInstance(world, name, (one) => rebalance(region, one));
    case 'false-event':
      return onInstance(world, name, (one) => reportFalseEnd(region, one));
    case 'capacity':
      region.pools.script({
        zone: step.zone,
        types: step.types,
        purchase: step.purchase,
        available: step.available,
        from: at,
        until: at + step.forMs,
      });
      return '';
    case 'quota-error':
      switches.quotaUntil = at + step.forMs;
      return '';
    case 'poweroff':
      return onInstance(world, name, (one) => void world.hosts.powerOff(one.id));
    case 'halt':
    case 'hang':
      return onInstance(world, name, (one) => world.hosts.freeze(one.id));
    case 'reboot':
      return onInstance(world, name, (one) => world.hosts.reboot(one.id));
    case 'agent-offline':
      switches.agentOfflineLaunches += step.launches;
      return '';
    case 'stuck-detach':
      switches.stuckDetachUntil = at + step.forMs;
      return '';
    case 'slow-snapshot':
      switches.slowSnapshotMs = step.forMs;
      return '';
    case 'fail-snapshot':
      switches.failSnapshots += 1;
      return '';
    case 'lose-events':
      switches.loseEventsUntil = at + step.forMs;
      return '';
    case 'duplicate-events':
      switches.duplicateEventsUntil = at + step.forMs;
      return '';
    case 'api-errors':
      switches.apiErrors = { code: step.code, until: at + step.forMs };
      return '';
    case 'control-plane-down':
      switches.controlPlaneDownUntil = at + step.forMs;
      return '';
    case 'slow-terminate':
      switches.slowTerminateMs = step.forMs;
      return '';
    case 'start-now':
    case 'stop-now':
      return command(world, step.do, {
        workload: name,
        ...(step.until === undefined ? {} : { until: step.until }),
      });
    case 'set-schedule':
      return command(world, 'set-schedule', { workload: name, schedule: step.schedule });
    case 'resume':
      return command(world, 'resume', { workload: name });
    case 'container': {
      const { name: container, state, restart, byHand } = step;
      return putContainer(world, name, { name: container, state, restart, byHand });
    }
    case 'forget-record':
      return forgetRecord(world, name);
    case 'stranger':
      return strangerInstance(region, { zone: zoneOf(world, name), tags: step.tags }).id;
    case 'second-stage':
      secondStage(region, new Map([[name, zoneOf(world, name)]]));
      return '';
  }
};

export const scheduleSteps = (
  world: World,
  name: string,
  steps: readonly ScenarioStep[],
  told: (step: ScenarioStep, text: string) => void,
): void => {
  for (const step of steps) {
    world.kernel.at(instant(step.at + ms(0)), () => {
      world.kernel.woke();
      told(step, performStep(world, name, step));
    });
  }
};
