// The bench every test works on: instances and volumes that clean up after themselves, documents sent as the control
// plane sends them, and the book of rows that the real scripts were seen to take.

import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type HostAnswer, parseAnswer } from '../../shared/host/answer.ts';
import { hostScript } from '../../shared/host/assemble.ts';
import { DOCUMENTS, rowFor, STAGES, stagesOf } from '../../shared/host/decision.ts';
import { badParameters, PARAMETERS } from '../../shared/host/parameters.ts';
import type { HostDocument } from '../../shared/port/commands.ts';
import type { Images } from '../../simulator/real-host/image.ts';
import type { Instance, LaunchOptions } from '../../simulator/real-host/instance.ts';
import { NspawnInstance } from '../../simulator/real-host/nspawn.ts';
import { sleep, type Undo } from '../../simulator/real-host/shell.ts';
import { hashOf, type Volume, Volumes } from '../../simulator/real-host/volume.ts';
import { importWriter, startWriter } from '../../simulator/real-host/writer.ts';
import { Gone } from './line-socket.ts';
import { QemuInstance } from './qemu.ts';
import type { GuestImage } from './qemu-image.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** As random as an id must be; 26 characters. */
export const ulid = (): string => `01${[...randomBytes(24)].map((byte) => ALPHABET[byte % 32]).join('')}`;
export const uuid = (): string =>
  randomBytes(16)
    .toString('hex')
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');

/** A dataset as the record knows it: what most parameters come from. */
export interface Dataset {
  datasetId: string;
  fsUuid: string;
  generation: number;
  parentGeneration: number | undefined;
  migrationId: string;
  fileSystem: 'ext4' | 'xfs';
  volume: Volume;
}

export interface Quiet {
  instance: NspawnInstance;
  dataset: Dataset;
}

export type Extra = Record<string, string>;

export class Failure extends Error {}

export function expect(what: string, holds: boolean, seen?: unknown): void {
  if (!holds) throw new Failure(seen === undefined ? what : `${what}; seen: ${JSON.stringify(seen)}`);
}

export interface BenchImages {
  images: Images;
  /** Built when first asked for. */
  guest(): Promise<GuestImage>;
}

export class Bench {
  readonly volumes: Volumes;
  readonly images: Images;
  /** Row ids given by the real scripts, with how often. */
  readonly rows = new Map<string, number>();
  private readonly folder: string;
  private readonly guestImage: () => Promise<GuestImage>;
  private readonly undo: Undo;
  private readonly guests = new Set<QemuInstance>();
  private kept: Quiet | undefined;
  private launches = 0;
  private operation = 100;
  private readonly mine = new Set<NspawnInstance>();

  constructor(folder: string, built: BenchImages, undo: Undo) {
    this.folder = folder;
    this.images = built.images;
    this.guestImage = built.guest;
    this.undo = undo;
    mkdirSync(path.join(folder, 'volume'), { recursive: true });
    this.volumes = new Volumes(path.join(folder, 'volume'), undo);
  }

  async launch(options: LaunchOptions = {}): Promise<NspawnInstance> {
    this.launches += 1;
    const name = `sk${process.pid}-${path.basename(this.folder).slice(-1)}-${this.launches}`;
    const instance = await NspawnInstance.launch(
      name,
      path.join(this.folder, name),
      this.images,
      this.undo,
      options,
    );
    this.mine.add(instance);
    return instance;
  }

  /** An instance and a dataset that was served and stopped once; kept for all tests that refuse something. */
  async quiet(): Promise<Quiet> {
    if (this.kept) return this.kept;
    const instance = await this.launch();
    const dataset = this.dataset();
    await this.serving(instance, dataset);
    await this.row(instance, 'stop', dataset, 'stopped-done');
    this.mine.delete(instance);
    this.kept = { instance, dataset };
    return this.kept;
  }

