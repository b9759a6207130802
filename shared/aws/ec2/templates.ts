// Launch templates: which are this stack's, by their own tag, and whether another one is there at all.

import { DescribeLaunchTemplatesCommand, type LaunchTemplate } from '@aws-sdk/client-ec2';
import type { Cloud, LaunchTemplateView } from '../../port/cloud.ts';
import { CloudError } from '../../port/errors.ts';
import { TAG } from '../../port/tags.ts';
import { present } from '../call/cloud-call.ts';
import { allPages } from '../call/listing.ts';
import { byTags, fromTags } from '../call/tags.ts';
import type { Ec2Parts } from './parts.ts';

const OPERATION = 'DescribeLaunchTemplates';
/** The largest page that EC2 gives for launch templates (page "DescribeLaunchTemplates", MaxResults). */
const PAGE = 200;
/** Codes of an id that is not there, or is none. The error table takes them as a launch meets them: for a wrong request. */
const NOT_THERE = /^InvalidLaunchTemplateI[dD]\./;

export function ec2Templates({ ec2, caller, project }: Ec2Parts): Pick<Cloud, 'launchTemplates'> {
  const ours = () =>
    allPages(OPERATION, async (NextToken) => {
      const input = { Filters: byTags({ [TAG.project]: project }), MaxResults: PAGE, NextToken };
      const command = new DescribeLaunchTemplatesCommand(input);
      const answer = await caller.repeatable(OPERATION, () => ec2.send(command));
      return { items: answer.LaunchTemplates ?? [], nextToken: answer.NextToken };
    });
  /** There is no filter for the id, and one unknown id fails the whole call: each is asked by itself. */
  const byId = async (id: string): Promise<LaunchTemplate[]> => {
    const command = new DescribeLaunchTemplatesCommand({ LaunchTemplateIds: [id] });
    try {
      return (await caller.repeatable(OPERATION, () => ec2.send(command))).LaunchTemplates ?? [];
    } catch (error) {
      if (error instanceof CloudError && NOT_THERE.test(error.code)) return [];
      throw error;
    }
  };
  return {
    async launchTemplates(ids) {
      const found = (await ours()).map(toView);
      const others = [...new Set(ids)].filter((id) => found.every(({ templateId }) => templateId !== id));
      for (const id of others) found.push(...(await byId(id)).map(toView));
      return found;
    },
  };
}

function toView(found: LaunchTemplate): LaunchTemplateView {
  const project = fromTags(found.Tags)[TAG.project];
  return {
    templateId: present(found.LaunchTemplateId, OPERATION, 'LaunchTemplateId'),
    ...(project === undefined ? {} : { project }),
  };
}
