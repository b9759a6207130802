// What every concern of the planner works on: the draft of the next record, what was seen, and the ways to say
// "do this", "wait for that", "alert the operator". A concern returns a step when it has something to do now; otherwise
// it may note what it waits for and the next concern is asked.

import { copyOf } from '../../base/copy.ts';
import { add, type Instant, inMinutes, type Ms, since } from '../../base/time.ts';
import type { Definition } from '../../definition/definition.ts';
import type { EventType, OwnEvent } from '../../port/bus.ts';
import type { InstanceView, VolumeView } from '../../port/cloud.ts';
import type { HistoryKind } from '../../port/records.ts';
import type { AlertCode } from '../../record/codes.ts';
import { type Effect, type Intended, isMadeOnce } from '../../record/effect.ts';
import type { Suspended } from '../../record/intent.ts';
import type { RecordBody, RecordView } from '../../record/record.ts';
import type { State } from '../../record/states.ts';
import type { WaitStep } from '../../record/waits.ts';
import type { Calendar, Wanted } from '../../schedule/calendar.ts';
import { ALERT_EVERY, LIST_KEPT, LOOK_AGAIN } from './limits.ts';
import { callOf, countCall, restsUntil } from './pace.ts';
import type { Reading } from './reading.ts';

export interface PlanSettings {
  launchTemplate: string;
  /** `/spotkeep/<stage>`: the setup script of a workload is below it. */
  parameterPath: string;
  /** Value of the tag `spotkeep:project`. */
  project: string;
}

export interface PlanInput {
  name: string;
  record: RecordBody;
  reading: Reading;
  now: Instant;
  calendar: Calendar;
  /** Random, drawn each turn; a turn starts at most one thing. */
  fresh: { id: string; uuid: string };
  settings: PlanSettings;
  /** Only the sweep's role may delete. */
  may: { delete: boolean };
}

export interface Step {
  reason: string;
  /** Only the record changed, by what this turn saw: what follows from it may be decided from the same reading. */
  more?: boolean;
  effect?: Effect;
}

export interface HistoryNote {
  kind: HistoryKind;
  reason: string;
  detail: Record<string, unknown>;
}

/** What nothing can be done about before it has happened: looked at again by `until`. */
export interface Wait {
  step: WaitStep;
  /** For people: nothing reads it. */
  what: string;
  until: Instant;
  percent?: number;
}

export interface Context {
  readonly name: string;
  readonly definition: Definition;
  readonly reading: Reading;
  readonly now: Instant;
  readonly fresh: { id: string; uuid: string };
  readonly settings: PlanSettings;
  readonly may: { delete: boolean };
  readonly wanted: Wanted;
  /** The record as it will be saved. */
  readonly r: RecordBody;
  readonly events: OwnEvent[];
  readonly history: HistoryNote[];
  readonly waits: Wait[];
  readonly consumed: string[];
}

/** For those who only look: what takes a view changes nothing, neither the record nor what is published. */
export interface View
  extends Pick<Context, 'name' | 'definition' | 'reading' | 'now' | 'settings' | 'wanted'> {
  readonly r: RecordView;
}

/** A copy to change. The definition is never changed by a plan: it is shared. */
export const draftOf = ({ definition, ...rest }: RecordBody): RecordBody => ({ definition, ...copyOf(rest) });

export const createContext = (input: PlanInput): Context => {
  const r = draftOf(input.record);
  return {
    name: input.name,
    definition: r.definition,
    reading: input.reading,
    now: input.now,
    fresh: input.fresh,
    settings: input.settings,
    may: input.may,
    // A destroyed workload is never wanted again, whatever its schedule or an old override say.
    wanted: r.destroyed ? { run: false, lead: false } : input.calendar.wanted(r.override, input.now),
    r,
    events: [],
    history: [],
    waits: [],
    consumed: [],
  };
};

/** True when the service should be up now or is about to be. */
export const isWanted = (ctx: View): boolean => ctx.wanted.run || ctx.wanted.lead;

/** `what` says for people what `step` says for programs. */
export const wait = (
  ctx: Context,
  step: WaitStep,
  what: string,
  duration: Ms = LOOK_AGAIN,
  percent?: number,
): undefined => {
  const until = add(ctx.now, duration);
  ctx.waits.push(percent === undefined ? { step, what, until } : { step, what, until, percent });
  return undefined;
};

export const emit = (ctx: Context, detailType: EventType, detail: Record<string, unknown>): void => {
  ctx.events.push({ detailType, detail: { workload: ctx.name, at: ctx.now, ...detail } });
};

export const note = (ctx: Context, kind: HistoryKind, entry: Omit<HistoryNote, 'kind'>): void => {
  ctx.history.push({ kind, ...entry });
};

/** Alerts that are events of a kind of their own; infra/alerts.yml and NOTIFY_DETAIL_TYPES route them all. */
const ALERT_TYPES: Readonly<Partial<Record<AlertCode, EventType>>> = {
  'backup-failed': 'Backup Failed',
  unhealthy: 'Unhealthy',
};

