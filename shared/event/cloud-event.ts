// What an event comes down to: a hint about one resource. Never proof; the loop looks for itself.

import type { Instant } from '../base/time.ts';
import type { Ignored } from './envelope.ts';

export interface Base {
  /** EventBridge's id: the same for every delivery of one event. */
  id: string;
  /** When it happened, by the event's own clock. */
  at: Instant;
}

export type CloudEvent =
  | (Base & {
      kind: 'interruption';
      instanceId: string;
      action: 'terminate' | 'stop' | 'hibernate';
      noticedAt: Instant;
      /** When the instance will be taken at the earliest. */
      actionAt: Instant;
    })
  | (Base & { kind: 'rebalance'; instanceId: string })
  | (Base & { kind: 'instance-state'; instanceId: string; state: InstanceEventState })
  | (Base & { kind: 'volume'; volumeId: string; event: string; result: string; cause?: string })
  | (Base & {
      kind: 'snapshot';
      snapshotId: string;
      event: string;
      result: 'succeeded' | 'failed';
      /** Absent where the source is not a volume (copies). */
      volumeId?: string;
      cause?: string;
    })
  /** `instanceId` is absent when the event tells of the command as a whole. */
  | (Base & { kind: 'command'; commandId: string; documentName: string; status: string; instanceId?: string })
  /** Our own: the loop asked to be woken again. */
  | (Base & { kind: 'reconcile'; workload: string });

export const INSTANCE_EVENT_STATES = [
  'pending',
  'running',
  'shutting-down',
  'terminated',
  'stopping',
  'stopped',
] as const;
export type InstanceEventState = (typeof INSTANCE_EVENT_STATES)[number];
export type ParsedEvent = CloudEvent | Ignored;
