// What is needed of EventBridge: the project’s own bus.

/** Detail-types on the project's own bus. infra/alerts.yml and the users' rules name them. */
export const EVENT_TYPES = [
  'Reconcile Requested',
  'Held',
  'Alert',
  'Quota Error',
  'Backup Failed',
  'Unhealthy',
  'Workload Started',
  'Interrupted',
  'Recovered',
  'Moved',
  'Restored',
  'Destroyed',
  'Table Recovered',
  'Unprotected Data',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export interface OwnEvent {
  detailType: EventType;
  detail: Record<string, unknown>;
}

/** EventBridge, the project's own bus. */
export interface Bus {
  /** Rejects when any entry failed (FailedEntryCount). Safe to repeat. */
  publish(events: readonly OwnEvent[]): Promise<void>;
  /** A rule on the own bus that sends what needs an operator to the user's topic. */
  routeNotifications(workload: string, topicArn: string | undefined): Promise<void>;
}
