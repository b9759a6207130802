// What is accepted but said aloud when a definition is applied. Clock changes need the calendar: see
// shared/schedule/remarks.ts.

import { spanMinutes } from '../base/local-date.ts';
import { DAYS, type Definition, type Schedule, type WeeklyWindow } from './definition.ts';
import type { Remark } from './problem.ts';

const WEEK_MINUTES = 7 * 24 * 60;

export function warnings(definition: Definition): Remark[] {
  return [
    ...capacityRemarks(definition),
    ...volumeRemarks(definition),
    ...weeklyRemarks(definition.schedule),
  ];
}

function capacityRemarks({ capacity, schedule }: Definition): Remark[] {
  const found: Remark[] = [];
  const [type] = capacity.instanceTypes;
  if (capacity.instanceTypes.length === 1 && capacity.zones.length === 1 && !capacity.requirements) {
    found.push({
      path: 'capacity',
      kind: 'warning',
      text: `one type in one zone (${type} in ${capacity.zones[0]?.zone}): when it is taken there is nowhere to go`,
    });
  }
  if (capacity.returnToSpot && capacity.onDemand.kind === 'never') {
    found.push({
      path: 'capacity.returnToSpot',
      kind: 'warning',
      text: 'has no effect: on-demand is never used',
    });
  } else if (capacity.returnToSpot && schedule.mode !== 'always') {
    const text = 'has no effect: a service with hours returns to Spot at its next start';
    found.push({ path: 'capacity.returnToSpot', kind: 'warning', text });
  } else if (!capacity.returnToSpot && capacity.onDemand.kind === 'fallback' && schedule.mode === 'always') {
    const text =
      'an always-on service that fell back to on-demand stays there: give capacity.returnToSpot quiet hours';
    found.push({ path: 'capacity.onDemand', kind: 'warning', text });
  }
  return found;
}

function volumeRemarks({ volume }: Definition): Remark[] {
  if (volume.kind === 'new') return [];
  const text = 'if the volume is not encrypted, it becomes so when it first moves to another zone';
  return [{ path: 'volume.adopt', kind: 'echo', text }];
}

/** Overnight windows echoed, overlapping ones reported as merged, a schedule without windows asked about. */
export function weeklyRemarks(schedule: Schedule, base = 'schedule'): Remark[] {
  const found: Remark[] = [];
  if (schedule.mode === 'never' || (schedule.mode === 'weekly' && schedule.windows.length === 0)) {
    const only = schedule.exceptions.some(({ kind }) => kind === 'add') ? ' but on its added dates' : '';
    found.push({ path: base, kind: 'ask', text: `no windows: the service will never run by itself${only}` });
  }
  schedule.windows.forEach((window, index) => {
    const span = spanMinutes(window);
    if (!span || span.to <= 24 * 60) return;
    const text = `runs over midnight: ${window.days.join(', ')} ${window.from} to ${window.to} the next day`;
    found.push({ path: `${base}.windows[${index}]`, kind: 'echo', text });
  });
  for (const [first, second] of overlaps(schedule.windows)) {
    const text = `overlaps windows[${first}]: they are merged`;
    found.push({ path: `${base}.windows[${second}]`, kind: 'warning', text });
  }
  if (schedule.mode === 'always' && schedule.holidays.length > 0) {
    found.push({
      path: `${base}.holidays`,
      kind: 'warning',
      text: 'have no effect on a service that is always on',
    });
  }
  return found;
}

/** Pairs of windows that share a minute of the week; touching ones do not count. */
function overlaps(windows: readonly WeeklyWindow[]): [number, number][] {
  const minutes = windows.map(minuteSpans);
  return windows.flatMap((_, second) =>
    windows.slice(0, second).flatMap((_, first): [number, number][] => {
      const shared = minutes[first]?.some((a) =>
        minutes[second]?.some((b) => a.from < b.to && b.from < a.to),
      );
      return shared ? [[first, second]] : [];
    }),
  );
}

/** Spans on the week's line of minutes; one over Sunday's midnight is listed twice, a week apart. */
function minuteSpans(window: WeeklyWindow): { from: number; to: number }[] {
  const span = spanMinutes(window);
  if (!span) return [];
  return window.days.flatMap((day) => {
    const midnight = DAYS.indexOf(day) * 24 * 60;
    const here = { from: midnight + span.from, to: midnight + span.to };
    return here.to <= WEEK_MINUTES
      ? [here]
      : [here, { from: here.from - WEEK_MINUTES, to: here.to - WEEK_MINUTES }];
  });
}
