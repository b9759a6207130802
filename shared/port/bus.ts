// What is needed of EventBridge: the project’s own bus.

/** EventBridge, the project's own bus. */
export interface Bus {
  /** Rejects when any entry failed (FailedEntryCount). Safe to repeat. */
  publish(events: { detailType: string; detail: Record<string, unknown> }[]): Promise<void>;
  /** A rule on the own bus that sends what a person must hear of this workload to the user's topic. */
  routeNotifications(workload: string, topicArn: string | undefined): Promise<void>;
}
