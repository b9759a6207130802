// Tags as EC2 keeps them: the reserved ones of a launch, the keys nobody may set, and launch templates found by their own.

import { describe, expect, it } from 'vitest';
import { CALM, FAULT_NAMES, type Rates } from '../../simulator/region/state/faults.ts';
import { PROJECT, World } from '../../simulator/world.ts';
import { TUESDAY } from '../functions/small-world.ts';

const ZONE = 'eu-west-1a';
const NONE: Rates = { ...CALM, ...Object.fromEntries(FAULT_NAMES.map((name) => [name, 0])) };

const region = () =>
  new World({
    seed: 3,
    start: TUESDAY,
    regionName: 'eu-west-1',
    zones: [ZONE],
    rates: NONE,
    entrance: 'direct',
  }).region;

const ec2 = (at: ReturnType<typeof region>, name: string, input: Record<string, unknown>) =>
  at.applyNow({ service: 'ec2', name, input });

const code = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
  return undefined;
};

const fleet = (template: Record<string, string>, tags: Record<string, string> = {}) => ({
  ClientToken: 'token-1',
  Type: 'instant',
  LaunchTemplateConfigs: [
    {
      LaunchTemplateSpecification: { ...template, Version: '$Latest' },
      Overrides: [{ InstanceType: 'm7i.large', AvailabilityZone: ZONE }],
    },
  ],
  TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'spot' },
  TagSpecifications: [
    {
      ResourceType: 'instance',
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    },
  ],
});

const VOLUME = { AvailabilityZone: ZONE, Size: 1, VolumeType: 'gp3', Encrypted: true };

describe('an instance of a fleet', () => {
  it('carries the reserved tags of its fleet and its template beside those that were asked for', () => {
    const at = region();
    const { FleetId } = ec2(at, 'CreateFleet', fleet({ LaunchTemplateName: PROJECT }, { team: 'blue' }));
    const template = [...at.templates.values()].find(({ name }) => name === PROJECT);
    expect([...at.instances.values()].map(({ tags }) => tags)).toEqual([
      {
        team: 'blue',
        'aws:ec2:fleet-id': FleetId,
        'aws:ec2launchtemplate:id': template?.id,
        'aws:ec2launchtemplate:version': '1',
      },
    ]);
  });

  it('is not launched from a template that is not there', () => {
    const at = region();
    expect(code(() => ec2(at, 'CreateFleet', fleet({ LaunchTemplateName: 'none' })))).toBe(
      'InvalidLaunchTemplateName.NotFoundException',
    );
    expect(code(() => ec2(at, 'CreateFleet', fleet({ LaunchTemplateId: 'lt-0' })))).toBe(
      'InvalidLaunchTemplateId.NotFound',
    );
    expect(at.instances.size).toBe(0);
  });
});

describe('keys that begin with aws:', () => {
  const spec = (ResourceType: string) => ({
    TagSpecifications: [{ ResourceType, Tags: [{ Key: 'aws:ec2launchtemplate:id', Value: 'lt-1' }] }],
  });

  it('are refused in every call that sets or takes away tags', () => {
    const at = region();
    const { VolumeId } = ec2(at, 'CreateVolume', VOLUME);
    const Tags = [{ Key: 'aws:ec2:fleet-id', Value: 'fleet-1' }];
    const calls: [string, Record<string, unknown>][] = [
      ['CreateTags', { Resources: [VolumeId], Tags }],
      ['DeleteTags', { Resources: [VolumeId], Tags }],
      ['CreateTags', { Resources: [VolumeId], Tags: [{ Key: 'AWS:mine', Value: '' }] }],
      ['CreateVolume', { ...VOLUME, ...spec('volume') }],
      ['CreateSnapshot', { VolumeId, ...spec('snapshot') }],
      ['CreateFleet', { ...fleet({ LaunchTemplateName: PROJECT }), ...spec('instance') }],
    ];
    for (const [name, input] of calls)
      expect([name, code(() => ec2(at, name, input))]).toEqual([name, 'InvalidParameterValue']);
    expect([at.volumes.size, at.snapshots.size, at.instances.size]).toEqual([1, 0, 0]);
    expect(at.volumes.get(String(VolumeId))?.tags).toEqual({});
  });

  it('stay when all other tags are taken away', () => {
    const at = region();
    ec2(at, 'CreateFleet', fleet({ LaunchTemplateName: PROJECT }, { team: 'blue' }));
    const [instance] = at.instances.values();
    ec2(at, 'DeleteTags', { Resources: [instance?.id] });
    expect(Object.keys(instance?.tags ?? {}).every((key) => key.startsWith('aws:'))).toBe(true);
    expect(instance?.tags).toHaveProperty('aws:ec2launchtemplate:id');
  });
});

describe('tags', () => {
  it('go by key, or only with the value that is named', () => {
    const at = region();
    const { VolumeId } = ec2(at, 'CreateVolume', VOLUME);
    const Resources = [VolumeId];
    const tags = () => at.volumes.get(String(VolumeId))?.tags;
    ec2(at, 'CreateTags', {
      Resources,
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    });
    ec2(at, 'DeleteTags', { Resources, Tags: [{ Key: 'a', Value: '9' }, { Key: 'b' }] });
    expect(tags()).toEqual({ a: '1' });
  });
});

describe('DescribeLaunchTemplates', () => {
  it('finds templates by tag, name and id, and refuses an id that is not there', () => {
    const at = region();
    const found = (input: Record<string, unknown>) => {
      const { LaunchTemplates } = ec2(at, 'DescribeLaunchTemplates', input);
      return Array.isArray(LaunchTemplates) ? LaunchTemplates.map((one) => one.LaunchTemplateName) : [];
    };
    const by = (Name: string, ...Values: string[]) => ({ Filters: [{ Name, Values }] });
    const [first] = at.templates.values();
    expect(found(by('tag:spotkeep:project', PROJECT))).toEqual([
      PROJECT,
      `${PROJECT}-ubuntu`,
      `${PROJECT}-flatcar`,
    ]);
    expect(found(by('tag:spotkeep:project', 'spotkeep-other'))).toEqual([]);
    expect(found({ LaunchTemplateIds: [first?.id] })).toEqual([PROJECT]);
    expect(found({ LaunchTemplateNames: [`${PROJECT}-ubuntu`] })).toEqual([`${PROJECT}-ubuntu`]);
    expect(code(() => found({ LaunchTemplateIds: ['lt-0', first?.id] }))).toBe(
      'InvalidLaunchTemplateId.NotFound',
    );
  });
});
