// move, restore, recover, destroy: each writes the operator's request into the record, where the loop finds it
// and carries it out behind the same fences as everything else. What can be refused is refused here, at once.

import type { CommandAnswer, Refusal } from '../answer/done.ts';
import type { RecoverAll } from '../answer/recover.ts';
import { type Instant, iso } from '../base/time.ts';
import { lossOf } from '../decide/migration/restore.ts';
import { rulesNow } from '../decide/volume/rules.ts';
import type { TableDeps } from '../loop/deps.ts';
import type { RecordBody, Snapshot } from '../record/record.ts';
import type { Calendar } from '../schedule/calendar.ts';
import { type Edit, type Editing, editRecord, endedHold, heldRefusal, invalidRefusal } from './edit.ts';

export const refused = (workload: string, says: string): Refusal => ({
  ok: false,
  code: 'refused',
  workload,
  says,
});

/** Where the data is, or will be created. */
const homeOf = ({ volume, definition }: RecordBody): string | undefined =>
  volume?.zone ?? (definition.volume.kind === 'new' ? definition.volume.firstZone : undefined);

export const midMove = (workload: string, { migration }: RecordBody): Refusal | undefined =>
  migration &&
  refused(
    workload,
    `${migration.restore ? 'a restore' : `a move to ${migration.toZone}`} is under way (${migration.phase}): wait for its end`,
  );

export const move = (deps: TableDeps, workload: string, zone: string): Promise<CommandAnswer> =>
  editRecord(deps, workload, (body, { calendar }): Edit => {
    if (body.hold) return heldRefusal(workload, body);
    const busy = midMove(workload, body);
    if (busy) return busy;
    const zones = body.definition.capacity.zones.map((one) => one.zone);
    if (!zones.includes(zone))
      return invalidRefusal(workload, {
        path: 'zone',
        expected: `a zone of the definition: ${zones.join(', ')}`,
      });
    const home = homeOf(body);
    if (zone === home) {
      if (!body.moveRequest) {
        const expected = `another zone than ${home}, where the data is: ${zones.filter((one) => one !== home).join(', ')}`;
        return invalidRefusal(workload, { path: 'zone', expected });
      }
      return { body: { ...body, moveRequest: undefined }, says: `the data stays in ${home}` };
    }
    if (!body.volume) return refused(workload, 'there is no data yet: change volume.firstZone instead');
    if (body.restoreRequest) return refused(workload, 'a restore is asked for: wait for its end');
    if (body.moveRequest?.toZone === zone) return { says: `already so: the data is to move to ${zone}` };
    const now = deps.clock.now();
    const { run, lead, nextStart } = calendar.wanted(body.override, now);
    const says =
      run || lead
        ? `moves to ${zone} as soon as an instance is ready there; until then the service goes on`
        : `moves to ${zone} at its next start${nextStart === undefined ? '' : ` (${iso(nextStart)})`}`;
    return { body: { ...body, moveRequest: { toZone: zone, at: now } }, says };
  });

export interface RestoreRequest {
  workload: string;
  snapshotId: string;
  acceptLoss?: boolean;
  endHold?: boolean;
}

/** How long a window is, for people. */
const lengthOf = (from: Instant, to: Instant): string => {
  const all = Math.max(0, Math.round((to - from) / 60_000));
  const [days, rest] = [Math.floor(all / 1_440), all % 1_440];
  const text = `${Math.floor(rest / 60)} h ${rest % 60} min`;
  return days > 0 ? `${days} d ${text}` : text;
};

const unfit = (body: RecordBody, snapshotId: string, found: Snapshot | undefined): string | undefined => {
  const fit = body.snapshots.filter((one) => one.state === 'completed' && !one.unproved);
  const list = fit.map((one) => one.snapshotId).join(', ') || 'there is none';
  if (!found) return `a completed snapshot of this dataset: ${list}`;
  if (found.state === 'pending') return `a completed snapshot: ${snapshotId} is still being made`;
  if (found.state === 'error') return `a completed snapshot: ${snapshotId} failed`;
  if (found.unproved) return `a snapshot of a volume that was started: ${list}`;
  return undefined;
};

