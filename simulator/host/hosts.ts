// All simulated hosts of a region: their boots, agents, documents, Docker and the watcher that stops and powers off by
// itself (spot notice, end of the grant, no grant at all).

import { add, type Instant, type Ms, minutes, ms, seconds } from '../../shared/base/time.ts';
import type { HostEffect } from '../../shared/host/decision.ts';
import type { HostDocument } from '../../shared/port/commands.ts';
import { uuidOf } from '../kernel/random.ts';
import { endInstance } from '../region/instances.ts';
import type { Region } from '../region/region.ts';
import { type DeliveredCommand, type HostSide, strikes } from '../region/state/context.ts';
import type { SimInstance, SimVolume } from '../region/state/model.ts';
import { type EffectDeps, performHostEffect } from './effects.ts';
import type { HostWatch } from './host.ts';
import { hideDevice, newHost, rootDevice, type SimHost, showDevice, works } from './host.ts';
import type { Ledger } from './ledger.ts';
import type { HostSight } from './observe.ts';
import { runDocument } from './run-document.ts';

/** The watcher stops Docker by itself this long before the announced time. */
const OWN_STOP_BEFORE = seconds(45);
/** An instance that never got a grant powers itself off. */
const UNGRANTED = minutes(30);

const DOCUMENTS: Record<string, HostDocument> = {
  format: 'format',
  adopt: 'adopt',
  start: 'start',
  stop: 'stop',
  probe: 'probe',
};

export class SimHosts implements HostSide {
  readonly #effects: EffectDeps;
  readonly hosts = new Map<string, SimHost>();
  readonly #ledger: Ledger;
  #region: Region | undefined;
  watch: HostWatch | undefined;
  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#effects = {
      ledger,
      region: () => this.region,
      watch: () => this.watch,
      stopDocker: (host) => this.#stopDocker(host),
      unmount: (host) => this.#unmount(host),
      grant: (host, grant) => this.#grant(host, grant),
    };
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
    rootDevice(host, region.chance('devices'));
    for (const volume of region.volumes.values()) {
      if (volume.attachment?.instanceId === instance.id && volume.attachment.visible)
        this.#show(host, volume.id);
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
    if (host.docker && host.mounted && strikes(this.region, 'dockerCorrupt'))
      host.mounted.content.dockerBroken = true;
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
      if (volume.attachment?.instanceId === instanceId) this.#show(host, volume.id);
    });
  }

  #show(host: SimHost, volumeId: string): void {
    const { injected } = this.region;
    if (showDevice(host, volumeId, this.region.chance('devices')))
      injected.set('nvmeOrder', (injected.get('nvmeOrder') ?? 0) + 1);
  }

  volumeDetached(instanceId: string, volumeId: string): void {
    const host = this.hosts.get(instanceId);
    if (host) hideDevice(host, volumeId);
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

  run(command: DeliveredCommand): void {
    const host = this.hosts.get(command.instanceId);
    const document = DOCUMENTS[command.document.split('-').at(-1) ?? ''];
    if (!host || !document || !works(host)) return;
    const { region } = this;
    const seen: HostSight = {
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
      perform: (effect: HostEffect, what: HostSight) => performHostEffect(this.#effects, effect, what),
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

  #grant(host: SimHost, grant: { number: number; until: number }): void {
    host.grant = grant;
    this.region.kernel.at(grant.until as Instant, () => {
      if (works(host) && host.grant.until <= this.#now()) void this.#ownPowerOff(host);
    });
  }
}
