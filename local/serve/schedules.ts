// The template's schedules by the wall clock: EventBridge Scheduler with its execution role, and rules that have a
// schedule expression.

import type { Ask } from '../events/asks.ts';
import { readSchedule } from '../events/schedule.ts';
import { mayInvokeOnSchedule, mayKeepDeadLetter } from '../stack/service-roles.ts';
import type { Stack, StackSchedule, Target } from '../stack/types.ts';

export interface ScheduleDeps {
  stack: Stack;
  now: () => number;
  /** When the stack was deployed: rates count from there. */
  since: number;
  /** Until when neither schedules nor functions run. */
  downUntil: () => number;
  ask: (ask: Pick<Ask, 'functionName' | 'payload'>) => void;
  deadLetter: (queueArn: string, body: unknown) => void;
  onProblem: (text: string) => void;
}

/** Node's timers take no more. */
const LONGEST_TIMER_MS = 2_000_000_000;

const scheduled = ({ stack }: ScheduleDeps): StackSchedule[] => [
  ...stack.schedules,
  ...stack.rules.flatMap((rule) =>
    rule.schedule === undefined
      ? []
      : rule.targets.map((target) => ({
          name: rule.name,
          arn: rule.arn,
          enabled: rule.enabled,
          expression: rule.schedule ?? '',
          target,
        })),
  ),
];

/** Returns how to stop. Throws when an expression is not known. */
export const runSchedules = (deps: ScheduleDeps): (() => void) => {
  const timers = new Map<string, NodeJS.Timeout>();
  for (const schedule of scheduled(deps)) {
    if (!schedule.enabled) continue;
    const occurrences = readSchedule(schedule.expression, deps.since);
    const plan = (after: number): void => {
      const at = occurrences.next(after);
      if (at === undefined) return;
      const wait = Math.min(LONGEST_TIMER_MS, Math.max(0, at - deps.now()));
      timers.set(
        schedule.arn,
        setTimeout(() => {
          if (deps.now() >= at) strike(deps, schedule);
          plan(Math.max(deps.now(), at - 1));
        }, wait),
      );
    };
    plan(deps.now());
  }
  return () => {
    for (const timer of timers.values()) clearTimeout(timer);
  };
};

const strike = (deps: ScheduleDeps, { name, arn, target }: StackSchedule): void => {
  const { stack, onProblem } = deps;
  if (deps.downUntil() > deps.now()) return;
  const fn = stack.functions.find((one) => one.arn === target.arn);
  const event = target.input ?? eventOf(deps, arn);
  if (fn && isAllowed(stack, arn, target)) {
    deps.ask({ functionName: fn.name, payload: event });
    return;
  }
  onProblem(`schedule ${name} may not invoke ${target.arn}, or there is no such function`);
  const queue = target.deadLetterArn;
  if (queue !== undefined && mayKeepDeadLetter(stack, target))
    deps.deadLetter(queue, { schedule: arn, event });
};

const isAllowed = (stack: Stack, arn: string, target: Target): boolean =>
  arn.includes(':rule/')
    ? stack.permissions.some(({ functionArn, sourceArn }) => functionArn === target.arn && sourceArn === arn)
    : mayInvokeOnSchedule(stack, target);

/** What a schedule without an input of its own sends ("Scheduled Event"). */
const eventOf = ({ stack, now }: ScheduleDeps, arn: string): string =>
  JSON.stringify({
    version: '0',
    id: crypto.randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: stack.accountId,
    time: new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z'),
    region: stack.region,
    resources: [arn],
    detail: '{}',
  });
