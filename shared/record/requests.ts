// The parts of the record that hold what an operator asked for until the loop has carried it out.

import * as z from 'zod/mini';
import { at, id } from './fields.ts';

export const requestFields = {
  moveRequest: z.optional(z.object({ toZone: id, at })),
  /** `triedAt`: when the snapshot was last asked for. */
  backupRequest: z.optional(z.object({ at, label: z.optional(z.string()), triedAt: z.optional(at) })),
  restoreRequest: z.optional(z.object({ snapshotId: id, at, acceptLoss: z.optional(z.boolean()) })),
  /** The table was restored: what is real is found out again (recover.ts). */
  recover: z.optional(
    z.looseObject({
      at,
      /** Of the table the record is in now. */
      tableId: id,
      /** Instances that the operator knows to have ended, for those no listing shows any more. */
      ended: z.array(id),
      begun: z.optional(z.boolean()),
      /** Since when complete listings show no instance alive. */
      clearSince: z.optional(at),
      /** Complete readings since then. */
      readings: z.optional(z.int()),
      /** Volumes of the dataset and what they were made of: when a reading last showed each, and how many have not since. */
      shown: z.optional(z.array(z.object({ id, at, missed: z.optional(z.int()) }))),
    }),
  ),
  /** Destroyed by an operator: never wanted again, and the name is not given twice. */
  destroyed: z.optional(
    z.looseObject({
      at,
      keepSnapshots: z.boolean(),
      /** The final one. */
      snapshotId: z.optional(id),
      /** Its volumes are the sweep's since then. */
      handedOverAt: z.optional(at),
      finishedAt: z.optional(at),
    }),
  ),
  /** When the last owner's end was seen: nothing was written later. Absent: not known. */
  writtenUntil: z.optional(at),
};
