// The status function's answer, parsed. Fields that a later version adds pass through to --json untouched.

import * as z from 'zod/mini';
import type { Definition, Schedule } from '../../shared/definition/definition.ts';
import { DefinitionError, shown } from '../../shared/definition/problem.ts';
import { definitionFromJson } from '../../shared/definition/read/from-json.ts';
import { name as workloadName } from '../../shared/definition/read/leaf.ts';
import { RECORD_SCHEMA } from '../../shared/record/record.ts';
import { badInput, CommandError, EXIT } from './exit.ts';
import { accept, type Session } from './session.ts';

const text = z.optional(z.string());

const workload = z.looseObject({
  name: z.string(),
  state: z.string(),
  stateSince: z.string(),
  wanted: z.optional(z.string()),
  wantedUntil: text,
  nextStart: text,
  timeZone: z.string(),
  override: z.optional(z.looseObject({ kind: z.string(), until: z.string() })),
  owner: z.optional(
    z.looseObject({
      instanceId: z.string(),
      instanceType: text,
      zone: z.string(),
      purchase: text,
      since: text,
      servingSince: text,
      draining: text,
      interruptionAt: text,
      grantUntil: text,
    }),
  ),
  candidate: z.optional(z.looseObject({ instanceId: text, zone: z.string(), purpose: text })),
  volume: z.optional(
    z.looseObject({ volumeId: z.string(), zone: z.string(), generation: z.optional(z.number()) }),
  ),
  generations: z.optional(
    z.array(
      z.looseObject({ generation: z.number(), volumeId: z.string(), zone: z.string(), role: z.string() }),
    ),
  ),
  snapshots: z.optional(
    z.array(
      z.looseObject({
        snapshotId: z.string(),
        kind: z.string(),
        state: z.string(),
        startedAt: z.string(),
        generation: z.optional(z.number()),
        volumeId: text,
      }),
    ),
  ),
  migration: z.optional(z.looseObject({ phase: z.string(), from: text, to: text })),
  refusedPools: z.optional(z.array(z.looseObject({ pool: z.string(), until: z.string() }))),
  waitingFor: z.optional(z.looseObject({ what: z.string(), since: z.string() })),
  hold: z.optional(z.looseObject({ code: z.string(), at: z.string(), evidence: z.string() })),
  health: z.optional(
    z.looseObject({
      docker: z.optional(z.boolean()),
      application: text,
      fullPercent: z.optional(z.number()),
      at: text,
    }),
  ),
  unkeptBinds: z.optional(z.array(z.looseObject({ container: z.string(), source: z.string() }))),
  help: text,
  schema: z.optional(z.number()),
  definition: z.optional(z.looseObject({})),
  backups: z.optional(
    z.looseObject({
      keep: z.optional(z.number()),
      lastAt: text,
      pending: z.optional(z.boolean()),
      requestedAt: text,
    }),
  ),
  move: z.optional(z.looseObject({ toZone: z.string(), at: text })),
  restore: z.optional(z.looseObject({ snapshotId: z.string(), at: text, phase: text })),
  recover: z.optional(z.looseObject({ at: text, waitingFor: z.optional(z.array(z.string())) })),
  destroyed: z.optional(z.looseObject({ at: text, snapshotId: text, handedOverAt: text, finishedAt: text })),
  incident: z.optional(z.looseObject({ kind: z.string(), at: z.string() })),
  warnings: z.optional(z.array(z.looseObject({ path: z.string(), kind: z.string(), text: z.string() }))),
});

/** A record that could not be read, or is not there. */
const unread = z.looseObject({ name: z.string(), error: z.string() });

const answer = z.looseObject({ workloads: z.array(z.union([workload, unread])) });

export type Workload = z.infer<typeof workload>;
export type Unread = z.infer<typeof unread>;

export const isUnread = (one: Workload | Unread): one is Unread => typeof one.error === 'string';

/** As typed, checked before anything is called. */
export function readName(given: string | undefined): string {
  const read = workloadName.safeParse(given);
  if (read.success) return read.data;
  throw badInput(`NAME: expected ${read.error.issues[0]?.message ?? 'a name'}, found ${shown(given)}`);
}

export async function listWorkloads(session: Session): Promise<(Workload | Unread)[]> {
  return accept('status', answer, await session.call('status', {})).workloads;
}

export async function readWorkload(session: Session, name: string): Promise<Workload> {
  const found = await findWorkload(session, name);
  if (found) return found;
  throw badInput(`there is no workload ${name}`, 'spotkeep list shows those there are');
}

/** For commands that change it: a record of a later version is read and shown, but never written from here. */
export async function readWritable(session: Session, name: string): Promise<Workload> {
  const found = await readWorkload(session, name);
  checkWritable(found);
  return found;
}

export function checkWritable({ name, schema = RECORD_SCHEMA }: Workload): void {
  if (schema <= RECORD_SCHEMA) return;
  throw new CommandError({
    exit: EXIT.other,
    code: 'newer-record',
    says: `the record of ${name} is of a later version (schema ${schema}, this command knows ${RECORD_SCHEMA}): it may be read, not changed`,
    next: 'update spotkeep',
  });
}

/** Undefined where there is none. Throws for a record that cannot be read. */
export async function findWorkload(session: Session, name: string): Promise<Workload | undefined> {
  const [one] = accept(
    'status',
    answer,
    withoutOk(await session.call('status', { workload: name })),
  ).workloads;
  if (one === undefined || !isUnread(one)) return one;
  if (one.error === 'not-found') return undefined;
  throw new CommandError({
    exit: EXIT.other,
    code: 'unreadable',
    says: `the record of ${name} cannot be read: ${one.error}`,
    next: 'update Spotkeep to the version that wrote it, or see docs/runbook.md',
  });
}

/** `ok: false` of a status only says that the name is unknown: the list beneath tells it. */
function withoutOk(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('workloads' in value)) return value;
  return { ...value, ok: true };
}

/** The definition as the record has it. Throws where the functions are older than the command, or newer. */
export function definitionOf({ name, definition }: Workload): Definition {
  if (definition !== undefined) {
    try {
      return definitionFromJson(definition);
    } catch (error) {
      if (!(error instanceof DefinitionError)) throw error;
    }
  }
  throw new CommandError({
    exit: EXIT.other,
    code: 'bad-answer',
    says: `the deployed functions do not tell the definition of ${name} in a form this version knows`,
    next: 'are command and functions of the same version? spotkeep doctor',
  });
}

export const scheduleOf = (workload: Workload): Schedule => definitionOf(workload).schedule;
