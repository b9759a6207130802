// doctor: every finding with what to do, and what cannot be looked at never told as well.

import { describe, expect, it } from 'vitest';
import type { Inspector, Subnet } from '../../cli/session/inspector.ts';
import { VERSION } from '../../cli/session/version.ts';
import { cliWorld, parsedJson } from './cli-world.ts';

const TAGS = { 'spotkeep:stage:dev': 'yes' };

const subnetOf = (subnetId: string, more: Partial<Subnet> = {}): Subnet => ({
  subnetId,
  zone: `eu-west-1${'abc'[Number(subnetId.at(-1)) - 1]}`,
  freeAddresses: 200,
  publicAddresses: true,
  tags: TAGS,
  ...more,
});

const WELL: Inspector = {
  hasRole: async () => true,
  quota: async () => 64,
  subnets: async (ids) => ids.map((id) => subnetOf(id)),
  securityGroups: async (ids) => ids.map((groupId) => ({ groupId, vpcId: 'vpc-1', tags: TAGS })),
  parameter: async () => 'ami-0123456789abcdef0',
  vcpus: async (types) => new Map(types.map((type) => [type, 2])),
  placementScores: async () =>
    new Map([
      ['eu-west-1a', 9],
      ['eu-west-1b', 7],
      ['eu-west-1c', 3],
    ]),
  deployed: async () => ({ version: VERSION, lastModified: '2026-03-01T10:00:00.000+0000' }),
};

const examined = async (change: Partial<Inspector> = {}) => {
  const small = cliWorld();
  small.inspector = { ...WELL, ...change };
  const ran = await small.ran('doctor', '-f', 'gitlab.yml', '--json');
  const { findings } = Object(parsedJson(ran));
  return { ran, findings, wrong: findings.filter(({ verdict }: { verdict: string }) => verdict !== 'ok') };
};

describe('doctor', () => {
  it('where all is well says so, with who you are, and answers 0', async () => {
    const { ran, wrong, findings } = await examined();
    expect(wrong).toEqual([]);
    expect(ran.exit).toBe(0);
    expect(findings[0]).toMatchObject({
      check: 'credentials',
      says: expect.stringContaining('account 123456789012, region eu-west-1'),
    });
    expect(findings.map(({ check }: { check: string }) => check)).toEqual(
      expect.arrayContaining([
        'stack',
        'service-linked role',
        'quota',
        'subnet of eu-west-1a',
        'security group',
        'image',
        'capacity for gitlab',
      ]),
    );
  });

  it.each<[string, Partial<Inspector>, string, RegExp, RegExp]>([
    [
      'a role',
      { hasRole: async (name) => name !== 'AWSServiceRoleForEC2Spot' },
      'wrong',
      /AWSServiceRoleForEC2Spot is missing/,
      /create-service-linked-role --aws-service-name spot\.amazonaws\.com/,
    ],
    [
      'a quota',
      { quota: async (_, code) => (code === 'L-34B43A08' ? 1 : 64) },
      'wrong',
      /Spot vCPUs: 1, 4 needed/,
      /request-service-quota-increase .*L-34B43A08 --desired-value 4/,
    ],
    [
      'concurrency',
      { quota: async (service) => (service === 'lambda' ? 10 : 64) },
      'wrong',
      /Lambda concurrent executions: 10/,
      /L-B99A9384/,
    ],
    [
      'a subnet',
      { subnets: async (ids) => ids.slice(1).map((id) => subnetOf(id)) },
      'wrong',
      /does not exist in this account/,
      /./,
    ],
    [
      'a subnet’s zone',
      { subnets: async (ids) => ids.map((id) => subnetOf(id, { zone: 'eu-west-1c' })) },
      'wrong',
      /is in eu-west-1c/,
      /capacity\.zones/,
    ],
    [
      'a subnet’s tag',
      { subnets: async (ids) => ids.map((id) => subnetOf(id, { tags: {} })) },
      'wrong',
      /lacks the tag spotkeep:stage:/,
      /create-tags --tags Key=spotkeep:stage:dev,Value=yes/,
    ],
    [
      'addresses',
      { subnets: async (ids) => ids.map((id) => subnetOf(id, { freeAddresses: 0 })) },
      'wrong',
      /0 free addresses/,
      /./,
    ],
    [
      'a way out',
      { subnets: async (ids) => ids.map((id) => subnetOf(id, { publicAddresses: false })) },
      'warning',
      /no public addresses/,
      /NAT/,
    ],
    [
      'a security group',
      { securityGroups: async () => [] },
      'wrong',
      /sg-0a1b2c3d4e5f60001 does not exist/,
      /./,
    ],
    [
      'an image',
      { parameter: async () => undefined },
      'wrong',
      /amazon-linux-2023-ecs: there is no parameter/,
      /put-parameter/,
    ],
    [
      'capacity',
      { placementScores: async () => new Map([['eu-west-1a', 1]]) },
      'warning',
      /eu-west-1a 1, eu-west-1b \?/,
      /more instance types/,
    ],
    [
      'the version',
      { deployed: async () => ({ version: '0.0.1', lastModified: undefined }) },
      'warning',
      /version 0\.0\.1, this command/,
      /npm run deploy/,
    ],
  ])('without %s says what to do', async (_, change, verdict, says, next) => {
    const { wrong, ran } = await examined(change);
    expect(wrong[0]).toMatchObject({
      verdict,
      says: expect.stringMatching(says),
      next: expect.stringMatching(next),
    });
    expect(ran.exit).toBe(verdict === 'wrong' ? 1 : 0);
  });

  it('tells what it may not look at as unknown, and looks at the rest', async () => {
    const denied = async () => {
      throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    };
    const { wrong, findings } = await examined({ hasRole: denied });
    expect(wrong).toEqual([
      expect.objectContaining({
        verdict: 'unknown',
        says: expect.stringContaining('check failed'),
      }),
    ]);
    expect(findings.length).toBeGreaterThan(6);
  });

  it('is a table for people', async () => {
    const small = cliWorld();
    small.inspector = { ...WELL, hasRole: async () => false };
    const ran = await small.ran('doctor', '-f', 'gitlab.yml');
    expect(ran.exit).toBe(1);
    expect(ran.out).toMatch(/^wrong +service-linked role: AWSServiceRoleForEC2Spot is missing\n +→ aws iam/m);
    expect(ran.out).toContain('2 problems to fix before a workload can run');
  });
});
