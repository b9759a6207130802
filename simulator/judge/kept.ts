// The promise about what is left behind: a superseded volume is kept its days, or its completed final snapshot is kept as
// many in its place. Judged by what is on them, whatever record and tags say (S20).

import type { RecordBody } from '../../shared/record/record.ts';
import type { SimSnapshot } from '../region/state/model.ts';
import type { Book, Replaced } from './book.ts';

const DAY_MS = 86_400_000;

const daysOf = (record: RecordBody | undefined): number =>
  (record?.definition.retention.supersededDays ?? 0) * DAY_MS;

const holds = (one: SimSnapshot, { volumeId, content }: Pick<Replaced, 'volumeId' | 'content'>): boolean =>
  one.volumeId === volumeId &&
  one.content.records >= content.records &&
  one.content.missing <= content.missing &&
  JSON.stringify(one.content.marker) === JSON.stringify(content.marker);

/** `completed`: the snapshots that count as there. */
export const checkEarlyDelete = (
  book: Book,
  volumeId: string,
  {
    workload,
    record,
    completed,
  }: { workload: string; record: RecordBody | undefined; completed: SimSnapshot[] },
): void => {
  const now = book.region.kernel.now();
  const left = record?.lineage.find((one) => one.volumeId === volumeId);
  const volume = book.region.volumes.get(volumeId);
  if (!left?.promoted || !volume) return;
  const leftAt = book.superseded.get(volumeId) ?? left.since;
  if (now - leftAt >= daysOf(record)) return;
  const replaced = { volumeId, workload, leftAt, content: structuredClone(volume.content) };
  if (!completed.some((one) => holds(one, replaced)))
    book.report('S20', workload, `${volumeId} is deleted before its days, and no snapshot holds all of it`);
  book.replaced.set(volumeId, replaced);
};

export const checkInPlace = (
  book: Book,
  gone: SimSnapshot,
  {
    workload,
    record,
    completed,
  }: { workload: string; record: RecordBody | undefined; completed: SimSnapshot[] },
): void => {
  const replaced = book.replaced.get(gone.volumeId);
  if (!replaced || !holds(gone, replaced)) return;
  if (book.region.kernel.now() - replaced.leftAt >= daysOf(record)) return;
  if (completed.some((one) => one.id !== gone.id && holds(one, replaced))) return;
  book.report('S20', workload, `${gone.id} is deleted, which is kept in the place of ${gone.volumeId}`);
};
