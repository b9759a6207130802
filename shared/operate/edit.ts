// What an operator asks for: each a change of the record by compare-and-set and a wake-up of the loop. Nothing here
// touches an instance or a volume. The same command twice changes nothing the second time.

import type { CommandAnswer, Lowering, Refusal } from '../answer/done.ts';
import { copyOf } from '../base/copy.ts';
import { type Instant, iso } from '../base/time.ts';
import type { Definition } from '../definition/definition.ts';
import type { TableDeps } from '../loop/deps.ts';
import { load, type Repairable, save } from '../loop/store.ts';
import { wakeSoon } from '../loop/tell.ts';
import type { RecordBody } from '../record/record.ts';
import { type Calendar, createCalendar } from '../schedule/calendar.ts';

/** What a command makes of the record, or why it will not. `body` undefined: nothing to change. */
export type Edit = { body?: RecordBody; says: string; until?: Instant; retention?: Lowering } | Refusal;

/** Writers meet: the loop saves every second or so while it works. */
const TRIES = 12;

export interface Also {
  /** Goes on with a workload that was destroyed. */
  destroyed?: boolean;
  /** Puts a definition in the place of one that cannot be read: everything else of such a record is as it should be. */
  repair?: (unread: Repairable) => Definition | Refusal;
}

export interface Editing {
  calendar: Calendar;
  /** The definition in the record stands in for one that cannot be read: it has to be written. */
  repairs: boolean;
}

interface Editable {
  version: number;
  writeId: string;
  body: RecordBody;
  /** The definition in `body` stands in for this record's. */
  unread?: Repairable;
}

export const editable = async (
  deps: TableDeps,
  workload: string,
  also: Also,
): Promise<Editable | Refusal> => {
  const loaded = await load(deps, workload);
  if (loaded.kind === 'absent')
    return { ok: false, code: 'not-found', workload, says: `there is no workload ${workload}` };
  if (loaded.kind === 'loaded') return loaded;
  const { repairable } = loaded;
  if (!repairable || !also.repair) return unreadableRefusal(workload, loaded);
  const definition = also.repair(repairable);
  if ('ok' in definition) return definition;
  const { version, writeId, rest } = repairable;
  return { version, writeId, body: { ...rest, definition }, unread: repairable };
};

/** Reads, edits, writes; again when another writer was first. */
export const editRecord = async (
  deps: TableDeps,
  workload: string,
  edit: (body: RecordBody, at: Editing) => Edit,
  also: Also = {},
): Promise<CommandAnswer> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const found = await editable(deps, workload, also);
    if ('ok' in found) return found;
    const { destroyed, state, definition } = found.body;
    if (destroyed && !also.destroyed) return destroyedRefusal(workload, destroyed.at);
    const calendar = createCalendar(definition.schedule);
    const edited = edit(copyOf(found.body), { calendar, repairs: found.unread !== undefined });
    if ('ok' in edited) return edited;
    const { body, says, until, retention } = edited;
    const answer = {
      ok: true as const,
      workload,
      state,
      says,
      until: until === undefined ? undefined : iso(until),
      retention,
    };
    if (!body) return { ...answer, changed: false };
    const now = deps.clock.now();
    if (await save(deps, { ...found, name: workload, body, wakeAt: now })) {
      // The wake-up first: a lost history item is a gap in a report, a lost wake-up is a minute's wait.
      await wakeSoon(deps, workload);
      await deps.records.appendHistory({
        workload,
        version: found.version + 1,
        at: now,
        kind: 'command',
        reason: says,
        detail: {},
      });
      return { ...answer, changed: true };
    }
  }
  return { ok: false, code: 'busy', workload, says: 'the record changed under every try: run it again' };
};

export const invalidRefusal = (
  workload: string,
  { path, expected }: { path: string; expected: string },
): Refusal => ({
  ok: false,
  code: 'invalid',
  workload,
  path,
  expected,
  says: `${path}: expected ${expected}`,
});

/** A record that is left alone, and how it is repaired where it can be. */
export const unreadableRefusal = (
  workload: string,
  { reason, repairable }: { reason: string; repairable?: Repairable },
): Refusal => ({
  ok: false,
  code: 'unreadable',
  workload,
  says: repairable ? `${reason}; ${HOW_TO_REPAIR}` : reason,
});

/** After what is wrong. */
const HOW_TO_REPAIR = 'apply a definition that is right, the rest of the record is kept';

export const destroyedRefusal = (workload: string, at: Instant): Refusal => ({
  ok: false,
  code: 'destroyed',
  workload,
  says: `${workload} was destroyed at ${iso(at)}: its name is not used again`,
});

export const heldRefusal = (workload: string, body: RecordBody): Refusal => ({
  ok: false,
  code: 'held',
  workload,
  says: `on hold since ${iso(body.hold?.at ?? body.stateSince)}: ${body.hold?.code}: ${body.hold?.evidence}`,
});

/** What `resume` does to the record. */
export const endedHold = (body: RecordBody, now: Instant): RecordBody => ({
  ...body,
  hold: undefined,
  suspicion: undefined,
  failedInstances: 0,
  failedVolumes: 0,
  migration: body.migration && { ...body.migration, snapshotAttempt: 0 },
  volume: body.volume?.adopted
    ? { ...body.volume, adopted: { ...body.volume.adopted, since: now } }
    : body.volume,
  state: body.owner?.startedAt ? 'serving' : body.owner ? 'attaching' : 'parked',
  stateSince: now,
});
