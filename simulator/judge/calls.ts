// Invariants of single calls, asserted before they take effect: S2, S3, S5–S8, S11, S12, S16–S20, S22, L2.

import { TAG } from '../../shared/port/tags.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { workloadOf } from '../region/state/belongs.ts';
import type { SimSnapshot, SimVolume } from '../region/state/model.ts';
import type { Operation } from '../wire/operation.ts';
import type { Book } from './book.ts';
import { checkEarlyDelete, checkInPlace } from './kept.ts';
import { whyKept } from './retention.ts';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

/** The kind of intent that must be in the record before a call of this name. */
const INTENT: Record<string, string> = {
  CreateFleet: 'launch',
  CreateVolume: 'create-volume',
  AttachVolume: 'attach',
  DetachVolume: 'detach',
  CreateSnapshot: 'snapshot',
  CreateTags: 'tag-volume',
  DeleteVolume: 'delete-volume',
  DeleteSnapshot: 'delete-snapshot',
  SendCommand: 'command',
};

/** A day, and what clocks and calls may be late. */
const LONGEST_GRANT_MS = 24 * 3_600_000 + 600_000;

/** Targets of an intent by the input that has to name the same. */
const TARGETS = [
  ['volumeId', 'VolumeId'],
  ['instanceId', 'InstanceId'],
  ['snapshotId', 'SnapshotId'],
] as const;

interface Target {
  workload: string;
  record: RecordBody | undefined;
}

const targetOf = ({ region, records }: Book, operation: Operation): Target => {
  const { input } = operation;
  const volumeId = text(input.VolumeId) || list(input.Resources).find((id) => id.startsWith('vol-')) || '';
  const instanceId = text(input.InstanceId) || list(input.InstanceIds)[0] || '';
  const snapshotId = text(input.SnapshotId);
  const fromSpecification =
    JSON.stringify(input.TagSpecifications ?? '').match(
      new RegExp(`"Key":"${TAG.workload}","Value":"([^"]+)"`),
    )?.[1] ?? '';
  const workload =
    workloadOf(region, region.volumes.get(volumeId)) ||
    workloadOf(region, region.instances.get(instanceId)) ||
    (operation.name === 'DeleteSnapshot' ? workloadOf(region, region.snapshots.get(snapshotId)) : '') ||
    fromSpecification;
  return { workload, record: records.get(workload) };
};

const checkIntent = (book: Book, operation: Operation, { workload, record }: Target): void => {
  const kind = INTENT[operation.name];
  if (!kind || !record) return;
  if (record.intent?.effect.kind !== kind) {
    book.report(
      'S11',
      workload,
      `${operation.name} without an intent (the record has ${record.intent?.effect.kind ?? 'none'})`,
    );
    return;
  }
  for (const [name, key] of TARGETS) {
    const given = text(operation.input[key]);
    const named = text(Reflect.get(record.intent.effect, name));
    if (given && named && given !== named)
      book.report('S19', workload, `${operation.name} of ${given}, the intent names ${named}`);
  }
};

const checkAttach = (book: Book, { input }: Operation, { workload, record }: Target): void => {
  const volumeId = text(input.VolumeId);
  if (book.superseded.has(volumeId))
    book.report('S7', workload, `${volumeId} was superseded and is attached`);
  const role = book.region.volumes.get(volumeId)?.tags[TAG.role];
  if (role !== 'active') book.report('S8', workload, `${volumeId} is attached while tagged ${role}`);
  if (record && record.owner?.instanceId !== text(input.InstanceId)) {
    book.report(
      'S2',
      workload,
      `${volumeId} is attached to ${text(input.InstanceId)}, the owner is ${record.owner?.instanceId ?? 'none'}`,
    );
  }
  const holder = workloadOf(book.region, book.region.instances.get(text(input.InstanceId)));
  if (holder !== workload)
    book.report('S19', workload, `${volumeId} is attached to an instance of ${holder}`);
};

