// Bugs about whose an instance is: others' believed, ours lost with a tag, ours unknown to the record of an earlier time.

import { type Bug, bug, campaign, campaignWith, patch } from './bug.ts';

const ours = 'shared/decide/turn/ours.ts';
const instances = 'shared/aws/ec2/instances.ts';

export const OURS_BUGS: readonly Bug[] = [
  bug(
    38,
    'a foreign project believed',
    campaign,
    patch(
      instances,
      'byTags({ [TAG.project]: project, [TAG.workload]: workload })',
      'byTags({ [TAG.workload]: workload })',
    ),
    patch(ours, 'view.project === project && view.workload === workload', 'view.workload === workload'),
    patch(ours, 'template.project === ours.project', 'template.project !== undefined'),
  ),
  bug(
    39,
    'an owner lost with its tag',
    campaignWith('operator'),
    patch(
      instances,
      'return found.map(toView);',
      'return found.map(toView).filter((one) => one.project === project);',
    ),
  ),
  bug(
    40,
    'a template made after the restore point',
    campaignWith('deploy,tableRestored'),
    patch(
      ours,
      '  templates: reading.templates,\n',
      "  templates: {\n    kind: 'read',\n    value: (known(reading.instances) ?? [])\n      .filter(({ instanceId }) => namedInstances(r).includes(instanceId))\n      .map(({ templateId = '' }) => ({ templateId, project: settings.project })),\n  },\n",
    ),
    patch(
      ours,
      'export const oursOf = ({ name, settings, reading }',
      'export const oursOf = ({ name, settings, reading, r }',
    ),
    patch(ours, 'return template === undefined || template.project', 'return template?.project'),
  ),
];
