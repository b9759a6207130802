// Of the record: the snapshots of the dataset, and the previous retention while lower rules do not apply yet.

import * as z from 'zod/mini';
import { at, id, kept, missingField } from './fields.ts';

const snapshot = kept({
  snapshotId: id,
  kind: z.enum(['backup', 'base', 'migration']),
  generation: z.int().check(z.gte(1)),
  volumeId: id,
  startedAt: at,
  state: z.enum(['pending', 'completed', 'error']),
  /** Of a volume that had not been started yet: its marker is still an earlier generation's. */
  unproved: z.optional(z.boolean()),
  /** Of a manual backup: it stays until an owner deletes it. */
  label: z.optional(z.string()),
  /** Nothing was written since an earlier one: no recovery point of its own. */
  repeat: z.optional(z.boolean()),
  /** When an owner asked to delete it. */
  deleteRequestedAt: z.optional(at),
  /** Its volume was deleted before its days: kept in its place for as many, counted from when that was left behind. */
  inPlaceSince: z.optional(at),
  missing: missingField,
});

const count = z.int().check(z.gte(0));

/** Retention as numbers (shared/decide/volume/rules.ts). */
const rules = kept({
  /** Newest backups after a stop, whatever their days: versions before the tiers counted so. */
  stops: count,
  /** Newest recovery points, whatever their days. */
  newest: count,
  daily: count,
  weekly: count,
  monthly: count,
  supersededDays: count,
});

export const snapshotFields = {
  snapshots: z.array(snapshot),
  /** Absent: written by a version before the tiers, and the sweep has found nothing yet that they would delete. */
  retention: z.optional(
    kept({
      /** The rules before a change that keeps less; they apply as well until `until`. */
      before: z.optional(rules),
      until: z.optional(at),
    }),
  ),
};

export type Rules = z.infer<typeof rules>;
