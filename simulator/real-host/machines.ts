// The real instances and volumes of one run, by their ids in the region, and what the writer on them acknowledged.

import path from 'node:path';
import type { Ms } from '../../shared/base/time.ts';
import { type HostAnswer, parseAnswer } from '../../shared/host/answer.ts';
import { hostScript } from '../../shared/host/assemble.ts';
import type { HostDocument } from '../../shared/port/commands.ts';
import type { DeliveredCommand } from '../region/state/context.ts';
import type { SimVolume } from '../region/state/model.ts';
import type { Machines, RealAnswer } from './hosts.ts';
import type { Images } from './image.ts';
import { NspawnInstance } from './nspawn.ts';
import { type Undo, until } from './shell.ts';
import { type Volume, Volumes } from './volume.ts';
import { importWriter, RECORDS, startWriter, wrongWith } from './writer.ts';

interface Answered extends RealAnswer {
  answer: HostAnswer;
}

export interface MachinesDeps {
  folder: string;
  images: Images;
  undo: Undo;
  tell(text: string): void;
}

const DOCUMENTS: readonly HostDocument[] = ['format', 'adopt', 'start', 'stop', 'probe'];
const GIB = 1024;
const PATIENCE_MS = 60_000;

const wallSeconds = (): number => Math.floor(Date.now() / 1000);

export class RealMachines implements Machines<Answered> {
  readonly #deps: MachinesDeps;
  readonly #volumes: Volumes;
  readonly #instances = new Map<string, NspawnInstance>();
  readonly #images = new Map<string, Volume>();
  /** Acknowledged by instances that are gone. */
  readonly #acknowledged: number[] = [];
  /** Real ends of grants → the virtual ones they stand for. */
  readonly #grants = new Map<number, number>();
  #serving: NspawnInstance | undefined;
  kills = 0;
  probes = 0;

  constructor(deps: MachinesDeps) {
    this.#deps = deps;
    this.#volumes = new Volumes(deps.folder, deps.undo);
  }

  async launch(instanceId: string): Promise<void> {
    const began = performance.now();
    const { folder, images, undo } = this.#deps;
    const instance = await NspawnInstance.launch(instanceId, path.join(folder, instanceId), images, undo);
    this.#instances.set(instanceId, instance);
    this.#tell(instanceId, 'booted', began);
  }

  async notice(instanceId: string, left: Ms): Promise<void> {
    const instance = this.#instances.get(instanceId);
    if (!instance) return;
    const at = wallSeconds() + Math.round(left / 1000);
    const iso = new Date(at * 1000).toISOString().replace(/\.\d+Z/, 'Z');
    await instance.inside(`echo ${at} >/run/spotkeep/spot-at; echo ${iso} >/run/spotkeep/spot-notice`);
  }

  async attach(instanceId: string, volume: SimVolume): Promise<void> {
    if (volume.snapshotId !== undefined)
      throw new Error('a move to another zone is not part of the day on real hosts');
    const instance = this.#instances.get(instanceId);
    if (!instance) return;
    const image = this.#images.get(volume.id) ?? this.#volumes.create(volume.sizeGiB * GIB, volume.id);
    this.#images.set(volume.id, image);
    await instance.attach(image);
  }

  async detach(instanceId: string, volumeId: string): Promise<void> {
    const image = this.#images.get(volumeId);
    const instance = this.#instances.get(instanceId);
    if (image && instance?.has(image)) await instance.detach(image);
  }

