// The planner: record, reading and the time in; the next record and at most one call out, with a reason. Pure. The same
// function runs in Lambda, in the simulated region, in the tests and behind the dry run.
//
// Concerns are asked in order (concerns.ts); the first that has something to do decides the turn. Those that only wait say
// for what.

import { isSame } from '../base/copy.ts';
import { add, earlier, earliestOf, type Instant, inMinutes, instant, later, since } from '../base/time.ts';
import type { OwnEvent } from '../port/bus.ts';
import type { Effect } from '../record/effect.ts';
import type { RecordBody } from '../record/record.ts';
import { STATE_BUDGET } from '../record/states.ts';
import { type Found, firstStep } from './concerns.ts';
import {
  alert,
  type Context,
  createContext,
  emit,
  type HistoryNote,
  isWanted,
  note,
  type PlanInput,
  type View,
  type Wait,
} from './turn/context.ts';
import { backToHeld } from './turn/fence.ts';
import {
  ALERT_EVERY,
  LIST_KEPT,
  LOOK_AGAIN,
  LOOK_OFTEN,
  PROBE_EVERY,
  WAIT_WORTH_TELLING,
} from './turn/limits.ts';

/** No date is due: the ten-minute round comes by itself. The same instant each time, so that nothing is written for it. */
const FAR = instant(253_402_214_400_000);

export interface Plan {
  /** The record as it is to be saved before `effect` is performed. */
  record: RecordBody;
  /** It has to be saved: it differs from the record that was read, or an intent goes with it. */
  changed: boolean;
  effect?: Effect;
  /** The step is the sweep's: a deletion, or what is left to note after one. */
  sweeps: boolean;
  reason: string;
  /** When the workload has to be looked at again at the latest. */
  nextCheckAt: Instant;
  /** Nothing is under way: the loop may leave, and `nextCheckAt` is the next thing that is due. */
  settled: boolean;
  /** The wait that `reason` tells of, where it is one. */
  waitsFor?: Wait;
  /** All that this turn waits for, the longest wait last. */
  waits: Context['waits'];
  events: OwnEvent[];
  history: HistoryNote[];
  /** Notices read into the record. */
  consumed: string[];
}

const checkBudget = (ctx: Context): void => {
  const { r, now } = ctx;
  const budget = STATE_BUDGET[r.state];
  if (budget === undefined || r.budgetAlertedAt !== undefined || since(r.stateSince, now) < budget) return;
  r.budgetAlertedAt = now;
  const text = `${r.state} has lasted ${inMinutes(since(r.stateSince, now))} minutes: ${r.waitingFor?.what ?? 'no reason known'}`;
  note(ctx, 'over-budget', { reason: text, detail: { state: r.state } });
  alert(ctx, `budget-${r.state}`, text);
};

/** What is waited for, for people: the longest wait of this turn. */
const noteWaiting = (ctx: Context, settled: boolean): void => {
  const { r, now, waits } = ctx;
  const next = settled ? undefined : waits.at(-1);
  const last = r.waitingFor;
  if (last && next && isSameWait(last, next)) {
    last.step = next.step;
    return;
  }
  if (last && since(last.since, now) >= WAIT_WORTH_TELLING) {
    note(ctx, 'waited', {
      reason: `waited for ${last.what}`,
      detail: {
        step: last.step,
        for: last.what,
        since: last.since,
        seconds: Math.round(since(last.since, now) / 1000),
      },
    });
  }
  r.waitingFor = next && { step: next.step, what: next.what, since: now };
};

/** Earlier versions kept no step. */
const isSameWait = (last: NonNullable<RecordBody['waitingFor']>, next: Wait): boolean =>
  last.what === next.what && (last.step === undefined || last.step === next.step);

const waitText = ({ what, percent }: Wait): string =>
  percent === undefined ? what : `${what} (${percent} %)`;

