// What people ask for, against a table in memory: each edits the record once, says what it did, and refuses with a reason.

import { describe, expect, it } from 'vitest';
import type { CommandAnswer } from '../../shared/answer/done.ts';
import { add, hours, iso, minutes, ms } from '../../shared/base/time.ts';
import { backup, deleteBackup } from '../../shared/operate/backup-commands.ts';
import { destroy, move, recover, restore } from '../../shared/operate/data-commands.ts';
import { resume, setSchedule, startNow, stopNow } from '../../shared/operate/day-commands.ts';
import type { RecordBody, Snapshot } from '../../shared/record/record.ts';
import { intent, launching, snapshotting } from '../decide/intents.ts';
import {
  ago,
  backupTaken,
  candidate,
  former,
  migration,
  NIGHT,
  NOW,
  OWNER,
  owner,
  record,
  SNAPSHOT,
  SUCCESSOR,
  VOLUME,
} from '../decide/scene.ts';
import { definition } from '../definition/example.ts';
import { type Fakes, type Ports, ports } from '../loop/ports.ts';

type Command = (deps: Ports['deps']) => Promise<CommandAnswer>;
const HOLD = { code: 'volume-missing' as const, at: ago(minutes(9)), evidence: 'it is gone' };
const HELD = `on hold since ${iso(HOLD.at)}: volume-missing: it is gone`;

/** The answer, and the record after it. */
const asked = async (command: Command, body: RecordBody = record(), fakes: Fakes = {}, now = NOW) => {
  const made = ports(fakes, body);
  made.now = now;
  const answer = await command(made.deps);
  return { answer, made, body: made.body(), version: made.items.get('gitlab')?.version };
};
const says = async (command: Command, body?: RecordBody, now = NOW) =>
  (await asked(command, body, {}, now)).answer.says;
const unchanged = async (command: Command, body: RecordBody | undefined, text: string, now = NOW) => {
  const { answer, version } = await asked(command, body, {}, now);
  expect(answer.says).toBe(text);
  expect(version).toBe(1);
  return answer;
};

describe('an edit of the record', () => {
  it('is one write, one line of history, and a wake-up', async () => {
    const { answer, made } = await asked((deps) => backup(deps, 'gitlab'));
    expect(answer).toMatchObject({ ok: true, changed: true, workload: 'gitlab', state: 'serving' });
    const stored = made.items.get('gitlab');
    expect(stored).toMatchObject({ version: 2, wakeAt: NOW });
    expect(stored?.lastWriteId).not.toBe('write-1');
    expect(made.history).toEqual([
      { workload: 'gitlab', version: 2, at: NOW, kind: 'command', reason: answer.says, detail: {} },
    ]);
    expect(made.published).toEqual([{ detailType: 'Reconcile Requested', detail: { workload: 'gitlab' } }]);
  });

  it('is tried again when somebody else was first, twelve times', async () => {
    let conflicts = 0;
    const saving = (upTo: number): Fakes => ({
      records: {
        save: async () => {
          conflicts += 1;
          return conflicts <= upTo ? { kind: 'conflict' } : { kind: 'saved' };
        },
      },
    });
    expect((await asked((deps) => backup(deps, 'gitlab'), record(), saving(11))).answer.ok).toBe(true);
    expect(conflicts).toBe(12);
    conflicts = 0;
    const { answer, made } = await asked((deps) => backup(deps, 'gitlab'), record(), saving(99));
    expect(answer).toEqual({
      ok: false,
      code: 'busy',
      workload: 'gitlab',
      says: 'the record changed under every try: run it again',
    });
    expect(conflicts).toBe(12);
    expect(made.published).toEqual([]);
    expect(made.history).toEqual([]);
  });

  it('of no workload, or of a record that cannot be read, is refused', async () => {
    const { deps, ...made } = ports();
    expect(await backup(deps, 'nobody')).toEqual({
      ok: false,
      code: 'not-found',
      workload: 'nobody',
      says: 'there is no workload nobody',
    });
    made.put('later', { ...record(), schema: 99 } as never);
    expect(await backup(deps, 'later')).toMatchObject({
      ok: false,
      code: 'unreadable',
      workload: 'later',
      says: 'written by a later version (schema 99)',
    });
    made.put('broken', { ...record(), state: 'odd' } as never);
    expect(await backup(deps, 'broken')).toMatchObject({ code: 'unreadable' });
  });

  it('of what was destroyed is refused', async () => {
    const destroyed = { at: ago(minutes(3)), keepSnapshots: true };
    expect(
      await unchanged(
        (deps) => backup(deps, 'gitlab'),
        record({ destroyed }),
        `gitlab was destroyed at ${iso(destroyed.at)}: its name is not used again`,
      ),
    ).toMatchObject({ ok: false, code: 'destroyed', workload: 'gitlab' });
  });
});

