// Wall-clock arithmetic of one named zone, on the engine's own zone data. A "wall" time is local time written as if it
// were UTC epoch milliseconds, so that days and times of day are plain numbers. The engine takes a microsecond a question,
// so offsets at UTC midnights are kept per instance; nothing is kept per module. temporal-polyfill, which asks the same
// engine, is what the tests compare this with: in a bundle it is 56 KB for one number.
//
// Gotcha: offsets are compared at midnights one to two days either side of a wall time. That finds every change as
// long as no zone changes twice within three days; none does (Morocco's and Egypt's pairs are weeks apart).

import { type Instant, instant, iso } from './time.ts';

export const DAY_MS = 86_400_000;
export const MINUTE_MS = 60_000;
/** Offsets kept per zone: some eleven years; then the memory starts empty. */
const OFFSETS_KEPT = 4_096;

/** Where a wall time falls on the real time line. */
export type Edge =
  /** It happens once. */
  | { kind: 'once'; at: Instant }
  /** Clocks went back over it: it happens twice. */
  | { kind: 'twice'; first: Instant; second: Instant }
  /** Clocks went forward over it: it never happens. `at` is the instant of the change, the gap's end. */
  | { kind: 'skipped'; at: Instant };

export interface Zone {
  readonly timeZone: string;
  /** Offset from UTC in milliseconds, east positive. */
  offset(at: number): number;
  wall(at: number): number;
  edge(wall: number): Edge;
}

/** Ids of ICU, which the engine takes and the IANA database does not have; Temporal forbids them. */
const ICU_ONLY = /^(AC|AE|AG|AR|AS|BE|BS|CA|CN|CS|CT|EA|EC|IE|IS|JS|MI|NE|NS|PL|PN|PR|PS|SS|VS)T$/i;
/** The engine takes a typographic minus too. */
const NAME = /^[\w/:+-]+$/;
/** As `longOffset` is written: GMT, GMT+05:30; with seconds only before zones were in whole minutes. */
const LONG_OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

const engineOffset = (timeZone: string): ((at: number) => number) => {
  if (ICU_ONLY.test(timeZone) || !NAME.test(timeZone))
    throw new RangeError(`not in the IANA database: ${timeZone}`);
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  return (at) => {
    const text = format.format(at);
    const found = LONG_OFFSET.exec(text);
    if (!found) throw new Error(`no offset in ${text}`);
    const [, sign, hours = 0, minutes = 0, seconds = 0] = found;
    const size = (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) * 1_000;
    return sign === '-' ? -size : size;
  };
};

/** Throws RangeError for a zone that does not exist. */
export function createZone(timeZone: string): Zone {
  const midnights = new Map<number, number>();

  const offset = engineOffset(timeZone);

  const midnightOffset = (utcDay: number): number => {
    const kept = midnights.get(utcDay);
    if (kept !== undefined) return kept;
    if (midnights.size >= OFFSETS_KEPT) midnights.clear();
    const fresh = offset(utcDay * DAY_MS);
    midnights.set(utcDay, fresh);
    return fresh;
  };

  const quickOffset = (at: number): number => {
    const day = Math.floor(at / DAY_MS);
    const before = midnightOffset(day);
    return before === midnightOffset(day + 1) ? before : offset(at);
  };

  /** The minute at which the offset turns from that of `low` to that of `high`. */
  const changeBetween = (low: number, high: number): number => {
    const before = offset(low);
    let [last, first] = [Math.floor(low / MINUTE_MS), Math.ceil(high / MINUTE_MS)];
    while (first - last > 1) {
      const middle = Math.floor((last + first) / 2);
      if (offset(middle * MINUTE_MS) === before) last = middle;
      else first = middle;
    }
    return first * MINUTE_MS;
  };

  const edge = (wall: number): Edge => {
    const day = Math.floor(wall / DAY_MS);
    const before = midnightOffset(day - 1);
    const after = midnightOffset(day + 2);
    if (before === after) return { kind: 'once', at: instant(wall - before) };
    const [a, b] = [wall - before, wall - after];
    const [aHolds, bHolds] = [offset(a) === before, offset(b) === after];
    if (aHolds && bHolds)
      return { kind: 'twice', first: instant(Math.min(a, b)), second: instant(Math.max(a, b)) };
    if (aHolds || bHolds) return { kind: 'once', at: instant(aHolds ? a : b) };
    return { kind: 'skipped', at: instant(changeBetween((day - 1) * DAY_MS, (day + 2) * DAY_MS)) };
  };

  return { timeZone, offset: quickOffset, wall: (at) => at + quickOffset(at), edge };
}

/**
 * Whether the calendar can work in this zone: the only check of zone names, wherever one is written. The JavaScript
 * engine alone takes more of them: ICU's three-letter ids (PST, IST, BST …), which are no names of the IANA database.
 */
export function isZone(timeZone: string): boolean {
  try {
    createZone(timeZone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** `YYYY-MM-DDTHH:MM` of a wall time, for people. */
export function wallText(wall: number): string {
  return iso(instant(wall)).slice(0, 16);
}
