// Scenario files as people write them: one strict shape for each `do`. What depends on the workload (zones, local times)
// is judged in scenario-step.ts. Descriptions end up in the JSON Schema that editors show.

import * as z from 'zod/mini';
import { scheduleInput } from '../../shared/definition/read/input-schema.ts';
import { instanceType, list, localDate, text, whole, zoneName } from '../../shared/definition/read/leaf.ts';
import { CONTAINER_STATES, RESTART_POLICIES } from '../../simulator/region/state/model.ts';
import { DURATION, durationMs, MOST_DAYS } from './time.ts';

/** Steps in a file: more would be a generator's mistake. */
const MOST_STEPS = 5_000;
const AT = 'a local time YYYY-MM-DDTHH:MM';
const BOOLEAN = 'true or false';

const at = text(/^[0-9TZ:+-]{1,40}$/, AT).check(
  z.describe("Local time of the workload's zone; one that happens twice is the later."),
);
const lasting = text(/^[0-9dhms]{1,30}$/, DURATION).check(
  z.refine((value) => durationMs(value) !== undefined, DURATION),
);
const duration = { for: lasting };
const until = z
  .optional(z.string('a local time "HH:MM" or YYYY-MM-DDTHH:MM'))
  .check(
    z.describe('As for the command: "22:00" (quoted), an ISO local time, or an instant with an offset.'),
  );

/** `timeZone` may be left out: the workload's. */
const schedule = z.extend(scheduleInput, { timeZone: z.optional(scheduleInput.shape.timeZone) });

const TAGS = 'a mapping of at most 50 tags';
/** EC2's limits ("Tag your Amazon EC2 resources"); no caller can set its own keys. Plain numbers are taken as text. */
const strangerTags = z
  .record(
    text(/^(?!aws:).{1,128}$/i, 'a tag key of at most 128 characters, not beginning with aws:'),
    z
      .union([z.string(), z.number(), z.boolean()], 'a text of at most 256 characters')
      .check(z.refine((value) => String(value).length <= 256, 'a text of at most 256 characters')),
    TAGS,
  )
  .check(z.refine((tags) => Object.keys(tags).length <= 50, TAGS));

const step = <const D extends string, S extends z.core.$ZodShape>(name: D, shape: S) =>
  z.strictObject({ at, do: z.literal(name), ...shape }, `a step {at, do: ${name}, …}`);

export const STEP_SCHEMAS = [
  step('warn', {
    noticeSeconds: z
      .optional(whole(0, 3_600, 'seconds'))
      .check(z.describe('From the interruption warning to the reclaim. Default 120.')),
  }),
  step('reclaim', {}),
  step('capacity', {
    zone: z.optional(zoneName).check(z.describe('Default: all zones of the workload.')),
    types: z.optional(
      list(instanceType, 100, 'a list of instance types').check(z.minLength(1, 'at least one type')),
    ),
    purchase: z
      .optional(z.enum(['spot', 'on-demand'], 'one of spot, on-demand'))
      .check(z.describe('Default: both.')),
    available: z.boolean(BOOLEAN),
    ...duration,
  }),
  step('quota-error', duration),
  step('poweroff', {}),
  step('halt', {}),
  step('reboot', {}),
  step('hang', {}),
  step('rebalance', {}),
  step('false-event', {}),
  step('agent-offline', {
    launches: z.optional(whole(1, 100, 'launches')).check(z.describe('How many launches. Default 1.')),
  }),
  step('stuck-detach', duration),
  step('slow-snapshot', duration),
  step('fail-snapshot', {}),
  step('lose-events', duration),
  step('duplicate-events', duration),
  step('api-errors', {
    code: text(/^[A-Za-z][\w.]{0,80}$/, 'an error code of AWS such as RequestLimitExceeded'),
    ...duration,
  }),
  step('control-plane-down', duration),
  step('slow-terminate', duration),
  step('start-now', { until }),
  step('stop-now', { until }),
  step('set-schedule', { schedule }),
  step('resume', {}),
  step('container', {
    name: z
      .optional(text(/^[A-Za-z0-9][\w.-]{0,60}$/, 'a name of a container such as proxy'))
      .check(z.describe('A container beside the one that writes. Default proxy.')),
    state: z.enum(CONTAINER_STATES, `one of ${CONTAINER_STATES.join(', ')}`),
    restart: z
      .optional(z.enum(RESTART_POLICIES, `one of ${RESTART_POLICIES.join(', ')}`))
      .check(z.describe("Docker's restart policy. Default unless-stopped.")),
    byHand: z.optional(z.boolean(BOOLEAN)).check(z.describe('Stopped with `docker stop`. Default false.')),
  }),
  step('forget-record', {}),
  step('stranger', {
    tags: strangerTags.check(
      z.describe('All tags of a running instance of another team, in the zone of the volume.'),
    ),
  }),
  step('second-stage', {}),
] as const;

const anyStep = z.union(STEP_SCHEMAS);
export type StepInput = z.infer<typeof anyStep>;
export const STEP_KINDS: readonly string[] = STEP_SCHEMAS.map(
  (schema) => schema.shape.do.def.values[0] ?? '',
);

const top = {
  start: localDate.check(z.describe("First day; the run begins at its midnight in the workload's zone.")),
  days: whole(1, MOST_DAYS, 'days').check(z.describe('How many days the run lasts.')),
  workload: z
    .optional(z.string('a path relative to this file').check(z.minLength(1, 'a path relative to this file')))
    .check(z.describe('Workload definition, relative to this file. Default examples/gitlab.yml.')),
};
const A_SCENARIO = 'a mapping {start, days, workload, steps}';

/** Steps stay unread, so that each is judged by its own `do`. */
export const scenarioTop = z.strictObject(
  { ...top, steps: z.nullish(list(z.unknown(), MOST_STEPS, 'a list of steps')) },
  A_SCENARIO,
);

const scenarioInput = z.strictObject(
  { ...top, steps: z.nullish(list(anyStep, MOST_STEPS, 'a list of steps')) },
  A_SCENARIO,
);

/** The JSON Schema of scenario files, for editors (`# yaml-language-server: $schema=…`). */
export function scenarioJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(scenarioInput, { target: 'draft-7', io: 'input', unrepresentable: 'any' });
  return { ...schema, title: 'Spotkeep scenario' };
}
