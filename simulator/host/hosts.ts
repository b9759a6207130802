// All simulated hosts of a region: their boots, agents, documents, Docker and the watcher that stops and powers off by
// itself (spot notice, end of the grant, no grant at all).

import type { Effect } from '../../shared/host/decision.ts';
import type { HostDocument } from '../../shared/port/cloud.ts';
import { add, type Instant, type Ms, minutes, ms, seconds } from '../../shared/port/time.ts';
import { uuidOf } from '../random.ts';
import { type HostCommand, type HostSide, strikes } from '../region/context.ts';
import { endInstance } from '../region/instances.ts';
import type { SimInstance, SimVolume } from '../region/model.ts';
import type { Region } from '../region/region.ts';
import { newHost, type SimHost, works } from './host.ts';
import type { Ledger } from './ledger.ts';
import { ENGINE_MAJOR, type Seen } from './observe.ts';
import { runDocument } from './run-document.ts';

/** The watcher stops Docker by itself this long before the announced time. */
const OWN_STOP_BEFORE = seconds(45);
/** An instance that never got a grant powers itself off. */
const UNGRANTED = minutes(30);

export interface HostWatch {
  formatted(volume: SimVolume): void;
  dockerStarted(instanceId: string, volume: SimVolume, parameters: Record<string, string>): void;
}

const DOCUMENTS: Record<string, HostDocument> = {
  format: 'format',
  adopt: 'adopt',
  start: 'start',
  stop: 'stop',
  probe: 'probe',
};

export class SimHosts implements HostSide {
  readonly hosts = new Map<string, SimHost>();
  readonly #ledger: Ledger;
  #region: Region | undefined;
  watch: HostWatch | undefined;
  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  connect(region: Region): void {
    this.#region = region;
  }

  get region(): Region {
    if (!this.#region) throw new Error('hosts are not connected to a region');
    return this.#region;
  }

  #now(): Instant {
    return this.region.kernel.now();
  }

  launched(instance: SimInstance): void {
    const { region } = this;
    const chance = region.chance('hosts');
    const host = newHost(instance.id, uuidOf(chance), this.#now());
    this.hosts.set(instance.id, host);
    this.#boot(host, instance);
    if (region.switches.agentOfflineLaunches > 0) {
      region.switches.agentOfflineLaunches -= 1;
      host.agentSilent = true;
    } else if (strikes(region, 'agentNever') || strikes(region, 'bootFailure')) host.agentSilent = true;
    region.kernel.after(UNGRANTED, () => {
      if (works(host) && host.grant.number === 0) void this.#ownPowerOff(host);
    });
  }

  #boot(host: SimHost, instance: SimInstance): void {
    const { region } = this;
    const late = strikes(region, 'agentLate');
    const online = late ? region.chance('hosts').seconds(120, 240) : region.chance('hosts').seconds(15, 40);
    host.agentAt = add(this.#now(), online);
    for (const volume of region.volumes.values()) {
      if (volume.attachment?.instanceId === instance.id && volume.attachment.visible)
        host.devices.add(volume.id);
    }
  }

  agentOnline(instanceId: string): boolean {
    const host = this.hosts.get(instanceId);
    return host !== undefined && works(host) && !host.agentSilent && this.#now() >= host.agentAt;
  }

  poweredOff(instanceId: string): void {
    const host = this.hosts.get(instanceId);
    if (!host?.alive) return;
    this.#ledger.end(instanceId, this.#now());
    host.alive = false;
    host.docker = false;
    host.epoch += 1;
  }

  noticed(instanceId: string, actionAt: Instant): void {
    const host = this.hosts.get(instanceId);
    if (!host) return;
    host.noticeActionAt = actionAt;
    // The watcher looks every five seconds.
    const stopAt = Math.max(actionAt - OWN_STOP_BEFORE, this.#now() + 5_000);
    this.region.kernel.at(stopAt as Instant, () => {
      if (works(host) && (host.docker || host.mounted)) void this.#ownStop(host);
    });
  }

  async #ownStop(host: SimHost): Promise<void> {
    const { epoch } = host;
    const alive = (): boolean => works(host) && host.epoch === epoch;
    host.lastStop = Math.max(host.lastStop, host.lastOperation);
    await this.#stopDocker(host);
    if (!alive()) return;
    await this.#sleep(seconds(0.5));
    if (alive()) this.#unmount(host);
  }

  async #ownPowerOff(host: SimHost): Promise<void> {
    if (host.docker || host.mounted) await this.#ownStop(host);
    const instance = this.region.instances.get(host.instanceId);
    if (works(host) && instance) endInstance(this.region, instance, 'self');
  }

