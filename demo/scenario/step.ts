// One step of a scenario file, judged by the shape of its `do` and against the workload: its zones, its time zone, the
// days that the run lasts.

import { nearest } from '../../shared/base/nearest.ts';
import type { Instant } from '../../shared/base/time.ts';
import type { Definition, Schedule } from '../../shared/definition/definition.ts';
import { type Problem, shown } from '../../shared/definition/problem.ts';
import { scheduleFromJson } from '../../shared/definition/read/from-json.ts';
import { readStrictly } from '../../shared/definition/read/issues.ts';
import { below, ScenarioError } from './error.ts';
import { STEP_KINDS, STEP_SCHEMAS, type StepInput } from './schema.ts';
import { durationMs, type Period, stepInstant, untilProblem } from './time.ts';
import type { ScenarioStep } from './types.ts';

/** AWS gives two minutes (EC2 User Guide, "Spot Instance interruption notices"). */
const NOTICE_SECONDS = 120;

export interface StepContext {
  span: Period;
  definition: Definition;
}

/** Throws ScenarioError. */
export function readStep(raw: unknown, path: string, context: StepContext): ScenarioStep {
  const input = readShape(raw, path);
  const at = stepInstant(input.at, context.span);
  if (typeof at === 'object') throw new ScenarioError([{ path: `${path}.at`, ...at }]);
  const problem = judge(input, at, context);
  if (problem) throw new ScenarioError([{ ...problem, path: `${path}.${problem.path}` }]);
  return toStep(input, { at, path }, context.definition.schedule);
}

function readShape(raw: unknown, path: string): StepInput {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new ScenarioError([{ path, expected: 'a step {at, do, …}', found: shown(raw) }]);
  }
  const kind: unknown = Reflect.get(raw, 'do');
  const schema = STEP_SCHEMAS.find((one) => one.shape.do.def.values.some((value) => value === kind));
  if (!schema) throw new ScenarioError([unknownKind(kind, path)]);
  const result = readStrictly(schema, raw);
  if ('value' in result) return result.value;
  throw new ScenarioError(
    result.problems.map((problem) => ({ ...problem, path: under(path, problem.path) })),
  );
}

function unknownKind(kind: unknown, path: string): Problem {
  const near = typeof kind === 'string' ? nearest(kind, STEP_KINDS) : undefined;
  const found = shown(kind);
  return {
    path: `${path}.do`,
    expected: `one of ${STEP_KINDS.join(', ')}`,
    ...(found !== undefined && { found: near === undefined ? found : `${found} (did you mean ${near}?)` }),
  };
}

const under = (base: string, path: string): string => (path === '' ? base : `${base}.${path}`);

function judge(input: StepInput, at: Instant, { span, definition }: StepContext): Problem | undefined {
  if (input.do === 'capacity' && input.zone !== undefined) {
    const zones = definition.capacity.zones.map(({ zone }) => zone);
    if (zones.includes(input.zone)) return undefined;
    const expected = `a zone of the workload: ${zones.join(', ')}`;
    return { path: 'zone', expected, found: JSON.stringify(input.zone) };
  }
  if ((input.do === 'start-now' || input.do === 'stop-now') && input.until !== undefined) {
    const problem = untilProblem(input.until, span.timeZone, at);
    return problem && { path: 'until', ...problem };
  }
  return undefined;
}

function toStep(input: StepInput, place: { at: Instant; path: string }, present: Schedule): ScenarioStep {
  switch (input.do) {
    case 'warn':
      return { ...place, do: 'warn', noticeSeconds: input.noticeSeconds ?? NOTICE_SECONDS };
    case 'capacity': {
      const { zone, types, purchase, available } = input;
      return {
        ...place,
        do: 'capacity',
        ...(zone !== undefined && { zone }),
        ...(types !== undefined && { types }),
        ...(purchase !== undefined && { purchase }),
        available,
        forMs: lasting(input),
      };
    }
    case 'agent-offline':
      return { ...place, do: 'agent-offline', launches: input.launches ?? 1 };
    case 'api-errors':
      return { ...place, do: 'api-errors', code: input.code, forMs: lasting(input) };
    case 'container': {
      const { name = 'proxy', state, restart = 'unless-stopped', byHand = false } = input;
      return { ...place, do: 'container', name, state, restart, byHand };
    }
    case 'start-now':
    case 'stop-now':
      return { ...place, do: input.do, ...(input.until !== undefined && { until: input.until }) };
    case 'stranger': {
      const tags = Object.entries(input.tags).map(([key, value]) => [key, String(value)] as const);
      return { ...place, do: 'stranger', tags: Object.fromEntries(tags) };
    }
    case 'set-schedule': {
      const written = { timeZone: present.timeZone, ...input.schedule };
      const schedule = below(`${place.path}.schedule`, () => scheduleFromJson(written));
      return { ...place, do: 'set-schedule', schedule };
    }
    case 'quota-error':
    case 'stuck-detach':
    case 'slow-snapshot':
    case 'lose-events':
    case 'duplicate-events':
    case 'control-plane-down':
    case 'slow-terminate':
      return { ...place, do: input.do, forMs: lasting(input) };
    default:
      return { ...place, do: input.do };
  }
}

/** The shape has let only durations through. */
function lasting(input: { for: string }): number {
  const found = durationMs(input.for);
  if (found === undefined) throw new RangeError(`no duration: ${input.for}`);
  return found;
}
