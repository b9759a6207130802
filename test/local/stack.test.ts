import { describe, expect, it } from 'vitest';
import { goldenTemplate, stackWith } from './subject.ts';

describe('the stack of the template', () => {
  it('has each function with its handler, environment, role, limits and destination', () => {
    const { functions } = stackWith();
    const declared = Object.values(goldenTemplate().Resources).filter(
      ({ Type }) => Type === 'AWS::Lambda::Function',
    );
    expect(functions).toHaveLength(declared.length);
    const interruption = functions.find(({ name }) => name === 'spotkeep-dev-interruption');
    expect(interruption).toMatchObject({
      handler: 'functions/entry/loop/interruption.handler',
      zip: '<artifact>',
      timeoutMs: 10_000,
      reserved: 5,
      environment: { SPOTKEEP_ACCOUNT: '123456789012', SPOTKEEP_TABLE: 'spotkeep-dev' },
      role: { logicalId: 'InterruptionRole', trusted: ['lambda.amazonaws.com'] },
      asynchronous: {
        retries: 2,
        maxAgeMs: 300_000,
        onFailure: 'arn:aws:sqs:eu-west-1:123456789012:spotkeep-dev-function-dead-letters',
      },
    });
  });

  it('gives every role an access key of its own', () => {
    const keys = stackWith().roles.map(({ accessKeyId }) => accessKeyId);
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(key).toMatch(/^ASIA[A-Z2-7]{12,16}$/);
  });

  it('has rules on their buses, schedules, permissions, table, documents and launch templates', () => {
    const stack = stackWith();
    expect(stack.rules.find(({ name }) => name === 'spotkeep-dev-interruption')).toMatchObject({
      bus: 'default',
      targets: [{ arn: 'arn:aws:lambda:eu-west-1:123456789012:function:spotkeep-dev-interruption' }],
    });
    expect(stack.rules.find(({ name }) => name === 'spotkeep-dev-reconcile-requested')?.bus).toBe(
      'spotkeep-dev',
    );
    expect(stack.schedules.map(({ expression }) => expression).sort()).toEqual([
      'rate(1 minute)',
      'rate(5 minutes)',
    ]);
    expect(stack.permissions.map(({ principal }) => principal)).toEqual(
      stack.permissions.map(() => 'events.amazonaws.com'),
    );
    expect(stack.tables).toMatchObject([
      { name: 'spotkeep-dev', key: { hash: 'pk', range: 'sk', rangeType: 'S' }, indexes: [{ name: 'due' }] },
    ]);
    expect(stack.documents.map(({ name }) => name)).toContain('spotkeep-dev-start');
    expect(stack.launchTemplates.find(({ name }) => name === 'spotkeep-dev')).toMatchObject({
      httpTokens: 'required',
      rootEncrypted: true,
    });
    expect(stack.tags).toEqual({ 'spotkeep:project': 'spotkeep-dev' });
  });

  it('is refused when a function runs with a role that the template lacks', () => {
    expect(() => stackWith({ TickRole: undefined })).toThrow('TickRole');
  });
});