  volumeAttached(instanceId: string, volume: SimVolume): void {
    const host = this.hosts.get(instanceId);
    if (!host?.alive) return;
    // A by-id link can be late; the device shows itself when udev has run.
    const settle = strikes(this.region, 'staleDeviceLink') ? seconds(20) : ms(300);
    this.region.kernel.after(settle, () => {
      if (volume.attachment?.instanceId === instanceId) host.devices.add(volume.id);
    });
  }

  volumeDetached(instanceId: string, volumeId: string): void {
    const host = this.hosts.get(instanceId);
    host?.devices.delete(volumeId);
    if (host?.mounted?.id === volumeId) host.mounted = undefined;
  }

  isMounted(instanceId: string, volumeId: string): boolean {
    const host = this.hosts.get(instanceId);
    return host?.alive === true && host.mounted?.id === volumeId;
  }

  flush(volume: SimVolume): void {
    for (const writer of this.#ledger.writers())
      if (writer.volume === volume) this.#ledger.count(writer, this.#now());
  }

  flushAll(): void {
    for (const writer of this.#ledger.writers()) this.#ledger.count(writer, this.#now());
  }

  /** Trouble from inside: the machine halts or hangs but stays `running`. */
  freeze(instanceId: string): void {
    const host = this.hosts.get(instanceId);
    const instance = this.region.instances.get(instanceId);
    if (!host || !works(host) || !instance) return;
    this.#ledger.end(instanceId, this.#now());
    host.frozen = true;
    host.epoch += 1;
    this.region.kernel.after(this.region.chance('hosts').seconds(120, 240), () => {
      if (host.frozen) instance.reachability = 'failed';
    });
  }

  reboot(instanceId: string): void {
    const host = this.hosts.get(instanceId);
    const instance = this.region.instances.get(instanceId);
    if (!host || !works(host) || !instance) return;
    this.#ledger.end(instanceId, this.#now());
    host.frozen = true;
    host.docker = false;
    host.epoch += 1;
    host.mounted = undefined;
    host.lock = undefined;
    this.region.kernel.after(this.region.chance('hosts').seconds(15, 30), () => {
      if (!host.alive) return;
      host.frozen = false;
      host.bootId = uuidOf(this.region.chance('hosts'));
      this.#boot(host, instance);
    });
  }

  async powerOff(instanceId: string): Promise<void> {
    const host = this.hosts.get(instanceId);
    if (host && works(host)) await this.#ownPowerOff(host);
  }

  #sleep(duration: Ms): Promise<void> {
    return this.region.kernel.sleep(duration);
  }

  async #stopDocker(host: SimHost): Promise<void> {
    const running = host.docker;
    // Containers stop writing as they get TERM; the daemon exits seconds later.
    this.#ledger.end(host.instanceId, this.#now());
    await this.#sleep(running ? this.region.chance('hosts').seconds(2, 7) : ms(200));
    if (works(host)) host.docker = false;
  }

