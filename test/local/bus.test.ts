import { describe, expect, it } from 'vitest';
import { goldenTemplate, openWorld, stackWith } from './subject.ts';

const changed = {
  source: 'aws.ec2',
  'detail-type': 'EC2 Instance State-change Notification',
  detail: { 'instance-id': 'i-0123456789abcdef0', state: 'running' },
  resources: [],
};

const withoutProperty = (logicalId: string, name: string) => {
  const resource = goldenTemplate().Resources[logicalId];
  const { [name]: _, ...Properties } = resource?.Properties ?? {};
  return { [logicalId]: { ...resource, Properties } };
};

describe('an event of AWS’s', () => {
  it('is asked of the function that a rule of the template names', async () => {
    const { world, pass } = await openWorld();
    world.region.emit(changed);
    await pass(5);
    const [ask] = [...world.region.asks.pending.values()];
    expect(ask?.functionName).toBe('spotkeep-dev-reconcile');
    expect(JSON.parse(ask?.payload ?? '{}')).toMatchObject({
      ...changed,
      account: '123456789012',
      region: 'eu-west-1',
    });
  });

  it('is found by the rules of its own bus alone', async () => {
    const { world, pass } = await openWorld();
    const wake = (EventBusName: string) => ({
      service: 'events' as const,
      name: 'PutEvents',
      input: {
        Entries: [{ EventBusName, Source: 'spotkeep', DetailType: 'Reconcile Requested', Detail: '{}' }],
      },
    });
    await world.call(wake('default'));
    await pass(5);
    expect(world.region.asks.pending.size).toBe(0);
    await world.call(wake('spotkeep-dev'));
    await pass(5);
    expect(world.region.asks.pending.size).toBe(1);
  });

  it('reaches nobody when its rule is missing from the template', async () => {
    const { world, pass } = await openWorld({
      stack: stackWith({ CloudChangeRule: undefined, CloudChangeRulePermission: undefined }),
    });
    world.region.emit(changed);
    await pass(5);
    expect(world.region.asks.pending.size).toBe(0);
  });

  it('ends in the rule’s dead letters when the permission is missing, and people are told', async () => {
    const { world, pass, problems } = await openWorld({
      stack: stackWith({ CloudChangeRulePermission: undefined }),
    });
    world.region.emit(changed);
    await pass(5);
    expect(world.region.asks.pending.size).toBe(0);
    expect(problems).toEqual([expect.stringContaining('NO_PERMISSIONS')]);
    expect([...world.region.asks.deadLetters.keys()]).toEqual([
      'arn:aws:sqs:eu-west-1:123456789012:spotkeep-dev-event-dead-letters',
    ]);
  });

  it('is lost when not even the queue lets it in, and people are told twice', async () => {
    const stack = stackWith({ CloudChangeRulePermission: undefined, EventDeadLettersPolicy: undefined });
    const { world, pass, problems } = await openWorld({ stack });
    world.region.emit(changed);
    await pass(5);
    expect(world.region.asks.deadLetters.size).toBe(0);
    expect(problems).toHaveLength(2);
  });

  it('stays away while events are lost, and comes twice while they are doubled', async () => {
    const { world, pass } = await openWorld();
    await world.trouble({ do: 'lose-events', forSeconds: 60 });
    world.region.emit(changed);
    await pass(5);
    expect(world.region.asks.pending.size).toBe(0);
    await pass(60);
    await world.trouble({ do: 'duplicate-events', forSeconds: 60 });
    world.region.emit(changed);
    await pass(5);
    expect(world.region.asks.pending.size).toBe(2);
  });
});

describe('a call that failed for good', () => {
  const failed = { kind: 'failed' as const, condition: 'RetriesExhausted', error: 'broken', tries: 3 };
  const ask = { functionName: 'spotkeep-dev-reconcile', payload: '{"a":1}' };

  it('goes to the function’s destination', async () => {
    const { world } = await openWorld();
    await world.ask(ask);
    await world.ended(1, failed);
    const letters = world.region.asks.deadLetters.get(
      'arn:aws:sqs:eu-west-1:123456789012:spotkeep-dev-function-dead-letters',
    );
    expect(letters).toMatchObject([
      {
        body: {
          requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
          requestPayload: { a: 1 },
        },
      },
    ]);
  });

  it('is nowhere when the role may not write there, and people are told', async () => {
    const { world, problems } = await openWorld({
      stack: stackWith(withoutProperty('ReconcileRole', 'Policies')),
    });
    await world.ask(ask);
    await world.ended(1, failed);
    expect(world.region.asks.deadLetters.size).toBe(0);
    expect(problems).toEqual(['spotkeep-dev-reconcile may not write to its failure destination']);
  });
});
