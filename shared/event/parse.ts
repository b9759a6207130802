// Raw EventBridge JSON into one of the few hints the product understands; everything else is a typed no-op. All events
// are best effort: lost, doubled, late and out of order. None of them is proof of anything, they only wake the loop.

import * as z from 'zod/mini';
import { add, type Ms, minutes, since } from '../base/time.ts';
import { name } from '../definition/read/leaf.ts';
import { type Base, type CloudEvent, INSTANCE_EVENT_STATES, type ParsedEvent } from './cloud-event.ts';
import { describe, type Envelope, type Expected, idOfArn, ignored, readEnvelope } from './envelope.ts';

/** EC2 User Guide, "Spot Instance interruption notices": two minutes before the action. */
const NOTICE_AHEAD: Ms = minutes(2);
/** A warning this late is about an instance that is long gone; the loop sees that by itself. */
export const STALE_AFTER: Ms = minutes(15);

export type { CloudEvent, InstanceEventState, ParsedEvent } from './cloud-event.ts';

/** The source of our own events on the project's bus. */
const OWN_SOURCE = 'spotkeep';
const RECONCILE_REQUESTED = 'Reconcile Requested';

const pattern = (regex: RegExp) => z.string().check(z.regex(regex));
const instanceId = pattern(/^i-([0-9a-f]{8}|[0-9a-f]{17})$/);
const word = pattern(/^[\w -]{1,64}$/);
const instanceState = z.enum(INSTANCE_EVENT_STATES);
/** AWS's own sentence; shown to people, cut, never acted on. */
const CAUSE_SHOWN = 200;
const cause = z.optional(z.string());

const details = {
  interruption: z.object({
    'instance-id': instanceId,
    'instance-action': z.enum(['terminate', 'stop', 'hibernate']),
  }),
  rebalance: z.object({ 'instance-id': instanceId }),
  instanceState: z.object({ 'instance-id': instanceId, state: instanceState }),
  volume: z.object({ event: word, result: word, cause }),
  snapshot: z.object({
    event: word,
    result: z.enum(['succeeded', 'failed']),
    snapshot_id: z.string(),
    source: z.optional(z.string()),
    cause,
  }),
  command: z.object({
    'command-id': pattern(/^[0-9a-f-]{36}$/),
    'document-name': pattern(/^[\w.:/-]{1,256}$/),
    status: word,
    'instance-id': z.optional(pattern(/^m?i-[0-9a-f]{8,17}$/)),
  }),
  reconcile: z.object({ workload: name }),
};

type Reader = (envelope: Envelope) => CloudEvent | undefined;

/** By source and detail-type, as "Events from AWS services" and the services' own pages name them. */
const READERS: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  'aws.ec2': {
    'EC2 Spot Instance Interruption Warning': readInterruption,
    'EC2 Instance Rebalance Recommendation': readRebalance,
    'EC2 Instance State-change Notification': readInstanceState,
    'EBS Volume Notification': readVolume,
    'EBS Snapshot Notification': readSnapshot,
  },
  'aws.ssm': {
    'EC2 Command Invocation Status-change Notification': readCommand,
    'EC2 Command Status-change Notification': readCommand,
  },
  [OWN_SOURCE]: { [RECONCILE_REQUESTED]: readReconcile },
};

/** Never throws, whatever JSON came. */
export function parseEvent(raw: unknown, expected: Expected): ParsedEvent {
  const envelope = readEnvelope(raw, expected);
  if ('kind' in envelope) return envelope;
  const readers = own(READERS, envelope.source);
  if (!readers) return ignored('unknown-source', describe(envelope));
  const reader = own(readers, envelope.type);
  if (!reader) return ignored('unknown-type', describe(envelope));
  const event = reader(envelope);
  if (!event) return ignored('malformed', describe(envelope));
  const warning = event.kind === 'interruption' || event.kind === 'rebalance';
  const late = expected.now !== undefined && since(event.at, expected.now) > STALE_AFTER;
  return warning && late ? ignored('stale', describe(envelope)) : event;
}

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

const base = ({ id, at }: Envelope): Base => ({ id, at });

// The instance comes from `detail`, never from `resources`: the warning's ARN has the zone where the region belongs.
function readInterruption(envelope: Envelope): CloudEvent | undefined {
  const { data } = details.interruption.safeParse(envelope.detail);
  return (
    data && {
      ...base(envelope),
      kind: 'interruption',
      instanceId: data['instance-id'],
      action: data['instance-action'],
      noticedAt: envelope.at,
      actionAt: add(envelope.at, NOTICE_AHEAD),
    }
  );
}

function readRebalance(envelope: Envelope): CloudEvent | undefined {
  const { data } = details.rebalance.safeParse(envelope.detail);
  return data && { ...base(envelope), kind: 'rebalance', instanceId: data['instance-id'] };
}

function readInstanceState(envelope: Envelope): CloudEvent | undefined {
  const { data } = details.instanceState.safeParse(envelope.detail);
  return (
    data && { ...base(envelope), kind: 'instance-state', instanceId: data['instance-id'], state: data.state }
  );
}

/** The volume is only in `resources` here. */
function readVolume(envelope: Envelope): CloudEvent | undefined {
  const { data } = details.volume.safeParse(envelope.detail);
  const volumeId = envelope.resourceIds.find((id) => id.startsWith('vol-'));
  if (!data || volumeId === undefined) return undefined;
  return {
    ...base(envelope),
    kind: 'volume',
    volumeId,
    event: data.event,
    result: data.result,
    ...causeOf(data),
  };
}

function readSnapshot(envelope: Envelope): CloudEvent | undefined {
  const { data } = details.snapshot.safeParse(envelope.detail);
  const [snapshotId] = idOfArn(data?.snapshot_id);
  if (!data || !snapshotId?.startsWith('snap-')) return undefined;
  const [source] = idOfArn(data.source);
  return {
    ...base(envelope),
    kind: 'snapshot',
    snapshotId,
    event: data.event,
    result: data.result,
    ...(source?.startsWith('vol-') && { volumeId: source }),
    ...causeOf(data),
  };
}

/** The command's parameters, which one of the two events carries, are left behind. */
function readCommand(envelope: Envelope): CloudEvent | undefined {
  const { data } = details.command.safeParse(envelope.detail);
  if (!data) return undefined;
  const id = data['instance-id'];
  return {
    ...base(envelope),
    kind: 'command',
    commandId: data['command-id'],
    documentName: data['document-name'],
    status: data.status,
    ...(id !== undefined && { instanceId: id }),
  };
}

function readReconcile(envelope: Envelope): CloudEvent | undefined {
  const { data } = details.reconcile.safeParse(envelope.detail);
  return data && { ...base(envelope), kind: 'reconcile', workload: data.workload };
}

const causeOf = (data: { cause?: string }): { cause?: string } =>
  data.cause ? { cause: data.cause.replace(/[^\x20-\x7e]/g, '?').slice(0, CAUSE_SHOWN) } : {};
