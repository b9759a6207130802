// EventBridge's API on the bus.

import type { RegionCall } from '../../simulator/region/ec2-reads.ts';
import { fail, type Input, needText, records, text, texts } from '../../simulator/region/state/input.ts';
import type { Stack, StackRule } from '../stack/types.ts';
import type { LiveRule, LocalBus } from './bus.ts';

/** "PutEvents": entries in one request. */
const MOST_ENTRIES = 10;
const DEFAULT_RETRY = { attempts: 185, maxAgeMs: 86_400_000 };

const parsed = (json: string, problem: string): unknown => {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw fail('events', problem, 'Event pattern is not valid. Reason: it is no JSON');
  }
};

export const eventsCalls = (bus: LocalBus, stack: Stack): Record<string, RegionCall> => {
  const busOf = (input: Input): string => (text(input, 'EventBusName') ?? 'default').split('/').at(-1) ?? '';
  const needBus = (input: Input): string => {
    const name = busOf(input);
    if (!stack.buses.includes(name))
      throw fail('events', 'ResourceNotFoundException', `Event bus ${name} does not exist.`);
    return name;
  };
  const needRule = (input: Input, member: string): LiveRule => {
    const name = needText('events', input, member);
    const rule = bus.rules.get(`${needBus(input)}/${name}`);
    if (!rule)
      throw fail(
        'events',
        'ResourceNotFoundException',
        `Rule ${name} does not exist on EventBus ${busOf(input)}.`,
      );
    return rule;
  };
  const shown = (rule: StackRule) => ({
    Name: rule.name,
    Arn: rule.arn,
    EventBusName: rule.bus,
    State: rule.enabled ? 'ENABLED' : 'DISABLED',
    ...(rule.pattern === undefined ? {} : { EventPattern: JSON.stringify(rule.pattern) }),
    ...(rule.schedule === undefined ? {} : { ScheduleExpression: rule.schedule }),
  });
  const putEvent = (entry: Input) => {
    const name = busOf(entry);
    const source = text(entry, 'Source');
    const detailType = text(entry, 'DetailType');
    const wrong = (ErrorCode: string, ErrorMessage: string) => ({ ErrorCode, ErrorMessage });
    if (source === undefined || detailType === undefined)
      return wrong('InvalidArgument', 'Parameter Source and DetailType are required.');
    if (source.startsWith('aws.'))
      return wrong('NotAuthorizedForSourceException', 'Not authorized for the source.');
    if (!stack.buses.includes(name))
      return wrong('ResourceNotFoundException', `Event bus ${name} does not exist.`);
    let detail: unknown;
    try {
      detail = JSON.parse(text(entry, 'Detail') ?? '');
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return wrong('MalformedDetail', 'Detail is malformed.');
    }
    if (typeof detail !== 'object' || detail === null || Array.isArray(detail))
      return wrong('MalformedDetail', 'Detail is malformed.');
    const event = {
      source,
      'detail-type': detailType,
      detail: { ...detail },
      resources: texts(entry, 'Resources'),
    };
    return { EventId: bus.publish(name, event) };
  };

  return {
    PutEvents: (input) => {
      const entries = records(input, 'Entries');
      if (entries.length === 0 || entries.length > MOST_ENTRIES)
        throw fail(
          'events',
          'ValidationException',
          `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length less than or equal to ${MOST_ENTRIES}`,
        );
      const answers = entries.map(putEvent);
      return { FailedEntryCount: answers.filter((one) => 'ErrorCode' in one).length, Entries: answers };
    },
    PutRule: (input) => {
      const name = needText('events', input, 'Name');
      const on = needBus(input);
      const arn = `arn:aws:events:${stack.region}:${stack.accountId}:rule/${on === 'default' ? '' : `${on}/`}${name}`;
      const before = bus.rules.get(`${on}/${name}`);
      const pattern = text(input, 'EventPattern');
      try {
        bus.put({
          name,
          arn,
          bus: on,
          enabled: input.State !== 'DISABLED',
          pattern: pattern === undefined ? undefined : parsed(pattern, 'InvalidEventPatternException'),
          schedule: text(input, 'ScheduleExpression'),
          targets: before?.targets ?? [],
        });
      } catch (error) {
        if (!(error instanceof Error) || !error.message.startsWith('pattern:')) throw error;
        throw fail(
          'events',
          'InvalidEventPatternException',
          `Event pattern is not valid. Reason: ${error.message}`,
        );
      }
      return { RuleArn: arn };
    },
    PutTargets: (input) => {
      const rule = needRule(input, 'Rule');
      const added = records(input, 'Targets').map((target) => ({
        id: needText('events', target, 'Id'),
        arn: needText('events', target, 'Arn'),
        roleArn: text(target, 'RoleArn'),
        input: text(target, 'Input'),
        retry: DEFAULT_RETRY,
        deadLetterArn: undefined,
      }));
      const kept = rule.targets.filter(({ id }) => !added.some((one) => one.id === id));
      bus.put({ ...rule, targets: [...kept, ...added] });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    RemoveTargets: (input) => {
      const rule = needRule(input, 'Rule');
      const ids = texts(input, 'Ids');
      bus.put({ ...rule, targets: rule.targets.filter(({ id }) => !ids.includes(id)) });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    DeleteRule: (input) => {
      const rule = bus.rules.get(`${needBus(input)}/${needText('events', input, 'Name')}`);
      if (rule && rule.targets.length > 0)
        throw fail('events', 'ValidationException', "Rule can't be deleted since it has targets.");
      if (rule) bus.rules.delete(`${rule.bus}/${rule.name}`);
      return {};
    },
    DescribeRule: (input) => shown(needRule(input, 'Name')),
    ListRules: (input) => {
      const on = needBus(input);
      const prefix = text(input, 'NamePrefix') ?? '';
      const rules = [...bus.rules.values()].filter((rule) => rule.bus === on && rule.name.startsWith(prefix));
      return { Rules: rules.map(shown) };
    },
    ListTargetsByRule: (input) => ({
      Targets: needRule(input, 'Rule').targets.map(({ id, arn }) => ({ Id: id, Arn: arn })),
    }),
    DescribeEventBus: (input) => {
      const name = busOf({ EventBusName: input.Name });
      if (!stack.buses.includes(name))
        throw fail('events', 'ResourceNotFoundException', `Event bus ${name} does not exist.`);
      return { Name: name, Arn: busArn(stack, name) };
    },
    ListEventBuses: () => ({
      EventBuses: stack.buses.map((name) => ({ Name: name, Arn: busArn(stack, name) })),
    }),
  };
};

export const busArn = ({ region, accountId }: Stack, name: string): string =>
  `arn:aws:events:${region}:${accountId}:event-bus/${name}`;
