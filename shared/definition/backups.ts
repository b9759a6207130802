// Backups in a definition, whichever way it is written: a number alone is the number of days. A stored definition is read
// leniently (stored.ts): where it cannot be read, Spotkeep keeps as much as any definition may ask for.

import type { Definition, Tiers } from './definition.ts';

/** In all tiers together. Each is a line of the record, and a snapshot that is paid for. */
export const POINTS_KEPT = 100;

/** Of a manual backup; also a tag of its snapshot ("Tag your Amazon EC2 resources": letters, digits and these). */
export const BACKUP_LABEL = /^[\p{L}\p{N}_.:/=+@-]([\p{L}\p{N} _.:/=+@-]{0,38}[\p{L}\p{N}_.:/=+@-])?$/u;

type Backups = Definition['backups'];

const count = (value: unknown, otherwise: number): number =>
  typeof value === 'number' && value >= 0 ? Math.min(value, POINTS_KEPT) : otherwise;

/** Of so many of the newest days, weeks and months a recovery point is kept. */
export const tiersOf = ({ keep }: Backups): Tiers =>
  typeof keep === 'object' && keep !== null
    ? {
        daily: count(keep.daily, POINTS_KEPT),
        weekly: count(keep.weekly, 0),
        monthly: count(keep.monthly, 0),
      }
    : { daily: count(keep, POINTS_KEPT), weekly: 0, monthly: 0 };

/** At most this long between two recovery points. A move needs one of the day to be quick: never more than 24. */
export const everyHours = ({ everyHours: given }: Backups): number =>
  Math.min(24, Math.max(1, count(given, 24)));
