// Retention that was lowered and does not apply yet: what Spotkeep will delete, and how to cancel.

import type { WorkloadStatus } from '../../shared/answer/status.ts';
import { instantOf, type ToldAt, when } from './when.ts';

type Lowering = NonNullable<NonNullable<WorkloadStatus['backups']>['lowering']>;

const counted = (count: number, what: string): string[] =>
  count === 0 ? [] : [`${count} ${what}${count === 1 ? '' : 's'}`];

export const loweringText = ({ effectiveAt, snapshots, volumes }: Lowering, told: ToldAt): string => {
  const at = instantOf(effectiveAt);
  const goes = [...counted(snapshots.length, 'snapshot'), ...counted(volumes.length, 'volume')];
  const what = goes.length > 0 ? `deletes ${goes.join(' and ')}` : 'deletes none of the present snapshots';
  return `lower from ${at === undefined ? effectiveAt : when(at, told)}: ${what}. To cancel, apply the previous definition`;
};