  #unmount(host: SimHost): void {
    if (host.mounted) host.mounted.content.dirty = false;
    host.mounted = undefined;
  }

  run(command: HostCommand): void {
    const host = this.hosts.get(command.instanceId);
    const document = DOCUMENTS[command.document.split('-').at(-1) ?? ''];
    if (!host || !document || !works(host)) return;
    const { region } = this;
    const seen: Seen = {
      host,
      parameters: command.parameters,
      volume: region.volumes.get(command.parameters.volumeId ?? ''),
      document,
      progress: {},
      readError: strikes(region, 'deviceReadError'),
    };
    const deps = {
      now: () => this.#now(),
      sleep: (duration: Ms) => this.#sleep(duration),
      perform: (effect: Effect, what: Seen) => this.#perform(effect, what),
      cutAfter: strikes(region, 'commandCut') ? Math.floor(region.chance('hosts').between(0, 5)) : undefined,
    };
    region.kernel.woke();
    runDocument(deps, seen).then(
      (result) => {
        if (result && works(host)) command.done(result);
      },
      (error: unknown) => {
        this.defects.push(error);
      },
    );
  }

  /** Errors of the simulator itself; a run with one is not a run. */
  readonly defects: unknown[] = [];

  async #perform(effect: Effect, seen: Seen): Promise<void> {
    const { host, parameters, volume } = seen;
    const { region } = this;
    const chance = region.chance('hosts');
    const number = Number(parameters.operationNumber);
    const slow = volume && volume.lazyUntil > this.#now() ? 10 : 1;
    switch (effect) {
      case 'save-grant':
        return this.#grant(host, { number, until: Number(parameters.grantUntil) * 1000 });
      case 'ask-to-give-up':
        host.lastStop = Math.max(host.lastStop, number);
        return;
      case 'stop-docker':
        return this.#stopDocker(host);
      case 'unmount':
        await this.#sleep(chance.seconds(0.2, 0.6));
        if (!works(host)) return;
        this.#unmount(host);
        seen.progress.unmount = 'done';
        return;
      case 'check-file-system':
        await this.#sleep(ms(chance.seconds(0.1, 0.9) * slow));
        if (volume)
          seen.progress.fsck = strikes(region, 'fsckFails')
            ? 'failed'
            : volume.content.dirty
              ? 'repaired'
              : 'clean';
        return;
      case 'mount':
        await this.#sleep(ms(200));
        if (!works(host) || !volume) return;
        host.mounted = volume;
        volume.content.dirty = true;
        return;
      case 'mkfs':
        await this.#sleep(chance.seconds(1, 3));
        if (works(host) && volume) this.#mkfs(volume, parameters);
        return;
      case 'write-marker':
        if (volume) this.#mark(volume, parameters);
        return;
      case 'start-docker':
        await this.#sleep(ms(chance.seconds(1, 3) * slow));
        if (works(host) && host.mounted && volume) this.#dockerUp(host, volume, parameters);
        return;
      case 'run-setup':
        await this.#sleep(chance.seconds(40, 80));
        if (!works(host) || !volume) return;
        volume.content.setupDone = true;
        seen.progress.setup = 'ran';
        this.#beginWriting(host, volume, parameters);
        return;
      default:
        return this.#sleep(ms(100));
    }
  }

  #grant(host: SimHost, grant: { number: number; until: number }): void {
    host.grant = grant;
    this.region.kernel.at(grant.until as Instant, () => {
      if (works(host) && host.grant.until <= this.#now()) void this.#ownPowerOff(host);
    });
  }

  #mkfs(volume: SimVolume, parameters: Record<string, string>): void {
    this.watch?.formatted(volume);
    volume.content.fileSystem = parameters.fileSystem === 'xfs' ? 'xfs' : 'ext4';
    volume.content.fsUuid = parameters.fsUuid ?? '';
    volume.content.mkfsCount += 1;
  }

  #mark(volume: SimVolume, parameters: Record<string, string>): void {
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
  }

  #dockerUp(host: SimHost, volume: SimVolume, parameters: Record<string, string>): void {
    host.docker = true;
    this.watch?.dockerStarted(host.instanceId, volume, parameters);
    const { setupSha256 } = parameters;
    if (volume.content.setupDone || setupSha256 === 'none') this.#beginWriting(host, volume, parameters);
  }

  /** Containers are back a second after Docker; a second start of a running Docker changes nothing. */
  #beginWriting(host: SimHost, volume: SimVolume, parameters: Record<string, string>): void {
    if (this.#ledger.writerOn(host.instanceId)) return;
    this.#ledger.begin({
      workload: volume.tags['spotkeep:workload'] ?? '',
      datasetId: parameters.datasetId ?? '',
      instanceId: host.instanceId,
      volume,
      base: volume.content.records,
      since: this.#now() + 1_000,
    });
  }
}
