// What every implementation of the `Records` port must do, whatever it stores in.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant } from '../../shared/base/time.ts';
import {
  type HistoryKind,
  type Notice,
  RECORD_BYTES,
  type Records,
  type ResourceClaim,
  type StoredRecord,
} from '../../shared/port/records.ts';

export interface RecordsUnderTest {
  records: Records;
  close(): Promise<void>;
}

const T0 = Date.UTC(2026, 2, 23, 8);

function record(name: string, version: number, more: Partial<StoredRecord> = {}): StoredRecord {
  return {
    name,
    version,
    lastWriteId: `${name}-write-${version}`,
    body: { state: 'parked', list: [1, 2] },
    ...more,
  };
}

/** Saves over the write that `record` makes for the version before. */
function saveNext(records: Records, next: StoredRecord, after = `${next.name}-write-${next.version - 1}`) {
  return records.save(next, after);
}

function claim(id: string, workload: string, more: Partial<ResourceClaim> = {}): ResourceClaim {
  return { id, workload, kind: 'volume', claimedAt: instant(T0), ...more };
}

function notice(workload: string, id: string, receivedAt: number): Notice {
  return { workload, id, kind: 'interruption', instanceId: 'i-1', receivedAt: instant(receivedAt) };
}

export function recordsContract(name: string, open: () => Promise<RecordsUnderTest>): void {
  describe(`records: ${name}`, () => {
    let opened: RecordsUnderTest | undefined;
    let serial = 0;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.close());
    /** The implementation, and a workload name that no other test uses. */
    const fresh = () => {
      if (!opened) throw new Error('not opened');
      serial += 1;
      return { records: opened.records, name: `workload-${serial}` };
    };

    recordCases(fresh);
    claimCases(fresh);
    hintCases(fresh);
  });
}

type Fresh = () => { records: Records; name: string };

function recordCases(fresh: Fresh): void {
  it('loads nothing for a name that was never written', async () => {
    const { records, name } = fresh();
    expect(await records.load(name)).toBeUndefined();
  });

  it('gives back a record as it was written', async () => {
    const { records, name } = fresh();
    const body = { text: 'ä "quoted" 😀\n', nested: { list: [{ a: 1.5 }, null, true] }, empty: {} };
    const written = record(name, 1, { body, wakeAt: instant(T0 + 1) });
    expect(await records.create(written)).toEqual({ kind: 'saved' });
    expect(await records.load(name)).toEqual(written);
  });

  it('refuses to create a name twice, and keeps the first', async () => {
    const { records, name } = fresh();
    await records.create(record(name, 1));
    expect(await records.create(record(name, 1, { lastWriteId: 'other' }))).toEqual({ kind: 'conflict' });
    expect((await records.load(name))?.lastWriteId).toBe(`${name}-write-1`);
  });

  it('saves the next version and no other', async () => {
    const { records, name } = fresh();
    await records.create(record(name, 1));
    expect(await saveNext(records, record(name, 2))).toEqual({ kind: 'saved' });
    expect(await saveNext(records, record(name, 2, { lastWriteId: 'rival' }))).toEqual({ kind: 'conflict' });
    expect(await saveNext(records, record(name, 4))).toEqual({ kind: 'conflict' });
    expect((await records.load(name))?.version).toBe(2);
  });

  it('does not save over another write of the same version, as it comes back with a restored table', async () => {
    const { records, name } = fresh();
    await records.create(record(name, 1, { lastWriteId: 'of-another-history' }));
    expect(await saveNext(records, record(name, 2))).toEqual({ kind: 'conflict' });
    expect((await records.load(name))?.version).toBe(1);
    expect(await saveNext(records, record(name, 2), 'of-another-history')).toEqual({ kind: 'saved' });
  });

  it('does not save a name that was never created', async () => {
    const { records, name } = fresh();
    expect(await saveNext(records, record(name, 2))).toEqual({ kind: 'conflict' });
    expect(await records.load(name)).toBeUndefined();
  });

  it('answers saved when the same write is repeated', async () => {
    const { records, name } = fresh();
    await records.create(record(name, 1));
    expect(await records.create(record(name, 1))).toEqual({ kind: 'saved' });
    await saveNext(records, record(name, 2));
    expect(await saveNext(records, record(name, 2))).toEqual({ kind: 'saved' });
  });

  it('does not take another version for its own write, even under the same write id', async () => {
    const { records, name } = fresh();
    await records.create(record(name, 1, { lastWriteId: 'w' }));
    expect(await saveNext(records, record(name, 3, { lastWriteId: 'w' }), 'w')).toEqual({ kind: 'conflict' });
  });

  it('answers conflict to a repeated write over which another has written', async () => {
    const { records, name } = fresh();
    await records.create(record(name, 1));
    await saveNext(records, record(name, 2));
    await saveNext(records, record(name, 3, { lastWriteId: 'rival' }));
    expect(await saveNext(records, record(name, 2))).toEqual({ kind: 'conflict' });
  });

  it('lets exactly one of many writers of the same version win', async () => {
    const { records, name } = fresh();
    await records.create(record(name, 1));
    const rivals = Array.from({ length: 8 }, (_, n) => record(name, 2, { lastWriteId: `rival-${n}` }));
    const outcomes = await Promise.all(rivals.map((rival) => saveNext(records, rival)));
    expect(outcomes.filter(({ kind }) => kind === 'saved')).toHaveLength(1);
    const winner = outcomes.findIndex(({ kind }) => kind === 'saved');
    expect((await records.load(name))?.lastWriteId).toBe(`rival-${winner}`);
  });

  it('refuses a record of more than 256 KB before it is sent', async () => {
    const { records, name } = fresh();
    const body = { filler: 'x'.repeat(RECORD_BYTES) };
    await expect(records.create(record(name, 1, { body }))).rejects.toMatchObject({
      kind: 'invalid',
      code: 'RecordTooLarge',
    });
    expect(await records.load(name)).toBeUndefined();
  });

  it('names what is due at or before the moment, the longest due first', async () => {
    const { records, name } = fresh();
    await records.create(record(`${name}-late`, 1, { wakeAt: instant(T0 + 10) }));
    await records.create(record(`${name}-early`, 1, { wakeAt: instant(T0) }));
    await records.create(record(`${name}-future`, 1, { wakeAt: instant(T0 + 11) }));
    await records.create(record(`${name}-never`, 1));
    const due = (await records.dueNames(instant(T0 + 10))).filter((it) => it.startsWith(`${name}-`));
    expect(due).toEqual([`${name}-early`, `${name}-late`]);
  });

  it('no longer names what was saved without a wake-up', async () => {
    const { records, name } = fresh();
    await records.create(record(name, 1, { wakeAt: instant(T0) }));
    await saveNext(records, record(name, 2));
    expect(await records.dueNames(instant(T0 + 1))).not.toContain(name);
    expect((await records.load(name))?.wakeAt).toBeUndefined();
  });

  it('lists every workload, due or not', async () => {
    const { records, name } = fresh();
    await records.create(record(`${name}-a`, 1));
    await records.create(record(`${name}-b`, 1, { wakeAt: instant(T0) }));
    const listed = (await records.listNames()).filter((it) => it.startsWith(`${name}-`));
    expect(listed.sort()).toEqual([`${name}-a`, `${name}-b`]);
  });

  it('tells the same table by the same id', async () => {
    const { records } = fresh();
    const id = await records.tableId();
    expect(id).toMatch(/^[0-9a-f-]+$/);
    expect(await records.tableId()).toBe(id);
  });
}

