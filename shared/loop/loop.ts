// event → observe → decide → act → record, for one workload, round and round until it is settled, has to wait long, or
// the call runs short of time. Lease and intent are in the record; a crash between any two lines is taken up by the
// next call: nothing is lost but time.

import { add, type Instant, type Ms, seconds } from '../base/time.ts';
import { applyOutcome } from '../decide/outcome.ts';
import { type Plan, plan } from '../decide/plan.ts';
import { draftOf } from '../decide/turn/context.ts';
import { LEASE } from '../decide/turn/limits.ts';
import type { Read } from '../decide/turn/reading.ts';
import type { Schedule } from '../definition/definition.ts';
import type { HoldCode } from '../record/codes.ts';
import type { Effect } from '../record/effect.ts';
import type { RecordBody } from '../record/record.ts';
import type { Calendar } from '../schedule/calendar.ts';
import { keepCalendar } from './calendar.ts';
import type { Deps } from './deps.ts';
import { freshIds } from './fresh.ts';
import { nextMove } from './next-move.ts';
import { observe, read } from './observe.ts';
import { perform } from './perform.ts';
import { type Loaded, load, type Save, save } from './store.ts';
import { publishPlan, wakeSoon } from './tell.ts';

export interface LoopOptions {
  name: string;
  /** When this call has to leave, e.g. a minute before Lambda ends it. */
  leaveAt: Instant;
  mayDelete: boolean;
}

export type LoopEnd =
  | { kind: 'settled'; reason: string; nextCheckAt: Instant }
  /** Left with something in flight: wakeAt is set, or a wake-up was published. */
  | { kind: 'left'; reason: string; nextCheckAt: Instant }
  | { kind: 'busy'; reason: string }
  | { kind: 'absent'; reason: string }
  | { kind: 'refused'; reason: string };

/** A turn that follows a save conflict reads again; more in a row than this means another loop is at work. */
const CONFLICTS = 3;
interface Run {
  deps: Deps;
  options: LoopOptions;
  by: string;
  /** Read once per call: a restored table has another name, so a call never sees two. */
  tableId: Read<string> | undefined;
  conflicts: number;
  /** What this call itself wrote last; whoever else writes meanwhile is met as a conflict at the next save. */
  carried: Extract<Loaded, { kind: 'loaded' }> | undefined;
  /** Of the record as last read or written here: what the next save replaces. */
  writeId: string;
  calendarOf: (schedule: Schedule) => Calendar;
  /** Turns made; the first one decides whether this call does anything at all. */
  turns: number;
}

/** Calls for a workload another loop holds leave a notice, which that loop reads before it lets go. */
const standBack = async ({ deps, options }: Run, until: Instant): Promise<LoopEnd> => {
  await deps.records.putNotice({
    workload: options.name,
    id: 'wake',
    kind: 'wake',
    receivedAt: deps.clock.now(),
  });
  return { kind: 'busy', reason: `another loop has it until ${until}` };
};

const logTurn = ({ deps, options }: Run, planned: Plan): void => {
  for (const entry of planned.history) {
    if (entry.kind === 'over-budget') deps.metrics.count('StateOverBudget', 1);
    deps.log.info(entry.kind, {
      workload: options.name,
      operation: entry.kind,
      reason: entry.reason,
      ...entry.detail,
    });
  }
  if (planned.effect) {
    deps.log.info('act', { workload: options.name, operation: planned.effect.kind, reason: planned.reason });
  }
};

const withLease = (run: Run, body: RecordBody, keep: boolean): RecordBody => ({
  ...body,
  lease: keep ? { by: run.by, until: add(run.deps.clock.now(), LEASE) } : undefined,
});

/** Saves over what this call last read or wrote, and carries it. */
const keep = async (run: Run, change: Omit<Save, 'name' | 'writeId'>): Promise<boolean> => {
  const written = await save(run.deps, { ...change, name: run.options.name, writeId: run.writeId });
  if (written === undefined) return false;
  run.writeId = written.writeId;
  run.carried = { ...change, ...written, kind: 'loaded', version: change.version + 1 };
  return true;
};

