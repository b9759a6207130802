// A record of which only the definition cannot be read is repaired by a definition, or by a schedule where only that is at
// fault. Everything else of it stays as it is: generation, volume, owner, what is under way.

import type { Refusal } from '../answer/done.ts';
import type { Definition, Schedule } from '../definition/definition.ts';
import type { Remark } from '../definition/problem.ts';
import { isStored, standIn, storedFault } from '../definition/stored.ts';
import type { Repairable } from '../loop/store.ts';
import { unreadableRefusal } from './edit.ts';

/** Stands in for what is stored while the new definition is compared with it. */
export const repairWith =
  (definition: Definition) =>
  ({ rest, definition: stored }: Repairable): Definition | Refusal => {
    // Without a volume in the record, only the stored definition can say that it is this one that was adopted.
    const volume: unknown = typeof stored === 'object' && stored !== null && Reflect.get(stored, 'volume');
    const known = rest.volume !== undefined || isStored({ ...definition, volume });
    if (known || definition.volume.kind === 'new') return standIn(stored, definition);
    const reason = 'neither the record nor its definition names the volume that is to be adopted';
    return unreadableRefusal(definition.name, { reason });
  };

/** The stored definition with the new schedule in it; refused where that is not all that is at fault. */
export const repairWithSchedule =
  (workload: string, schedule: Schedule) =>
  (unread: Repairable): Definition | Refusal => {
    const { definition } = unread;
    const repaired: unknown = typeof definition === 'object' ? { ...definition, schedule } : definition;
    if (isStored(repaired)) return repaired;
    return unreadableRefusal(workload, { reason: faultText(repaired), repairable: unread });
  };

export const repairRemark = ({ definition }: Repairable): Remark => ({
  path: 'definition',
  kind: 'warning',
  text: `the stored one is ${faultText(definition)}; this one takes its place, the rest of the record is kept`,
});

const faultText = (definition: unknown): string => {
  const { path, expected, found } = storedFault(definition) ?? { path: '', expected: 'a definition' };
  const field = path === '' ? 'definition' : `definition.${path}`;
  return `unreadable at ${field}: expected ${expected}${found === undefined ? '' : `, found ${found}`}`;
};
