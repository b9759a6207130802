// What an operator asks for, as the payload of a direct invocation. Strict: an unknown field is refused, because a
// command half understood is a command for something else.

import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Definition, Schedule } from '../definition/definition.ts';
import { DefinitionError, type Problem } from '../definition/problem.ts';
import { definitionFromJson, SCRIPT_LIMIT_BYTES, scheduleFromJson } from '../definition/read/from-json.ts';
import { readStrictly } from '../definition/read/issues.ts';
import { backupLabel, list, name, text, volumeId, whole, zoneName } from '../definition/read/leaf.ts';

export type Command =
  /** `until` as typed: resolved in the workload's own zone (`resolveLocal`), which the record knows. */
  | { kind: 'start-now'; workload: string; until?: string }
  | { kind: 'stop-now'; workload: string; until?: string }
  | { kind: 'set-schedule'; workload: string; schedule: Schedule }
  | {
      kind: 'apply';
      definition: Definition;
      /** Its SHA-256 is the definition's. */
      setupScript?: string;
      /** The adopted volume's id typed once more, for one that has no marker. */
      confirmVolume?: string;
      /** Only says what would change. */
      dryRun?: boolean;
    }
  /** Without `workload`: all of them. */
  | { kind: 'status'; workload?: string }
  | { kind: 'resume'; workload: string }
  /** `incident`: 1 is the newest, or its id. */
  | { kind: 'history'; workload: string; incident?: number | string; limit?: number }
  | { kind: 'plan'; workload: string }
  | { kind: 'move'; workload: string; zone: string }
  | { kind: 'backup'; workload: string; label?: string }
  /** `confirm`: the snapshot's id typed again. */
  | { kind: 'backup-delete'; workload: string; snapshotId: string; confirm: string }
  | { kind: 'restore'; workload: string; snapshotId: string; acceptLoss?: true; endHold?: true }
  /** Without `workload`: all of the restored table. `ended`: what the operator knows to have ended. */
  | { kind: 'recover'; workload?: string; ended: string[] }
  /** `confirm`: the name typed. */
  | { kind: 'destroy'; workload: string; confirm: string; keepSnapshots: boolean };

export interface BadCommand {
  kind: 'invalid';
  /** Of the first mistake; all of them are in `problems`. */
  path: string;
  expected: string;
  found?: string;
  problems: Problem[];
}

export const COMMAND_KINDS = [
  'start-now',
  'stop-now',
  'set-schedule',
  'apply',
  'status',
  'resume',
  'history',
  'plan',
  'move',
  'backup',
  'backup-delete',
  'restore',
  'recover',
  'destroy',
] as const;
export type CommandKind = (typeof COMMAND_KINDS)[number];

const UNTIL = 'a local time HH:MM or YYYY-MM-DDTHH:MM, or an instant with an offset';
const until = z.optional(text(/^[0-9TZ:+-]{1,40}$/, UNTIL));
const PAYLOAD = 'a JSON object';

const timed = z.strictObject({ workload: name, until }, PAYLOAD);
const onlyWorkload = z.strictObject({ workload: name }, PAYLOAD);
const scheduled = z.strictObject({ workload: name, schedule: z.unknown() }, PAYLOAD);
const status = z.strictObject({ workload: z.optional(name) }, PAYLOAD);
const applied = z.strictObject(
  {
    definition: z.unknown(),
    setupScript: z.optional(
      z.string('a script').check(z.maxLength(SCRIPT_LIMIT_BYTES, `at most ${SCRIPT_LIMIT_BYTES} bytes`)),
    ),
    confirmVolume: z.optional(volumeId),
    dryRun: z.optional(z.boolean('true or false')),
  },
  PAYLOAD,
);
const hexId = '([0-9a-f]{8}|[0-9a-f]{17})';
const instanceId = text(new RegExp(`^i-${hexId}$`), 'an instance id i-…');
const snapshotId = text(new RegExp(`^snap-${hexId}$`), 'a snapshot id snap-…');
const onlyTrue = z.optional(z.literal(true, 'true, or nothing'));
const INCIDENT = 'the number of an incident (1 is the newest) or its id';
const history = z.strictObject(
  {
    workload: name,
    incident: z.optional(
      z.union(
        [
          z.int(INCIDENT).check(z.minimum(1, INCIDENT), z.maximum(1_000, INCIDENT)),
          text(/^(warned|lost|halted)-i-[0-9a-f]{8,17}$/, INCIDENT),
        ],
        INCIDENT,
      ),
    ),
    limit: z.optional(whole(1, 500, 'entries')),
  },
  PAYLOAD,
);
const moved = z.strictObject({ workload: name, zone: zoneName }, PAYLOAD);
const backedUp = z.strictObject({ workload: name, label: z.optional(backupLabel) }, PAYLOAD);
const TYPED_ID = 'the id of the snapshot, typed';
const backupDeleted = z.strictObject(
  { workload: name, snapshotId, confirm: z.string(TYPED_ID).check(z.maxLength(100, TYPED_ID)) },
  PAYLOAD,
);
const restored = z.strictObject(
  { workload: name, snapshotId, acceptLoss: onlyTrue, endHold: onlyTrue },
  PAYLOAD,
);
const recovered = z.strictObject(
  { workload: z.optional(name), ended: z.optional(list(instanceId, 50, 'a list of instance ids')) },
  PAYLOAD,
);
const destroyed = z.strictObject(
  {
    workload: name,
    confirm: z
      .string('the name of the workload, typed')
      .check(z.maxLength(100, 'the name of the workload, typed')),
    keepSnapshots: z.optional(z.boolean('true or false')),
  },
  PAYLOAD,
);