  async guest(): Promise<QemuInstance> {
    this.launches += 1;
    const name = `guest${process.pid}-${this.launches}`;
    const guest = await QemuInstance.launch(
      name,
      path.join(this.folder, name),
      await this.guestImage(),
      this.undo,
    );
    this.guests.add(guest);
    return guest;
  }

  endGuest(guest: QemuInstance): void {
    guest.destroy();
    this.guests.delete(guest);
  }

  end(instance: NspawnInstance): void {
    instance.destroy();
    this.mine.delete(instance);
  }

  /** After each test: nothing of it is left. */
  endAll(): void {
    for (const instance of this.mine) instance.destroy();
    this.mine.clear();
    for (const guest of this.guests) guest.destroy();
    this.guests.clear();
  }

  /** After the last test. */
  endKept(): void {
    this.kept?.instance.destroy();
    this.kept = undefined;
  }

  dataset(sizeMiB = 1024, fileSystem: 'ext4' | 'xfs' = 'ext4'): Dataset {
    const volume = this.volumes.create(sizeMiB);
    const migrationId = 'none';
    return {
      datasetId: ulid(),
      fsUuid: uuid(),
      generation: 1,
      parentGeneration: undefined,
      migrationId,
      fileSystem,
      volume,
    };
  }

  nextOperation(): { operationNumber: string; operationId: string } {
    this.operation += 1;
    return { operationNumber: String(this.operation), operationId: ulid() };
  }

  parameters(document: HostDocument, dataset: Dataset, extra: Extra = {}): Record<string, string> {
    const all: Record<string, string> = {
      ...this.nextOperation(),
      datasetId: dataset.datasetId,
      volumeId: dataset.volume.id,
      generation: String(dataset.generation),
      parentGeneration: dataset.parentGeneration === undefined ? 'none' : String(dataset.parentGeneration),
      migrationId: dataset.migrationId,
      fsUuid: dataset.fsUuid,
      fileSystem: dataset.fileSystem,
      expectSizeGiB: '1',
      grantUntil: String(Math.floor(Date.now() / 1000) + 3600),
      stopBudgetSeconds: '40',
      setupSha256: 'none',
      setupParameter: 'none',
      unkeptBinds: 'warn',
      healthKind: 'container',
      healthPort: '0',
      healthPath: 'none',
      adoptMode: 'write',
      deadDriver: 'refuse',
      ...extra,
    };
    return Object.fromEntries(Object.keys(PARAMETERS[document]).map((name) => [name, all[name] ?? '']));
  }

  /** Sends a document and reads its answer. Whatever it answers, the decision must be the table's. */
  async send(
    instance: Instance,
    document: HostDocument,
    dataset: Dataset,
    extra: Extra = {},
  ): Promise<HostAnswer> {
    const parameters = this.parameters(document, dataset, extra);
    const bad = badParameters(document, parameters);
    expect('the test sends good parameters', bad.length === 0, bad);
    return this.sendRaw(instance, document, parameters);
  }

