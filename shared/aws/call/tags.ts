// Tags and filters in EC2's form.

import type { Filter, Tag } from '@aws-sdk/client-ec2';

/** EC2 allows 200 values in one filter (page "List and filter using the CLI and API"). */
const FILTER_VALUES = 200;

export function toTags(tags: Record<string, string>): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

export function fromTags(tags: Tag[] | undefined): Record<string, string> {
  const record: Record<string, string> = {};
  for (const { Key, Value } of tags ?? []) if (Key !== undefined) record[Key] = Value ?? '';
  return record;
}

/** All of the given tags: filters are joined by "and" ("List and filter using the CLI and API"). */
export function byTags(tags: Record<string, string>): Filter[] {
  return Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
}

/**
 * Ids as filters, in portions that EC2 accepts: an id that does not exist is then absent from the listing, where
 * the request parameter (InstanceIds, VolumeIds) would fail the whole call.
 */
export function byIds(name: string, ids: readonly string[]): Filter[][] {
  const portions: Filter[][] = [];
  for (let start = 0; start < ids.length; start += FILTER_VALUES) {
    portions.push([{ Name: name, Values: ids.slice(start, start + FILTER_VALUES) }]);
  }
  return portions;
}
