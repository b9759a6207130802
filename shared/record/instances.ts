// The parts of the record that are about instances: the owner, those that are to end, and the one that comes next.

import * as z from 'zod/mini';
import { at, id } from './fields.ts';

const purchase = z.enum(['spot', 'on-demand']);

/**
 * An event said that it ended, and no complete reading has decided that yet. `deniedAt`: the first one that showed it
 * otherwise; from then on the event proves nothing.
 */
const told = z.optional(z.object({ at, deniedAt: z.optional(at) }));

export const owner = z.looseObject({
  instanceId: id,
  launchId: id,
  zone: id,
  instanceType: z.string(),
  purchase,
  since: at,
  launchedAt: at,
  /** Last time its agent or the region showed it alive. */
  seenAliveAt: at,
  /** Since when the agent has not been seen. */
  agentLostAt: z.optional(at),
  /** Since when complete listings miss it. */
  missingSince: z.optional(at),
  attachRequestedAt: z.optional(at),
  firstAttachAt: z.optional(at),
  attachedAt: z.optional(at),
  /** A start or format was sent: from now on only a confirmed stop or its death says the volume is not in use. */
  touchedAt: z.optional(at),
  /** Docker answered on this boot with this volume. */
  startedAt: z.optional(at),
  startFailures: z.int(),
  startFailedAt: z.optional(at),
  bootId: z.optional(z.string()),
  grantUntil: z.optional(at),
  probedAt: z.optional(at),
  probingGrant: z.optional(at),
  addressAskedAt: z.optional(at),
  addressAt: z.optional(at),
  interruption: z.optional(z.object({ noticedAt: at, actionAt: at })),
  rebalanceAt: z.optional(at),
  /** Set once, never taken back. */
  draining: z.optional(
    z.looseObject({
      since: at,
      reason: z.enum(['closing', 'warned', 'lost', 'halted', 'replaced', 'return-to-spot', 'moving']),
      unmountedAt: z.optional(at),
      stopGivenUpAt: z.optional(at),
      detachRequestedAt: z.optional(at),
    }),
  ),
  told,
  terminateSentAt: z.optional(at),
  terminateAcceptedAt: z.optional(at),
  shuttingDownSince: z.optional(at),
});

export const leaving = z.looseObject({
  instanceId: id,
  launchId: id,
  /** Was it ever owner: then its death must be proved before a migration. */
  wasOwner: z.boolean(),
  volumeId: z.optional(id),
  reason: z.string(),
  since: at,
  lastSeenAt: at,
  seenOnce: z.boolean(),
  told,
  terminateSentAt: z.optional(at),
  terminateAcceptedAt: z.optional(at),
  shuttingDownSince: z.optional(at),
  /** Complete listings it was missing from (proof of death by absence). */
  missingAt: z.array(at),
});

export const candidate = z.looseObject({
  launchId: id,
  attempt: z.int(),
  purpose: z.enum(['start', 'handover', 'migration', 'return-to-spot']),
  zone: id,
  purchase,
  instanceTypes: z.array(z.string()),
  requestedAt: at,
  deadline: at,
  instanceId: z.optional(id),
  instanceType: z.optional(z.string()),
  launchedAt: z.optional(at),
  onlineAt: z.optional(at),
  /** Since when no listing shows it although its agent was there. */
  missingSince: z.optional(at),
  /** First reading that showed the volume free of an owner that took it minutes ago. */
  freeSeenAt: z.optional(at),
  interrupted: z.optional(z.boolean()),
  told,
});
