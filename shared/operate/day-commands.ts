// start-now, stop-now, set-schedule, resume: overrides with an end, a new schedule, the end of a hold.

import type { CommandAnswer, Refusal } from '../answer/done.ts';
import { hash } from '../base/hash.ts';
import { jsonBytes } from '../base/json-bytes.ts';
import { type Instant, instant, iso } from '../base/time.ts';
import type { Definition, Schedule } from '../definition/definition.ts';
import { checkSize } from '../definition/size.ts';
import type { TableDeps } from '../loop/deps.ts';
import type { RecordBody } from '../record/record.ts';
import { type Calendar, createCalendar } from '../schedule/calendar.ts';
import { type Edit, editRecord, endedHold, heldRefusal, invalidRefusal } from './edit.ts';
import { repairWithSchedule } from './repair.ts';

type Until = { kind: 'at'; at?: Instant; notes: string[] } | { kind: 'bad'; refusal: Refusal };

/** `until` as typed, in the workload's own zone: an ambiguous time takes the later instant, a skipped one is refused. */
const readUntil = (
  workload: string,
  text: string | undefined,
  at: { calendar: Calendar; now: Instant },
): Until => {
  if (text === undefined) return { kind: 'at', notes: [] };
  const { calendar, now } = at;
  const answer = calendar.resolveLocal(text, now);
  const refuse = (expected: string): Until => ({
    kind: 'bad',
    refusal: invalidRefusal(workload, { path: 'until', expected }),
  });
  if (answer.kind === 'bad') return refuse(answer.expected);
  if (answer.kind === 'skipped') {
    return refuse(`a time that exists: the clock skips ${text}; ${answer.before} or ${answer.after}`);
  }
  if (answer.at <= now) return refuse('a time that is still to come');
  return {
    kind: 'at',
    at: answer.at,
    notes: answer.ambiguous ? [`${text} happens twice: the later one is taken`] : [],
  };
};

const sameUntil = (a: RecordBody['override'], b: RecordBody['override']): boolean =>
  a?.kind === b?.kind && a?.until === b?.until;

const sentence = (parts: string[]): string => parts.filter((part) => part !== '').join('; ');

export const startNow = (deps: TableDeps, workload: string, until?: string): Promise<CommandAnswer> =>
  editRecord(deps, workload, (body, { calendar }): Edit => {
    if (body.hold) return heldRefusal(workload, body);
    const now = deps.clock.now();
    const read = readUntil(workload, until, { calendar, now });
    if (read.kind === 'bad') return read.refusal;
    const override = calendar.startNowOverride(now, read.at);
    const before = body.override && body.override.until > now ? body.override : undefined;
    const shown = `runs until ${iso(override.until)}`;
    const running = before?.kind === 'run' && before.until >= override.until;
    if (sameUntil(before, override) || (until === undefined && running)) {
      return { says: `already so: runs until ${iso(before?.until ?? override.until)}`, until: before?.until };
    }
    const drains = body.owner?.draining !== undefined;
    const expected = drains
      ? `it is draining: a new instance is launched, expected in about two minutes (${iso(instant(now + 120_000))})`
      : '';
    return {
      body: { ...body, override },
      says: sentence([shown, expected, ...read.notes]),
      until: override.until,
    };
  });

export const stopNow = (deps: TableDeps, workload: string, until?: string): Promise<CommandAnswer> =>
  editRecord(deps, workload, (body, { calendar }): Edit => {
    const now = deps.clock.now();
    const read = readUntil(workload, until, { calendar, now });
    if (read.kind === 'bad') return read.refusal;
    const override = calendar.stopNowOverride(now, read.at);
    const before = body.override && body.override.until > now ? body.override : undefined;
    if (!override) {
      // Outside its hours: nothing to stop but an earlier start-now.
      if (before?.kind !== 'run') return { says: 'already stopped: it is outside its hours' };
      return { body: { ...body, override: undefined }, says: 'stops now; the schedule decides again' };
    }
    if (before?.kind === 'stop' && (sameUntil(before, override) || until === undefined)) {
      return { says: `already so: stopped until ${iso(before.until)}`, until: before.until };
    }
    return {
      body: { ...body, override },
      says: sentence([`stops now, stays down until ${iso(override.until)}`, ...read.notes]),
      until: override.until,
    };
  });

/** Also where only the schedule of the stored definition cannot be read: this is its repair. */
export const setSchedule = (deps: TableDeps, workload: string, schedule: Schedule): Promise<CommandAnswer> =>
  editRecord(
    deps,
    workload,
    (body, { repairs }): Edit => {
      if (!repairs && JSON.stringify(body.definition.schedule) === JSON.stringify(schedule))
        return { says: 'already so: the schedule is the same' };
      const now = deps.clock.now();
      const definition = { ...body.definition, schedule };
      const problem = sizeProblem(body.definition, definition);
      if (problem) return invalidRefusal(workload, problem);
      const after = createCalendar(schedule).wanted(body.override, now);
      const running = body.owner !== undefined && !after.run && !after.lead;
      const next =
        after.nextStart === undefined ? 'no further window' : `next window ${iso(after.nextStart)}`;
      const says = sentence([
        'schedule changed',
        repairs ? 'the record can be read again' : '',
        running ? `it is outside its hours now and stops at once (${iso(now)})` : '',
        next,
      ]);
      return { body: { ...body, definition, definitionHash: hash(JSON.stringify(definition)) }, says };
    },
    { repair: repairWithSchedule(workload, schedule) },
  );

/** A definition that was larger before may shrink step by step. */
const sizeProblem = (before: Definition, after: Definition) => {
  const [problem] = jsonBytes(after) > jsonBytes(before) ? checkSize(after) : [];
  return problem && { path: 'schedule', expected: `${problem.expected}, found ${problem.found}` };
};

/** Ends a hold. If the world still contradicts the record, the same hold comes back with fresh evidence. */
export const resume = (deps: TableDeps, workload: string): Promise<CommandAnswer> =>
  editRecord(deps, workload, (body): Edit => {
    if (!body.hold) return { says: 'not on hold: nothing to resume' };
    if (body.recover) {
      const says = 'it is being recovered: the hold ends by itself';
      return { ok: false, code: 'refused', workload, says };
    }
    return { body: endedHold(body, deps.clock.now()), says: `hold ${body.hold.code} ended by operator` };
  });