function claimCases(fresh: Fresh): void {
  it('gives an id to one workload only', async () => {
    const { records, name } = fresh();
    expect(await records.claim(claim(`vol-${name}`, name))).toBe(true);
    expect(await records.claim(claim(`vol-${name}`, `${name}-rival`))).toBe(false);
    expect((await records.claimOf(`vol-${name}`))?.workload).toBe(name);
    expect(await records.claimsOf(`${name}-rival`)).toEqual([]);
  });

  it('lets the same workload claim again, and keeps the first claim', async () => {
    const { records, name } = fresh();
    const first = claim(`vol-${name}`, name, { note: 'generation 1' });
    await records.claim(first);
    expect(await records.claim(claim(`vol-${name}`, name, { claimedAt: instant(T0 + 5) }))).toBe(true);
    expect(await records.claimOf(`vol-${name}`)).toEqual(first);
    expect(await records.claimsOf(name)).toEqual([first]);
  });

  it('lists all claims of a workload', async () => {
    const { records, name } = fresh();
    const claims = [
      claim(`i-${name}`, name, { kind: 'instance' }),
      claim(`snap-${name}`, name, { kind: 'snapshot', note: 'base' }),
      claim(`vol-${name}`, name),
    ];
    for (const one of claims) await records.claim(one);
    const listed = await records.claimsOf(name);
    expect(listed.sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(claims);
  });

  it('knows no owner of an id that nobody claimed', async () => {
    const { records, name } = fresh();
    expect(await records.claimOf(`vol-${name}`)).toBeUndefined();
  });
}

function hintCases(fresh: Fresh): void {
  it('keeps notices oldest first, and one for each id', async () => {
    const { records, name } = fresh();
    await records.putNotice(notice(name, 'b', T0 + 1));
    await records.putNotice(notice(name, 'a', T0 + 2));
    await records.putNotice(notice(name, 'c', T0));
    await records.putNotice({ ...notice(name, 'b', T0 + 1), state: 'again', actionAt: instant(T0 + 9) });
    const kept = await records.notices(name);
    expect(kept.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
    expect(kept[1]).toEqual({ ...notice(name, 'b', T0 + 1), state: 'again', actionAt: instant(T0 + 9) });
  });

  it('deletes a notice, also when it is gone', async () => {
    const { records, name } = fresh();
    await records.putNotice(notice(name, 'a', T0));
    await records.deleteNotice(name, 'a');
    await records.deleteNotice(name, 'a');
    expect(await records.notices(name)).toEqual([]);
  });

  it("keeps one workload's notices from another's", async () => {
    const { records, name } = fresh();
    await records.putNotice(notice(name, 'a', T0));
    expect(await records.notices(`${name}-other`)).toEqual([]);
  });

  it('shows the newest history first, at most as much as asked for, each entry once', async () => {
    const { records, name } = fresh();
    const entry = (version: number, kind: HistoryKind) => ({
      workload: name,
      version,
      at: instant(T0 + version),
      kind,
      reason: `because ${version}`,
      detail: { version },
    });
    for (const version of [9, 10, 100]) await records.appendHistory(entry(version, 'state'));
    await records.appendHistory(entry(10, 'state'));
    await records.appendHistory(entry(10, 'owner'));
    const shown = await records.history(name, 3);
    expect(shown).toEqual([entry(100, 'state'), entry(10, 'state'), entry(10, 'owner')]);
    expect(await records.history(name, 100)).toHaveLength(4);
    expect(await records.history(name, 0)).toEqual([]);
  });
}