/** What an operator deleted this lately may still be listed: the product cannot know better. */
const LISTED_MS = 6 * 60_000;

const completedOf = ({ region }: Book, workload: string): SimSnapshot[] =>
  [...region.snapshots.values()].filter(
    (one) =>
      workloadOf(region, one) === workload &&
      one.state === 'completed' &&
      (!one.deleted || region.kernel.now() - (one.deletedAt ?? 0) < LISTED_MS),
  );

const checkDelete = (book: Book, { input, name }: Operation, { workload, record }: Target): void => {
  if (name === 'DeleteVolume') {
    const volumeId = text(input.VolumeId);
    if (record?.volume?.volumeId === volumeId)
      book.report('S20', workload, `the active ${volumeId} is deleted`);
    if (record?.migration?.newVolumeId === volumeId || record?.migration?.fromVolume === volumeId) {
      book.report('S20', workload, `${volumeId} is deleted while it migrates`);
    }
    if (record && record.provedGeneration < record.generation) {
      book.report('S5', workload, `${volumeId} is deleted while generation ${record.generation} is unproved`);
    }
    const left = record?.lineage.find((one) => one.volumeId === volumeId);
    const later = completedOf(book, workload).some(
      ({ tags }) => Number(tags[TAG.generation]) >= (left?.generation ?? 0),
    );
    if (left?.promoted && !later)
      book.report('S20', workload, `${volumeId} is deleted, and no snapshot has its generation`);
    checkEarlyDelete(book, volumeId, { workload, record, completed: completedOf(book, workload) });
    return;
  }
  const completed = completedOf(book, workload);
  const left = completed.filter((one) => one.id !== text(input.SnapshotId));
  const gone = book.region.snapshots.get(text(input.SnapshotId));
  if (left.length === 0 && gone?.state === 'completed')
    book.report('S20', workload, 'the last completed snapshot is deleted');
  const kept = record && whyKept(book.rules, workload, { record, snapshotId: text(input.SnapshotId) });
  if (kept) book.report('S22', workload, kept);
  if (gone?.state === 'completed') checkInPlace(book, gone, { workload, record, completed });
};

/**
 * A copy of a time that is lost with the table, which was never promoted and is gone: nothing in record or region says its
 * number, and nothing carries its marker.
 */
const isForgotten = (book: Book, one: SimVolume, workload: string): boolean =>
  one.createdAt < book.restoredAt(workload) && one.state === 'deleted' && !book.homes.has(one.id);

/** S6: a generation's number is given to one volume, whatever became of it. */
const checkNumber = (book: Book, input: Operation['input'], workload: string): void => {
  const tags = JSON.stringify(input.TagSpecifications ?? '');
  const number = tags.match(new RegExp(`"Key":"${TAG.generation}","Value":"([^"]+)"`))?.[1];
  const token = text(input.ClientToken);
  const twin = book.region.past.volumes.find(
    (one) =>
      workloadOf(book.region, one) === workload &&
      one.tags[TAG.generation] === number &&
      one.token !== token &&
      !isForgotten(book, one, workload),
  );
  // The blank volume that failed has no content: its successor may only have another number, too.
  if (number && twin) book.report('S6', workload, `generation ${number} is ${twin.id} already`);
};

const checkVolume = (book: Book, { input }: Operation, { workload, record }: Target): void => {
  if (input.Encrypted !== true) book.report('S18', workload, 'a volume is created unencrypted');
  checkNumber(book, input, workload);
  const from = book.region.snapshots.get(text(input.SnapshotId));
  if (from && from.state !== 'completed')
    book.report('S3', workload, `a copy is made from ${from.id} while it is ${from.state}`);
  const source = record?.migration && book.region.volumes.get(record.migration.fromVolume);
  if (!source || !input.SnapshotId) return;
  if (text(input.VolumeType) !== source.type)
    book.report('S18', workload, `the copy is ${text(input.VolumeType) || 'gp2'}, the source ${source.type}`);
  if (text(input.KmsKeyId) !== (source.kmsKeyId ?? ''))
    book.report('S18', workload, 'the copy has another key');
  const snapshot = book.region.snapshots.get(text(input.SnapshotId));
  if (record?.migration?.restore) {
    const mine = workloadOf(book.region, snapshot) === workload;
    if (!mine || snapshot?.id !== record.migration.snapshotId)
      book.report('S3', workload, `${text(input.SnapshotId)} is restored without a request`);
    return;
  }
  if (snapshot?.volumeId !== source.id)
    book.report('S3', workload, 'the copy is made from another volume’s snapshot');
};