  /** While a container writes, this is in the middle of its writing, and what was not synced is lost. */
  async powerOff(instanceId: string): Promise<void> {
    const instance = this.#instances.get(instanceId);
    if (!instance) return;
    const writing = this.#serving === instance;
    const before = (await instance.acknowledged()).length;
    if (writing) await this.#untilMore(instance, before, 2);
    await instance.kill();
    const acknowledged = await instance.acknowledged();
    this.#acknowledged.push(...acknowledged);
    if (writing) {
      this.kills += 1;
      this.#serving = undefined;
      this.#tell(
        instanceId,
        `killed while its container wrote; the last acknowledged record was ${acknowledged.at(-1)}`,
      );
    }
    instance.destroy();
    this.#instances.delete(instanceId);
  }

  /** Undefined: the host is gone. */
  async run(command: DeliveredCommand, virtualNow: number): Promise<Answered | undefined> {
    const instance = this.#instances.get(command.instanceId);
    const document = DOCUMENTS.find((name) => command.document.endsWith(`-${name}`));
    if (!instance || !document) return undefined;
    const began = performance.now();
    const { code, stdout, stderr } = await instance.run(
      hostScript(document),
      this.#environment(command, virtualNow),
    );
    const answer = parseAnswer(stdout);
    if (!answer) throw new Error(`${document} gave no answer (${code}): ${stdout}${stderr.slice(-2000)}`);
    await this.#after(command.instanceId, instance, answer, began);
    return { ok: answer.ok, answer, line: this.#line(answer) };
  }

  /** The one parameter that is a time: the host's clock is the real one. */
  #environment({ parameters }: DeliveredCommand, virtualNow: number): Record<string, string> {
    const env = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [`SSM_${name}`, value]));
    const { grantUntil } = parameters;
    if (grantUntil === undefined) return env;
    const real = wallSeconds() + Math.max(60, Number(grantUntil) - virtualNow);
    this.#grants.set(real, Number(grantUntil));
    return { ...env, SSM_grantUntil: String(real) };
  }

  #line(answer: HostAnswer): string {
    const { grant } = answer;
    if (!grant) return JSON.stringify(answer);
    return JSON.stringify({
      ...answer,
      grant: { ...grant, until: this.#grants.get(grant.until) ?? grant.until },
    });
  }

  async #after(id: string, instance: NspawnInstance, answer: HostAnswer, began: number): Promise<void> {
    if (answer.document === 'probe') {
      this.probes += 1;
      return;
    }
    this.#tell(id, `${answer.document}: ${(answer.say ?? answer.code).replace(/\.$/, '')}`, began);
    if (answer.document === 'stop') this.#serving = undefined;
    if (answer.document !== 'start' || !answer.ok) return;
    this.#serving = instance;
    if (answer.firstMount === true) {
      await importWriter(instance, this.#deps.images);
      await startWriter(instance);
      this.#tell(id, 'a container writes numbered records, each synced before it is acknowledged');
    } else {
      if (answer.journalReplayed === true)
        this.#tell(id, 'the file system was cut off in writing; its journal was replayed');
      await this.#untilMore(instance, 0, 1);
      const first = (await instance.acknowledged())[0];
      this.#tell(id, `the container is back by itself and goes on with record ${first}`);
    }
  }

  /** What differs between the real answer and the simulated host's; undefined: nothing. */
  compare(command: DeliveredCommand, real: Answered, simulated: string): string | undefined {
    const expected = parseAnswer(simulated);
    if (expected?.code === real.answer.code && expected.row === real.answer.row) return undefined;
    return `${command.document} on ${command.instanceId}: the real host answers ${real.answer.row} (${real.answer.detail ?? ''}), the simulated one ${expected?.row}`;
  }

  /** Lets the container write for a while; virtual hours pass too quickly for it. */
  async letWrite(records: number): Promise<void> {
    const instance = this.#serving;
    if (instance) await this.#untilMore(instance, (await instance.acknowledged()).length, records);
  }

  async #untilMore(instance: NspawnInstance, before: number, more: number): Promise<void> {
    await until('the container writes', PATIENCE_MS, async () => {
      return (await instance.acknowledged()).length >= before + more;
    });
  }

  /** Reads the records on an instance of its own, as an operator would after the day. */
  async judge(): Promise<{ acknowledged: number; wrong: string | undefined }> {
    for (const instance of this.#instances.values())
      this.#acknowledged.push(...(await instance.acknowledged()));
    const image = [...this.#images.values()].at(-1);
    if (!image) return { acknowledged: 0, wrong: 'there is no volume' };
    const { folder, images, undo } = this.#deps;
    const reader = await NspawnInstance.launch('reader', path.join(folder, 'reader'), images, undo);
    await reader.attach(image);
    const text = await reader.inside(
      `mount -o ro ${reader.device(image)} /mnt; cat /mnt/${RECORDS}; umount /mnt`,
    );
    reader.destroy();
    return { acknowledged: this.#acknowledged.length, wrong: wrongWith(`${text}\n`, this.#acknowledged) };
  }

  #tell(instanceId: string, text: string, began?: number): void {
    const took = began === undefined ? '' : ` (${((performance.now() - began) / 1000).toFixed(1)}\u00a0s)`;
    this.#deps.tell(`${instanceId} (real): ${text}${took}`);
  }
}
