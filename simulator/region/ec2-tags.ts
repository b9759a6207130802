// Tags set and taken away, and the keys that no caller may set: those beginning with `aws:` (page "Tag your Amazon EC2
// resources", tag restrictions).

import type { RegionCall } from './ec2-reads.ts';
import { lookups } from './ec2-reads.ts';
import { publishInstance, publishSnapshot, publishVolume } from './publish.ts';
import type { RegionContext } from './state/context.ts';
import { fail, type Input, records, tagsIn, text, texts } from './state/input.ts';

const RESERVED = /^aws:/i;

/** Throws as EC2 refuses. */
const checkKeys = (keys: readonly string[]): void => {
  const [reserved] = keys.filter((key) => RESERVED.test(key));
  if (reserved === undefined) return;
  const message = `Value ( ${reserved} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use`;
  throw fail('ec2', 'InvalidParameterValue', message);
};

/** Of a call that makes something, before anything is made. Throws as EC2 refuses. */
export const checkTagSpecifications = (input: Input): void => {
  for (const spec of records(input, 'TagSpecifications')) checkKeys(Object.keys(tagsIn(spec)));
};

/** The resource's own tags, and how its change becomes visible. */
const taggable = (
  region: RegionContext,
  id: string,
): { tags: Record<string, string>; publish: () => void } => {
  const { instance, volume, snapshot } = lookups(region);
  if (id.startsWith('vol-')) {
    const found = volume(id);
    return { tags: found.tags, publish: () => publishVolume(region, found) };
  }
  if (id.startsWith('i-')) {
    const found = instance(id);
    return { tags: found.tags, publish: () => publishInstance(region, found) };
  }
  if (id.startsWith('snap-')) {
    const found = snapshot(id);
    return { tags: found.tags, publish: () => publishSnapshot(region, found) };
  }
  const template = region.templates.get(id);
  if (template) return { tags: template.tags, publish: () => undefined };
  throw fail('ec2', 'InvalidID', `The ID '${id}' is not valid`);
};

export const tagCalls = (region: RegionContext): Record<string, RegionCall> => ({
  CreateTags: (input) => {
    const tags = tagsIn(input);
    checkKeys(Object.keys(tags));
    for (const one of texts(input, 'Resources').map((id) => taggable(region, id))) {
      Object.assign(one.tags, tags);
      one.publish();
    }
    return {};
  },
  /** A tag that is given with a value goes only where it has that value; without any tag all go but the reserved ones. */
  DeleteTags: (input) => {
    const asked = records(input, 'Tags').map((tag) => ({ key: text(tag, 'Key') ?? '', value: tag.Value }));
    checkKeys(asked.map(({ key }) => key));
    for (const { tags, publish } of texts(input, 'Resources').map((id) => taggable(region, id))) {
      const all = Object.keys(tags).filter((key) => !RESERVED.test(key));
      for (const { key, value } of asked.length > 0
        ? asked
        : all.map((one) => ({ key: one, value: undefined })))
        if (value === undefined || tags[key] === value) delete tags[key];
      publish();
    }
    return {};
  },
});
