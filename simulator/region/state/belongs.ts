// Whose a resource really is. Tags say it to everybody, and people change them.

import { TAG } from '../../../shared/port/tags.ts';
import type { RegionContext } from './context.ts';

interface Resource {
  id: string;
  tags: Record<string, string>;
  madeFor?: string;
}

/** Of a call that makes something for a workload: the workload. */
export const madeFor = (tags: Record<string, string>): string | undefined => tags[TAG.workload];

/** The workload it was made for, or was tagged for by hand; empty: it is not the stack's. */
export const workloadOf = ({ others }: RegionContext, one: Resource | undefined): string =>
  !one || others.has(one.id) ? '' : (one.madeFor ?? madeFor(one.tags) ?? '');
