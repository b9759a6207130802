// Decisions of the planner as they were found good: what it was given, and what it made of it. One line each in
// decisions.jsonl.gz, drawn from the fault campaign by record.ts; definitions stand once, in the first line.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { applyOutcome, type OutcomeInput } from '../../shared/decide/outcome.ts';
import { createCalendar } from '../../shared/schedule/calendar.ts';
import { draftOf } from '../../shared/decide/turn/context.ts';
import { type Plan, plan } from '../../shared/decide/plan.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import type { Reading } from '../../shared/decide/turn/reading.ts';
import type { Definition } from '../../shared/definition/definition.ts';
import { isSame } from '../../shared/base/copy.ts';
import type { Instant } from '../../shared/base/time.ts';

export const FILE = new URL('./decisions.jsonl.gz', import.meta.url);

export type Question =
  | { kind: 'plan'; record: RecordBody; reading: Reading; now: Instant; mayDelete: boolean }
  | ({ kind: 'outcome'; record: RecordBody } & OutcomeInput);

export interface Decided {
  ask: Question;
  answer: Record<string, unknown>;
}

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** The fields of the record that are other than before; `null`: gone. */
const changes = (before: RecordBody, after: RecordBody): Record<string, unknown> => {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries(
    [...names]
      .filter((name) => !isSame(Reflect.get(before, name), Reflect.get(after, name)))
      .map((name) => [name, Reflect.get(after, name) ?? null]),
  );
};

const planned = (record: RecordBody, ask: Extract<Question, { kind: 'plan' }>): Plan =>
  plan({
    name: 'w1',
    record,
    reading: ask.reading,
    now: ask.now,
    calendar: createCalendar(record.definition.schedule),
    fresh: { id: 'fresh-id', uuid: '00000000-0000-4000-8000-00000000f5e5' },
    settings: {
      launchTemplate: 'spotkeep-demo',
      parameterPath: '/spotkeep/demo',
      project: 'spotkeep-demo',
    },
    may: { delete: ask.mayDelete },
  });

/** What the planner says today, as plain JSON. */
export const answerTo = (ask: Question): unknown => {
  const { record } = ask;
  if (ask.kind === 'outcome') {
    const after = draftOf(record);
    applyOutcome(after, ask);
    return json({ record: changes(record, after) });
  }
  const { record: after, ...rest } = planned(record, ask);
  return json({ ...rest, record: changes(record, after) });
};

/** One text: a line of definitions, then a line a decision, whose record names its definition by place. */
export const textOf = (decisions: readonly Decided[]): string => {
  const definitions: string[] = [];
  const lines = decisions.map(({ ask, answer }) => {
    const definition = JSON.stringify(ask.record.definition);
    const found = definitions.indexOf(definition);
    const place = found === -1 ? definitions.push(definition) - 1 : found;
    return JSON.stringify({ ask: { ...ask, record: { ...ask.record, definition: place } }, answer });
  });
  return [`[${definitions.join(',')}]`, ...lines, ''].join('\n');
};

export const readDecisions = (): Decided[] => {
  const [first = '[]', ...lines] = gunzipSync(readFileSync(FILE)).toString('utf8').trimEnd().split('\n');
  const definitions: Definition[] = JSON.parse(first);
  return lines.map((line) => {
    const decided: Decided = JSON.parse(line);
    const { record } = decided.ask;
    const definition = definitions[Number(record.definition)];
    if (!definition) throw new Error('a decision without a definition');
    return { ...decided, ask: { ...decided.ask, record: { ...record, definition } } };
  });
};