const nextDue = (ctx: View): Instant => {
  const { r, now, wanted } = ctx;
  const candidates: Instant[] = [FAR];
  if (wanted.nextChange !== undefined) candidates.push(wanted.nextChange);
  if (r.owner?.startedAt !== undefined) candidates.push(add(r.owner.probedAt ?? now, PROBE_EVERY));
  return later(add(now, LOOK_AGAIN), earliestOf(candidates) ?? now);
};

/** A wait may be long (an end that nothing proves): hours that change and probes do not wait for it. */
const endOfWait = (ctx: View, waitUntil: Instant | undefined): Instant => {
  const { now } = ctx;
  if (waitUntil === undefined) return add(now, LOOK_OFTEN);
  const due = nextDue(ctx);
  return due > add(now, LOOK_AGAIN) ? earlier(waitUntil, due) : waitUntil;
};

const isSettled = ({ r }: View): boolean => {
  if (r.command || r.leaving.length > 0 || r.suspicion || r.recover) return false;
  // What the operator has to end: unanswered calls are taken up again after it.
  if (r.hold) return !r.owner?.draining && r.candidate?.instanceId === undefined;
  if (r.intent || r.suspended.length > 0 || r.candidate || r.migration || r.restoreRequest) return false;
  if (r.owner)
    return (
      r.owner.startedAt !== undefined &&
      !r.owner.draining &&
      r.owner.told === undefined &&
      r.owner.interruption === undefined &&
      r.owner.agentLostAt === undefined
    );
  return r.state === 'parked';
};

const trim = (r: RecordBody): void => {
  const deleted = r.lineage.filter((one) => one.role === 'deleted');
  const live = r.lineage.filter((one) => one.role !== 'deleted');
  r.lineage = [...deleted.slice(-LIST_KEPT), ...live];
  if (r.incident) r.incident.phases = r.incident.phases.slice(0, 40);
};

/** More record-only steps in a row than this from one reading would be a circle. */
const STEPS_A_TURN = 3;

const decide = (ctx: Context): Found | undefined => {
  let step = firstStep(ctx);
  for (let more = 1; step?.more && !step.effect && more < STEPS_A_TURN; more += 1) {
    const next = firstStep(ctx);
    if (!next) return undefined;
    step = next;
  }
  return step;
};

/** Decides one turn. Never throws on any record and reading of the right types. */
export const plan = (input: PlanInput): Plan => {
  const ctx = createContext(input);
  const step = decide(ctx);
  const { r, now } = ctx;
  backToHeld(ctx);
  const settled = !step && isSettled(ctx);
  // A step between two looks (another try) does not end a wait: what is waited for next does.
  if (!step) noteWaiting(ctx, settled);
  checkBudget(ctx);
  trim(r);
  const waitsFor = step ? undefined : ctx.waits.at(-1);
  const waitUntil = earliestOf(ctx.waits.map((one) => one.until));
  const soon = step ? now : add(now, LOOK_AGAIN);
  const nextCheckAt = step
    ? soon
    : settled
      ? earlier(nextDue(ctx), waitUntil ?? nextDue(ctx))
      : endOfWait(ctx, waitUntil);
  if (settled && r.hold) emitStill(ctx);
  return {
    record: r,
    changed: step?.effect !== undefined || !isSame(r, input.record),
    effect: step?.effect,
    sweeps: step?.sweeps ?? false,
    reason: step?.reason ?? (waitsFor ? waitText(waitsFor) : isWanted(ctx) ? 'serving' : 'outside its hours'),
    waitsFor,
    nextCheckAt,
    settled,
    waits: ctx.waits,
    events: ctx.events,
    history: ctx.history,
    consumed: ctx.consumed,
  };
};

/** A hold is alerted again once an hour until it ends. */
const emitStill = (ctx: Context): void => {
  const { hold } = ctx.r;
  if (hold && since(hold.at, ctx.now) >= ALERT_EVERY) {
    alert(ctx, 'still-held', `${hold.code}: ${hold.evidence}`);
    if (ctx.events.length > 0) emit(ctx, 'Held', { code: hold.code, evidence: hold.evidence, still: true });
  }
};
