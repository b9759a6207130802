// The table of instance types against the list that the SDK in use knows.

import { _InstanceType } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import {
  familyArchitecture,
  instanceTypeNames,
  readInstanceType,
} from '../../shared/definition/instance-types.ts';

describe('instance types', () => {
  it('are those of the SDK, but for Mac hosts and families without Nitro', () => {
    const left = Object.values(_InstanceType).filter(
      (name) => !name.startsWith('mac') && readInstanceType(name).kind !== 'unusable',
    );
    expect(instanceTypeNames().sort()).toEqual([...left].sort());
  });

  it.each([
    ['m7g', 'arm64'],
    ['c7gn', 'arm64'],
    ['t4g', 'arm64'],
    ['im4gn', 'arm64'],
    ['is4gen', 'arm64'],
    ['g5g', 'arm64'],
    ['a1', 'arm64'],
    ['p6e-gb200', 'arm64'],
    ['g4dn', 'x86_64'],
    ['g6', 'x86_64'],
    ['gr6', 'x86_64'],
    ['m7i-flex', 'x86_64'],
    ['c6in', 'x86_64'],
    ['u7in-16tb', 'x86_64'],
  ])('of %s run %s', (family, architecture) => {
    expect(familyArchitecture(family)).toBe(architecture);
  });

  it('that do not exist are told with the nearest that does', () => {
    expect(readInstanceType('m7i.9xlarge')).toEqual({ kind: 'unknown', nearest: 'm7i.xlarge' });
    expect(readInstanceType('potato')).toMatchObject({ kind: 'unknown' });
  });
});
