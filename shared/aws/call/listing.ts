// Complete listings: all pages, by tag and by id, each thing once. A listing of which one page failed is no listing.

import type { Filter } from '@aws-sdk/client-ec2';
import { CloudError } from '../../port/errors.ts';
import { byIds } from './tags.ts';

/** More pages than any account of ours can fill: a token that never ends is a defect, not a long list. */
const MAX_PAGES = 200;

export interface Page<T> {
  items: T[];
  nextToken?: string | undefined;
}

export async function allPages<T>(
  operation: string,
  read: (nextToken: string | undefined) => Promise<Page<T>>,
): Promise<T[]> {
  const items: T[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await read(nextToken);
    items.push(...answer.items);
    // An empty token is no token (seen in EC2's answers); a page may be empty and still have one.
    nextToken = answer.nextToken || undefined;
    if (nextToken === undefined) return items;
  }
  throw new CloudError('unclassified', operation, 'EndlessPages', `more than ${MAX_PAGES} pages`);
}

export interface TaggedListing<T> {
  /** Each finds some, by tags or otherwise; what several find is there once. */
  filters: readonly Filter[][];
  /** Read where no filter has found them. */
  ids: readonly string[];
  /** Name of EC2's filter for the id, e.g. `volume-id`. */
  idFilter: string;
  idOf(item: T): string;
  list(filters: Filter[]): Promise<T[]>;
}

/** What any of the filters finds, plus the given ids where they exist. The later read of the same id counts. */
export async function taggedListing<T>(listing: TaggedListing<T>): Promise<T[]> {
  const found = new Map<string, T>();
  const take = (items: T[]) => {
    for (const item of items) found.set(listing.idOf(item), item);
  };
  for (const found of await Promise.all(listing.filters.map((filters) => listing.list(filters)))) take(found);
  const unfound = [...new Set(listing.ids)].filter((id) => !found.has(id));
  for (const filters of byIds(listing.idFilter, unfound)) take(await listing.list(filters));
  return [...found.values()];
}
