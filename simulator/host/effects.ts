// What the effects of decision.json do to a simulated host and its volume, each in its own time.

import { type Ms, ms } from '../../shared/base/time.ts';
import type { HostEffect } from '../../shared/host/decision.ts';
import type { Region } from '../region/region.ts';
import { workloadOf } from '../region/state/belongs.ts';
import { strikes } from '../region/state/context.ts';
import type { SimVolume } from '../region/state/model.ts';
import type { HostWatch } from './host.ts';
import { type Grant, type SimHost, works } from './host.ts';
import type { Ledger } from './ledger.ts';
import { ENGINE_MAJOR, type HostSight } from './observe.ts';

export interface EffectDeps {
  ledger: Ledger;
  region(): Region;
  watch(): HostWatch | undefined;
  stopDocker(host: SimHost): Promise<void>;
  unmount(host: SimHost): void;
  grant(host: SimHost, grant: Grant): void;
}

const mkfs = (deps: EffectDeps, volume: SimVolume, parameters: Record<string, string>): void => {
  deps.watch()?.formatted(volume);
  volume.content.fileSystem = parameters.fileSystem === 'xfs' ? 'xfs' : 'ext4';
  volume.content.fsUuid = parameters.fsUuid ?? '';
  volume.content.mkfsCount += 1;
};

const mark = (volume: SimVolume, parameters: Record<string, string>): void => {
  volume.content.marker = {
    datasetId: parameters.datasetId ?? '',
    generation: Number(parameters.generation),
    volumeId: volume.id,
    migrationId: parameters.migrationId ?? 'none',
    engineMajor: ENGINE_MAJOR,
  };
  volume.content.driver = 'overlay2';
  volume.content.architecture = 'same';
  volume.content.dataRoot = true;
};

const dockerUp = (deps: EffectDeps, seen: HostSight, volume: SimVolume): void => {
  if (volume.content.dockerBroken) return;
  const { host, parameters } = seen;
  host.docker = true;
  deps.watch()?.dockerStarted(host.instanceId, volume, parameters);
  const { setupSha256 } = parameters;
  if (volume.content.setupDone || setupSha256 === 'none') beginWriting(deps, seen, volume);
};

/** Containers are back a second after Docker; a second start of a running Docker changes nothing. */
const beginWriting = (deps: EffectDeps, { host, parameters }: HostSight, volume: SimVolume): void => {
  if (deps.ledger.writerOn(host.instanceId)) return;
  deps.ledger.begin({
    workload: workloadOf(deps.region(), volume),
    datasetId: parameters.datasetId ?? '',
    instanceId: host.instanceId,
    volume,
    base: volume.content.records,
    since: deps.region().kernel.now() + 1_000,
  });
};

export const performHostEffect = async (
  deps: EffectDeps,
  effect: HostEffect,
  seen: HostSight,
): Promise<void> => {
  const sleep = (duration: Ms): Promise<void> => deps.region().kernel.sleep(duration);
  const { host, parameters, volume } = seen;
  const region = deps.region();
  const chance = region.chance('hosts');
  const number = Number(parameters.operationNumber);
  const slow = volume && volume.lazyUntil > region.kernel.now() ? 10 : 1;
  switch (effect) {
    case 'save-grant':
      return deps.grant(host, { number, until: Number(parameters.grantUntil) * 1000 });
    case 'ask-to-give-up':
      host.lastStop = Math.max(host.lastStop, number);
      return;
    case 'stop-docker':
      return deps.stopDocker(host);
    case 'unmount':
      await sleep(chance.seconds(0.2, 0.6));
      if (!works(host)) return;
      deps.unmount(host);
      seen.progress.unmount = 'done';
      return;
    case 'check-file-system':
      await sleep(ms(chance.seconds(0.1, 0.9) * slow));
      if (volume)
        seen.progress.fsck = strikes(region, 'fsckFails')
          ? 'failed'
          : volume.content.dirty
            ? 'repaired'
            : 'clean';
      return;
    case 'mount':
      await sleep(ms(200));
      if (!works(host) || !volume) return;
      host.mounted = volume;
      volume.content.dirty = true;
      return;
    case 'mkfs':
      await sleep(chance.seconds(1, 3));
      if (works(host) && volume) mkfs(deps, volume, parameters);
      return;
    case 'write-marker':
      if (volume) mark(volume, parameters);
      return;
    case 'start-docker':
      await sleep(ms(chance.seconds(1, 3) * slow));
      if (works(host) && host.mounted && volume) dockerUp(deps, seen, volume);
      return;
    case 'run-setup':
      await sleep(chance.seconds(40, 80));
      if (!works(host) || !volume) return;
      volume.content.setupDone = true;
      seen.progress.setup = 'ran';
      beginWriting(deps, seen, volume);
      return;
    default:
      return sleep(ms(100));
  }
};