export const restore = (deps: TableDeps, request: RestoreRequest): Promise<CommandAnswer> => {
  const { workload, snapshotId, acceptLoss, endHold } = request;
  return editRecord(deps, workload, (body): Edit => {
    if (body.recover || (body.hold && !endHold)) return heldRefusal(workload, body);
    if (body.migration?.restore && body.migration.snapshotId === snapshotId)
      return { says: `already so: ${snapshotId} is being restored` };
    const busy = midMove(workload, body);
    if (busy) return busy;
    if (body.restoreRequest?.snapshotId === snapshotId && !body.hold)
      return { says: `already so: the restore of ${snapshotId} is asked for` };
    if (!body.volume) return refused(workload, 'there is no volume to take the place of');
    const found = body.snapshots.find((one) => one.snapshotId === snapshotId);
    const expected = unfit(body, snapshotId, found);
    if (!found || expected) return invalidRefusal(workload, { path: 'snapshotId', expected: expected ?? '' });
    if (body.intent?.effect.kind === 'delete-snapshot' && body.intent.effect.snapshotId === snapshotId)
      return refused(workload, `${snapshotId} is being deleted`);
    if (found.deleteRequestedAt !== undefined)
      return refused(workload, `${snapshotId} is being deleted: an owner asked for it`);
    const now = deps.clock.now();
    const loss = lossOf(body, found, now);
    if (loss && !acceptLoss) {
      return {
        ok: false,
        code: 'loss',
        workload,
        window: { from: iso(loss.from), to: iso(loss.to) },
        says: `what was written from ${iso(loss.from)} to ${iso(loss.to)} (${lengthOf(loss.from, loss.to)}) is not on ${snapshotId}: accept the loss to restore it`,
      };
    }
    const after = body.hold ? endedHold(body, now) : body;
    return {
      body: { ...after, restoreRequest: { snapshotId, at: now, acceptLoss: acceptLoss ? true : undefined } },
      says: `${body.owner ? 'the service stops, then ' : ''}${snapshotId} of ${iso(found.startedAt)} becomes the data; the present volume is kept${body.hold ? `; hold ${body.hold.code} ended by operator` : ''}`,
    };
  });
};

const recoverEdit = (workload: string, ended: string[], at: { now: Instant; tableId: string }) => {
  return (body: RecordBody): Edit => {
    const { now, tableId } = at;
    const { recover } = body;
    if (recover) {
      const more = ended.filter((one) => !recover.ended.includes(one));
      if (more.length === 0) return { says: 'already so: it is being recovered' };
      const next = { ...recover, ended: [...recover.ended, ...more].slice(-50) };
      return {
        body: { ...body, recover: next },
        says: `operator confirmed termination of ${more.join(', ')}`,
      };
    }
    const failed = body.hold?.code.startsWith('recover-') === true;
    if (body.tableId === tableId && !failed)
      return { says: 'the table is the one that the record was written in: nothing to recover' };
    const evidence = `the record was written in table ${body.tableId}, this is ${tableId}`;
    return {
      body: {
        ...body,
        hold: body.hold ?? { code: 'table-restored', at: now, evidence },
        state: 'held',
        stateSince: body.state === 'held' ? body.stateSince : now,
        recover: { at: now, tableId, ended },
      },
      says: `every instance of ${workload} is ended first; then its volume is found by its tags and the hold ends`,
    };
  };
};

/** One workload, or all whose record is of another table. */
export const recover = async (
  deps: TableDeps,
  workload: string | undefined,
  ended: string[],
): Promise<CommandAnswer | RecoverAll> => {
  const at = { now: deps.clock.now(), tableId: await deps.records.tableId() };
  const one = (name: string) => editRecord(deps, name, recoverEdit(name, ended, at), { destroyed: true });
  if (workload !== undefined) return one(workload);
  const workloads: CommandAnswer[] = [];
  for (const name of (await deps.records.listNames()).toSorted()) workloads.push(await one(name));
  return { ok: workloads.every((answer) => answer.ok), workloads };
};

/** Why it may not be destroyed now. */
const stillUsed = (workload: string, body: RecordBody, at: { calendar: Calendar; now: Instant }) => {
  const { run, lead } = at.calendar.wanted(body.override, at.now);
  if (body.migration || body.restoreRequest)
    return midMove(workload, body) ?? refused(workload, 'a restore is asked for');
  if (run || lead || body.owner)
    return refused(
      workload,
      `it ${body.owner ? 'runs' : 'is wanted now'}: stop it first, and destroy it when it is parked`,
    );
  if (body.candidate || body.leaving.length > 0)
    return refused(workload, 'an instance of it has still to end: try again in a few minutes');
  return undefined;
};

export interface DestroyRequest {
  workload: string;
  confirm: string;
  keepSnapshots: boolean;
}

export const destroy = (deps: TableDeps, request: DestroyRequest): Promise<CommandAnswer> => {
  const { workload, confirm, keepSnapshots } = request;
  const edit = (body: RecordBody, { calendar }: Editing): Edit => {
    if (confirm !== workload)
      return invalidRefusal(workload, { path: 'confirm', expected: `the name typed once more: ${workload}` });
    if (body.destroyed) return { says: `already so: destroyed at ${iso(body.destroyed.at)}` };
    if (body.hold || body.recover) return heldRefusal(workload, body);
    const now = deps.clock.now();
    const used = stillUsed(workload, body, { calendar, now });
    if (used) return used;
    const days = rulesNow(body, now).supersededDays;
    const says = body.volume
      ? `a last snapshot is made; ${body.volume.volumeId} is deleted ${days} days later, ${keepSnapshots ? 'all snapshots stay' : 'the other snapshots too'}`
      : 'there was no volume; the name is not used again';
    return {
      body: {
        ...body,
        override: undefined,
        moveRequest: undefined,
        backupRequest: undefined,
        backupDue: false,
        destroyed: { at: now, keepSnapshots },
      },
      says,
    };
  };
  return editRecord(deps, workload, edit, { destroyed: true });
};