describe('move', () => {
  const to =
    (zone: string): Command =>
    (deps) =>
      move(deps, 'gitlab', zone);

  it('is written down, and says when', async () => {
    const { answer, body } = await asked(to('eu-west-1b'));
    expect(body.moveRequest).toEqual({ toZone: 'eu-west-1b', at: NOW });
    expect(answer.says).toBe(
      'moves to eu-west-1b as soon as an instance is ready there; until then the service goes on',
    );
    const night = await asked(to('eu-west-1b'), record({ owner: undefined, state: 'parked' }), {}, NIGHT);
    expect(night.answer.says).toMatch(/^moves to eu-west-1b at its next start \(2026-03-25T.*Z\)$/);
    const never = record({
      owner: undefined,
      definition: definition({ schedule: { timeZone: 'UTC', never: true } }),
    });
    expect(await says(to('eu-west-1b'), never)).toBe('moves to eu-west-1b at its next start');
  });

  it.each<[string, Partial<RecordBody>, string, string]>([
    ['eu-west-1b', { hold: HOLD }, HELD, 'held'],
    [
      'eu-west-1b',
      { migration: migration({ toZone: 'eu-west-1c', phase: 'copying' }) },
      'a move to eu-west-1c is under way (copying): wait for its end',
      'refused',
    ],
    [
      'eu-west-1b',
      { migration: migration({ restore: { generation: 1, acceptLoss: true } }) },
      'a restore is under way (securing): wait for its end',
      'refused',
    ],
    [
      'eu-west-1x',
      {},
      'zone: expected a zone of the definition: eu-west-1a, eu-west-1b, eu-west-1c',
      'invalid',
    ],
    [
      'eu-west-1a',
      {},
      'zone: expected another zone than eu-west-1a, where the data is: eu-west-1b, eu-west-1c',
      'invalid',
    ],
    ['eu-west-1b', { volume: undefined }, 'there is no data yet: change volume.firstZone instead', 'refused'],
    [
      'eu-west-1a',
      { volume: undefined },
      'zone: expected another zone than eu-west-1a, where the data is: eu-west-1b, eu-west-1c',
      'invalid',
    ],
    [
      'eu-west-1b',
      { restoreRequest: { snapshotId: SNAPSHOT, at: NOW, acceptLoss: true } },
      'a restore is asked for: wait for its end',
      'refused',
    ],
  ])('to %s on %o is refused', async (zone, changes, text, code) => {
    expect(await unchanged(to(zone), record(changes), text)).toMatchObject({ ok: false, code });
  });

  it('home takes an earlier request back', async () => {
    const moveRequest = { toZone: 'eu-west-1b', at: ago(minutes(2)) };
    const { answer, body } = await asked(to('eu-west-1a'), record({ moveRequest }));
    expect(answer.says).toBe('the data stays in eu-west-1a');
    expect(body.moveRequest).toBeUndefined();
  });

  it('twice changes nothing', async () => {
    const moveRequest = { toZone: 'eu-west-1b', at: ago(minutes(2)) };
    const answer = await unchanged(
      to('eu-west-1b'),
      record({ moveRequest }),
      'already so: the data is to move to eu-west-1b',
    );
    expect(answer).toMatchObject({ ok: true, changed: false });
    expect((await asked(to('eu-west-1c'), record({ moveRequest }))).body.moveRequest?.toZone).toBe(
      'eu-west-1c',
    );
  });
});

