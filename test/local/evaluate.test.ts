import { describe, expect, it } from 'vitest';
import { evaluate, evaluateCall, type Statement } from '../../local/policy/evaluate.ts';

const allow = (condition?: Statement['Condition'], rest: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action: 'ec2:AttachVolume',
  Resource: 'arn:aws:ec2:*:*:volume/*',
  ...(condition ? { Condition: condition } : {}),
  ...rest,
});
const volume = 'arn:aws:ec2:eu-west-1:1:volume/vol-1';
const on = (statements: Statement[], context: Record<string, string | string[]> = {}) =>
  evaluate(statements, { action: 'ec2:attachvolume', resource: volume, context });

describe('policy evaluation', () => {
  it('allows what a statement matches, whatever the case of the action, and nothing else', () => {
    expect(on([allow()])).toBe('allowed');
    expect(on([])).toBe('not-allowed');
    expect(on([allow(undefined, { Action: ['ec2:DetachVolume', 'ec2:Attach*'] })])).toBe('allowed');
    expect(on([allow(undefined, { Action: 'ec2:DetachVolume' })])).toBe('not-allowed');
    expect(on([allow(undefined, { Resource: 'arn:aws:ec2:*:*:instance/*' })])).toBe('not-allowed');
    expect(on([allow(undefined, { Resource: 'arn.aws:ec2:*:*:volume/*' })])).toBe('not-allowed');
  });

  it('lets a Deny win over every Allow', () => {
    expect(on([allow(), allow(undefined, { Effect: 'Deny' })])).toBe('denied');
  });

  it('fails a condition whose key is missing, except for negated and IfExists operators', () => {
    expect(on([allow({ StringEquals: { a: 'x' } })])).toBe('not-allowed');
    expect(on([allow({ StringNotEquals: { a: 'x' } })])).toBe('allowed');
    expect(on([allow({ StringEqualsIfExists: { a: 'x' } })])).toBe('allowed');
    expect(on([allow({ StringEqualsIfExists: { a: 'x' } })], { a: 'y' })).toBe('not-allowed');
  });

  it('needs every key and one of its values', () => {
    const both = allow({ StringEquals: { a: ['x', 'y'], b: 'z' } });
    expect(on([both], { a: 'y', B: 'z' })).toBe('allowed');
    expect(on([both], { a: 'y' })).toBe('not-allowed');
    expect(on([allow({ StringNotEquals: { a: ['x', 'y'] } })], { a: 'y' })).toBe('not-allowed');
  });

  it('takes ForAllValues of nothing as true, so that Null has to stand beside it', () => {
    const keys = { 'ForAllValues:StringEquals': { keys: ['a', 'b'] } };
    expect(on([allow(keys)])).toBe('allowed');
    expect(on([allow({ ...keys, Null: { keys: 'false' } })])).toBe('not-allowed');
    expect(on([allow(keys)], { keys: ['a', 'c'] })).toBe('not-allowed');
    expect(on([allow({ 'ForAnyValue:StringEquals': { keys: 'a' } })])).toBe('not-allowed');
    expect(on([allow({ 'ForAnyValue:StringEquals': { keys: 'a' } })], { keys: ['c', 'a'] })).toBe('allowed');
  });

  it('needs each resource of a call allowed', () => {
    const instance = { arn: 'arn:aws:ec2:eu-west-1:1:instance/i-1' };
    const call = (resources: { arn: string }[]) =>
      evaluateCall([allow()], { action: 'ec2:AttachVolume', resources });
    expect(call([{ arn: volume }])).toBe('allowed');
    expect(call([{ arn: volume }, instance])).toBe('not-allowed');
    expect(call([])).toBe('not-allowed');
  });

  it('throws on what it does not know instead of guessing', () => {
    expect(() => on([allow({ NumericLessThan: { a: '1' } })])).toThrow('NumericLessThan');
    const variable = `arn:aws:ec2:*:*:volume/${'$'}{aws:username}`;
    expect(() => on([allow(undefined, { Resource: variable })])).toThrow('policy variable');
  });
});
