// EventBridge: rules by detail-type, delivery at least once, now and then late, twice or never.

import { copyOf } from '../../shared/base/copy.ts';
import type { Ms } from '../../shared/base/time.ts';
import { ms } from '../../shared/base/time.ts';
import { uuidOf } from '../kernel/random.ts';
import type { RegionCall } from './ec2-reads.ts';
import type { RegionContext, RegionEvent } from './state/context.ts';
import { strikes } from './state/context.ts';
import { fail, type Input, needText, records, text } from './state/input.ts';

/** Which function a rule sends what to; as infra/rules.yml has it. */
export const ROUTES: Record<string, { source: string; target: string }> = {
  'EC2 Spot Instance Interruption Warning': { source: 'aws.ec2', target: 'interruption' },
  'EC2 Instance Rebalance Recommendation': { source: 'aws.ec2', target: 'interruption' },
  'EC2 Instance State-change Notification': { source: 'aws.ec2', target: 'reconcile' },
  'EBS Volume Notification': { source: 'aws.ec2', target: 'reconcile' },
  'EBS Snapshot Notification': { source: 'aws.ec2', target: 'reconcile' },
  'EC2 Command Invocation Status-change Notification': { source: 'aws.ssm', target: 'reconcile' },
  'Reconcile Requested': { source: 'spotkeep', target: 'reconcile' },
};

export interface Delivered {
  target: string;
  event: Record<string, unknown>;
  /** The workload whose loop the product itself asked for. */
  wakes?: string;
}

export interface EventPlumbing {
  emit(event: RegionEvent): void;
  calls: Record<string, RegionCall>;
}

export const eventPlumbing = (
  region: RegionContext,
  options: {
    account: string;
    deliver(delivered: Delivered): void;
    published(detailType: string, detail: unknown): void;
  },
): EventPlumbing => {
  const chance = region.chance('events');
  const rules = new Map<string, Input>();

  const send = (event: RegionEvent, after: Ms): void => {
    const route = ROUTES[event['detail-type']];
    if (!route || route.source !== event.source) return;
    const envelope = {
      version: '0',
      id: uuidOf(chance),
      ...event,
      account: options.account,
      region: region.regionName,
      time: new Date(region.kernel.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
    };
    const { workload } = event.detail;
    const wakes =
      event['detail-type'] === 'Reconcile Requested' && typeof workload === 'string' ? workload : undefined;
    const hand = (): void =>
      options.deliver({ target: route.target, event: copyOf(envelope), ...(wakes && { wakes }) });
    region.kernel.after(after, hand);
    const twice = strikes(region, 'eventTwice') || region.switches.duplicateEventsUntil > region.kernel.now();
    if (twice) region.kernel.after(ms(after + chance.seconds(0, 30)), hand);
  };

  const emit = (event: RegionEvent): void => {
    const lost = region.switches.loseEventsUntil > region.kernel.now() || strikes(region, 'eventLost');
    if (lost) return;
    const warning = event['detail-type'] === 'EC2 Spot Instance Interruption Warning';
    if (warning && strikes(region, 'warningLate')) {
      send(event, chance.seconds(110, 130));
      return;
    }
    if (strikes(region, 'eventLate')) {
      send(event, chance.seconds(60, 86_400));
      return;
    }
    // The source's own delay, then the rule's.
    send(event, ms(chance.between(100, 900) + chance.between(20, 130)));
  };

  const calls: Record<string, RegionCall> = {
    PutEvents: (input) => {
      const entries = records(input, 'Entries');
      for (const entry of entries) {
        const detailType = needText('events', entry, 'DetailType');
        const detail: unknown = JSON.parse(text(entry, 'Detail') ?? '{}');
        options.published(detailType, detail);
        const source = text(entry, 'Source') ?? '';
        if (!ROUTES[detailType]) continue;
        const isObject = typeof detail === 'object' && detail !== null;
        send(
          { source, 'detail-type': detailType, detail: isObject ? { ...detail } : {}, resources: [] },
          ms(chance.between(20, 130)),
        );
      }
      return { FailedEntryCount: 0, Entries: entries.map(() => ({ EventId: uuidOf(chance) })) };
    },
    PutRule: (input) => {
      rules.set(needText('events', input, 'Name'), input);
      return {
        RuleArn: `arn:aws:events:${region.regionName}:${options.account}:rule/${text(input, 'Name')}`,
      };
    },
    PutTargets: (input) => {
      if (!rules.has(needText('events', input, 'Rule')))
        throw fail('events', 'ResourceNotFoundException', 'Rule does not exist.');
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    RemoveTargets: (input) => {
      if (!rules.has(needText('events', input, 'Rule')))
        throw fail('events', 'ResourceNotFoundException', 'Rule does not exist.');
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    DeleteRule: (input) => {
      rules.delete(needText('events', input, 'Name'));
      return {};
    },
  };
  return { emit, calls };
};
