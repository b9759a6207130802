// A short story on the embedded region for one test: a workload, steps as in a scenario file, and what came of it. The
// reader and the runner are those of `npm run demo`; below the serialisation of requests unless a test is about that.

import { expect } from 'vitest';
import { run } from '../../demo/run.ts';
import { readScenario } from '../../demo/scenario/scenario.ts';
import type { Report, RunOptions, Scenario, TimelineEntry } from '../../demo/scenario/types.ts';
import type { DemoWorkload } from '../../demo/scenario/workload.ts';
import type { LogLine } from '../../simulator/world.ts';
import { parsed } from '../definition/example.ts';

type Fields = Record<string, unknown>;

export interface Story {
  /** Steps as in a scenario file, one flow mapping each; times of 2026-03-23, a Monday, may be written `T11:20`. */
  steps?: string[];
  days?: number;
  seed?: number;
  entrance?: RunOptions['entrance'];
  /** Changes to the example definition, by path. */
  workload?: Fields;
}

export interface Told {
  report: Report;
  scenario: Scenario;
  log: LogLine[];
  timeline: TimelineEntry[];
}

const MONDAY = '2026-03-23';

/** Hours of one Monday morning, so that a story is short: 09:00–13:00 in Riga. */
const SHORT: Fields = {
  'schedule.windows': [{ days: 'mon-fri', from: '09:00', to: '13:00' }],
};

const workloadOf = (changes: Fields): DemoWorkload => {
  const { definition, setupScript } = parsed({ ...SHORT, ...changes });
  return { definition, ...(setupScript !== undefined && { setupScript }) };
};

export const scenarioOf = ({ steps = [], days = 1, workload = {} }: Story): Scenario => {
  const written = steps.map((step) => `  - ${step.replace(/at: T/, `at: ${MONDAY}T`)}`);
  const text = [
    `start: ${MONDAY}`,
    `days: ${days}`,
    ...(steps.length > 0 ? ['steps:', ...written] : []),
    '',
  ].join('\n');
  return readScenario(text, { workload: () => workloadOf(workload) });
};

export const tell = async (story: Story): Promise<Told> => {
  const scenario = scenarioOf(story);
  const log: LogLine[] = [];
  const timeline: TimelineEntry[] = [];
  const report = await run({
    seed: story.seed ?? 1,
    scenario,
    traces: [],
    traceWarning: 'two-minutes',
    entrance: story.entrance ?? 'direct',
    onLog: (line) => log.push(line),
    onEntry: (entry) => timeline.push(entry),
  });
  return { report, scenario, log, timeline };
};

/** What holds of every run, whatever befell it: nothing lost, nothing broken, nothing left, nothing running at night. */
export const expectSound = ({ report }: Told): void => {
  expect(report.invariantViolations).toEqual([]);
  expect(report.recordsFound).toBe(report.recordsWritten);
  expect(report.recordsWritten).toBeGreaterThan(0);
  expect(report.orphans).toBe(0);
  expect(report.instanceHoursOutside).toBeLessThan(0.2);
};

/** Sound, and no person was needed. */
export const expectUnheld = (told: Told): void => {
  expectSound(told);
  expect(told.report.holds).toEqual([]);
};

export const servedShare = ({ report }: Told): number => report.servedHours / report.scheduledHours;

/** Incidents in short: `warned eu-west-1a→eu-west-1a`. */
export const incidentsOf = ({ report }: Told): string[] =>
  report.incidents.map(({ kind, zoneFrom, zoneTo }) => `${kind} ${zoneFrom.slice(-1)}→${zoneTo.slice(-1)}`);

/** What the commands of the story were answered. */
export const answersOf = ({ log }: Told): unknown[] =>
  log.filter(({ message }) => message === 'answer').map(({ fields }) => JSON.parse(String(fields.reason)));

/** Log lines of one kind, in order. */
export const lines = ({ log }: Told, message: string): LogLine[] =>
  log.filter((line) => line.message === message);

/** An instant of the first day, by the clock on the wall in Riga (UTC+2 that week). */
export const riga = (time: string, date = MONDAY): number => Date.parse(`${date}T${time}:00+02:00`);
