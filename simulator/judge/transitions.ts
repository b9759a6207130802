// Invariants of the record's own changes: S4, S6, S8, S12, C1–C4; and that a zone is left only for want of capacity.

import {
  FAILED_VOLUMES,
  LAUNCHES_PER_HOUR,
  MANUAL_BACKUPS,
  SNAPSHOTS_IN_PLACE,
  VOLUMES_PER_DATASET,
} from '../../shared/decide/turn/limits.ts';
import { TAG } from '../../shared/port/tags.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import type { Book } from './book.ts';
import { followRules, mostSnapshots } from './retention.ts';

interface Change {
  name: string;
  before: RecordBody | undefined;
  after: RecordBody;
}

/** S12: owner → none only when it is dead; owner A → B only when A is dead, or draining and the volume not attached to it. */
const checkOwner = (book: Book, { name, before, after }: Change): void => {
  const old = before?.owner;
  if (old?.draining && old.instanceId === after.owner?.instanceId && !after.owner.draining)
    book.report('S12', name, `the drain of ${old.instanceId} is taken back`);
  if (!old || old.instanceId === after.owner?.instanceId) return;
  const instance = book.region.instances.get(old.instanceId);
  if (!after.owner) {
    if (instance && instance.state !== 'terminated')
      book.report('S12', name, `${old.instanceId} is dropped as owner while ${instance.state}`);
    return;
  }
  // One that is dead needs no drain: it was dropped, and the next one came, in one write.
  const dead = !instance || instance.state === 'terminated';
  if (!old.draining && !dead)
    book.report('S12', name, `${after.owner.instanceId} becomes owner, ${old.instanceId} was not draining`);
  const attached = before?.volume && book.region.volumes.get(before.volume.volumeId)?.attachment;
  // The volume was seen free; a call of one who died before may still have brought it back. Nothing starts there: the
  // instance has been stopped under a higher operation number, and the next owner cannot attach before it is freed.
  const late = book.attachedLate.has(`${before?.volume?.volumeId} ${old.instanceId}`);
  if (attached?.instanceId === old.instanceId && instance?.state !== 'terminated' && !late) {
    book.report(
      'S12',
      name,
      `${after.owner.instanceId} becomes owner while the volume is ${attached.state} to ${old.instanceId}`,
    );
  }
};

const checkLeaving = (book: Book, { name, before, after }: Change): void => {
  const still = new Set(after.leaving.map((one) => one.instanceId));
  const candidate = before?.candidate?.instanceId;
  const kept = [...still, after.candidate?.instanceId, after.owner?.instanceId];
  if (candidate && !kept.includes(candidate)) {
    const instance = book.region.instances.get(candidate);
    if (instance?.state === 'running' || instance?.state === 'pending')
      book.report('C2', name, `candidate ${candidate} is forgotten while ${instance.state}`);
  }
  for (const one of before?.leaving ?? []) {
    if (!one.wasOwner || still.has(one.instanceId)) continue;
    const instance = book.region.instances.get(one.instanceId);
    if (instance && instance.state !== 'terminated')
      book.report('S12', name, `former owner ${one.instanceId} is forgotten while ${instance.state}`);
  }
};

const checkCandidate = (book: Book, { name, before, after }: Change): void => {
  const id = after.candidate?.instanceId;
  if (id === undefined || id === before?.candidate?.instanceId || book.region.instances.has(id)) return;
  if (!book.region.past.instances.some((one) => one.id === id))
    book.report('C1', name, `the record names ${id}, which was never launched`);
};

/** The zone was asked this long before another one was, at the latest. */
const REFUSED_LATELY_MS = 30 * 60_000;

/** A move costs minutes of downtime: only a lack of capacity at home, or an operator, is a reason to launch elsewhere. */
const checkMove = (book: Book, { name, before, after }: Change): void => {
  const { intent, volume, candidate } = after;
  if (intent?.effect.kind !== 'launch' || intent.id === before?.intent?.id || !volume) return;
  if (candidate?.purpose !== 'migration' || after.moveRequest || after.migration) return;
  const refused = book.region.refusals.get(volume.zone);
  if (candidate.zone !== volume.zone && book.region.kernel.now() - (refused ?? 0) > REFUSED_LATELY_MS)
    book.report('move', name, `launches in ${candidate.zone}, while ${volume.zone} refused nothing`);
};

const checkGeneration = (book: Book, { name, before, after }: Change): void => {
  if (before && after.generation < before.generation)
    book.report('S6', name, `generation fell from ${before.generation} to ${after.generation}`);
  const used = book.generations.get(name) ?? new Set<number>();
  book.generations.set(name, used);
  if (before && after.generation > before.generation) {
    if (used.has(after.generation)) book.report('S6', name, `generation ${after.generation} is used twice`);
    used.add(after.generation);
  }
  if (after.volume) book.homes.add(after.volume.volumeId);
  for (const one of after.lineage) {
    if (!book.superseded.has(one.volumeId)) book.superseded.set(one.volumeId, book.region.kernel.now());
    if (one.volumeId === after.volume?.volumeId)
      book.report('S7', name, `${one.volumeId} is superseded and active`);
  }
  if (before?.volume && !after.volume && before.dataset.formatted && after.dataset.formatted)
    checkLetGo(book, { name, before, after });
};