/** Alerts, at most once an hour for each code. */
export const alert = (
  ctx: Context,
  code: AlertCode,
  text: string,
  more: Record<string, unknown> = {},
): void => {
  const last = ctx.r.alertedAt?.[code];
  if (last !== undefined && since(last, ctx.now) < ALERT_EVERY) return;
  ctx.r.alertedAt = { ...ctx.r.alertedAt, [code]: ctx.now };
  emit(ctx, ALERT_TYPES[code] ?? 'Alert', { code, text, ...more });
  note(ctx, 'alert', { reason: text, detail: { code, ...more } });
};

export const enter = (ctx: Context, state: State, reason: string): void => {
  const { r } = ctx;
  if (r.state === state) return;
  note(ctx, 'state', { reason, detail: { from: r.state, to: state } });
  r.state = state;
  r.stateSince = ctx.now;
  r.budgetAlertedAt = undefined;
  phase(ctx, state);
};

/** Adds a phase to the incident under way, if there is one. */
export const phase = (ctx: Context, name: string): void => {
  const { incident } = ctx.r;
  if (incident && incident.phases.at(-1)?.name !== name) incident.phases.push({ name, at: ctx.now });
};

/** Is the answer to such a call still to come? */
export const isPending = ({ r }: View, ...kinds: Intended['kind'][]): boolean =>
  [r.intent, ...r.suspended].some((one) => one !== undefined && kinds.includes(one.effect.kind));

/** A call of this kind was refused a moment ago: waits. */
export const refusedLately = (ctx: Context, effect: Effect['kind']): boolean => {
  const { refusal } = ctx.r;
  const before = refusal?.effect === effect && refusal.until > ctx.now ? refusal.until : undefined;
  const until = restsUntil(ctx.r, effect, ctx.now) ?? before;
  if (until === undefined) return false;
  wait(ctx, 'retry', `another try at ${effect}`, since(ctx.now, until));
  return true;
};

/** This very call was asked for a moment ago, whatever became of it: waits. Asked before anything is changed for it. */
export const rests = (ctx: Context, effect: Effect): boolean => {
  const until = restsUntil(ctx.r, callOf(effect), ctx.now);
  if (until === undefined) return false;
  wait(ctx, 'retry', `another try at ${effect.kind}`, since(ctx.now, until));
  return true;
};

/** One more try is made: the same call rests from now on, and one that shows no effect is an alert. */
export const countTry = (ctx: Context, effect: Effect): void => {
  const { times, firstAt, isTooOften } = countCall(ctx.r, effect, ctx.now);
  if (!isTooOften) return;
  const lasts = Math.max(1, inMinutes(since(firstAt, ctx.now)));
  const text = `${callOf(effect)} was asked for ${times} times within ${lasts} minutes, and EC2 shows no effect`;
  alert(ctx, 'no-effect', text, { call: callOf(effect), times });
};

/** Overtaken and unanswered. A launch that is no longer the candidate's is an orphan's, which the round ends. */
const isStillAwaited = ({ r }: Context, { effect }: Suspended): boolean =>
  effect.kind !== 'launch' || effect.request.launchId === r.candidate?.launchId;

/** Do this: the effect is the intent; its outcome or the next turn's look at the region clears it. */
export const intend = (ctx: Context, effect: Effect, reason: string): Step => {
  const { intent, suspended } = ctx.r;
  const overtaken = intent && isMadeOnce(intent.effect) ? [{ ...intent, effect: intent.effect }] : [];
  ctx.r.suspended = [...suspended, ...overtaken].filter((one) => isStillAwaited(ctx, one)).slice(-LIST_KEPT);
  ctx.r.intent = { id: ctx.fresh.id, effect, at: ctx.now };
  countTry(ctx, effect);
  return { reason, effect };
};

export type Seen<T> = { kind: 'seen'; view: T } | { kind: 'absent' } | { kind: 'unknown' };

export const seeInstance = (ctx: View, instanceId: string): Seen<InstanceView> => {
  const { instances } = ctx.reading;
  if (instances.kind !== 'read') return { kind: 'unknown' };
  const view = instances.value.find((instance) => instance.instanceId === instanceId);
  return view ? { kind: 'seen', view } : { kind: 'absent' };
};

export const seeVolume = (ctx: View, volumeId: string): Seen<VolumeView> => {
  const { volumes } = ctx.reading;
  if (volumes.kind !== 'read') return { kind: 'unknown' };
  const view = volumes.value.find((volume) => volume.volumeId === volumeId);
  return view ? { kind: 'seen', view } : { kind: 'absent' };
};

export const agentOnline = (ctx: View, instanceId: string): boolean | undefined => {
  const { agents } = ctx.reading;
  if (agents.kind !== 'read') return undefined;
  return agents.value.some((agent) => agent.instanceId === instanceId && agent.online);
};

export const liveAttachments = (volume: VolumeView): VolumeView['attachments'] =>
  volume.attachments.filter((attachment) => attachment.state !== 'detached');