const forgetConsumed = async ({ deps, options }: Run, planned: Plan): Promise<void> => {
  for (const id of planned.consumed) await deps.records.deleteNotice(options.name, id);
};

type Turn = { kind: 'again'; after: Ms } | { kind: 'end'; end: LoopEnd };

const AGAIN: Turn = { kind: 'again', after: 0 as Ms };

const conflict = (run: Run): Turn => {
  run.conflicts += 1;
  run.carried = undefined;
  if (run.conflicts < CONFLICTS) return AGAIN;
  return { kind: 'end', end: { kind: 'busy', reason: 'another writer is at work' } };
};

/** Makes the call whose intent was saved as `version`, and saves what became of it. */
const doEffect = async (run: Run, { version, record }: Written, effect: Effect): Promise<Turn> => {
  const { deps, options } = run;
  const outcome = await perform(deps, options.name, effect);
  const body = draftOf(record);
  applyOutcome(body, { effect, outcome, now: deps.clock.now(), freshId: deps.ids.ulid() });
  if (outcome.kind === 'refused' || outcome.kind === 'lost') {
    const reason =
      outcome.kind === 'lost' ? `no answer (${outcome.code})` : `${outcome.code}: ${outcome.message}`;
    deps.log.warn('effect', { workload: options.name, operation: effect.kind, reason });
    if (outcome.kind === 'refused' && outcome.error === 'quota') await publishQuota(run, effect.kind, reason);
  } else if (outcome.kind === 'launched' && outcome.result.errors.some((error) => error.kind === 'quota')) {
    await publishQuota(run, effect.kind, outcome.result.errors.map((error) => error.code).join(', '));
  }
  const leased = withLease(run, body, true);
  if (!(await keep(run, { version, body: leased, wakeAt: leased.lease?.until }))) return conflict(run);
  // An agent takes a second at least to begin; and what was lost is not asked for again without a pause.
  return effect.kind === 'command' || outcome.kind === 'lost' ? { kind: 'again', after: seconds(1) } : AGAIN;
};

const publishQuota = ({ deps, options }: Run, operation: string, text: string): Promise<void> =>
  deps.bus.publish([{ detailType: 'Quota Error', detail: { workload: options.name, operation, text } }]);

interface Written {
  version: number;
  record: RecordBody;
}

/** Saves what was decided and tells it: events and history of a write that was made are never left out. */
const write = async (
  run: Run,
  { version, planned }: Decided,
  isKept: boolean,
): Promise<Written | undefined> => {
  const { deps, options } = run;
  const record = withLease(run, planned.record, isKept);
  const wakeAt = isKept ? record.lease?.until : planned.nextCheckAt;
  if (!(await keep(run, { version, body: record, wakeAt }))) return undefined;
  logTurn(run, planned);
  await forgetConsumed(run, planned);
  await publishPlan(deps, { name: options.name, version: version + 1, planned });
  return { version: version + 1, record };
};

/** Leaves: gives the lease back, sets wakeAt, and looks once more for a notice that came meanwhile. */
const leave = async (run: Run, decided: Decided, wake: boolean): Promise<Turn> => {
  const { deps, options } = run;
  const { planned } = decided;
  if (!(await write(run, decided, false))) return conflict(run);
  run.carried = undefined;
  const late = await deps.records.notices(options.name);
  if (late.length > 0) return AGAIN;
  if (wake) await wakeSoon(deps, options.name);
  return endOf(planned, planned.settled ? 'settled' : 'left');
};

const endOf = ({ reason, nextCheckAt }: Plan, kind: 'settled' | 'left'): Turn => ({
  kind: 'end',
  end: { kind, reason, nextCheckAt },
});