describe('backup', () => {
  const take: Command = (deps) => backup(deps, 'gitlab');
  const one = (changes: Partial<Snapshot> = {}): Snapshot =>
    backupTaken({ startedAt: ago(minutes(5)), label: 'before 17.0', ...changes });
  const many = (count: number, changes: Partial<Snapshot> = {}): Snapshot[] =>
    Array.from({ length: count }, (_, n) => one({ snapshotId: `snap-${n}`, ...changes }));
  const LABEL = 'manual 2026-03-24 09:20';

  it('is written down under its name, or the time it was asked for', async () => {
    const { answer, body } = await asked(take);
    expect(body.backupRequest).toEqual({ at: NOW, label: LABEL });
    expect(answer.says).toBe(
      `makes the snapshot “${LABEL}” of the running volume: consistent as after a power cut; it is kept until an owner deletes it`,
    );
    expect(await says(take, record({ owner: undefined }))).toContain('of the volume at rest');
    const named = await asked((deps) => backup(deps, 'gitlab', 'before 17.0'));
    expect(named.body.backupRequest).toEqual({ at: NOW, label: 'before 17.0' });
  });

  const INTENT = intent(snapshotting('backup', { label: 'before 17.0' }));
  it.each<[Partial<RecordBody>, string]>([
    [{ backupRequest: { at: NOW } }, 'already so: a backup is asked for'],
    [{ snapshots: [one({ state: 'pending' })] }, `already so: ${SNAPSHOT} is being made`],
    [{ intent: INTENT }, 'already so: a backup is being made'],
  ])('on %o is one already', async (changes, text) => {
    expect(await unchanged(take, record(changes), text)).toMatchObject({ ok: true, changed: false });
  });

  it.each<[Partial<RecordBody>, string]>([
    [{ hold: HOLD }, HELD],
    [{ migration: migration() }, 'a move to eu-west-1b is under way (securing): wait for its end'],
    [{ volume: undefined }, 'there is no data yet: it was never started'],
    [{ provedGeneration: 0 }, 'there is no data yet: it was never started'],
    [{ snapshots: many(4) }, '4 backups were made within the last hour: try again later'],
    [
      { snapshots: many(20, { startedAt: ago(hours(30)) }) },
      '20 manual backups exist, which is the limit: an owner has to delete one first',
    ],
  ])('on %o is refused', async (changes, text) => {
    expect(await unchanged(take, record(changes), text)).toMatchObject({ ok: false });
  });

  it.each<Partial<RecordBody>>([
    { snapshots: [one({ kind: 'base', label: undefined, state: 'pending' })] },
    { snapshots: many(3) },
    { snapshots: many(4, { startedAt: ago(hours(1)) }) },
    // Those after stops count apart, and one that failed is none.
    { snapshots: many(8, { label: undefined }) },
    { snapshots: many(19, { startedAt: ago(hours(30)) }) },
    { snapshots: many(20, { state: 'error' }) },
    { snapshots: [one({ label: undefined, state: 'pending' })] },
    { intent: intent(snapshotting('base')) },
    { intent: intent(snapshotting('backup')) },
    { intent: intent(launching()) },
  ])('on %o is made', async (changes) => {
    expect((await asked(take, record(changes))).body.backupRequest).toEqual({ at: NOW, label: LABEL });
  });
});

describe('backup-delete', () => {
  const taken = (snapshotId: string, changes: Partial<Snapshot> = {}): Snapshot =>
    backupTaken({ snapshotId, ...changes });
  const of =
    (snapshotId = 'snap-old', confirm = snapshotId): Command =>
    (deps) =>
      deleteBackup(deps, { workload: 'gitlab', snapshotId, confirm });
  const two = [taken('snap-old', { startedAt: ago(hours(50)), label: 'before 17.0' }), taken('snap-new')];

  it('is written down for the sweep, whoever made it', async () => {
    const { answer, body } = await asked(of(), record({ snapshots: two }));
    expect(body.snapshots).toEqual([{ ...two[0], deleteRequestedAt: NOW }, two[1]]);
    expect(answer.says).toContain(
      'deletes snap-old (“before 17.0”, 2026-03-22T07:20:00.000Z) permanently, within minutes',
    );
    const own = await asked(of('snap-new'), record({ snapshots: [taken('snap-old'), taken('snap-new')] }));
    expect(own.answer).toMatchObject({ ok: true, changed: true });
  });

  it('twice is once', async () => {
    const [first, second] = two;
    const again = [{ ...first, deleteRequestedAt: NOW }, second] as Snapshot[];
    expect(
      await unchanged(of(), record({ snapshots: again }), 'already so: snap-old is being deleted'),
    ).toMatchObject({ ok: true, changed: false });
  });

  it.each<[string, Partial<RecordBody>, string]>([
    ['another id typed', {}, 'confirm: expected the snapshot id typed again: snap-old'],
    ['a hold', { hold: HOLD }, HELD],
    ['a foreign snapshot', { snapshots: [taken('snap-new')] }, 'snapshotId: expected a snapshot of gitlab'],
    [
      'the last copy',
      { snapshots: [taken('snap-old')] },
      'snap-old is the last copy, which is never deleted',
    ],
    [
      'the last one that is not going already',
      { snapshots: [taken('snap-old'), taken('snap-new', { deleteRequestedAt: NOW })] },
      'snap-old is the last copy, which is never deleted',
    ],
    [
      'the last one of its generation',
      { snapshots: [taken('snap-old', { generation: 2 }), taken('snap-new', { generation: 1 })] },
      'snap-old is the only snapshot of generation 2 or later: make another backup first',
    ],
    [
      'one that pends',
      { snapshots: [taken('snap-old', { state: 'pending' }), taken('snap-new')] },
      'snap-old is still being made',
    ],
    [
      'one that is to be restored',
      { restoreRequest: { snapshotId: 'snap-old', at: NOW } },
      'snap-old is in use by a move, by a restore or by a volume that has not started yet',
    ],
    [
      'one of a move',
      { migration: migration({ snapshotId: 'snap-old' }) },
      'snap-old is in use by a move, by a restore or by a volume that has not started yet',
    ],
  ])('of %s is refused', async (what, changes, text) => {
    const command = what === 'another id typed' ? of('snap-old', 'snap-new') : of();
    expect(await unchanged(command, record({ snapshots: two, ...changes }), text)).toMatchObject({
      ok: false,
    });
  });

  it('of one that failed needs no other', async () => {
    const failed = record({ snapshots: [taken('snap-old', { state: 'error' })] });
    expect((await asked(of(), failed)).answer).toMatchObject({ ok: true, changed: true });
  });
});