  async sendRaw(
    instance: Instance,
    document: HostDocument,
    parameters: Record<string, string>,
  ): Promise<HostAnswer> {
    const env = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [`SSM_${name}`, value]));
    const { code, stdout, stderr } = await instance.run(hostScript(document), env);

    const answer = parseAnswer(stdout);
    if (!answer) throw new Failure(`${document} gave no answer (${code}): ${stdout}\n${stderr.slice(-3000)}`);
    expect('the answer is one line', stdout.trimEnd().split('\n').length === 1, stdout);
    if (answer.code === 'internal')
      throw new Failure(`${document}: ${JSON.stringify(answer)}\n${stderr.slice(-3000)}`);
    if (answer.repeated) this.checkRepeated(document, answer);
    else this.check(document, answer);
    return answer;
  }

  /** A saved answer keeps the row of then; the row that gave it again is held to the table by itself. */
  private checkRepeated(document: HostDocument, answer: HostAnswer): void {
    const [stage] = DOCUMENTS[document].stages;
    if (stage === undefined) throw new Failure(`${document} has no stages`);
    const row = rowFor(stage, { parameters: 'valid', operation: 'same-finished' });
    expect(`the saved answer is given by ${row.id}`, answer.repeatRow === row.id, answer);
    expect('and the table says so', row.answer === 'saved-answer', row);
    this.rows.set(row.id, (this.rows.get(row.id) ?? 0) + 1);
  }

  private check(document: HostDocument, answer: HostAnswer): void {
    const rows = answer.rows ?? [];
    for (const id of rows) this.rows.set(id, (this.rows.get(id) ?? 0) + 1);
    expect('something is decided', rows.length > 0 && rows.at(-1) === answer.row, answer);
    const way = stagesOf(document).slice(0, rows.length);
    const taken = rows.map((id, i) => STAGES.get(way[i] ?? '')?.find((row) => row.id === id));
    for (const [i, row] of taken.entries()) {
      expect(`row ${rows[i]} is of stage ${way[i]}`, row !== undefined, answer);
      expect(`row ${rows[i]} goes on`, (row?.answer === 'continue') === i < rows.length - 1, answer);
    }
    const effects = taken.flatMap((row) => row?.effects ?? []);
    expect('did what its rows permit, no more, no less', String(answer.did) === String(effects), answer);
    const last = way.at(-1);
    if (last === undefined) throw new Failure(`${document} has no stages`);
    const row = rowFor(last, answer.observed ?? {});
    expect(`the table answers as the script: ${row.id}`, row.id === answer.row, answer);
    expect('code and ok are of that row', row.answer === answer.code && row.ok === answer.ok, answer);
  }

  /** Sends a document that must answer with this row. */
  async row(
    instance: Instance,
    document: HostDocument,
    dataset: Dataset,
    row: string,
    extra: Extra = {},
  ): Promise<HostAnswer> {
    const answer = await this.send(instance, document, dataset, extra);
    expect(`${document} answers ${row}`, answer.row === row, answer);
    return answer;
  }

  /** As `row`, and not a byte of the volume may change. */
  async refusal(
    instance: Instance,
    document: HostDocument,
    dataset: Dataset,
    row: string,
    extra: Extra = {},
  ): Promise<HostAnswer> {
    const before = await hashOf(dataset.volume);
    const answer = await this.row(instance, document, dataset, row, extra);
    expect(`${row} leaves every byte as it was`, (await hashOf(dataset.volume)) === before);
    expect(`${row} is not ok`, !answer.ok, answer);
    return answer;
  }

  /** A formatted volume, attached. */
  async formatted(instance: Instance, dataset: Dataset): Promise<void> {
    await instance.attach(dataset.volume);
    await this.row(instance, 'format', dataset, 'formatted-done');
  }

  /** Formatted, attached and started, with the writer's image imported. */
  async serving(instance: NspawnInstance, dataset: Dataset): Promise<HostAnswer> {
    await this.formatted(instance, dataset);
    const answer = await this.row(instance, 'start', dataset, 'running-done');
    await this.importWriter(instance);
    return answer;
  }

  importWriter(instance: NspawnInstance): Promise<void> {
    return importWriter(instance, this.images);
  }

  /** The container that writes numbered, synced records and acknowledges each. */
  write(instance: Instance): Promise<void> {
    return startWriter(instance);
  }

  async untilAcknowledged(instance: Instance, count: number, limitMs = 30_000): Promise<number> {
    const end = performance.now() + limitMs;
    for (;;) {
      const last = (await instance.acknowledged()).length;
      if (last >= count) return last;
      if (instance instanceof QemuInstance && instance.ended)
        throw new Gone(`${instance.name} ended by itself`);
      if (performance.now() > end) throw new Failure(`only ${last} of ${count} records acknowledged`);
      await sleep(20);
    }
  }
}
