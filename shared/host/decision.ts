// The host's decisions, as data. decision.json is the one truth of what `format`, `adopt`, `start`, `stop` and
// `probe` answer and may do: the scripts carry it inside (bundle.ts), the simulated host interprets it here, and the
// real scripts are run against every row.
//
// A document goes through its stages in order; before each stage but the first its `between` stage is asked.
// Observations are taken before the stage that uses them. The first row whose conditions all hold is the decision:
// `continue` goes on to the next stage, everything else is the answer. Only the row's effects are permitted.

import * as z from 'zod/mini';
import type { HostDocument } from '../port/commands.ts';
import table from './decision.json' with { type: 'json' };

export type Observation = keyof typeof table.observations;
export type HostEffect = keyof typeof table.effects;
export type Stage = keyof typeof table.stages;
export type Observations = Partial<Record<Observation, string>>;

/** Every code a host can answer, apart from `internal` (a script that ended unexpectedly). */
export const ANSWER_CODES = [
  'adopted',
  'already-adopted',
  'already-formatted',
  'architecture-other',
  'bad-parameter',
  'busy',
  'device-absent',
  'device-ambiguous',
  'device-in-use',
  'device-mismatch',
  'device-too-small',
  'device-unreadable',
  'docker-down',
  'docker-will-not-stop',
  'driver-ambiguous',
  'driver-dead',
  'driver-gone',
  'driver-missing',
  'engine-older',
  'format-cut',
  'format-failed',
  'formatted',
  'fs-missing',
  'fs-other',
  'fs-uuid-other',
  'fsck-failed',
  'host-unguarded',
  'inspected',
  'marker-absent',
  'marker-newer',
  'marker-older',
  'marker-other-dataset',
  'marker-other-migration',
  'marker-other-volume',
  'marker-present',
  'marker-unexpected',
  'marker-unreadable',
  'mount-point-dirty',
  'not-a-data-root',
  'not-blank',
  'not-mounted',
  'operation-older',
  'other-mounted',
  'overtaken',
  'saved-answer',
  'serving',
  'setup-failed',
  'setup-refused',
  'spot-notice',
  'started',
  'stopped',
  'tools-missing',
  'twin-mounted',
  'unfinished',
  'unhealthy',
  'unkept-binds',
  'unmount-busy',
  'unmount-hung',
  'volume-unwritable',
] as const;

export type AnswerCode = (typeof ANSWER_CODES)[number];

/** What can help: the same command again, another instance, a new blank volume. A hold alerts the operator instead. */
export type Remedy = 'again' | 'other-instance' | 'new-volume';

export interface Row {
  id: string;
  when: Readonly<Record<string, string | readonly string[]>>;
  answer: AnswerCode | 'continue';
  ok: boolean;
  effects: readonly HostEffect[];
  hold?: boolean;
  remedy?: Remedy;
  /** One plain sentence for people. */
  say: string;
}

export interface DocumentPlan {
  stages: readonly Stage[];
  /** Asked before each stage but the first. */
  between?: Stage;
}

const isEffect = (name: string): name is HostEffect => Object.hasOwn(table.effects, name);
export const isStage = (name: string): name is Stage => Object.hasOwn(table.stages, name);

const stageName = z.string().check(z.refine(isStage));
const rowShape = z.strictObject({
  id: z.string(),
  when: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  answer: z.union([z.enum(ANSWER_CODES), z.literal('continue')]),
  ok: z.boolean(),
  effects: z.array(z.custom<HostEffect>((name) => typeof name === 'string' && isEffect(name))),
  hold: z.optional(z.boolean()),
  remedy: z.optional(z.enum(['again', 'other-instance', 'new-volume'])),
  say: z.string(),
});
const planShape = z.strictObject({
  stages: z.array(z.custom<Stage>((name) => typeof name === 'string' && isStage(name))),
  between: z.optional(z.custom<Stage>((name) => typeof name === 'string' && isStage(name))),
});

/** Rows of every stage, in the order in which they are asked. */
export const STAGES: ReadonlyMap<string, readonly Row[]> = new Map(
  Object.entries(z.record(stageName, z.array(rowShape)).parse(table.stages)),
);

export const DOCUMENTS: Readonly<Record<HostDocument, DocumentPlan>> = z
  .strictObject({ format: planShape, adopt: planShape, start: planShape, stop: planShape, probe: planShape })
  .parse(table.documents);

/** A stage was asked without an observation it needs, or with a value the table does not know. */
export class ObservationError extends Error {
  readonly stage: Stage;
  readonly observation: string;
  constructor(stage: Stage, observation: string, value: string | undefined) {
    super(`stage ${stage}: observation ${observation} is ${value ?? 'missing'}`);
    this.name = 'ObservationError';
    this.stage = stage;
    this.observation = observation;
  }
}

const knownValues: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(table.observations).map(([name, { values }]) => [name, values]),
);

function matches(stage: Stage, row: Row, observed: ReadonlyMap<string, string>): boolean {
  for (const [name, wanted] of Object.entries(row.when)) {
    const value = observed.get(name);
    if (value === undefined || !knownValues.get(name)?.includes(value))
      throw new ObservationError(stage, name, value);
    if (!(typeof wanted === 'string' ? wanted === value : wanted.includes(value))) return false;
  }
  return true;
}

/**
 * The first row of the stage that fits. Pure. A row's conditions are read in order and only as far as needed, so an
 * observation may be left out where no row reached asks for it; else `ObservationError`.
 */
export function rowFor(stage: Stage, observations: Observations): Row {
  const observed = new Map(Object.entries(observations));
  for (const row of STAGES.get(stage) ?? []) if (matches(stage, row, observed)) return row;
  throw new ObservationError(stage, 'any row', 'not matched');
}

/** The stages of a document in the order in which they are asked, the one between included. */
export function stagesOf(document: HostDocument): Stage[] {
  const { stages, between } = DOCUMENTS[document];
  return stages.flatMap((stage, i) => (between && i > 0 ? [between, stage] : [stage]));
}
