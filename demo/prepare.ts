// From a command line to what is run: the scenario (built in, of a file, or of traces), cut or lengthened to the days
// asked for.

import path from 'node:path';
import { isoDate } from '../shared/base/local-date.ts';
import { type Instant, later } from '../shared/base/time.ts';
import { createZone, DAY_MS } from '../shared/base/zone.ts';
import type { DemoOptions } from './options.ts';
import { scriptedWeek } from './scenario/built-in-week.ts';
import { InputError, ScenarioError } from './scenario/error.ts';
import { readScenario } from './scenario/scenario.ts';
import { localMidnight } from './scenario/time.ts';
import { inTracedZones, readTrace, TRACE_START, traceEnd, wholeDays } from './scenario/trace.ts';
import type { RunOptions, Scenario, Trace } from './scenario/types.ts';
import { type DemoWorkload, type Files, readWorkload } from './scenario/workload.ts';

/** Longer runs enter below the serialisation of requests: the answers are the same, in a third of the time. */
export const WIRE_DAYS = 14;

export interface Surroundings extends Files {
  /** The workload definition of a run that names none. */
  defaultWorkload: string;
}

/** Throws InputError. */
export function prepareRun(options: DemoOptions, around: Surroundings): RunOptions {
  const traces = options.traces.map((file) => readTrace(file, need(file, around)));
  const told = tell(options, { traces, around });
  const { scenario, randomFrom } = fitted(told, options.days, traces);
  return {
    seed: options.seed,
    scenario,
    ...(randomFrom !== undefined && { randomFrom }),
    traces,
    traceWarning: options.traceWarning,
    entrance: scenario.days <= WIRE_DAYS ? 'wire' : 'direct',
  };
}

function need(file: string, files: Files): string {
  const text = files.readText(file);
  if (text === undefined) throw new InputError(`${file}: expected a readable file`);
  return text;
}

interface Material {
  traces: readonly Trace[];
  around: Surroundings;
}

/** The story at its own length. */
function tell(options: DemoOptions, { traces, around }: Material): Scenario {
  const workloadAt = (file: string): DemoWorkload => {
    const workload = readWorkload(file, around);
    return { ...workload, definition: inTracedZones(workload.definition, traces) };
  };
  const { scenario: file } = options;
  if (file === undefined) {
    const workload = workloadAt(options.workload ?? around.defaultWorkload);
    return traces.length > 0 ? traced(workload, traces) : scriptedWeek(workload);
  }
  const workload = (named: string | undefined): DemoWorkload => {
    if (options.workload !== undefined) return workloadAt(options.workload);
    return workloadAt(named === undefined ? around.defaultWorkload : path.resolve(path.dirname(file), named));
  };
  try {
    return readScenario(need(file, around), { workload });
  } catch (error) {
    if (error instanceof ScenarioError) throw new ScenarioError(error.problems, file);
    throw error;
  }
}

function traced({ definition, setupScript }: DemoWorkload, traces: readonly Trace[]): Scenario {
  const start = localMidnight(TRACE_START, definition.schedule.timeZone);
  const end = later(start, traceEnd(start, traces) ?? start);
  const script = setupScript !== undefined && { setupScript };
  return { start, end, days: wholeDays(start, end), definition, ...script, steps: [] };
}

/** Cut to the days asked for and to the traces; lengthened, chance takes over where the story ends. */
function fitted(
  told: Scenario,
  asked: number | undefined,
  traces: readonly Trace[],
): { scenario: Scenario; randomFrom?: Instant } {
  const wanted = asked === undefined || asked === told.days ? told : ofDays(told, asked);
  const end = traceEnd(told.start, traces);
  if (end !== undefined) return { scenario: wanted.end > end ? endingAt(wanted, end) : wanted };
  return { scenario: wanted, ...(wanted.end > told.end && { randomFrom: told.end }) };
}

function ofDays(scenario: Scenario, days: number): Scenario {
  const { timeZone } = scenario.definition.schedule;
  const date = isoDate(Math.floor(createZone(timeZone).wall(scenario.start) / DAY_MS));
  return { ...endingAt(scenario, localMidnight(date, timeZone, days)), days };
}

function endingAt(scenario: Scenario, end: Instant): Scenario {
  const steps = scenario.steps.filter(({ at }) => at < end);
  return { ...scenario, end, days: wholeDays(scenario.start, end), steps };
}
