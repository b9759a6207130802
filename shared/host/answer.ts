// The one JSON line a document answers on its standard output. Everything but the first three fields may be missing:
// an answer given before the volume was looked at has little to say.
//
// Every text and every list has a bound: parts of an answer go into the record, and names and paths on a host are of any
// length. The scripts cut what is the user's well below (part/answer.sh: json_name, json_path); an answer beyond a bound
// is none of theirs, and counts as no answer.

import * as z from 'zod/mini';
import { ANSWER_CODES } from './decision.ts';

const text = (most: number) => z.string().check(z.maxLength(most));
const list = <T extends z.ZodMiniType>(one: T, most: number) => z.array(one).check(z.maxLength(most));

/** What the scripts write of themselves: codes, ids, versions. */
const word = text(64);
/** Of the user's: a container's name … */
const name = text(128);
/** … and a path. */
const path = text(256);

const container = z.object({
  name,
  state: word,
  /** Docker's own health check: healthy, starting, unhealthy, or none. */
  health: word,
});

const unkeptBind = z.object({ container: name, source: path, target: path });

/** More than any document has stages, observations or effects. */
const STEPS = 64;

export const answerShape = z.object({
  ok: z.boolean(),
  /** `internal`: the script ended unexpectedly; what it did is unknown, look with `probe`. */
  code: z.union([z.enum(ANSWER_CODES), z.literal('internal')]),
  /** Which command this answers; 0 and '' when its parameters could not be read. */
  operation: z.object({ number: z.number(), id: word }),
  document: z.optional(word),
  /** The row of decision.json that gave the answer. */
  row: z.optional(word),
  /** All rows on the way, and the observations as they stood at the end. */
  rows: z.optional(list(word, STEPS)),
  observed: z.optional(
    z.record(word, word).check(z.refine((observed) => Object.keys(observed).length <= STEPS)),
  ),
  say: z.optional(text(500)),
  hold: z.optional(z.boolean()),
  remedy: z.optional(z.enum(['again', 'other-instance', 'new-volume'])),
  bootId: z.optional(word),
  /** True when this is the saved answer of an operation done before. */
  repeated: z.optional(z.boolean()),
  /** With `repeated`: the row that had the saved answer given again (`row` is the one that answers now). */
  repeatRow: z.optional(word),
  /** Effects carried out, in order. */
  did: z.optional(list(word, STEPS)),
  tookMs: z.optional(z.number()),
  /** stop, and refusals of start: the volume is not mounted when the answer is given. */
  unmounted: z.optional(z.boolean()),
  /** stop: names of containers killed when the budget was spent. */
  killed: z.optional(list(name, 50)),
  /** format: what was found or done. */
  format: z.optional(z.enum(['formatted', 'already'])),
  fsUuid: z.optional(word),
  fileSystem: z.optional(word),
  /** start: this volume was never started before (its containers, if any, come from a parent or an adoption). */
  firstMount: z.optional(z.boolean()),
  /** start: the last owner did not unmount (a crash), and the journal was replayed. */
  journalReplayed: z.optional(z.boolean()),
  grown: z.optional(z.boolean()),
  driver: z.optional(word),
  imageStore: z.optional(z.enum(['graph', 'containerd'])),
  engine: z.optional(word),
  architecture: z.optional(word),
  setup: z.optional(z.enum(['none', 'already', 'pending', 'ran', 'failed', 'refused'])),
  unkeptBinds: z.optional(list(unkeptBind, 20)),
  /** probe */
  dockerUp: z.optional(z.boolean()),
  containers: z.optional(list(container, 50)),
  health: z.optional(z.enum(['healthy', 'starting', 'unhealthy', 'unknown'])),
  /** probe: the containers by which it is unhealthy, at most ten; none where the definition's own check fails. */
  unhealthy: z.optional(list(container, 10)),
  mounted: z.optional(
    z.object({
      volumeId: word,
      datasetId: word,
      generation: z.number(),
      migrationId: word,
    }),
  ),
  /** The operation and grant the host has on record, epoch seconds; 0 when it never had one. */
  grant: z.optional(z.object({ number: z.number(), until: z.number() })),
  lastOperation: z.optional(z.object({ number: z.number(), id: word })),
  fullPercent: z.optional(z.number()),
  /** The announced time (ISO 8601), '' while there is no notice. */
  spotNotice: z.optional(word),
  /** Free words of the script: what could not be done. */
  detail: z.optional(text(2_000)),
});

export type HostAnswer = z.infer<typeof answerShape>;

/** The answer in a command's output: its last line. Undefined when the output was cut, is no answer or is beyond its bounds. */
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
