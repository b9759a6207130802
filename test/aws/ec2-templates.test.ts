import { describe, expect, it } from 'vitest';
import { cloudOn, PROJECT } from './ec2-fixtures.ts';
import { ec2Error, timeout } from './scripted-region.ts';

const OURS = { LaunchTemplateId: 'lt-1', Tags: [{ Key: 'spotkeep:project', Value: PROJECT }] };
const OTHER = { LaunchTemplateId: 'lt-2', Tags: [{ Key: 'team', Value: 'blue' }] };
const GONE = ec2Error('InvalidLaunchTemplateId.NotFound');

describe('launch templates', () => {
  it('are listed by our project’s tag, page by page', async () => {
    const { region, cloud } = cloudOn({
      DescribeLaunchTemplates: [
        { LaunchTemplates: [OURS], NextToken: 'more' },
        { LaunchTemplates: [{ ...OURS, LaunchTemplateId: 'lt-3' }] },
      ],
    });
    expect(await cloud.launchTemplates(['lt-3'])).toEqual([
      { templateId: 'lt-1', project: PROJECT },
      { templateId: 'lt-3', project: PROJECT },
    ]);
    const asked = { Filters: [{ Name: 'tag:spotkeep:project', Values: [PROJECT] }], MaxResults: 200 };
    expect(region.inputs('DescribeLaunchTemplates')).toEqual([asked, { ...asked, NextToken: 'more' }]);
  });

  it('that are not among them are asked for one by one: there without our tag, or gone', async () => {
    const { region, cloud } = cloudOn({
      DescribeLaunchTemplates: ({ LaunchTemplateIds: ids }) => {
        if (ids === undefined) return { LaunchTemplates: [OURS] };
        return JSON.stringify(ids) === '["lt-2"]' ? { LaunchTemplates: [OTHER] } : GONE;
      },
    });
    expect(await cloud.launchTemplates(['lt-2', 'lt-gone', 'lt-2'])).toEqual([
      { templateId: 'lt-1', project: PROJECT },
      { templateId: 'lt-2' },
    ]);
    expect(region.inputs('DescribeLaunchTemplates').slice(1)).toEqual([
      { LaunchTemplateIds: ['lt-2'] },
      { LaunchTemplateIds: ['lt-gone'] },
    ]);
  });

  it.each([
    'InvalidLaunchTemplateId.NotFound',
    'InvalidLaunchTemplateID.NotFound',
    'InvalidLaunchTemplateId.Malformed',
  ])('%s says that there is none', async (code) => {
    const { cloud } = cloudOn({ DescribeLaunchTemplates: [{ LaunchTemplates: [] }, ec2Error(code)] });
    expect(await cloud.launchTemplates(['lt-x'])).toEqual([]);
  });

  it('are no reading where a call is refused or lost', async () => {
    const denied = cloudOn({ DescribeLaunchTemplates: ec2Error('UnauthorizedOperation', 403) });
    await expect(denied.cloud.launchTemplates([])).rejects.toMatchObject({ kind: 'denied' });
    const lost = cloudOn({ DescribeLaunchTemplates: [{ LaunchTemplates: [] }, timeout()] });
    await expect(lost.cloud.launchTemplates(['lt-x'])).rejects.toMatchObject({ kind: 'unknown-outcome' });
  });
});
