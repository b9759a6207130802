import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../local/events/pattern.ts';

const event = {
  source: 'aws.ec2',
  'detail-type': 'EC2 Instance State-change Notification',
  account: '123456789012',
  resources: ['arn:aws:ec2:eu-west-1:123456789012:instance/i-1'],
  detail: { state: 'running', size: 20, name: 'spotkeep-dev-start' },
};

const matches = (pattern: unknown): boolean => compilePattern(pattern)(event);

describe('an event pattern', () => {
  it('needs every field that it names, each by one of its values', () => {
    expect(matches({ source: ['aws.ec2'] })).toBe(true);
    expect(matches({ source: ['aws.ssm', 'aws.ec2'], account: ['123456789012'] })).toBe(true);
    expect(matches({ source: ['aws.ec2'], account: ['999999999999'] })).toBe(false);
    expect(matches({ nothing: ['x'] })).toBe(false);
    expect(matches({ detail: { state: ['running', 'terminated'] } })).toBe(true);
    expect(matches({ detail: { state: { name: ['running'] } } })).toBe(false);
  });

  it('matches an array by any of its elements', () => {
    expect(matches({ resources: [{ suffix: '/i-1' }] })).toBe(true);
    expect(matches({ resources: [{ suffix: '/i-2' }] })).toBe(false);
  });

  it('knows the operators of the guide', () => {
    expect(matches({ detail: { name: [{ prefix: 'spotkeep-dev-' }] } })).toBe(true);
    expect(matches({ detail: { name: [{ prefix: 'spotkeep-prod-' }] } })).toBe(false);
    expect(matches({ detail: { name: [{ wildcard: 'spotkeep-*-start' }] } })).toBe(true);
    expect(matches({ detail: { name: [{ wildcard: 'spotkeep-*-stop' }] } })).toBe(false);
    expect(matches({ detail: { state: [{ 'equals-ignore-case': 'RUNNING' }] } })).toBe(true);
    expect(matches({ detail: { state: [{ 'anything-but': ['running'] }] } })).toBe(false);
    expect(matches({ detail: { state: [{ 'anything-but': { prefix: 'stop' } }] } })).toBe(true);
    expect(matches({ detail: { size: [{ numeric: ['>', 10, '<=', 20] }] } })).toBe(true);
    expect(matches({ detail: { size: [{ numeric: ['>', 20] }] } })).toBe(false);
    expect(matches({ detail: { size: [{ exists: true }], more: [{ exists: false }] } })).toBe(true);
    expect(matches({ detail: { size: [{ exists: false }] } })).toBe(false);
    expect(matches({ $or: [{ source: ['other'] }, { detail: { size: [20] } }] })).toBe(true);
  });

  it('refuses an operator that it does not know, instead of matching nothing', () => {
    expect(() => compilePattern({ source: [{ 'sounds-like': 'x' }] })).toThrow('pattern: sounds-like');
    expect(() => compilePattern('aws.ec2')).toThrow('pattern:');
    expect(() => compilePattern({ source: [{ numeric: ['>'] }] })).toThrow('pattern:');
  });
});
