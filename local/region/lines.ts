// The lines of a state file after its first: what came from outside, and what left for the functions. Deliveries of events
// are lines of their own, not made again by a replay: rules may have changed since with a newer package.

import * as z from 'zod/mini';
import { troubleShape } from './trouble.ts';

export const headShape = z.object({
  spotkeep: z.literal('local region'),
  format: z.literal(1),
  start: z.number(),
  seed: z.number(),
  region: z.string(),
  latency: z.number(),
});

export type Head = z.infer<typeof headShape>;

const t = z.number();
const text = z.string();

export const lineShape = z.discriminatedUnion('k', [
  /** A call that may have changed something; `made`: its result in short. */
  z.object({
    t,
    k: z.literal('call'),
    service: z.enum(['ec2', 'ssm', 'events', 'dynamodb']),
    name: text,
    input: z.record(text, z.unknown()),
    made: text,
  }),
  z.object({ t, k: z.literal('trouble'), trouble: troubleShape }),
  z.object({ t, k: z.literal('latency'), latency: z.number() }),
  z.object({ t, k: z.literal('subnet'), id: text, zone: text }),
  /** An asynchronous invocation was accepted, ended, or ended in a queue. */
  z.object({ t, k: z.literal('ask'), id: z.number(), functionName: text, payload: text, requestId: text }),
  z.object({ t, k: z.literal('ended'), id: z.number() }),
  z.object({ t, k: z.literal('letter'), queue: text, body: z.unknown() }),
]);

export type JournalLine = z.infer<typeof lineShape>;
type WithoutTime<L> = L extends unknown ? Omit<L, 't'> : never;
export type NewLine = WithoutTime<Exclude<JournalLine, { k: 'call' }>>;
