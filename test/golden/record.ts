// `npm run golden`: draws decisions from seeds of the campaign and writes decisions.jsonl.gz. The loop's two calls into the
// planner are listened to by patching its text as it is loaded: the product has no hook for it. Of decisions of one kind
// (state, step, waits, what changes) the first is kept.

import { readFileSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import process from 'node:process';
import { gzipSync } from 'node:zlib';
import type { OutcomeInput } from '../../shared/decide/outcome.ts';
import type { PlanInput } from '../../shared/decide/turn/context.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { answerTo, type Decided, FILE, type Question, textOf } from './decisions.ts';

const LISTENED: readonly [find: string, replace: string][] = [
  ['const planned = plan({', 'const planned = globalThis.heardPlan(plan, {'],
  ['  applyOutcome(body, {', '  globalThis.heardOutcome(applyOutcome, body, {'],
];

registerHooks({
  load: (url, context, next) => {
    const loaded = next(url, context);
    if (!url.endsWith('/shared/loop/loop.ts')) return loaded;
    let text = readFileSync(new URL(url), 'utf8');
    for (const [find, replace] of LISTENED) {
      if (text.split(find).length !== 2) throw new Error(`loop.ts has "${find}" not exactly once`);
      text = text.replace(find, replace);
    }
    return { ...loaded, source: text };
  },
});

const kept = new Map<string, Decided>();

const general = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => (typeof part === 'number' ? 0 : part))
    ?.replaceAll(/\b(i|vol|snap|launch|subnet|ami|cmd)-[0-9a-z]+/g, '$1')
    .replaceAll(/[0-9A-Z]{20,}|[0-9a-f]{8}[0-9a-f-]{20,}|\d+/g, '#') ?? '';

const signature = (ask: Question, answer: Record<string, unknown>): string => {
  const changed = typeof answer.record === 'object' && answer.record !== null ? Object.keys(answer.record) : [];
  const { effect, reason, waits, events, history, settled, sweeps } = answer;
  const kind = typeof effect === 'object' && effect !== null && 'kind' in effect ? effect.kind : '';
  const asked = ask.kind === 'plan' ? [] : [ask.effect.kind, ask.outcome.kind];
  const { state, migration } = ask.record;
  const said = { reason, waits, events, history, settled, sweeps };
  return general([ask.kind, asked, state, migration?.phase, kind, said, changed.toSorted()]);
};

/** `w1` alone: names of workloads stand in tags and texts. */
const keep = (ask: Question): void => {
  const answer = answerTo(ask);
  if (typeof answer !== 'object' || answer === null) throw new Error('no answer');
  const decided: Decided = { ask: JSON.parse(JSON.stringify(ask)), answer: { ...answer } };
  const key = signature(ask, decided.answer);
  if (!kept.has(key)) kept.set(key, decided);
};

Object.assign(globalThis, {
  heardPlan: (plan: (input: PlanInput) => unknown, input: PlanInput) => {
    const { name, record, reading, now, may } = input;
    if (name === 'w1') keep({ kind: 'plan', record, reading, now, mayDelete: may.delete });
    return plan(input);
  },
  heardOutcome: (
    apply: (record: RecordBody, input: OutcomeInput) => void,
    record: RecordBody,
    input: OutcomeInput,
  ) => {
    const { effect, outcome, now, freshId } = input;
    keep({ kind: 'outcome', record, effect, outcome, now, freshId });
    apply(record, input);
  },
});

const { runSeed } = await import('../campaign/seed.ts');
const ordinary = { workloads: 1, without: [], thin: true };
for (let seed = 1; seed <= 60; seed += 1) await runSeed({ ...ordinary, seed, days: 4, dense: false });
for (let seed = 1; seed <= 40; seed += 1) await runSeed({ ...ordinary, seed, days: 1, dense: true });
const decisions = [...kept.values()];
writeFileSync(FILE, gzipSync(textOf(decisions), { level: 9 }));
process.stdout.write(`${decisions.length} decisions, one of each kind\n`);