describe('restore', () => {
  const taken = (changes: Partial<Snapshot> = {}): Snapshot =>
    backupTaken({ startedAt: ago(minutes(1_503)), ...changes });
  const resting = (changes: Partial<RecordBody> = {}) =>
    record({
      owner: undefined,
      state: 'parked',
      writtenUntil: ago(hours(30)),
      snapshots: [taken()],
      ...changes,
    });
  const of =
    (more: { acceptLoss?: boolean; endHold?: boolean; snapshotId?: string } = {}): Command =>
    (deps) =>
      restore(deps, { workload: 'gitlab', snapshotId: SNAPSHOT, ...more });

  it('that loses nothing is written down at once', async () => {
    const { answer, body } = await asked(of(), resting());
    expect(answer.ok).toBe(true);
    expect(body.restoreRequest).toMatchObject({ snapshotId: SNAPSHOT, at: NOW });
  });

  it('that would lose something says what, and does so only when that is accepted', async () => {
    const running = record({ snapshots: [taken()] });
    const answer = await unchanged(
      of(),
      running,
      `what was written from ${iso(ago(minutes(1_503)))} to ${iso(NOW)} (1 d 1 h 3 min) is not on ${SNAPSHOT}: accept the loss to restore it`,
    );
    expect(answer).toMatchObject({
      ok: false,
      code: 'loss',
      window: { from: iso(ago(minutes(1_503))), to: iso(NOW) },
    });
    const { body } = await asked(of({ acceptLoss: true }), running);
    expect(body.restoreRequest).toMatchObject({ snapshotId: SNAPSHOT, acceptLoss: true });
    const short = record({ snapshots: [taken({ startedAt: ago(ms(90_000)) })] });
    expect(await says(of(), short)).toContain('(0 h 2 min)');
  });

  it.each<[string, Partial<RecordBody>, string]>([
    ['on hold', { hold: HOLD }, HELD],
    [
      'being moved',
      { migration: migration() },
      'a move to eu-west-1b is under way (securing): wait for its end',
    ],
    ['without a volume', { volume: undefined }, 'there is no volume to take the place of'],
    [
      'without that snapshot',
      { snapshots: [] },
      'snapshotId: expected a completed snapshot of this dataset: there is none',
    ],
    [
      'with another snapshot',
      {
        snapshots: [
          taken({ snapshotId: 'snap-a' }),
          taken({ snapshotId: 'snap-b' }),
          taken({ snapshotId: 'snap-c', state: 'error' }),
          taken({ snapshotId: 'snap-d', unproved: true }),
        ],
      },
      'snapshotId: expected a completed snapshot of this dataset: snap-a, snap-b',
    ],
    [
      'of one that is being made',
      { snapshots: [taken({ state: 'pending' })] },
      `snapshotId: expected a completed snapshot: ${SNAPSHOT} is still being made`,
    ],
    [
      'of one that failed',
      { snapshots: [taken({ state: 'error' })] },
      `snapshotId: expected a completed snapshot: ${SNAPSHOT} failed`,
    ],
    [
      'of one that was never started',
      { snapshots: [taken({ unproved: true })] },
      'snapshotId: expected a snapshot of a volume that was started: there is none',
    ],
    [
      'of one that is being deleted',
      {
        intent: intent({ kind: 'delete-snapshot', snapshotId: SNAPSHOT }),
      },
      `${SNAPSHOT} is being deleted`,
    ],
  ])('%s is refused', async (_name, changes, text) => {
    expect(await unchanged(of(), resting(changes), text)).toMatchObject({ ok: false });
  });

  it.each<[string, Partial<RecordBody>, string]>([
    [
      'under way',
      { migration: migration({ restore: { generation: 1, acceptLoss: true }, snapshotId: SNAPSHOT }) },
      `already so: ${SNAPSHOT} is being restored`,
    ],
    [
      'asked for',
      { restoreRequest: { snapshotId: SNAPSHOT, at: NOW, acceptLoss: true } },
      `already so: the restore of ${SNAPSHOT} is asked for`,
    ],
  ])('that is %s changes nothing', async (_name, changes, text) => {
    expect(await unchanged(of(), resting(changes), text)).toMatchObject({ ok: true, changed: false });
  });

  it('of another snapshot takes the place of one that was asked for', async () => {
    const { body } = await asked(
      of(),
      resting({ restoreRequest: { snapshotId: 'snap-x', at: ago(minutes(1)), acceptLoss: true } }),
    );
    expect(body.restoreRequest?.snapshotId).toBe(SNAPSHOT);
  });

  it('while another snapshot is deleted is made', async () => {
    const other = intent({ kind: 'delete-snapshot', snapshotId: 'snap-x' });
    expect((await asked(of(), resting({ intent: other }))).body.restoreRequest).toBeDefined();
  });

  it('may end a hold where a person says so', async () => {
    const { body } = await asked(of({ endHold: true }), resting({ hold: HOLD, state: 'held' }));
    expect(body.hold).toBeUndefined();
    expect(body.restoreRequest?.snapshotId).toBe(SNAPSHOT);
    const again = { snapshotId: SNAPSHOT, at: ago(minutes(1)), acceptLoss: true };
    const held = await asked(
      of({ endHold: true }),
      resting({ hold: HOLD, state: 'held', restoreRequest: again }),
    );
    expect(held.body.hold).toBeUndefined();
  });

  it('is refused while the record is being recovered, whatever a person says', async () => {
    const recovering = { at: NOW, tableId: 'table-2', begun: false, ended: [] };
    const { answer, version } = await asked(
      of({ endHold: true }),
      resting({ recover: recovering, hold: HOLD }),
    );
    expect(answer).toMatchObject({ ok: false, code: 'held' });
    expect(version).toBe(1);
  });
});