/** S4: only a destroy lets the data volume go, and only when a completed snapshot holds every record. */
const checkLetGo = (book: Book, { name, after }: Change): void => {
  const final = book.region.snapshots.get(after.destroyed?.snapshotId ?? '');
  const whole =
    final?.state === 'completed' &&
    !final.deleted &&
    final.content.records >= book.ledger.line(name).acknowledged;
  if (!after.destroyed || !whole) book.report('S4', name, 'the data volume left the record');
};

/** An operator accepted the loss of what is not on the snapshot: from here on that is what has to be kept. */
const checkRestore = (book: Book, { name, before, after }: Change): void => {
  const { migration } = after;
  if (!migration?.restore || migration.phase !== 'promoted' || before?.migration?.phase === 'promoted')
    return;
  const line = book.ledger.line(name);
  if (line.writer)
    book.report('S1', name, `${line.writer.instanceId} writes while another volume is promoted`);
  const copy = book.region.volumes.get(after.volume?.volumeId ?? '');
  if (copy && migration.restore.acceptLoss)
    line.acknowledged = Math.min(line.acknowledged, copy.content.records);
};

const checkFrozen = (book: Book, { name, after }: Change): void => {
  const { migration, owner } = after;
  const frozen =
    migration &&
    (migration.phase === 'freezing' || migration.phase === 'snapshotting' || migration.phase === 'copying');
  if (frozen && owner) book.report('S8', name, `owner ${owner.instanceId} while the source is frozen`);
};

const checkCaps = (book: Book, { name, after }: Change): void => {
  const at = book.region.kernel.now();
  const recent = after.launches.filter((one) => at - one < 3_600_000);
  if (recent.length > LAUNCHES_PER_HOUR) book.report('C3', name, `${recent.length} launches within an hour`);
  const volumes = [...book.region.volumes.values()].filter(
    (one) => one.tags[TAG.dataset] === after.dataset.id && one.state !== 'deleted' && one.state !== 'error',
  );
  // Blank ones that were never started on are left behind before there is data, and counted apart (decision 0027).
  const blank = volumes.filter((one) => !one.snapshotId && !book.started.has(one.id));
  const others = volumes.length - blank.length;
  if (others > VOLUMES_PER_DATASET) book.report('C4', name, `${others} volumes`);
  if (blank.length > FAILED_VOLUMES + 1) book.report('C4', name, `${blank.length} blank volumes`);
  followRules(book.rules, name, { body: after, now: at });
  const completed = after.snapshots.filter((one) => one.state === 'completed');
  const manual = completed.filter((one) => one.label !== undefined).length;
  // Those in the place of their volumes have a cap of their own; each volume left behind has its final one beside.
  const inPlace = completed.filter((one) => one.inPlaceSince !== undefined).length;
  const made = completed.length - manual - inPlace;
  if (manual > MANUAL_BACKUPS) book.report('C4', name, `${manual} manual backups`);
  if (made > mostSnapshots(book.rules, name) + VOLUMES_PER_DATASET - 1)
    book.report('C4', name, `${made} snapshots`);
  if (inPlace > SNAPSHOTS_IN_PLACE) book.report('C4', name, `${inPlace} snapshots in the place of volumes`);
};

const namedIds = (r: RecordBody | undefined): (string | undefined)[] => [
  r?.owner?.instanceId,
  r?.candidate?.instanceId,
  r?.volume?.volumeId,
  r?.migration?.newVolumeId,
  ...(r?.leaving ?? []).map((one) => one.instanceId),
  ...(r?.lineage ?? []).map((one) => one.volumeId),
  ...(r?.snapshots ?? []).map((one) => one.snapshotId),
];

/** S19: what other people have in the account comes into no record of ours. */
const checkNamed = (book: Book, { name, before, after }: Change): void => {
  const { others } = book.region;
  if (others.size === 0) return;
  for (const id of namedIds(after))
    if (id !== undefined && others.has(id) && !namedIds(before).includes(id))
      book.report('S19', name, `the record names ${id}, which is not the stack's`);
};

export const checkTransition = (book: Book, change: Change): void => {
  checkNamed(book, change);
  checkOwner(book, change);
  checkLeaving(book, change);
  checkCandidate(book, change);
  checkMove(book, change);
  checkGeneration(book, change);
  checkFrozen(book, change);
  checkRestore(book, change);
  checkCaps(book, change);
};
