// What really ran: the states a workload was in, one after the other, as its history tells them.

import type { HistoryAnswer } from '../../../shared/answer/history.ts';
import type { WorkloadStatus } from '../../../shared/answer/status.ts';
import { type Instant, instant } from '../../../shared/base/time.ts';

export interface StateSpan {
  state: string;
  from: Instant;
  /** Absent: still so. */
  to: Instant | undefined;
  /** Of the instance that it ran on, where one is known. */
  instanceType?: string;
  purchase?: string;
}

type Entry = HistoryAnswer['entries'][number];

const textOf = (entry: Entry, field: string): string | undefined => {
  const value = entry.detail[field];
  return typeof value === 'string' ? value : undefined;
};

const atOf = ({ at }: { at: string }): Instant => instant(Date.parse(at));

/** Oldest first. Entries come newest first; before the oldest nothing is known. */
export function spansOf(
  entries: HistoryAnswer['entries'],
  { state, stateSince }: WorkloadStatus,
): StateSpan[] {
  const spans: StateSpan[] = [];
  for (const entry of entries.toReversed()) {
    const to = textOf(entry, 'to');
    if (entry.kind === 'state' && to !== undefined) {
      const last = spans.at(-1);
      if (last) last.to = atOf(entry);
      spans.push({ state: to, from: atOf(entry), to: undefined });
    }
    if (entry.kind === 'started') ranOn(spans, entry);
  }
  const last = spans.at(-1);
  // The status is newer than the history it was read beside.
  if (last?.state !== state) {
    const from = instant(Date.parse(stateSince));
    if (last) last.to = from;
    spans.push({ state, from, to: undefined, instanceType: last?.instanceType, purchase: last?.purchase });
  }
  return carried(spans);
}

/** States in which an instance is paid for. `launching` may wait for capacity for hours, and has none. */
const WITH_INSTANCE = new Set([
  'creating',
  'formatting',
  'attaching',
  'starting',
  'serving',
  'handing-over',
  'draining',
  'promoting',
]);

/** `started` is noted when it serves: what came before, since the launch, was on the same instance. */
function ranOn(spans: StateSpan[], entry: Entry): void {
  const ran = { instanceType: textOf(entry, 'instanceType'), purchase: textOf(entry, 'purchase') };
  for (const span of spans.toReversed()) {
    if (!WITH_INSTANCE.has(span.state) || span.instanceType !== undefined) return;
    Object.assign(span, ran);
  }
}

/** What comes after serving (draining, handing over) still has the instance. */
function carried(spans: StateSpan[]): StateSpan[] {
  let before: StateSpan | undefined;
  return spans.map((span) => {
    if (span.instanceType !== undefined) before = span;
    if (!WITH_INSTANCE.has(span.state) || span.instanceType !== undefined || !before) return span;
    return { ...span, instanceType: before.instanceType, purchase: before.purchase };
  });
}

/** The service answers: while it is handed over, the old instance still serves. */
export const serves = ({ state }: StateSpan): boolean => state === 'serving' || state === 'handing-over';