describe('recover', () => {
  const table = { code: 'table-restored' as const, at: ago(minutes(9)), evidence: 'x' };
  const ask =
    (...ended: string[]): Command =>
    async (deps) => {
      const answer = await recover(deps, 'gitlab', ended);
      if ('workloads' in answer) throw new Error('asked for one');
      return answer;
    };
  const restored = (changes: Partial<RecordBody> = {}) => record({ tableId: 'table-0', ...changes });

  it('is for a restored table, or for one whose recovery failed', async () => {
    await unchanged(
      ask(),
      record(),
      'the table is the one that the record was written in: nothing to recover',
    );
    await unchanged(
      ask(),
      record({ hold: HOLD }),
      'the table is the one that the record was written in: nothing to recover',
    );
    const failed = { ...HOLD, code: 'recover-ambiguous' as const };
    const { body } = await asked(ask(), record({ hold: failed, state: 'held', stateSince: ago(minutes(7)) }));
    expect(body).toMatchObject({
      hold: failed,
      stateSince: ago(minutes(7)),
      recover: { at: NOW, ended: [] },
    });
  });

  it('is written down with what a person saw to have ended', async () => {
    const { answer, body } = await asked(ask(OWNER), restored());
    expect(answer.says).toBe(
      'every instance of gitlab is ended first; then its volume is found by its tags and the hold ends',
    );
    expect(body).toMatchObject({
      state: 'held',
      stateSince: NOW,
      recover: { at: NOW, tableId: 'table-1', ended: [OWNER] },
      hold: {
        code: 'table-restored' as const,
        at: NOW,
        evidence: 'the record was written in table table-0, this is table-1',
      },
    });
    expect((await asked(ask(), restored({ hold: table }))).body.hold).toEqual(table);
  });

  it('takes more words of a person, each once', async () => {
    const under = { at: ago(minutes(5)), tableId: 'table-1', begun: true, ended: [OWNER] };
    await unchanged(
      ask(OWNER),
      restored({ hold: table, recover: under }),
      'already so: it is being recovered',
    );
    await unchanged(ask(), restored({ hold: table, recover: under }), 'already so: it is being recovered');
    const { answer, body } = await asked(ask(OWNER, SUCCESSOR), restored({ hold: table, recover: under }));
    expect(answer.says).toBe(`operator confirmed termination of ${SUCCESSOR}`);
    expect(body.recover).toEqual({ ...under, ended: [OWNER, SUCCESSOR] });
    const many = { ...under, ended: Array.from({ length: 50 }, (_, n) => `i-${n}`) };
    const kept = (await asked(ask(OWNER), restored({ hold: table, recover: many }))).body.recover?.ended;
    expect(kept).toHaveLength(50);
    expect(kept?.at(-1)).toBe(OWNER);
  });

  it('of what was destroyed is heard too', async () => {
    const destroyed = { at: ago(minutes(3)), keepSnapshots: true };
    expect((await asked(ask(), restored({ destroyed }))).body.recover).toBeDefined();
  });

  it('of all asks each in order, and is well only when each is', async () => {
    const made = ports({}, restored());
    made.put('abc', restored());
    const all = await recover(made.deps, undefined, []);
    expect(all).toMatchObject({ ok: true, workloads: [{ workload: 'abc' }, { workload: 'gitlab' }] });
    made.put('zzz', { ...restored(), schema: 99 } as never);
    expect(await recover(made.deps, undefined, [])).toMatchObject({ ok: false });
  });
});

