// The one JSON line a document answers on its standard output. Everything but the first three fields may be missing:
// an answer given before the volume was looked at has little to say.

import * as z from 'zod/mini';
import { ANSWER_CODES } from './decision.ts';

const container = z.object({
  name: z.string(),
  state: z.string(),
  /** Docker's own health check: healthy, starting, unhealthy, or none. */
  health: z.string(),
});

const unkeptBind = z.object({ container: z.string(), source: z.string(), target: z.string() });

const answerShape = z.object({
  ok: z.boolean(),
  /** `internal`: the script ended unexpectedly; what it did is unknown, look with `probe`. */
  code: z.union([z.enum(ANSWER_CODES), z.literal('internal')]),
  /** Which command this answers; 0 and '' when its parameters could not be read. */
  operation: z.object({ number: z.number(), id: z.string() }),
  document: z.optional(z.string()),
  /** The row of decision.json that gave the answer. */
  row: z.optional(z.string()),
  /** All rows on the way, and the observations as they stood at the end. */
  rows: z.optional(z.array(z.string())),
  observed: z.optional(z.record(z.string(), z.string())),
  say: z.optional(z.string()),
  hold: z.optional(z.boolean()),
  remedy: z.optional(z.enum(['again', 'other-instance', 'new-volume'])),
  bootId: z.optional(z.string()),
  /** True when this is the saved answer of an operation done before. */
  repeated: z.optional(z.boolean()),
  /** With `repeated`: the row that had the saved answer given again (`row` is the one of then). */
  repeatRow: z.optional(z.string()),
  /** Effects carried out, in order. */
  did: z.optional(z.array(z.string())),
  tookMs: z.optional(z.number()),
  /** stop, and refusals of start: the volume is not mounted when the answer is given. */
  unmounted: z.optional(z.boolean()),
  /** stop: names of containers killed when the budget was spent. */
  killed: z.optional(z.array(z.string())),
  /** format: what was found or done. */
  format: z.optional(z.enum(['formatted', 'already'])),
  fsUuid: z.optional(z.string()),
  fileSystem: z.optional(z.string()),
  /** start: this volume was never started before (its containers, if any, come from a parent or an adoption). */
  firstMount: z.optional(z.boolean()),
  /** start: the last owner did not unmount (a crash), and the journal was replayed. */
  journalReplayed: z.optional(z.boolean()),
  grown: z.optional(z.boolean()),
  driver: z.optional(z.string()),
  imageStore: z.optional(z.enum(['graph', 'containerd'])),
  engine: z.optional(z.string()),
  architecture: z.optional(z.string()),
  setup: z.optional(z.enum(['none', 'already', 'pending', 'ran', 'failed', 'refused'])),
  unkeptBinds: z.optional(z.array(unkeptBind)),
  /** probe */
  dockerUp: z.optional(z.boolean()),
  containers: z.optional(z.array(container)),
  health: z.optional(z.enum(['healthy', 'starting', 'unhealthy', 'unknown'])),
  /** probe: the containers by which it is unhealthy, at most ten; none where the definition's own check fails. */
  unhealthy: z.optional(z.array(container)),
  mounted: z.optional(
    z.object({
      volumeId: z.string(),
      datasetId: z.string(),
      generation: z.number(),
      migrationId: z.string(),
    }),
  ),
  /** The operation and grant the host has on record, epoch seconds; 0 when it never had one. */
  grant: z.optional(z.object({ number: z.number(), until: z.number() })),
  lastOperation: z.optional(z.object({ number: z.number(), id: z.string() })),
  fullPercent: z.optional(z.number()),
  /** The announced time (ISO 8601), '' while there is no notice. */
  spotNotice: z.optional(z.string()),
  /** Free words of the script for a person: what could not be done. */
  detail: z.optional(z.string()),
});

export type HostAnswer = z.infer<typeof answerShape>;

/** The answer in a command's output: its last line. Undefined when the output was cut or is no answer. */
export function parseAnswer(output: string): HostAnswer | undefined {
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  if (!line.startsWith('{')) return undefined;
  try {
    return answerShape.safeParse(JSON.parse(line)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
