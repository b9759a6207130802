// The judge of a run: sees the record as it is written, every mutating call before it takes effect, and every byte the
// containers acknowledge, and asserts the invariants of the design (S, C and L numbers as in ARCHITECTURE.md). It judges
// what the product's own calls caused; it is informed of a script's sabotage.

import { TAG } from '../../shared/port/tags.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import type { Ledger, LedgerLine, Writer } from '../host/ledger.ts';
import type { Region } from '../region/region.ts';
import { workloadOf } from '../region/state/belongs.ts';
import type { SimVolume } from '../region/state/model.ts';
import type { Operation, OperationOutput } from '../wire/operation.ts';
import type { Book } from './book.ts';
import { checkCall } from './calls.ts';
import { isBody, type ReadBody } from './record-bodies.ts';
import type { RuleHistory } from './retention.ts';
import { checkTransition } from './transitions.ts';

export interface Violation {
  invariant: string;
  at: number;
  workload: string;
  what: string;
}

/** More than this of one kind says nothing new. */
const KEPT = 200;

/** So late may a call of a dead caller still come. */
const UNDER_WAY_MS = 600_000;

interface Kept {
  record: RecordBody;
  at: number;
}

export class Judge implements Book {
  readonly violations: Violation[] = [];
  readonly records = new Map<string, RecordBody>();
  readonly region: Region;
  readonly ledger: Ledger;
  readonly superseded = new Map<string, number>();
  readonly replaced: Book['replaced'] = new Map();
  readonly generations = new Map<string, Set<number>>();
  readonly homes = new Set<string>();
  readonly started = new Set<string>();
  readonly rules: RuleHistory = new Map();
  readonly attachedLate = new Set<string>();
  readonly #versions = new Map<string, number>();
  /** The record as it was when the table was restored, and when that was. */
  readonly #lost = new Map<string, Kept>();
  /** The record as it was when the version before wrote it once more, and when that was. */
  readonly #rewritten = new Map<string, Kept>();
  /** Told of every saved record. */
  onRecord: (name: string, body: RecordBody, before: RecordBody | undefined) => void = () => undefined;

  readonly #readBody: ReadBody;

  constructor(region: Region, ledger: Ledger, readBody: ReadBody = (_name, text) => JSON.parse(text)) {
    this.#readBody = readBody;
    this.region = region;
    this.ledger = ledger;
    region.watch = {
      before: (operation) => this.#before(operation),
      after: (operation, output) => this.#after(operation, output),
      late: ({ name, input }) => {
        if (name === 'AttachVolume')
          this.attachedLate.add(`${String(input.VolumeId)} ${String(input.InstanceId)}`);
      },
    };
    ledger.watch = { writes: (writer, line, other) => this.#writes(writer, line, other) };
  }

  report(invariant: string, workload: string, what: string): void {
    if (this.violations.length < KEPT)
      this.violations.push({ invariant, at: this.region.kernel.now(), workload, what });
  }

  #before(operation: Operation): void {
    if (operation.service === 'ec2' || operation.service === 'ssm') checkCall(this, operation);
  }

  #after(operation: Operation, _output: OperationOutput): void {
    if (operation.service !== 'dynamodb' || operation.name !== 'PutItem') return;
    const saved = savedRecord(operation, this.#readBody);
    if (!saved) return;
    const { name, body, version } = saved;
    this.#checkVersion(name, version);
    const before = this.records.get(name);
    this.records.set(name, body);
    checkTransition(this, { name, before, after: body });
    this.onRecord(name, body, before);
  }