describe('destroy', () => {
  const parked = (changes: Partial<RecordBody> = {}) =>
    record({ owner: undefined, state: 'parked', ...changes });
  const end =
    (confirm = 'gitlab', keepSnapshots = false): Command =>
    (deps) =>
      destroy(deps, { workload: 'gitlab', confirm, keepSnapshots });

  it('is written down, and takes every other wish back', async () => {
    const { answer, body } = await asked(
      end(),
      parked({
        override: { kind: 'stop' as const, from: NOW, until: add(NIGHT, hours(5)) },
        moveRequest: { toZone: 'eu-west-1b', at: NOW },
        backupRequest: { at: NOW },
        backupDue: true,
      }),
      {},
      NIGHT,
    );
    expect(body).toMatchObject({ destroyed: { at: NIGHT, keepSnapshots: false }, backupDue: false });
    expect([body.override, body.moveRequest, body.backupRequest]).toEqual([undefined, undefined, undefined]);
    const days = body.definition.retention.supersededDays;
    expect(answer.says).toBe(
      `a last snapshot is made; ${VOLUME} is deleted ${days} days later, the other snapshots too`,
    );
    expect(await says(end('gitlab', true), parked(), NIGHT)).toContain('days later, all snapshots stay');
    expect(await says(end(), parked({ volume: undefined }), NIGHT)).toBe(
      'there was no volume; the name is not used again',
    );
  });

  it.each<[string, Partial<RecordBody>, string, typeof NOW, string?]>([
    ['without the name', {}, 'confirm: expected the name typed once more: gitlab', NIGHT, 'gitlub'],
    ['on hold', { hold: HOLD }, HELD, NIGHT],
    ['inside its hours', {}, 'it is wanted now: stop it first, and destroy it when it is parked', NOW],
    ['while it runs', { owner: owner() }, 'it runs: stop it first, and destroy it when it is parked', NIGHT],
    [
      'while it moves',
      { migration: migration() },
      'a move to eu-west-1b is under way (securing): wait for its end',
      NIGHT,
    ],
    [
      'while a restore is asked for',
      { restoreRequest: { snapshotId: SNAPSHOT, at: NOW, acceptLoss: true } },
      'a restore is asked for',
      NIGHT,
    ],
    [
      'beside a candidate',
      { candidate: candidate() },
      'an instance of it has still to end: try again in a few minutes',
      NIGHT,
    ],
    [
      'beside a former owner',
      { leaving: [former({ instanceId: SUCCESSOR })] },
      'an instance of it has still to end: try again in a few minutes',
      NIGHT,
    ],
  ])('%s is refused', async (_name, changes, text, now, confirm = 'gitlab') => {
    expect(await unchanged(end(confirm), parked(changes), text, now)).toMatchObject({ ok: false });
  });

  it('twice changes nothing', async () => {
    const destroyed = { at: ago(minutes(3)), keepSnapshots: true };
    expect(
      await unchanged(end(), parked({ destroyed }), `already so: destroyed at ${iso(destroyed.at)}`, NIGHT),
    ).toMatchObject({ ok: true, changed: false });
  });
});

