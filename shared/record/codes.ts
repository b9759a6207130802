// Codes of holds and alerts: in records, events, status and every JSON output. Programs and docs/runbook.md know them by
// these names.

import type { AnswerCode } from '../host/decision.ts';
import type { State } from './states.ts';

export const HOLD_CODES = [
  'table-restored',
  'volume-missing',
  'volume-error',
  'volume-held-by-other',
  'multi-attach',
  'generation-mismatch',
  'newer-volume',
  'unknown-instance',
  'adopt-untagged',
  'adopt-attached',
  'adopt-zone',
  'adopt-older',
  'adopt-no-uuid',
  'format-refused',
  'volumes-fail',
  'snapshots-fail',
  'copy-mismatch',
  'recover-no-generation',
  'recover-ambiguous',
  'recover-no-volume',
  'recover-older',
  'recover-elsewhere',
  'recover-volume-error',
  /** Told as an event only: such a record is not written. */
  'record-unreadable',
] as const;

/** Some answers of a host are a hold too, under the host's own code: shared/host/decision.json, and a script that failed. */
export type HoldCode = (typeof HOLD_CODES)[number] | AnswerCode | 'internal';

export const ALERT_CODES = [
  'agent-lost',
  'probe-silent',
  'start-failed',
  'volumes-fail',
  'volumes-left',
  'command-refused',
  'slow-end',
  'launch-cap',
  'unhealthy',
  'volume-full',
  'backup-failed',
  'request-given-up',
  'unproved-end',
  'foreign-instance',
  'recover-held',
  'no-effect',
  'still-held',
  'foreign-event',
] as const;

/** `budget-…`: a transitional state lasts longer than it should. */
export type AlertCode = (typeof ALERT_CODES)[number] | `budget-${State}`;
