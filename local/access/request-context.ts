// The condition keys of a request that several calls have in common.

import { type Input, recordOf, records, text } from '../../simulator/region/state/input.ts';
import type { RequestContext } from '../policy/evaluate.ts';

export interface AskedResource {
  action: string;
  resource: string;
  context: RequestContext;
}

export const taggedContext = (
  kind: 'aws:ResourceTag' | 'aws:RequestTag' | 'ssm:resourceTag',
  tags: Readonly<Record<string, string>>,
): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${kind}/${key}`, value]));

/** Tags in a request's own list, e.g. of CreateTags. */
export const requestTags = (input: Input): Record<string, string> =>
  Object.fromEntries(records(input, 'Tags').map((tag) => [text(tag, 'Key') ?? '', text(tag, 'Value') ?? '']));

export const specificationOf = (input: Input): Input =>
  recordOf(records(input, 'LaunchTemplateConfigs')[0] ?? input, 'LaunchTemplateSpecification');
