// Reads the times people type (`--until 22:00`) in the workload's own zone. An ambiguous local time takes the later
// instant and says so; a skipped one is refused with the local times on either side of the gap.

import { epochDay, minutesOfDay } from '../base/local-date.ts';
import { type Instant, instant } from '../base/time.ts';
import { createZone, DAY_MS, MINUTE_MS, wallText, type Zone } from '../base/zone.ts';

export type LocalAnswer =
  | { kind: 'instant'; at: Instant; ambiguous?: boolean }
  /** `before` and `after` are the last and first local minutes around the gap, `YYYY-MM-DDTHH:MM`. */
  | { kind: 'skipped'; before: string; after: string }
  | { kind: 'bad'; expected: string };

const EXPECTED = 'a local time HH:MM or YYYY-MM-DDTHH:MM, or an instant with an offset (…Z, …+02:00)';
const BAD: LocalAnswer = { kind: 'bad', expected: EXPECTED };
/** A skipped day can stand between now and the next such time of day. */
const DAYS_SOUGHT = 3;

/** `HH:MM` (the next such local time after now), ISO local time, or ISO with `Z` or an offset. */
export function resolveLocal(text: string, timeZone: string, now: Instant): LocalAnswer {
  return resolveIn(createZone(timeZone), text, now);
}

export function resolveIn(zone: Zone, text: string, now: Instant): LocalAnswer {
  const time = minutesOfDay(text);
  if (time !== undefined) return nextTime(zone, time, now);
  const parts = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::(\d{2}))?(Z|[+-]\d{2}:\d{2})?$/.exec(text);
  const day = epochDay(parts?.[1] ?? '');
  const minute = minutesOfDay(parts?.[2] ?? '');
  const second = Number(parts?.[3] ?? 0);
  if (day === undefined || minute === undefined || second > 59 || (minute === 1440 && second > 0)) return BAD;
  const wall = day * DAY_MS + minute * MINUTE_MS + second * 1000;
  const offset = parts?.[4];
  if (offset === undefined) return atWall(zone, wall);
  const east = offset === 'Z' ? 0 : minutesOfDay(offset.slice(1));
  if (east === undefined || east >= 1440) return BAD;
  return { kind: 'instant', at: instant(wall - (offset.startsWith('-') ? -east : east) * MINUTE_MS) };
}

function nextTime(zone: Zone, minute: number, now: Instant): LocalAnswer {
  const today = Math.floor(zone.wall(now) / DAY_MS);
  for (let day = today - 1; day <= today + DAYS_SOUGHT; day++) {
    const wall = day * DAY_MS + minute * MINUTE_MS;
    const edge = zone.edge(wall);
    const last = edge.kind === 'twice' ? edge.second : edge.at;
    if (last > now) return atWall(zone, wall);
  }
  return BAD;
}

function atWall(zone: Zone, wall: number): LocalAnswer {
  const edge = zone.edge(wall);
  if (edge.kind === 'once') return { kind: 'instant', at: edge.at };
  if (edge.kind === 'twice') return { kind: 'instant', at: edge.second, ambiguous: true };
  return {
    kind: 'skipped',
    before: wallText(zone.wall(edge.at - MINUTE_MS)),
    after: wallText(zone.wall(edge.at)),
  };
}
