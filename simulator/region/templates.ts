// Launch templates: what they are called and tagged, and the reserved tags by which EC2 marks what came of one. A fleet's
// instance carries `aws:ec2:fleet-id`, `aws:ec2launchtemplate:id` and `aws:ec2launchtemplate:version`; no caller can set or
// change keys that begin with `aws:` (page "Tag your Amazon EC2 resources", tag restrictions).

import { awsId } from '../kernel/random.ts';
import type { RegionCall } from './ec2-reads.ts';
import type { RegionContext } from './state/context.ts';
import { fail, filtersOf, type Input, page, text, texts } from './state/input.ts';
import type { SimTemplate } from './state/model.ts';
import { templateView } from './state/views.ts';

/** Pages of DescribeLaunchTemplates hold at most this many. */
const PAGE = 200;

export const createTemplate = (
  region: RegionContext,
  made: { name: string; tags: Record<string, string>; id?: string },
): SimTemplate => {
  const template: SimTemplate = {
    id: made.id ?? awsId(region.chance('templates'), 'lt'),
    name: made.name,
    version: 1,
    tags: made.tags,
    createdAt: region.kernel.now(),
  };
  region.templates.set(template.id, template);
  return template;
};

/** A stack's update replaces it: the old one is gone, the new one has its name and tags. */
export const replaceTemplate = (region: RegionContext, name: string): SimTemplate => {
  const old = namedTemplate(region, { LaunchTemplateName: name });
  region.templates.delete(old.id);
  return createTemplate(region, { name, tags: old.tags });
};

const unknownId = (id: string) =>
  fail(
    'ec2',
    'InvalidLaunchTemplateId.NotFound',
    `The specified launch template, with template ID ${id}, does not exist.`,
  );

const unknownName = (name: string) =>
  fail(
    'ec2',
    'InvalidLaunchTemplateName.NotFoundException',
    `The specified launch template, with template name ${name}, does not exist.`,
  );

/** The one that a launch names by id or by name. Throws as EC2 refuses. */
export const namedTemplate = (region: RegionContext, specification: Input): SimTemplate => {
  const id = text(specification, 'LaunchTemplateId');
  const name = text(specification, 'LaunchTemplateName');
  if (id !== undefined) {
    const found = region.templates.get(id);
    if (!found) throw unknownId(id);
    return found;
  }
  const found = [...region.templates.values()].find((one) => one.name === name);
  if (!found) throw unknownName(name ?? '');
  return found;
};

export const reservedTags = ({
  id,
  version,
}: Pick<SimTemplate, 'id' | 'version'>): Record<string, string> => ({
  'aws:ec2launchtemplate:id': id,
  'aws:ec2launchtemplate:version': String(version),
});

export const templateReads = (region: RegionContext): Record<string, RegionCall> => ({
  DescribeLaunchTemplates: (input) => {
    const ids = texts(input, 'LaunchTemplateIds');
    const names = texts(input, 'LaunchTemplateNames');
    const all = [...region.templates.values()];
    for (const id of ids) if (!region.templates.has(id)) throw unknownId(id);
    for (const name of names) if (!all.some((one) => one.name === name)) throw unknownName(name);
    const filters = [...filtersOf(input)];
    const found = all.filter(
      (one) =>
        (ids.length === 0 || ids.includes(one.id)) &&
        (names.length === 0 || names.includes(one.name)) &&
        filters.every(([filter, values]) => {
          const value = filter.startsWith('tag:')
            ? one.tags[filter.slice(4)]
            : { 'launch-template-name': one.name }[filter];
          return value !== undefined && values.has(value);
        }),
    );
    const { items, next } = page(found, { MaxResults: PAGE, ...input });
    return { LaunchTemplates: items.map(templateView), NextToken: next };
  },
});
