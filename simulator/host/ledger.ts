// What the containers acknowledged: numbered records, one every few seconds while Docker runs, each fsynced on the
// data volume before it counts. Records between events are counted, not queued.

import type { SimVolume } from '../region/state/model.ts';

export const RECORD_EVERY_MS = 5_000;

export interface Stretch {
  instanceId: string;
  volumeId: string;
  zone: string;
  /** First and last acknowledged record, epoch ms. */
  from: number;
  to: number;
}

export interface Writer {
  workload: string;
  datasetId: string;
  instanceId: string;
  volume: SimVolume;
  /** Records on the volume when it began. */
  base: number;
  since: number;
}

export interface LedgerLine {
  acknowledged: number;
  stretches: Stretch[];
  writer?: Writer;
}

export interface LedgerWatch {
  /** A container begins to write; `other` already writes the same dataset. */
  writes(writer: Writer, line: LedgerLine, other: Writer | undefined): void;
}

export class Ledger {
  readonly lines = new Map<string, LedgerLine>();
  readonly #writers = new Map<string, Writer>();
  watch: LedgerWatch | undefined;

  line(workload: string): LedgerLine {
    const found = this.lines.get(workload);
    if (found) return found;
    const made: LedgerLine = { acknowledged: 0, stretches: [] };
    this.lines.set(workload, made);
    return made;
  }

  begin(writer: Writer): void {
    const line = this.line(writer.workload);
    const other = [...this.#writers.values()].find((one) => one.datasetId === writer.datasetId);
    this.watch?.writes(writer, line, other);
    this.#writers.set(writer.instanceId, writer);
    line.writer = writer;
    line.stretches.push({
      instanceId: writer.instanceId,
      volumeId: writer.volume.id,
      zone: writer.volume.zone,
      from: writer.since,
      to: writer.since,
    });
  }

  writerOn(instanceId: string): Writer | undefined {
    return this.#writers.get(instanceId);
  }

  writers(): Writer[] {
    return [...this.#writers.values()];
  }

  /** Counts what was written up to `at`. */
  count(writer: Writer, at: number): void {
    if (at < writer.since) return;
    const written = Math.floor((at - writer.since) / RECORD_EVERY_MS) + 1;
    const { content } = writer.volume;
    content.records = Math.max(content.records, writer.base + written);
    const line = this.line(writer.workload);
    line.acknowledged = Math.max(line.acknowledged, writer.base + written);
    const stretch = line.stretches.findLast((one) => one.instanceId === writer.instanceId);
    if (stretch) stretch.to = writer.since + (written - 1) * RECORD_EVERY_MS;
  }

  end(instanceId: string, at: number): void {
    const writer = this.#writers.get(instanceId);
    if (!writer) return;
    const line = this.line(writer.workload);
    if (at < writer.since)
      line.stretches = line.stretches.filter(
        (one) => one.instanceId !== instanceId || one.from !== writer.since,
      );
    else this.count(writer, at);
    this.#writers.delete(instanceId);
    if (line.writer === writer) line.writer = undefined;
  }
}