const checkFreeze = (book: Book, { input }: Operation, { workload, record }: Target): void => {
  const value = JSON.stringify(input.Tags ?? '');
  if (!value.includes('"frozen"')) return;
  if (record?.owner) book.report('S12', workload, 'the source is frozen while it has an owner');
  const former = (record?.leaving ?? []).find((one) => one.wasOwner);
  if (former) book.report('S12', workload, `the source is frozen, ${former.instanceId} is not proved dead`);
};

/** L2: a machine is never told to run on alone for more than a day. */
const checkGrant = (book: Book, { input }: Operation, { workload }: Target): void => {
  const until = JSON.stringify(input.Parameters ?? '').match(/"grantUntil":\["(\d+)"\]/)?.[1];
  const ahead = Number(until ?? 0) * 1000 - book.region.kernel.now();
  if (ahead > LONGEST_GRANT_MS)
    book.report('L2', workload, `a grant of ${Math.round(ahead / 3_600_000)} hours`);
};

/** S17: EC2 would delete the data volume with the instance. */
const checkKept = (book: Book, { input }: Operation, { workload }: Target): void => {
  if (JSON.stringify(input.BlockDeviceMappings ?? '').includes('"DeleteOnTermination":true'))
    book.report('S17', workload, `${text(input.InstanceId)} would take a volume with it`);
};

/**
 * A call that was under way when the table was restored had its intent in the record that is lost; one that was under way
 * when the version before wrote the record once more, in the one before that.
 */
const judgedBy = (book: Book, { name }: Operation, target: Target): Target => {
  const names = (one: RecordBody | undefined): boolean => one?.intent?.effect.kind === INTENT[name];
  const lost = book.lostRecord(target.workload);
  if (lost && names(lost)) return { ...target, record: lost };
  const rewritten = book.rewrittenRecord(target.workload);
  return rewritten && names(rewritten) && !names(target.record) ? { ...target, record: rewritten } : target;
};

/** Every text of an input, however deep. */
const textsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

/** S19: whatever other people have in the account is named by no call. */
const checkOthers = (book: Book, { name, input }: Operation): void => {
  const { others } = book.region;
  if (others.size === 0) return;
  for (const id of textsIn(input))
    if (others.has(id)) book.report('S19', '', `${name} of ${id}, which is not the stack's`);
};

export const checkCall = (book: Book, operation: Operation): void => {
  checkOthers(book, operation);
  const target = judgedBy(book, operation, targetOf(book, operation));
  checkIntent(book, operation, target);
  if (operation.name === 'AttachVolume') checkAttach(book, operation, target);
  else if (operation.name === 'DetachVolume' && operation.input.Force === true)
    book.report('S16', target.workload, 'a forced detach');
  else if (operation.name === 'DetachVolume' && !operation.input.InstanceId)
    book.report('S16', target.workload, 'a detach that names no instance');
  else if (operation.name === 'DeleteVolume' || operation.name === 'DeleteSnapshot')
    checkDelete(book, operation, target);
  else if (operation.name === 'SendCommand') checkGrant(book, operation, target);
  else if (operation.name === 'CreateVolume') checkVolume(book, operation, target);
  else if (operation.name === 'ModifyInstanceAttribute') checkKept(book, operation, target);
  else if (operation.name === 'CreateTags') checkFreeze(book, operation, target);
};
