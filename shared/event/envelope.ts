// The part every EventBridge event has, and what becomes of those that are not for us. Reading takes named fields
// only, never walks the rest: an event of a megabyte or a thousand levels costs no more than a small one.

import * as z from 'zod/mini';
import { type Instant, instant } from '../base/time.ts';

export interface Expected {
  account: string;
  region: string;
  /** Given: warnings older than STALE_AFTER are ignored, and event times from the future are taken as now. */
  now?: Instant;
}

export const IGNORED_REASONS = [
  'not-an-event',
  /** Another account or region: alerts. Patterns pin the account, so such an event was routed or sent by hand. */
  'foreign',
  'unknown-source',
  'unknown-type',
  /** A known type whose detail is not as AWS documents it. */
  'malformed',
  'stale',
] as const;
export type IgnoredReason = (typeof IGNORED_REASONS)[number];

export interface Ignored {
  kind: 'ignored';
  reason: IgnoredReason;
  alert: boolean;
  /** `source` and `detail-type` as far as they could be read, shortened; safe to log. */
  what: string;
}

export interface Envelope {
  /** Unique per event; a duplicate delivery has the same. */
  id: string;
  source: string;
  type: string;
  at: Instant;
  detail: unknown;
  /** Resource ids (`vol-…`), taken from the end of the ARNs: some carry a zone where the region belongs. */
  resourceIds: string[];
}

const short = (most: number) => z.string().check(z.minLength(1), z.maxLength(most));

const envelopeSchema = z.object({
  id: short(200),
  source: short(256),
  'detail-type': short(256),
  account: short(64),
  region: short(64),
  time: short(64),
  resources: z.optional(z.array(z.unknown())),
  detail: z.unknown(),
});

/** No event names more of ours; the rest is not looked at. */
const RESOURCES_READ = 10;

export function readEnvelope(raw: unknown, expected: Expected): Envelope | Ignored {
  const read = envelopeSchema.safeParse(raw);
  if (!read.success) return ignored('not-an-event', '');
  const event = read.data;
  const what = `${printable(event.source)} / ${printable(event['detail-type'])}`;
  if (event.account !== expected.account || event.region !== expected.region) return ignored('foreign', what);
  const time = readTime(event.time);
  if (time === undefined) return ignored('malformed', what);
  const at = expected.now !== undefined && time > expected.now ? expected.now : time;
  return {
    id: event.id,
    source: event.source,
    type: event['detail-type'],
    at,
    detail: event.detail,
    resourceIds: (event.resources ?? []).slice(0, RESOURCES_READ).flatMap(idOfArn),
  };
}

export const ignored = (reason: IgnoredReason, what: string): Ignored => ({
  kind: 'ignored',
  reason,
  alert: reason === 'foreign',
  what,
});

export const describe = (envelope: Envelope): string =>
  `${printable(envelope.source)} / ${printable(envelope.type)}`;

/** For logs: no control characters, no more than a line. */
const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 80);

/** ISO 8601 with `Z`, as EventBridge sends; undefined for anything else. */
function readTime(text: string): Instant | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : instant(at);
}

/** The id at the end of an ARN such as `arn:aws:ec2::us-west-2:snapshot/snap-…`; none for anything else. */
export function idOfArn(arn: unknown): string[] {
  const id =
    typeof arn === 'string' && arn.length <= 400
      ? /^arn:[^\n]*\/([a-z]+-[0-9a-f]{8,17})$/.exec(arn)?.[1]
      : undefined;
  return id === undefined ? [] : [id];
}