const turn = async (run: Run): Promise<Turn> => {
  const { deps, options } = run;
  const loaded: Loaded = run.carried ?? (await load(deps, options.name));
  if (loaded.kind === 'absent') return { kind: 'end', end: { kind: 'absent', reason: 'no such workload' } };
  if (loaded.kind === 'refused') {
    deps.log.warn('record', { workload: options.name, operation: 'load', reason: loaded.reason });
    await deps.bus.publish([
      {
        detailType: 'Held',
        detail: {
          workload: options.name,
          code: 'record-unreadable' satisfies HoldCode,
          evidence: loaded.reason,
        },
      },
    ]);
    return { kind: 'end', end: { kind: 'refused', reason: loaded.reason } };
  }
  const { body, version } = loaded;
  run.writeId = loaded.writeId;
  const now = deps.clock.now();
  if (body.lease && body.lease.by !== run.by && body.lease.until > now) {
    return { kind: 'end', end: await standBack(run, body.lease.until) };
  }
  run.tableId ??= await read(deps.records.tableId());
  const reading = await observe(deps, {
    first: run.turns === 1,
    name: options.name,
    record: body,
    snapshots: options.mayDelete,
    tableId: run.tableId,
  });
  const planned = plan({
    name: options.name,
    record: body,
    reading,
    now: deps.clock.now(),
    calendar: run.calendarOf(body.definition.schedule),
    fresh: freshIds(deps),
    settings: deps.settings,
    may: { delete: options.mayDelete },
  });
  return carryOut(run, { version, loaded, planned, partial: reading.volumes.kind === 'not-asked' });
};

interface Decided {
  version: number;
  loaded: { body: RecordBody; wakeAt?: Instant };
  planned: Plan;
  /** The reading left out what was not needed until now. */
  partial: boolean;
}

/** Leaves what is due to another call, and the record as it was read: the sweep may only delete, or the time is up. */
const leaveToLoop = async (run: Run, { version, loaded, planned }: Decided): Promise<Turn> => {
  const { deps, options, by } = run;
  const { body } = loaded;
  if (body.lease?.by === by) {
    await keep(run, { version, body: { ...body, lease: undefined }, wakeAt: deps.clock.now() });
    await wakeSoon(deps, options.name);
  } else if (planned.effect) await wakeSoon(deps, options.name);
  return endOf(planned, 'left');
};

/** Saves under the lease; then the call, or a pause. */
const go = async (run: Run, decided: Decided, after: Ms): Promise<Turn> => {
  const written = await write(run, decided, true);
  if (!written) return conflict(run);
  run.conflicts = 0;
  const { effect } = decided.planned;
  return effect ? doEffect(run, written, effect) : { kind: 'again', after };
};

const carryOut = async (run: Run, decided: Decided): Promise<Turn> => {
  const { planned, loaded, partial } = decided;
  const { by, turns, options } = run;
  const { wakeAt, body } = loaded;
  const situation = { ...options, by, turns, partial, wakeAt, lease: body.lease };
  const move = nextMove(planned, situation, run.deps.clock.now());
  switch (move.kind) {
    case 'leave-to-loop':
      return leaveToLoop(run, decided);
    case 'leave':
      return leave(run, decided, move.wake);
    case 'end':
      await forgetConsumed(run, planned);
      return endOf(planned, 'settled');
    case 'look':
      await forgetConsumed(run, planned);
      return { kind: 'again', after: move.after };
    case 'save':
      return go(run, decided, move.after);
    case 'perform':
      return go(run, decided, 0 as Ms);
  }
};

/** Runs the loop for one workload. Rejects only with defects, expired credentials or unclassified errors. */
export const loop = async (deps: Deps, options: LoopOptions): Promise<LoopEnd> => {
  const run: Run = {
    deps,
    options,
    by: deps.ids.ulid(),
    tableId: undefined,
    conflicts: 0,
    carried: undefined,
    writeId: '',
    calendarOf: keepCalendar(),
    turns: 0,
  };
  for (;;) {
    run.turns += 1;
    const next = await turn(run);
    if (next.kind === 'end') {
      deps.log.info('loop', {
        workload: options.name,
        operation: 'loop',
        reason: next.end.reason,
        end: next.end.kind,
        turns: run.turns,
      });
      return next.end;
    }
    if (next.after > 0) await deps.clock.sleep(next.after);
  }
};
