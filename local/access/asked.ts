// What a call needs to be allowed, as IAM sees it: action, resources and condition keys ("Service Authorization
// Reference"; for EC2 also "Grant permission to tag resources during creation"). An operation that is not listed asks for
// its own action on `*`, which only a statement about everything allows: a missing line here shows as a refusal.

import { type Input, records, text, texts } from '../../simulator/region/state/input.ts';
import type { Operation } from '../../simulator/wire/operation.ts';
import { busArn } from '../events/events-calls.ts';
import type { RequestContext } from '../policy/evaluate.ts';
import type { LocalRegion } from '../region/local-region.ts';
import { ec2Asked } from './asked-ec2.ts';
import { type AskedResource, taggedContext } from './request-context.ts';

const PREFIX: Partial<Record<Operation['service'], string>> = {
  events: 'events',
  servicequotas: 'servicequotas',
};

export const askedBy = (region: LocalRegion, operation: Operation): AskedResource[] => {
  const { service, name, input } = operation;
  const { stack } = region;
  const { region: at, accountId } = stack;
  const action = `${PREFIX[service] ?? service}:${name}`;
  const on = (resource: string, context: RequestContext = {}): AskedResource => ({
    action,
    resource,
    context,
  });
  switch (service) {
    case 'ec2':
      return ec2Asked(region, name, input);
    case 'dynamodb': {
      const table = `arn:aws:dynamodb:${at}:${accountId}:table/${text(input, 'TableName') ?? '*'}`;
      const index = text(input, 'IndexName');
      return [on(index === undefined ? table : `${table}/index/${index}`)];
    }
    case 'ssm':
      return ssmAsked(region, name, input);
    case 'events':
      return eventsAsked(region, name, input);
    case 'lambda':
      return [
        {
          action: name === 'Invoke' ? 'lambda:InvokeFunction' : action,
          resource: functionArn(region, text(input, 'FunctionName') ?? '*'),
          context: {},
        },
      ];
    case 'sts':
      // "GetCallerIdentity": no permissions are required.
      return [];
    default:
      return [on('*')];
  }
};

const functionArn = ({ stack }: LocalRegion, name: string): string =>
  name.startsWith('arn:') ? name : `arn:aws:lambda:${stack.region}:${stack.accountId}:function:${name}`;

const ssmAsked = (region: LocalRegion, name: string, input: Input): AskedResource[] => {
  const { region: at, accountId } = region.stack;
  const action = `ssm:${name}`;
  if (name === 'GetParameter' || name === 'PutParameter') {
    const parameter = (text(input, 'Name') ?? '').replace(/^\//, '');
    // Public parameters belong to no account.
    const owner = parameter.startsWith('aws/service/') ? '' : accountId;
    return [{ action, resource: `arn:aws:ssm:${at}:${owner}:parameter/${parameter}`, context: {} }];
  }
  if (name !== 'SendCommand') return [{ action, resource: '*', context: {} }];
  const document = text(input, 'DocumentName') ?? '';
  const owner = document.startsWith('AWS-') ? '' : accountId;
  return [
    { action, resource: `arn:aws:ssm:${at}:${owner}:document/${document}`, context: {} },
    ...texts(input, 'InstanceIds').map((id) => ({
      action,
      resource: `arn:aws:ec2:${at}:${accountId}:instance/${id}`,
      context: taggedContext('ssm:resourceTag', region.instances.get(id)?.tags ?? {}),
    })),
  ];
};

const eventsAsked = (region: LocalRegion, name: string, input: Input): AskedResource[] => {
  const { stack } = region;
  const action = `events:${name}`;
  const nameOf = (from: Input): string => (text(from, 'EventBusName') ?? 'default').split('/').at(-1) ?? '';
  if (name === 'PutEvents')
    return records(input, 'Entries').map((entry) => ({
      action,
      resource: busArn(stack, nameOf(entry)),
      context: {
        'events:source': text(entry, 'Source') ?? '',
        'events:detail-type': text(entry, 'DetailType') ?? '',
      },
    }));
  const rule = text(input, 'Rule') ?? text(input, 'Name');
  if (rule === undefined || name === 'DescribeEventBus' || name === 'ListRules')
    return [{ action, resource: '*', context: {} }];
  const bus = nameOf(input);
  const resource = `arn:aws:events:${stack.region}:${stack.accountId}:rule/${bus === 'default' ? '' : `${bus}/`}${rule}`;
  const targets = records(input, 'Targets').map((target) => text(target, 'Arn') ?? '');
  // Several targets: each has to be allowed.
  const contexts: RequestContext[] =
    targets.length > 0 ? targets.map((arn) => ({ 'events:TargetArn': arn })) : [{}];
  return contexts.map((context) => ({ action, resource, context }));
};