  /** A save takes the place of the one it read, and of no other. */
  #checkVersion(name: string, version: number): void {
    const last = this.#versions.get(name);
    this.#versions.set(name, version);
    if (last !== undefined && version !== last + 1)
      this.report('save', name, `version ${version} is written over version ${last}`);
  }

  /** The table is another one now: what was known of the record is not its past. */
  forget(name: string): void {
    const last = this.records.get(name);
    if (last) this.#lost.set(name, { record: last, at: this.region.kernel.now() });
    this.#takeBackPromotes(name);
    this.records.delete(name);
    this.generations.delete(name);
    this.rules.delete(name);
    this.#versions.delete(name);
  }

  /** The version before writes the record once more: what its intent was, is not said in the form of today. */
  rewrite(name: string): void {
    const last = this.records.get(name);
    if (last) this.#rewritten.set(name, { record: last, at: this.region.kernel.now() });
  }

  lostRecord(name: string): RecordBody | undefined {
    return this.#whileUnderWay(this.#lost.get(name));
  }

  rewrittenRecord(name: string): RecordBody | undefined {
    return this.#whileUnderWay(this.#rewritten.get(name));
  }

  #whileUnderWay(kept: Kept | undefined): RecordBody | undefined {
    return kept && this.region.kernel.now() <= kept.at + UNDER_WAY_MS ? kept.record : undefined;
  }

  restoredAt(name: string): number {
    return this.#lost.get(name)?.at ?? 0;
  }

  /** A copy that was promoted in the time that is lost and not yet tagged so was never the active volume: its source still is. */
  #takeBackPromotes(name: string): void {
    const mine = [...this.region.volumes.values()].filter(
      (one) => workloadOf(this.region, one) === name && one.state !== 'deleted',
    );
    if (mine.some((one) => one.tags[TAG.role] === 'active')) return;
    for (const one of mine) if (one.tags[TAG.role] === 'frozen') this.superseded.delete(one.id);
  }

  /** S1, S2, S3: one writer; it is the owner with the record's volume; nothing acknowledged is missing before it. */
  #writes(writer: Writer, line: LedgerLine, other: Writer | undefined): void {
    const { workload, instanceId, volume } = writer;
    if (other && other.instanceId !== instanceId) {
      this.report('S1', workload, `${instanceId} writes while ${other.instanceId} does`);
    }
    const record = this.records.get(workload);
    // A start that was under way when the table was restored goes on, and recovery ends it.
    const lost = this.#lost.get(workload)?.record;
    const isOfLostTime = lost?.owner?.instanceId === instanceId && lost.volume?.volumeId === volume.id;
    if (record?.owner?.instanceId !== instanceId && !isOfLostTime) {
      this.report(
        'S2',
        workload,
        `${instanceId} writes, the owner is ${record?.owner?.instanceId ?? 'none'}`,
      );
    }
    if (record?.volume?.volumeId !== volume.id && !isOfLostTime)
      this.report('S2', workload, `${volume.id} is written, the record has ${record?.volume?.volumeId}`);
    if (volume.content.records < line.acknowledged) {
      this.report(
        'S3',
        workload,
        `${volume.id} holds ${volume.content.records} of ${line.acknowledged} acknowledged records`,
      );
    }
    if (record?.volume?.migrationId && this.region.volumes.get(volume.id)?.tags[TAG.role] !== 'active') {
      this.report('S8', workload, `${volume.id} is written while tagged ${volume.tags[TAG.role]}`);
    }
  }

  /** S9, told by the host. */
  formatted(volume: SimVolume): void {
    const workload = workloadOf(this.region, volume);
    if (volume.content.mkfsCount > 0) this.report('S9', workload, `second mkfs on ${volume.id}`);
    if (this.started.has(volume.id)) this.report('S9', workload, `mkfs on ${volume.id} after a first mount`);
    if (volume.snapshotId) this.report('S9', workload, `mkfs on ${volume.id}, made from a snapshot`);
  }

  /** S13, S14, told by the host. */
  dockerStarted(instanceId: string, volume: SimVolume, parameters: Record<string, string>): void {
    const workload = workloadOf(this.region, volume);
    this.started.add(volume.id);
    const { marker } = volume.content;
    if (marker?.volumeId !== volume.id || marker.datasetId !== parameters.datasetId) {
      this.report(
        'S14',
        workload,
        `Docker starts on ${volume.id} with the marker of ${marker?.volumeId ?? 'none'}`,
      );
    }
    const zone = this.region.instances.get(instanceId)?.zone;
    if (zone !== volume.zone)
      this.report('S13', workload, `${instanceId} in ${zone} has ${volume.id} in ${volume.zone}`);
    if (volume.attachment?.instanceId !== instanceId)
      this.report('S2', workload, `${instanceId} starts on ${volume.id}, which is not attached to it`);
  }
}

const textIn = (value: unknown, ...path: string[]): string | undefined => {
  let at: unknown = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Reflect.get(at, key);
  }
  return typeof at === 'string' ? at : undefined;
};

const savedRecord = (
  operation: Operation,
  readBody: ReadBody,
): { name: string; body: RecordBody; version: number } | undefined => {
  const item = operation.input.Item;
  if (textIn(item, 'sk', 'S') !== 'record') return undefined;
  const name = (textIn(item, 'pk', 'S') ?? '').replace('workload#', '');
  const body = readBody(name, textIn(item, 'body', 'S') ?? '{}');
  // What the product just wrote, parsed once already where it was read: the judge looks at its fields as they are.
  if (!isBody(body)) return undefined;
  return { name, body, version: Number(textIn(item, 'version', 'N')) };
};
