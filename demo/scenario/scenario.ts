// Scenario files: YAML text into a Scenario. An interface: files come from others, so everything is strict and each
// mistake is one line with its path.

import { DefinitionError } from '../../shared/definition/problem.ts';
import { readStrictly } from '../../shared/definition/read/issues.ts';
import { readYaml } from '../../shared/definition/read/parse.ts';
import { ScenarioError } from './error.ts';
import { scenarioTop } from './schema.ts';
import { readStep } from './step.ts';
import { localMidnight } from './time.ts';
import type { Scenario, ScenarioStep } from './types.ts';
import type { DemoWorkload } from './workload.ts';

export interface ScenarioDeps {
  /** The workload the file names, by its path as written; undefined when it names none. */
  workload(named: string | undefined): DemoWorkload;
}

/** Throws ScenarioError, and what `workload` throws. Steps come out in the order of their times. */
export function readScenario(text: string, deps: ScenarioDeps): Scenario {
  const top = readTop(text);
  const { definition, setupScript } = deps.workload(top.workload);
  const { timeZone } = definition.schedule;
  const start = localMidnight(top.start, timeZone);
  const end = localMidnight(top.start, timeZone, top.days);
  const context = { definition, span: { timeZone, start, end } };
  const steps = (top.steps ?? []).map((raw, index) => readStep(raw, `steps[${index}]`, context));
  return {
    start,
    end,
    days: top.days,
    definition,
    ...(setupScript !== undefined && { setupScript }),
    steps: inOrder(steps),
  };
}

function readTop(text: string) {
  try {
    const result = readStrictly(scenarioTop, readYaml(text));
    if ('value' in result) return result.value;
    throw new ScenarioError(result.problems);
  } catch (error) {
    if (error instanceof DefinitionError) throw new ScenarioError(error.lines);
    throw error;
  }
}

/** Steps of one instant keep the file's order. */
export const inOrder = (steps: readonly ScenarioStep[]): ScenarioStep[] =>
  [...steps].sort((a, b) => a.at - b.at);
