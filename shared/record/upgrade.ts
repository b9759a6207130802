// Records of earlier versions as this one writes them. A step for each schema; a record passes all that follow its own.
// During a deploy both versions run: the earlier one reads no record of the later and leaves it alone, this one takes up
// what the earlier one wrote last, in the middle of whatever was under way.

import { type Intent, intent as intentSchema } from './intent.ts';

type Body = Record<string, unknown>;

const isBody = (value: unknown): value is Body => typeof value === 'object' && value !== null;

/**
 * Schema 2 named an intent's targets, not its call. A volume may have been made: it is looked for by its number. So is a
 * snapshot, by the intent's id: nothing else of the call is needed for that. A launch is the candidate's, which is looked
 * for by itself; everything else was decided again from what is seen, as it is now.
 */
const effectOf = ({ kind, targets }: Body, { migration }: Body): Body | undefined => {
  if (!isBody(targets)) return undefined;
  const { purpose, volume, generation, unproved } = targets;
  const move = isBody(migration) ? migration : {};
  if (kind === 'create-volume') {
    const isCopy = targets.snapshot !== undefined;
    const migrationId = isCopy ? move.migrationId : undefined;
    const made = isCopy ? 'migration' : 'blank';
    return { kind: 'earlier-volume', purpose: made, generation: Number(generation), migrationId };
  }
  if (kind !== 'snapshot') return undefined;
  return {
    kind,
    purpose: purpose === 'migration' || purpose === 'backup' ? purpose : 'base',
    volumeId: volume,
    generation: Number(generation),
    unproved: unproved === undefined ? undefined : true,
    migrationId: targets.migration,
    description: '',
    tags: {},
  };
};

/** One that no version could have written is left out: it names nothing that could be looked for. */
const withEffect = (intent: unknown, body: Body): Intent[] => {
  if (!isBody(intent)) return [];
  const { id, at, again } = intent;
  const read = intentSchema.safeParse({ id, at, again, effect: effectOf(intent, body) });
  return read.success ? [read.data] : [];
};

/** By the schema that is read; each makes the next one of it. Unknown fields are kept. */
const STEPS: Readonly<Record<number, (body: Body) => Body>> = {
  // 2: calls that were set aside and failures in a row are always there; failed volumes are counted too.
  1: (body) => ({ suspended: [], failedInstances: 0, failedVolumes: 0, ...body, schema: 2 }),
  // 3: an intent is the call itself.
  2: ({ intent, suspended, ...body }) => ({
    ...body,
    intent: withEffect(intent, body)[0],
    suspended: Array.isArray(suspended) ? suspended.flatMap((one) => withEffect(one, body)) : suspended,
    schema: 3,
  }),
};

/** Never throws on any content; what is of no known schema stays as it is. */
export const upgraded = (body: Body): Body => {
  let now = body;
  for (;;) {
    const step = typeof now.schema === 'number' ? STEPS[now.schema] : undefined;
    if (!step) return now;
    now = step(now);
  }
};
