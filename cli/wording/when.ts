// Instants for people: the local time of the workload with the zone named, and how far away that is.

import { type Instant, instant } from '../../shared/base/time.ts';
import { lasting, localClock, localised, shortDate } from '../../text/local-time.ts';

export interface ToldAt {
  now: Instant;
  timeZone: string;
}

/** `18:00 Europe/Riga, in 3 h 12 min`; with its date unless it is today. */
export function when(at: Instant, { now, timeZone }: ToldAt): string {
  return `${localTime(at, { now, timeZone })} ${timeZone}, ${away(at, now)}`;
}

/** `18:00`, or `Wed 25 Mar 09:00` on another day. */
export function localTime(at: Instant, { now, timeZone }: ToldAt): string {
  const clock = localClock(timeZone);
  const time = clock.minute(at);
  return clock.day(at) === clock.day(now) ? time : `${shortDate(clock.day(at))} ${time}`;
}

/** `in 3 h 12 min`, `21 s ago`, `now`; from a day on without minutes. */
export function away(at: Instant, now: Instant): string {
  const seconds = Math.abs(at - now) / 1000;
  if (seconds < 1) return 'now';
  return at > now ? `in ${lasting(seconds)}` : `${lasting(seconds)} ago`;
}

/** `23 min`: how long something has lasted. */
export const lastingSince = (at: Instant, now: Instant): string => lasting(Math.max(0, now - at) / 1000);

/** Text of a function, its instants as local times with the zone named once at the end. */
export function saidIn(text: string, { now, timeZone }: ToldAt): string {
  const clock = localClock(timeZone);
  const local = localised(text, clock, clock.day(now));
  return local === text ? text : `${local} (${timeZone})`;
}

/** ISO text of an answer as an instant; undefined for anything else. */
export function instantOf(text: string | undefined): Instant | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isFinite(at) ? instant(at) : undefined;
}