describe('start-now', () => {
  const start =
    (until?: string): Command =>
    (deps) =>
      startNow(deps, 'gitlab', until);

  it('at night runs until a time that is typed in the workload’s zone', async () => {
    const { answer, body } = await asked(
      start('2026-03-24T23:30'),
      record({ owner: undefined, state: 'parked' }),
      {},
      NIGHT,
    );
    expect(body.override).toMatchObject({ kind: 'run', until: Date.parse('2026-03-24T21:30:00Z') });
    expect(answer).toMatchObject({
      ok: true,
      changed: true,
      says: 'runs until 2026-03-24T21:30:00.000Z',
      until: '2026-03-24T21:30:00.000Z',
    });
  });

  it.each([
    ['2026-03-24T20:00', 'a time that is still to come'],
    ['2026-03-29T03:30', 'a time that exists: the clock skips 2026-03-29T03:30; 2026-03-29'],
    ['soon', ''],
  ])('until %s is refused', async (text, expected) => {
    const { answer, version } = await asked(start(text), record({ owner: undefined }), {}, NIGHT);
    expect(answer).toMatchObject({ ok: false, code: 'invalid', path: 'until' });
    expect(answer.says).toContain(expected);
    expect(version).toBe(1);
  });

  it('until a time that happens twice takes the later one, and says so', async () => {
    const autumn = Date.parse('2026-10-24T20:00:00Z') as typeof NOW;
    const { answer, body } = await asked(start('2026-10-25T03:30'), record({ owner: undefined }), {}, autumn);
    expect(body.override?.until).toBe(Date.parse('2026-10-25T01:30:00Z'));
    expect(answer.says).toContain('2026-10-25T03:30 happens twice: the later one is taken');
  });

  it('says that a draining one is replaced', async () => {
    const draining = owner({ draining: { since: NIGHT, reason: 'closing' } });
    expect(await says(start(), record({ owner: draining }), NIGHT)).toContain(
      `it is draining: a new instance is launched, expected in about two minutes (${iso(add(NIGHT, minutes(2)))})`,
    );
    expect(await says(start(), record(), NIGHT)).not.toContain('draining');
  });

  it('twice changes nothing', async () => {
    const first = await asked(start('2026-03-24T23:30'), record({ owner: undefined }), {}, NIGHT);
    const answer = await unchanged(
      start('2026-03-24T23:30'),
      first.body,
      'already so: runs until 2026-03-24T21:30:00.000Z',
      NIGHT,
    );
    expect(answer).toMatchObject({ changed: false, until: '2026-03-24T21:30:00.000Z' });
    const longer = await asked(start('2026-03-24T23:45'), first.body, {}, NIGHT);
    expect(longer.body.override?.until).toBe(Date.parse('2026-03-24T21:45:00Z'));
    const shorter = await asked(start('2026-03-24T22:45'), first.body, {}, NIGHT);
    expect(shorter.body.override?.until).toBe(Date.parse('2026-03-24T20:45:00Z'));
  });

  it('without a time keeps a longer one, and not one that is over', async () => {
    const long = { kind: 'run' as const, from: NIGHT, until: add(NIGHT, hours(40)) };
    expect(await says(start(), record({ owner: undefined, override: long }), NIGHT)).toBe(
      `already so: runs until ${iso(add(NIGHT, hours(40)))}`,
    );
    const over = { kind: 'run' as const, from: NIGHT, until: NIGHT };
    const again = await asked(start(), record({ owner: undefined, override: over }), {}, NIGHT);
    expect(again.answer).toMatchObject({ changed: true });
    const stopped = { kind: 'stop' as const, from: NIGHT, until: add(NIGHT, hours(40)) };
    expect(
      (await asked(start(), record({ owner: undefined, override: stopped }), {}, NIGHT)).body.override?.kind,
    ).toBe('run');
  });

  it('on hold is refused', async () => {
    expect(await unchanged(start(), record({ hold: HOLD }), HELD)).toMatchObject({ ok: false, code: 'held' });
  });
});

describe('stop-now', () => {
  const stop =
    (until?: string): Command =>
    (deps) =>
      stopNow(deps, 'gitlab', until);

  it('inside its hours stays down until the window ends, or until a time', async () => {
    const { answer, body } = await asked(stop());
    expect(body.override?.kind).toBe('stop');
    expect(answer.says).toBe(`stops now, stays down until ${iso(body.override?.until ?? NOW)}`);
    expect(answer).toMatchObject({ until: iso(body.override?.until ?? NOW) });
    const typed = await asked(stop('2026-03-24T15:00'));
    expect(typed.body.override?.until).toBe(Date.parse('2026-03-24T13:00:00Z'));
    expect(await says(stop('2026-03-24T09:00'))).toContain('a time that is still to come');
  });

  it('twice changes nothing; another time does', async () => {
    const first = await asked(stop('2026-03-24T15:00'));
    expect(
      await unchanged(stop(), first.body, 'already so: stopped until 2026-03-24T13:00:00.000Z'),
    ).toMatchObject({ changed: false, until: '2026-03-24T13:00:00.000Z' });
    await unchanged(
      stop('2026-03-24T15:00'),
      first.body,
      'already so: stopped until 2026-03-24T13:00:00.000Z',
    );
    expect((await asked(stop('2026-03-24T16:00'), first.body)).body.override?.until).toBe(
      Date.parse('2026-03-24T14:00:00Z'),
    );
  });

  it('outside its hours takes back a start-now, and else does nothing', async () => {
    await unchanged(stop(), record({ owner: undefined }), 'already stopped: it is outside its hours', NIGHT);
    const run = { kind: 'run' as const, from: NIGHT, until: add(NIGHT, hours(2)) };
    const { answer, body } = await asked(stop(), record({ override: run }), {}, NIGHT);
    expect(answer.says).toBe('stops now; the schedule decides again');
    expect(body.override).toBeUndefined();
    const over = { kind: 'run' as const, from: NIGHT, until: NIGHT };
    await unchanged(stop(), record({ override: over }), 'already stopped: it is outside its hours', NIGHT);
  });

  it('is heard on hold too', async () => {
    expect((await asked(stop(), record({ hold: HOLD }))).body.override?.kind).toBe('stop');
  });
});

