// What to say when a schedule is set: which edges meet a clock change in the coming year, and what happens to a service
// that runs now. Printed by apply and set-schedule; nothing is decided here.

import { spanMinutes } from '../base/local-date.ts';
import { days, type Instant, iso } from '../base/time.ts';
import { createZone, DAY_MS, type Edge, MINUTE_MS, wallText, type Zone } from '../base/zone.ts';
import type { Schedule } from '../definition/definition.ts';
import type { Remark } from '../definition/problem.ts';
import { type Calendar, type Override, UNTIL_STARTED } from './calendar.ts';
import { weekday } from './days.ts';

/** Both changes of a year, and a leap day. */
const AHEAD = days(367);

/** Edges of the coming year that clocks skip or pass twice, with the time that counts. */
export function clockRemarks(schedule: Schedule, now: Instant, base = 'schedule'): Remark[] {
  const zone = createZone(schedule.timeZone);
  const first = Math.floor(zone.wall(now) / DAY_MS);
  const last = Math.floor(zone.wall(now + AHEAD) / DAY_MS);
  const found: Remark[] = [];
  for (let day = first; day <= last; day++) {
    // A day whose neighbourhood keeps its offset has no edge to speak of.
    if (zone.offset((day - 1) * DAY_MS) === zone.offset((day + 2) * DAY_MS)) continue;
    for (const [index, window] of schedule.windows.entries()) {
      const span = spanMinutes(window);
      if (!span || !window.days.includes(weekday(day))) continue;
      const path = `${base}.windows[${index}]`;
      found.push(...edgeRemark(zone, day * DAY_MS + span.from * MINUTE_MS, { path, side: 'start' }));
      found.push(...edgeRemark(zone, day * DAY_MS + span.to * MINUTE_MS, { path, side: 'end' }));
    }
  }
  return found;
}

function edgeRemark(zone: Zone, wall: number, place: { path: string; side: 'start' | 'end' }): Remark[] {
  const edge: Edge = zone.edge(wall);
  if (edge.kind === 'once') return [];
  const said =
    edge.kind === 'skipped'
      ? `does not exist: clocks go forward over it, the window ${place.side}s at ${wallText(zone.wall(edge.at)).slice(11)}`
      : `happens twice: the window ${place.side}s at the ${place.side === 'start' ? 'first' : 'second'} (${iso(place.side === 'start' ? edge.first : edge.second)})`;
  return [
    {
      path: `${place.path}.${place.side === 'start' ? 'from' : 'to'}`,
      kind: 'echo',
      text: `${wallText(wall)} ${said}`,
    },
  ];
}

/** What an edit does to a service at once. Undefined: nothing changes now. */
export function changeRemark(
  calendars: { previous: Calendar; next: Calendar },
  override: Override | undefined,
  now: Instant,
): Remark | undefined {
  const before = calendars.previous.wanted(override, now);
  const after = calendars.next.wanted(override, now);
  if (before.run === after.run) return undefined;
  const again = after.nextStart === undefined ? 'it has no next start' : `next start ${iso(after.nextStart)}`;
  const text = after.run
    ? `now is inside the new hours: the service starts at once, until ${iso(after.until ?? UNTIL_STARTED)}`
    : `now is outside the new hours: the service is drained and stopped at once; ${again}`;
  return { path: 'schedule', kind: 'echo', text };
}
