// The `Bus` port on EventBridge: events on the project's own bus, and per workload one rule that sends what an operator
// must hear of to the user's topic.

import { createHash } from 'node:crypto';
import {
  DeleteRuleCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import type { Bus } from '../port/bus.ts';
import { CloudError } from '../port/errors.ts';
import type { EventsSender } from './call/clients.ts';
import { type CallDeps, CloudCaller } from './call/cloud-call.ts';
import { classify } from './call/error-table.ts';

/** PutEvents takes ten entries (page "PutEvents"). */
const ENTRIES = 10;
/** A rule's name (page "PutRule"). */
const RULE_NAME_LENGTH = 64;
const SOURCE = 'spotkeep';
const TARGET_ID = 'topic';

export interface EventBusDeps extends CallDeps {
  events: EventsSender;
  busName: string;
  /** Detail types that need an operator: holds, quota errors, failed backups, unhealthy applications, alerts. */
  notifyDetailTypes: readonly string[];
}

export function eventBus(deps: EventBusDeps): Bus {
  const { events, busName } = deps;
  const caller = new CloudCaller(deps);
  const publishSome = async (entries: PutEventsRequestEntry[]) => {
    let unsent = entries;
    // A failed entry fails inside an HTTP 200: only those are sent again.
    await caller.repeatable('PutEvents', async () => {
      const answer = await events.send(new PutEventsCommand({ Entries: unsent }));
      if ((answer.FailedEntryCount ?? 0) === 0) return;
      const results = answer.Entries ?? [];
      const code = results.find(({ ErrorCode }) => ErrorCode)?.ErrorCode ?? 'InternalFailure';
      unsent = unsent.filter((_, index) => results[index]?.EventId === undefined);
      const message = `${unsent.length} of ${results.length} events were not taken`;
      throw new CloudError(classify(code), 'PutEvents', code, message);
    });
  };
  return {
    async publish(published) {
      const entries = published.map(({ detailType, detail }) => ({
        EventBusName: busName,
        Source: SOURCE,
        DetailType: detailType,
        Detail: JSON.stringify(detail),
      }));
      for (let start = 0; start < entries.length; start += ENTRIES) {
        await publishSome(entries.slice(start, start + ENTRIES));
      }
    },
    async routeNotifications(workload, topicArn) {
      const rule = { Name: ruleName(workload), EventBusName: busName };
      if (topicArn === undefined) return removeRule(events, caller, rule);
      const pattern = {
        source: [SOURCE],
        'detail-type': deps.notifyDetailTypes,
        detail: { workload: [workload] },
      };
      const putRule = new PutRuleCommand({
        ...rule,
        EventPattern: JSON.stringify(pattern),
        State: 'ENABLED',
      });
      await caller.repeatable('PutRule', () => events.send(putRule));
      const targets = { Rule: rule.Name, EventBusName: busName, Targets: [{ Id: TARGET_ID, Arn: topicArn }] };
      const answer = await caller.repeatable('PutTargets', () => events.send(new PutTargetsCommand(targets)));
      failIfAny('PutTargets', answer);
    },
  };
}

interface Rule {
  Name: string;
  EventBusName: string;
}

async function removeRule(events: EventsSender, caller: CloudCaller, rule: Rule): Promise<void> {
  const targets = { Rule: rule.Name, EventBusName: rule.EventBusName, Ids: [TARGET_ID] };
  try {
    const answer = await caller.repeatable('RemoveTargets', () =>
      events.send(new RemoveTargetsCommand(targets)),
    );
    failIfAny('RemoveTargets', answer);
    await caller.repeatable('DeleteRule', () => events.send(new DeleteRuleCommand(rule)));
  } catch (error) {
    // There was no rule: nothing is left to remove.
    if (!(error instanceof CloudError) || error.kind !== 'not-found') throw error;
  }
}

function failIfAny(
  operation: string,
  answer: {
    FailedEntryCount?: number | undefined;
    FailedEntries?: { ErrorCode?: string | undefined }[] | undefined;
  },
): void {
  if ((answer.FailedEntryCount ?? 0) === 0) return;
  const code = answer.FailedEntries?.[0]?.ErrorCode ?? 'InternalFailure';
  throw new CloudError(classify(code), operation, code, `${operation} failed for the notification target`);
}

/** Names too long for a rule keep their beginning and are told apart by a hash. */
function ruleName(workload: string): string {
  const name = `notify-${workload}`;
  if (name.length <= RULE_NAME_LENGTH) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 12);
  return `${name.slice(0, RULE_NAME_LENGTH - hash.length - 1)}-${hash}`;
}