describe('set-schedule', () => {
  const { schedule } = record().definition;
  const set =
    (changed: Partial<typeof schedule>): Command =>
    (deps) =>
      setSchedule(deps, 'gitlab', { ...schedule, ...changed });

  it('changes the definition and its hash, and says what follows', async () => {
    const { answer, body } = await asked(set({ readyByMinutes: 33 }));
    expect(body.definition.schedule.readyByMinutes).toBe(33);
    expect(body.definitionHash).not.toBe('h');
    expect(answer.says).toMatch(/^schedule changed; next window 2026-03-25T/);
  });

  it('refuses hours with which the definition would be too large, and lets one that is too large shrink', async () => {
    const dates = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        date: iso(add(NOW, hours(24 * index))).slice(0, 10),
        kind: 'add' as const,
        from: '10:00',
        to: '14:00',
      }));
    const refused = await asked(set({ exceptions: dates(200) }));
    expect(refused.answer).toMatchObject({
      ok: false,
      code: 'invalid',
      path: 'schedule',
      expected: expect.stringMatching(/^a definition of at most 12288 bytes as JSON, found 1\d{4}, of which/),
    });
    expect(refused.version).toBe(1);
    const { definition: before } = record();
    const large = record({ definition: { ...before, schedule: { ...schedule, exceptions: dates(300) } } });
    expect((await asked(set({ exceptions: dates(299) }), large)).answer.ok).toBe(true);
    expect((await asked(set({ exceptions: dates(301) }), large)).answer.ok).toBe(false);
  });

  it('says that what runs stops at once', async () => {
    const manual = { mode: 'manual' as never, windows: [] };
    expect(await says(set(manual))).toBe(
      `schedule changed; it is outside its hours now and stops at once (${iso(NOW)}); no further window`,
    );
    expect(await says(set(manual), record({ owner: undefined }))).toBe('schedule changed; no further window');
  });

  it('that is the same changes nothing', async () => {
    await unchanged(set({}), record(), 'already so: the schedule is the same');
  });
});

describe('resume', () => {
  const go: Command = (deps) => resume(deps, 'gitlab');
  const held = (changes: Partial<RecordBody> = {}) =>
    record({
      hold: HOLD,
      state: 'held',
      stateSince: ago(hours(3)),
      failedInstances: 3,
      failedVolumes: 15,
      suspicion: { code: 'volume-missing', firstAt: NOW, lastAt: NOW, reads: 1, evidence: 'x' },
      ...changes,
    });

  it('ends the hold, and goes on from where the owner is', async () => {
    const { answer, body } = await asked(go, held());
    expect(answer.says).toBe('hold volume-missing ended by operator');
    expect(body).toMatchObject({
      state: 'serving',
      stateSince: NOW,
      failedInstances: 0,
      failedVolumes: 0,
    });
    expect([body.hold, body.suspicion]).toEqual([undefined, undefined]);
    expect((await asked(go, held({ owner: owner({ startedAt: undefined }) }))).body.state).toBe('attaching');
    expect((await asked(go, held({ owner: undefined }))).body.state).toBe('parked');
  });

  it('of nothing changes nothing', async () => {
    await unchanged(go, record(), 'not on hold: nothing to resume');
  });

  it('while it is being recovered is refused', async () => {
    const recovering = { at: NOW, tableId: 'table-2', begun: true, ended: [] };
    expect(
      await unchanged(go, held({ recover: recovering }), 'it is being recovered: the hold ends by itself'),
    ).toMatchObject({ ok: false, code: 'refused' });
  });
});
