// The story that the demo tells when no scenario is given: a work week with its interruptions, to the next Monday, when
// all is on time again. In it, at the weekend, Europe's clocks go forward (2026-03-29); the times stay right.

import { hours } from '../../shared/base/time.ts';
import type { Schedule } from '../../shared/definition/definition.ts';
import { InputError } from './error.ts';
import { inOrder } from './scenario.ts';
import { localMidnight, stepInstant } from './time.ts';
import type { Scenario, ScenarioStep } from './types.ts';
import type { DemoWorkload } from './workload.ts';

/** A Monday. */
const START = '2026-03-23';
const HOLIDAY = '2026-03-27';
/** Monday to the next Monday. */
export const SCRIPT_DAYS = 8;

type Told<S> = S extends ScenarioStep ? Omit<S, 'at' | 'path'> : never;

function story(zone: string): readonly (readonly [at: string, step: Told<ScenarioStep>])[] {
  return [
    // Tuesday: two minutes' notice, and the next instance takes the volume over in the same zone.
    ['2026-03-24T11:20', { do: 'warn', noticeSeconds: 120 }],
    // Wednesday: the zone has no Spot capacity when the warning comes: the data moves to another zone.
    ['2026-03-25T10:00', { do: 'capacity', zone, purchase: 'spot', available: false, forMs: hours(5) }],
    ['2026-03-25T10:05', { do: 'warn', noticeSeconds: 120 }],
    // Thursday: reclaimed without notice; and an operator works late.
    ['2026-03-26T14:30', { do: 'reclaim' }],
    ['2026-03-26T20:00', { do: 'start-now', until: '22:00' }],
  ];
}

/** The whole story, in the workload's own zone and first Availability Zone. */
export function scriptedWeek({ definition, setupScript }: DemoWorkload): Scenario {
  const { timeZone } = definition.schedule;
  const start = localMidnight(START, timeZone);
  const end = localMidnight(START, timeZone, SCRIPT_DAYS);
  const { volume, capacity } = definition;
  const zone = volume.kind === 'new' ? volume.firstZone : (capacity.zones[0]?.zone ?? '');
  const steps = story(zone).map(([text, step], index): ScenarioStep => {
    const at = stepInstant(text, { timeZone, start, end });
    if (typeof at === 'object')
      throw new InputError(`the demo's script: expected ${at.expected}, found ${at.found}`);
    return { ...step, at, path: `script[${index}]` };
  });
  return {
    start,
    end,
    days: SCRIPT_DAYS,
    definition: { ...definition, schedule: withHoliday(definition.schedule) },
    ...(setupScript !== undefined && { setupScript }),
    steps: inOrder(steps),
  };
}

function withHoliday(schedule: Schedule): Schedule {
  return { ...schedule, holidays: [...new Set([...schedule.holidays, HOLIDAY])].sort() };
}
