// EventBridge as the template wires it: buses, rules with their patterns, targets with the permission each one needs, and
// dead letters for what cannot be delivered. A rule, a target or a permission that the template lacks is missing here too.

import { type Ms, ms } from '../../shared/base/time.ts';
import type { Kernel } from '../../simulator/kernel/kernel.ts';
import { type Chance, uuidOf } from '../../simulator/kernel/random.ts';
import type { RegionEvent } from '../../simulator/region/state/context.ts';
import type { Switches } from '../../simulator/region/state/faults.ts';
import { evaluate } from '../policy/evaluate.ts';
import type { Stack, StackRule, Target } from '../stack/types.ts';
import type { NewAsk } from './asks.ts';
import { compilePattern } from './pattern.ts';

export interface LiveRule extends StackRule {
  matches: (event: unknown) => boolean;
}

export interface BusDeps {
  stack: Stack;
  kernel: Kernel;
  /** An asynchronous invocation. */
  ask: (ask: NewAsk) => void;
  deadLetter: (queueArn: string, body: unknown) => void;
  chance: Chance;
  switches: Switches;
  /** How fast deliveries are, as a share of AWS's own times. */
  pace: () => number;
  /** True while the past is replayed: what was delivered then is known. */
  isPast: () => boolean;
  /** A topic, a queue or a log group was told. */
  onTold: (arn: string, event: Record<string, unknown>) => void;
  /** What could not be delivered, for people. */
  onProblem: (text: string) => void;
}

export class LocalBus {
  readonly rules = new Map<string, LiveRule>();
  readonly #deps: BusDeps;
  /** What targets that are no functions were told, newest last. */
  readonly told: { at: number; arn: string; event: unknown }[] = [];

  constructor(deps: BusDeps) {
    this.#deps = deps;
    for (const rule of deps.stack.rules) this.put(rule);
  }

  put(rule: StackRule): void {
    const matches = rule.pattern === undefined ? () => false : compilePattern(rule.pattern);
    this.rules.set(`${rule.bus}/${rule.name}`, { ...rule, matches });
  }

  /** AWS's own events, on the default bus: late, twice or lost as the region's trouble has it. */
  emit(event: RegionEvent): void {
    const { switches, kernel, chance } = this.#deps;
    const delay = ms((chance.between(100, 900) + chance.between(20, 130)) * this.#deps.pace());
    if (switches.loseEventsUntil > kernel.now()) return;
    this.publish('default', event, delay);
    if (switches.duplicateEventsUntil > kernel.now()) this.publish('default', event, ms(delay + 500));
  }

  /** Answers with the event's id. */
  publish(bus: string, event: RegionEvent, after?: Ms): string {
    const { kernel, chance, stack, pace } = this.#deps;
    const envelope = {
      version: '0',
      id: uuidOf(chance),
      ...event,
      account: stack.accountId,
      region: stack.region,
      time: new Date(kernel.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
    };
    kernel.after(after ?? ms(chance.between(20, 130) * pace()), () => {
      if (this.#deps.isPast()) return;
      for (const rule of this.rules.values()) {
        if (rule.bus === bus && rule.enabled && rule.matches(envelope))
          for (const target of rule.targets) this.#deliver(rule, target, envelope);
      }
    });
    return envelope.id;
  }

  #deliver(rule: LiveRule, target: Target, event: Record<string, unknown>): void {
    const { stack, ask, kernel } = this.#deps;
    const fn = stack.functions.find(({ arn }) => arn === target.arn);
    if (!fn) {
      if (!/^arn:aws:(sns|sqs|logs):/.test(target.arn)) {
        this.#undelivered(rule, target, event, 'NO_RESOURCE');
        return;
      }
      this.told.push({ at: kernel.now(), arn: target.arn, event });
      this.#deps.onTold(target.arn, event);
      if (this.told.length > 1_000) this.told.shift();
      return;
    }
    if (!this.#mayInvoke(rule.arn, fn.arn)) {
      this.#undelivered(rule, target, event, 'NO_PERMISSIONS');
      return;
    }
    ask({ functionName: fn.name, payload: target.input ?? JSON.stringify(event) });
  }

  /** The function's own policy: AWS::Lambda::Permission. */
  #mayInvoke(ruleArn: string, functionArn: string): boolean {
    const { permissions, accountId } = this.#deps.stack;
    return permissions.some(
      (one) =>
        one.functionArn === functionArn &&
        one.principal === 'events.amazonaws.com' &&
        one.action === 'lambda:InvokeFunction' &&
        (one.sourceArn === undefined || one.sourceArn === ruleArn) &&
        (one.sourceAccount === undefined || one.sourceAccount === accountId),
    );
  }

  #undelivered(rule: LiveRule, target: Target, event: unknown, code: string): void {
    const { stack, deadLetter, onProblem } = this.#deps;
    onProblem(`rule ${rule.name} could not deliver to ${target.arn}: ${code}`);
    const queue = stack.queues.find(({ arn }) => arn === target.deadLetterArn);
    if (!queue) return;
    const request = {
      action: 'sqs:SendMessage',
      resource: queue.arn,
      context: { 'aws:SourceArn': rule.arn, 'aws:SourceAccount': stack.accountId },
    };
    const statements = queue.policy
      .filter(({ services }) => services.includes('events.amazonaws.com'))
      .map(({ statement }) => statement);
    if (evaluate(statements, request) === 'allowed')
      deadLetter(queue.arn, { ruleArn: rule.arn, targetArn: target.arn, code, event });
    else onProblem(`rule ${rule.name} may not write to its dead-letter queue ${queue.name}`);
  }
}
