// The status function's answer, parsed. Fields that a later version adds pass through to --json untouched.

import { isUnread, statusShape, type Unread, type WorkloadStatus } from '../../shared/answer/status.ts';
import type { Definition, Schedule } from '../../shared/definition/definition.ts';
import { shown } from '../../shared/definition/problem.ts';
import { name as workloadName } from '../../shared/definition/read/leaf.ts';
import { isStored } from '../../shared/definition/stored.ts';
import { RECORD_SCHEMA } from '../../shared/record/record.ts';
import { badInput, CommandError, EXIT } from './exit.ts';
import { accept, type Session } from './session.ts';

/** As typed, checked before anything is called. */
export function readName(given: string | undefined): string {
  const read = workloadName.safeParse(given);
  if (read.success) return read.data;
  throw badInput(`NAME: expected ${read.error.issues[0]?.message ?? 'a name'}, found ${shown(given)}`);
}

export async function listWorkloads(session: Session): Promise<(WorkloadStatus | Unread)[]> {
  return accept('status', statusShape, await session.call('status', {})).workloads;
}

export async function readWorkload(session: Session, name: string): Promise<WorkloadStatus> {
  const found = await findWorkload(session, name);
  if (found) return found;
  throw badInput(`there is no workload ${name}`, 'run spotkeep list to see all workloads');
}

/** For commands that change it: a record of a later version is read and shown, but never written from here. */
export async function readWritable(session: Session, name: string): Promise<WorkloadStatus> {
  const found = await readWorkload(session, name);
  checkWritable(found);
  return found;
}

export function checkWritable({ name, schema }: WorkloadStatus): void {
  if (schema <= RECORD_SCHEMA) return;
  throw new CommandError({
    exit: EXIT.other,
    code: 'newer-record',
    says: `the record of ${name} is of a later version (schema ${schema}, this command knows ${RECORD_SCHEMA}): it may be read, not changed`,
    next: 'update spotkeep',
  });
}

/** Undefined where there is none. Throws for a record that cannot be read. */
export async function findWorkload(session: Session, name: string): Promise<WorkloadStatus | undefined> {
  const one = await findEntry(session, name);
  if (one === undefined || !isUnread(one)) return one;
  throw unreadable(one);
}

/** Undefined where there is none. */
export async function findEntry(
  session: Session,
  name: string,
): Promise<WorkloadStatus | Unread | undefined> {
  const [one] = accept(
    'status',
    statusShape,
    withoutOk(await session.call('status', { workload: name })),
  ).workloads;
  return one !== undefined && isUnread(one) && one.error === 'not-found' ? undefined : one;
}

export const unreadable = ({ name, error, repairable }: Unread): CommandError =>
  new CommandError({
    exit: EXIT.other,
    code: 'unreadable',
    says: `the record of ${name} cannot be read: ${error}`,
    next: repairable
      ? 'spotkeep apply -f FILE with a definition that is right repairs it'
      : 'update Spotkeep to the version that wrote it, or see docs/runbook.md',
  });

/** `ok: false` of a status only says that the name is unknown: the list beneath tells it. */
function withoutOk(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('workloads' in value)) return value;
  return { ...value, ok: true };
}

/**
 * The definition as the record has it, whatever the next apply would refuse of it. Throws where the functions are older
 * than the command, or newer.
 */
export function definitionOf({ name, definition }: WorkloadStatus): Definition {
  if (isStored(definition)) return definition;
  throw new CommandError({
    exit: EXIT.other,
    code: 'bad-answer',
    says: `the deployed functions do not tell the definition of ${name} in a form this version knows`,
    next: 'are command and functions of the same version? spotkeep doctor',
  });
}

export const scheduleOf = (workload: WorkloadStatus): Schedule => definitionOf(workload).schedule;