/** Never throws for bad input, whatever JSON came. */
export function parseCommand(kind: string, raw: unknown): Command | BadCommand {
  try {
    return read(kind, raw);
  } catch (error) {
    if (error instanceof DefinitionError) return invalid(error.lines);
    throw error;
  }
}

function read(kind: string, raw: unknown): Command {
  switch (kind) {
    case 'start-now':
    case 'stop-now':
      return { kind, ...strictly(timed, raw) };
    case 'resume':
    case 'plan':
      return { kind, ...strictly(onlyWorkload, raw) };
    case 'backup':
      return { kind, ...strictly(backedUp, raw) };
    case 'backup-delete':
      return { kind, ...strictly(backupDeleted, raw) };
    case 'status':
      return { kind, ...strictly(status, raw ?? {}) };
    case 'history':
      return { kind, ...strictly(history, raw) };
    case 'move':
      return { kind, ...strictly(moved, raw) };
    case 'restore':
      return { kind, ...strictly(restored, raw) };
    case 'recover':
      return { kind, ended: [], ...strictly(recovered, raw ?? {}) };
    case 'destroy':
      return { kind, keepSnapshots: true, ...strictly(destroyed, raw) };
    case 'set-schedule': {
      const { workload, schedule } = strictly(scheduled, raw);
      return { kind, workload, schedule: below('schedule', () => scheduleFromJson(schedule)) };
    }
    case 'apply':
      return readApply(strictly(applied, raw));
    default:
      throw new DefinitionError([
        { path: '', expected: `one of ${COMMAND_KINDS.join(', ')}`, found: JSON.stringify(kind) },
      ]);
  }
}

function readApply(input: z.infer<typeof applied>): Command {
  const definition = below('definition', () => definitionFromJson(input.definition));
  const { setupScript, confirmVolume, dryRun } = input;
  const sha256 =
    setupScript === undefined ? undefined : createHash('sha256').update(setupScript).digest('hex');
  if (sha256 !== undefined && sha256 !== definition.setup?.sha256) {
    const expected = 'the script whose SHA-256 the definition names';
    throw new DefinitionError([{ path: 'setupScript', expected, found: sha256 }]);
  }
  return {
    kind: 'apply',
    definition,
    ...(setupScript !== undefined && { setupScript }),
    ...(confirmVolume !== undefined && { confirmVolume }),
    ...(dryRun !== undefined && { dryRun }),
  };
}

function strictly<T extends z.ZodMiniType>(schema: T, raw: unknown): z.infer<T> {
  const result = readStrictly(schema, raw);
  if ('value' in result) return result.value;
  throw new DefinitionError(result.problems);
}

/** Paths of a part are told from the payload's top; a schedule's own begin with `schedule` already. */
function below<T>(field: string, readPart: () => T): T {
  try {
    return readPart();
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    throw new DefinitionError(error.lines.map((line) => ({ ...line, path: prefixed(field, line.path) })));
  }
}

function prefixed(field: string, path: string): string {
  if (path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`)) return path;
  return path === '' ? field : `${field}.${path}`;
}

function invalid(problems: Problem[]): BadCommand {
  const [first = { path: '', expected: PAYLOAD }] = problems;
  return { kind: 'invalid', ...first, problems };
}
