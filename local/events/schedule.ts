// Schedule expressions of EventBridge: `rate(…)` and `at(…)`. Cron expressions throw when the region starts: nothing the
// product deploys has one, and half a cron would be worse than none.

const UNITS_MS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

export interface Occurrences {
  /** The first moment after `after`; undefined when there is none. */
  next: (after: number) => number | undefined;
}

/** A rate counts from `since`, the moment of deployment. */
export const readSchedule = (expression: string, since: number): Occurrences => {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate) {
    const every = Number(rate[1]) * (UNITS_MS[rate[2] ?? ''] ?? 0);
    if (every <= 0) throw new Error(`schedule: ${expression} never comes`);
    return { next: (after) => since + every * (Math.floor(Math.max(0, after - since) / every) + 1) };
  }
  const once = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(expression);
  if (once) {
    const at = Date.parse(`${once[1]}Z`);
    return { next: (after) => (at > after ? at : undefined) };
  }
  throw new Error(`schedule: ${expression} is not known here`);
};
