// The judge's book: what it has seen of a run so far, and where it writes a violation down. The checks of calls and of the
// record's changes work on it, so that they need not know who calls them.

import type { RecordBody } from '../../shared/record/record.ts';
import type { Ledger } from '../host/ledger.ts';
import type { Region } from '../region/region.ts';
import type { SimVolume } from '../region/state/model.ts';
import type { RuleHistory } from './retention.ts';

/** A volume that was deleted before its days were over. */
export interface Replaced {
  volumeId: string;
  workload: string;
  leftAt: number;
  /** What was on it. */
  content: SimVolume['content'];
}

export interface Book {
  readonly region: Region;
  readonly ledger: Ledger;
  /** The record of each workload as it was saved last. */
  readonly records: ReadonlyMap<string, RecordBody>;
  /** Volumes that were superseded at some time, and since when: never attached again. */
  readonly superseded: Map<string, number>;
  /** Volumes that were deleted before their days, by id. */
  readonly replaced: Map<string, Replaced>;
  readonly generations: Map<string, Set<number>>;
  /** Volumes that were a dataset's home at some time. */
  readonly homes: Set<string>;
  /** Volumes on which Docker was started. */
  readonly started: ReadonlySet<string>;
  /** Volumes and instances (`vol-… i-…`) that a dead caller's call brought together after the fact. */
  readonly attachedLate: ReadonlySet<string>;
  /** What definitions said of backups, and when. */
  readonly rules: RuleHistory;
  report(invariant: string, workload: string, what: string): void;
  /** The record by which a call that was under way when the table was restored was made. */
  lostRecord(name: string): RecordBody | undefined;
  /** The record by which a call that was under way when the version before wrote it once more was made. */
  rewrittenRecord(name: string): RecordBody | undefined;
  /** When the workload's table was restored last; 0: never. */
  restoredAt(name: string): number;
}
