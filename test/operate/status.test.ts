// What people are shown of a record: every part of a status, the history with its incidents, a preview of the next step.

import { describe, expect, it } from 'vitest';
import { add, days, hours, iso, minutes, ms, seconds } from '../../shared/base/time.ts';
import { differences } from '../../shared/operate/difference.ts';
import { history } from '../../shared/operate/history.ts';
import { preview } from '../../shared/operate/preview.ts';
import { describeRecord, status } from '../../shared/operate/status.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import {
  ago,
  backupTaken,
  COPY,
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
import { ports } from '../loop/ports.ts';

const shown = (changes: Partial<RecordBody> = {}, at = NOW) => describeRecord('gitlab', record(changes), at);

describe('a definition that the next apply would refuse', () => {
  const { definition: good } = record();
  const small = { ...good, retention: { supersededDays: 3 } };
  const large = { ...good, instance: { ...good.instance, tags: { note: 'x'.repeat(13_000) } } };

  it('goes on being served, and is warned of with the field', () => {
    const told = shown({ definition: small });
    expect(told).toMatchObject({ state: 'serving', wanted: 'run' });
    const expected = 'a whole number of days from 7 to 365';
    expect(told.applyRefuses).toEqual([{ path: 'retention.supersededDays', expected, found: '3' }]);
    expect(told.warnings).toContainEqual({
      path: 'retention.supersededDays',
      kind: 'warning',
      text: `the next apply refuses this: expected ${expected}, found 3`,
    });
  });

  it('is so by its size too', () => {
    const paths = (shown({ definition: large }).applyRefuses ?? []).map(({ path }) => path);
    expect(paths).toContain('instance.tags.note');
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`tag-${n}`, 'x'.repeat(200)]));
    const wide = shown({ definition: { ...good, instance: { ...good.instance, tags: many } } });
    expect(wide.applyRefuses).toMatchObject([{ path: 'instance.tags' }]);
  });

  it('is nothing to speak of where there is none, or the workload is destroyed', () => {
    expect(shown().applyRefuses).toEqual([]);
    const destroyed = { at: ago(minutes(4)), keepSnapshots: true };
    expect(shown({ definition: small, destroyed }).applyRefuses).toEqual([]);
  });
});

describe('a status', () => {
  it('of a service that runs', () => {
    expect(shown()).toMatchObject({
      name: 'gitlab',
      schema: 3,
      state: 'serving',
      stateSince: iso(ago(minutes(50))),
      wanted: 'run',
      wantedUntil: '2026-03-24T16:00:00.000Z',
      nextStart: '2026-03-25T07:00:00.000Z',
      timeZone: 'Europe/Riga',
      override: undefined,
      owner: {
        instanceId: OWNER,
        instanceType: 'm7i.large',
        zone: 'eu-west-1a',
        purchase: 'spot',
        since: iso(ago(minutes(60))),
        servingSince: iso(ago(minutes(59))),
        draining: undefined,
        interruptionAt: undefined,
        grantUntil: iso(add(NOW, minutes(412))),
      },
      volume: { volumeId: VOLUME, zone: 'eu-west-1a', generation: 1 },
      definitionHash: 'h',
      dataset: { fsUuid: 'uuid-1', generation: 1, provedGeneration: 1, sizeGiB: 20, formatted: true },
      costBasis: {
        instanceType: 'm7i.large',
        purchase: 'spot',
        zone: 'eu-west-1a',
        since: iso(ago(minutes(61))),
        volumeGiB: 20,
        volumes: 1,
        snapshots: 1,
      },
    });
  });

  it('has nothing of what is not', () => {
    const {
      candidate: none,
      migration: move,
      hold,
      health,
      incident,
      waitingFor,
      recover,
      ...rest
    } = shown();
    expect([none, move, hold, health, incident, waitingFor, recover]).toEqual(Array(7).fill(undefined));
    expect([rest.move, rest.restore, rest.destroyed, rest.help]).toEqual(Array(4).fill(undefined));
    expect(shown({ owner: undefined, volume: undefined })).toMatchObject({
      owner: undefined,
      volume: undefined,
      costBasis: undefined,
    });
  });

  it('says what the hours want', () => {
    expect(shown({}, NIGHT)).toMatchObject({ wanted: 'stop', nextStart: '2026-03-25T07:00:00.000Z' });
    const lead = add(NIGHT, ms(Date.parse('2026-03-25T06:59:00Z') - NIGHT));
    expect(shown({}, lead).wanted).toBe('ready');
    const override = { kind: 'run' as const, from: NIGHT, until: add(NIGHT, hours(1)) };
    expect(shown({ override }, NIGHT)).toMatchObject({
      wanted: 'run',
      override: { kind: 'run', until: iso(add(NIGHT, hours(1))) },
      wantedUntil: iso(add(NIGHT, hours(1))),
    });
    const always = definition({ schedule: { timeZone: 'UTC', always: true } });
    expect(shown({ definition: always })).toMatchObject({ wanted: 'run', wantedUntil: undefined });
    const destroyed = { at: ago(minutes(4)), keepSnapshots: true };
    expect(shown({ destroyed })).toMatchObject({
      wanted: 'stop',
      wantedUntil: undefined,
      nextStart: undefined,
      destroyed: {
        at: iso(ago(minutes(4))),
        keepSnapshots: true,
        snapshotId: undefined,
        handedOverAt: undefined,
        finishedAt: undefined,
      },
    });
  });

  it('shows an owner that goes, who comes, and the move', () => {
    expect(
      shown({
        owner: owner({
          draining: { since: NOW, reason: 'warned' },
          interruption: { noticedAt: NOW, actionAt: add(NOW, minutes(2)) },
          startedAt: undefined,
          grantUntil: undefined,
        }),
        candidate: candidate({ purpose: 'handover' }),
        migration: migration({ phase: 'copying' }),
        moveRequest: { toZone: 'eu-west-1b', at: ago(minutes(3)) },
      }),
    ).toMatchObject({
      owner: {
        draining: 'warned',
        interruptionAt: iso(add(NOW, minutes(2))),
        servingSince: undefined,
        grantUntil: undefined,
      },
      candidate: { instanceId: SUCCESSOR, zone: 'eu-west-1a', purpose: 'handover' },
      migration: { phase: 'copying', from: 'eu-west-1a', to: 'eu-west-1b' },
      move: { toZone: 'eu-west-1b', at: iso(ago(minutes(3))) },
    });
  });

  it('shows volumes, snapshots and refusing pools', () => {
    const lineage = [
      {
        generation: 1,
        volumeId: COPY,
        zone: 'eu-west-1b',
        role: 'superseded' as const,
        since: NOW,
        promoted: true,
      },
      { generation: 1, volumeId: 'v', zone: 'z', role: 'deleted' as const, since: NOW, promoted: true },
    ];
    const unavailablePools = [
      { pool: 'a', until: add(NOW, ms(1)), refusals: 1 },
      { pool: 'b', until: NOW, refusals: 1 },
    ];
    const snapshots = [backupTaken(), backupTaken({ snapshotId: 'snap-x', state: 'error' })];
    expect(shown({ lineage, unavailablePools, snapshots })).toMatchObject({
      generations: [
        { generation: 1, volumeId: COPY, zone: 'eu-west-1b', role: 'superseded' },
        { generation: 1, volumeId: 'v', zone: 'z', role: 'deleted' },
      ],
      refusedPools: [{ pool: 'a', until: iso(add(NOW, ms(1))) }],
      snapshots: [
        {
          snapshotId: SNAPSHOT,
          kind: 'backup',
          state: 'completed',
          startedAt: iso(ago(hours(5))),
          generation: 1,
          volumeId: VOLUME,
        },
        { snapshotId: 'snap-x', state: 'error' },
      ],
      costBasis: { volumes: 2, snapshots: 1 },
    });
    expect(shown({ lineage }).generations).toHaveLength(2);
    expect(shown({ unavailablePools }).refusedPools).toHaveLength(1);
    expect(shown({ owner: undefined, lineage }).costBasis).toEqual({
      instanceType: undefined,
      purchase: undefined,
      zone: 'eu-west-1a',
      since: undefined,
      volumeGiB: 20,
      volumes: 2,
      snapshots: 1,
    });
    expect(shown({ volume: undefined }).costBasis?.volumes).toBe(0);
  });

  it('shows what is kept of each previous volume, and until when', () => {
    const left = (volumeId: string, daysAgo: number, more = {}) => ({
      generation: 1,
      volumeId,
      zone: 'eu-west-1b',
      role: 'superseded' as const,
      since: ago(days(daysAgo)),
      promoted: true,
      ...more,
    });
    const lineage = [
      left('vol-gone', 5, { role: 'deleted' }),
      left('vol-going', 4, { role: 'deleting' }),
      left('vol-days', 3),
      left('vol-kept', 2, { keep: 'person' }),
      left('vol-copy', 1, { promoted: false }),
    ];
    const inPlace = (snapshotId: string, volumeId: string, daysAgo: number) =>
      backupTaken({ snapshotId, volumeId, inPlaceSince: ago(days(daysAgo)) });
    const snapshots = [inPlace('snap-1', 'vol-gone', 5), inPlace('snap-2', 'vol-going', 4), backupTaken()];
    expect(shown({ lineage, snapshots }).previousVolumes).toMatchObject([
      { volumeId: 'vol-gone', keptAs: 'snapshot', snapshotId: 'snap-1', keptUntil: iso(add(NOW, days(2))) },
      { volumeId: 'vol-going', keptAs: 'snapshot', snapshotId: 'snap-2', keptUntil: iso(add(NOW, days(3))) },
      {
        volumeId: 'vol-days',
        keptAs: 'volume',
        leftAt: iso(ago(days(3))),
        keptUntil: iso(add(NOW, days(4))),
      },
      { volumeId: 'vol-kept', keptAs: 'volume', keptUntil: undefined },
    ]);
  });

  it('shows the backups: the newest that is completed, and what is still to come', () => {
    const { backups } = shown({
      snapshots: [
        backupTaken({ startedAt: ago(hours(9)), snapshotId: 'snap-old' }),
        backupTaken(),
        backupTaken({ startedAt: ago(hours(7)), snapshotId: 'snap-mid' }),
        backupTaken({ startedAt: ago(hours(1)), snapshotId: 'snap-pending', state: 'pending' }),
      ],
      backupDue: true,
      backupRequest: { at: ago(minutes(1)) },
    });
    const { keep, afterStop } = record().definition.backups;
    expect(backups).toEqual({
      keep,
      afterStop,
      lastAt: iso(ago(hours(5))),
      last: { snapshotId: SNAPSHOT, kind: 'backup', startedAt: iso(ago(hours(5))) },
      pending: true,
      due: true,
      requestedAt: iso(ago(minutes(1))),
      everyHours: 24,
      tiers: {
        daily: { keep: 7, kept: 1, oldestAt: iso(ago(hours(5))), newestAt: iso(ago(hours(5))) },
        weekly: { keep: 0, kept: 0 },
        monthly: { keep: 0, kept: 0 },
      },
      manual: { kept: 0, most: 20 },
      lowering: undefined,
    });
    expect(shown({ snapshots: [] }).backups).toMatchObject({
      keep,
      afterStop,
      lastAt: undefined,
      last: undefined,
      pending: false,
      due: false,
      requestedAt: undefined,
    });
    const twins = [backupTaken({ snapshotId: 'snap-first' }), backupTaken({ snapshotId: 'snap-second' })];
    expect(shown({ snapshots: twins }).backups.last?.snapshotId).toBe('snap-first');
  });

  it('shows holds, health, waits and an incident', () => {
    expect(
      shown({
        hold: { code: 'volume-missing' as const, at: ago(minutes(3)), evidence: 'it is gone' },
        health: { at: ago(minutes(2)), docker: true, application: 'healthy', fullPercent: 12 },
        waitingFor: { step: 'capacity', what: 'capacity', since: ago(minutes(9)) },
        unkeptBinds: [{ container: 'c', source: '/a', target: '/b' }],
        incident: {
          id: 'lost-i',
          kind: 'lost',
          at: ago(seconds(90)),
          instanceId: OWNER,
          zoneFrom: 'eu-west-1a',
          phases: [
            { name: 'detected', at: ago(seconds(90)) },
            { name: 'launching', at: ago(seconds(60)) },
          ],
        },
      }),
    ).toMatchObject({
      hold: { code: 'volume-missing' as const, at: iso(ago(minutes(3))), evidence: 'it is gone' },
      health: { docker: true, application: 'healthy', fullPercent: 12, at: iso(ago(minutes(2))) },
      waitingFor: { step: 'capacity', what: 'capacity', since: iso(ago(minutes(9))) },
      unkeptBinds: [{ container: 'c', source: '/a', target: '/b' }],
      incident: {
        id: 'lost-i',
        kind: 'lost',
        at: iso(ago(seconds(90))),
        zoneFrom: 'eu-west-1a',
        phases: [
          { name: 'detected', at: iso(ago(seconds(90))), seconds: 30 },
          { name: 'launching', at: iso(ago(seconds(60))), seconds: 60 },
        ],
      },
    });
  });

  it('shows what a person asked for', () => {
    const restoreRequest = { snapshotId: SNAPSHOT, at: ago(minutes(1)), acceptLoss: true };
    expect(shown({ restoreRequest }).restore).toEqual({
      snapshotId: SNAPSHOT,
      at: iso(ago(minutes(1))),
      phase: 'asked',
    });
    const under = migration({ snapshotId: SNAPSHOT, restore: { generation: 1, acceptLoss: true } });
    expect(shown({ migration: under, restoreRequest }).restore).toEqual({
      snapshotId: SNAPSHOT,
      at: iso(ago(minutes(2))),
      phase: 'securing',
    });
    expect(shown({ migration: migration() }).restore).toBeUndefined();
    const recover = { at: ago(minutes(4)), tableId: 't', ended: [] };
    expect(shown({ recover, leaving: [former({ instanceId: 'i-x' })] }).recover).toEqual({
      at: iso(ago(minutes(4))),
      waitingFor: [OWNER, 'i-x'],
    });
    expect(shown({ recover, owner: undefined }).recover?.waitingFor).toEqual([]);
    const destroyed = {
      at: NOW,
      keepSnapshots: false,
      snapshotId: SNAPSHOT,
      handedOverAt: NOW,
      finishedAt: NOW,
    };
    expect(shown({ destroyed }).destroyed).toEqual({
      at: iso(NOW),
      keepSnapshots: false,
      snapshotId: SNAPSHOT,
      handedOverAt: iso(NOW),
      finishedAt: iso(NOW),
    });
  });

  it('tells how to make the first containers where there is no setup', () => {
    const bare = definition({ setup: undefined });
    expect(shown({ definition: bare }).help).toBe(
      `aws ssm start-session --target ${OWNER}, then docker run …`,
    );
    expect(shown({ definition: bare, owner: owner({ startedAt: undefined }) }).help).toBeUndefined();
    expect(shown({ definition: bare, owner: undefined }).help).toBeUndefined();
  });

  it('has the schedule in words', () => {
    const text = (schedule: object) =>
      shown({
        definition: { ...record().definition, schedule: { ...record().definition.schedule, ...schedule } },
      }).schedule;
    const windows = (...days: string[]) => ({
      windows: [{ days, from: '08:00', to: '18:00' }],
      holidays: [],
      exceptions: [],
    });
    expect(text(windows('mon', 'tue', 'wed', 'thu', 'fri'))).toEqual({
      timeZone: 'Europe/Riga',
      mode: 'weekly',
      text: ['mon-fri 08:00-18:00'],
    });
    expect(text(windows('mon', 'wed', 'fri')).text).toEqual(['mon, wed, fri 08:00-18:00']);
    expect(text(windows('mon', 'tue')).text).toEqual(['mon, tue 08:00-18:00']);
    expect(text(windows('sat', 'sun', 'mon')).text).toEqual(['mon, sat, sun 08:00-18:00']);
    const none = { windows: [], holidays: [], exceptions: [] };
    expect(text({ ...none, mode: 'always' }).text).toEqual(['always on']);
    expect(text({ ...none, mode: 'never' }).text).toEqual(['never by itself']);
    expect(
      text({
        windows: [],
        holidays: ['2026-12-24', '2026-12-25'],
        exceptions: [
          { date: '2026-05-02', kind: 'add', from: '09:00', to: '12:00' },
          { date: '2026-05-05', kind: 'remove', from: '08:00', to: '10:00' },
        ],
      }).text,
    ).toEqual(['2026-05-02 + 09:00-12:00', '2026-05-05 - 08:00-10:00', 'not on 2026-12-24, 2026-12-25']);
  });
});

describe('status', () => {
  it('of all is in order, with what cannot be read', async () => {
    const made = ports();
    made.put('zeta', { ...record(), schema: 99 } as never);
    made.put('alpha', record());
    const all = await status(made.deps, undefined);
    expect(all.ok).toBe(true);
    expect(all.workloads).toMatchObject([
      { name: 'alpha', state: 'serving' },
      { name: 'gitlab', state: 'serving' },
      { name: 'zeta', error: 'written by a later version (schema 99)' },
    ]);
  });

  it('of one that nobody knows is not well; of one that cannot be read it is told', async () => {
    const made = ports();
    expect(await status(made.deps, 'nobody')).toEqual({
      ok: false,
      workloads: [{ name: 'nobody', error: 'not-found' }],
    });
    expect((await status(made.deps, 'gitlab')).ok).toBe(true);
    made.put('zeta', { ...record(), schema: 99 } as never);
    expect((await status(made.deps, 'zeta')).ok).toBe(true);
  });
});

describe('history', () => {
  const incident = (id: string, from: number, to: number | undefined) => ({
    id,
    kind: 'warned',
    at: from,
    instanceId: OWNER,
    zoneFrom: 'eu-west-1a',
    phases: [{ name: 'noticed', at: from }],
    ...(to !== undefined && { zoneTo: 'eu-west-1b', endedAt: to, outcome: 'serving' }),
  });
  const told = (incidents?: RecordBody['incident']) => {
    const made = ports({}, record({ incident: incidents }));
    const entry = (at: number, kind: string, detail: Record<string, unknown> = {}) =>
      made.history.push({
        workload: 'gitlab',
        version: 1,
        at: at as never,
        kind,
        reason: `${kind} r`,
        detail,
      });
    entry(NOW - 900_000, 'state');
    entry(NOW - 800_000, 'drain');
    entry(NOW - 700_000, 'incident', incident('warned-a', NOW - 800_000, NOW - 700_000));
    entry(NOW - 650_000, 'incident', { id: 7 });
    entry(NOW - 600_000, 'state');
    return made;
  };

  it('shows what was noted, newest first, and every incident with its seconds', async () => {
    const made = told();
    const all = await history(made.deps, { workload: 'gitlab' });
    if (!all.ok) throw new Error(all.says);
    expect(all.entries).toHaveLength(5);
    expect(all.entries[0]).toEqual({
      version: 1,
      at: iso((NOW - 600_000) as never),
      kind: 'state',
      reason: 'state r',
      detail: {},
    });
    expect(all.incidents).toEqual([
      {
        number: 1,
        id: 'warned-a',
        kind: 'warned',
        at: iso((NOW - 800_000) as never),
        zoneFrom: 'eu-west-1a',
        zoneTo: 'eu-west-1b',
        endedAt: iso((NOW - 700_000) as never),
        outcome: 'serving',
        seconds: 100,
        phases: [{ name: 'noticed', at: iso((NOW - 800_000) as never), seconds: 100 }],
      },
    ]);
    expect(made.named('history')).toEqual([['gitlab', 1000]]);
    const few = await history(made.deps, { workload: 'gitlab', limit: 2 });
    expect(few.ok && few.entries).toHaveLength(2);
    await history(made.deps, { workload: 'gitlab', limit: 2_000 });
    expect(made.named('history').at(-1)).toEqual(['gitlab', 2_000]);
  });

  it('counts an incident under way to now, as the newest', async () => {
    const made = told(incident('lost-b', NOW - 5_250, undefined) as never);
    const all = await history(made.deps, { workload: 'gitlab' });
    if (!all.ok) throw new Error(all.says);
    expect(all.incidents.map(({ number, id, seconds: lasts }) => [number, id, lasts])).toEqual([
      [1, 'lost-b', 5.3],
      [2, 'warned-a', 100],
    ]);
    expect(all.incidents[0]).toMatchObject({ endedAt: undefined, outcome: undefined, zoneTo: undefined });
  });

  it.each([1, 'warned-a'])('of incident %s shows what was noted during it', async (which) => {
    const one = await history(told().deps, { workload: 'gitlab', incident: which });
    if (!one.ok) throw new Error(one.says);
    expect(one.incidents.map(({ id }) => id)).toEqual(['warned-a']);
    expect(one.entries.map(({ kind }) => kind)).toEqual(['incident', 'drain']);
    const cut = await history(told().deps, { workload: 'gitlab', incident: which, limit: 1 });
    expect(cut.ok && cut.entries).toHaveLength(1);
  });

  it('of an incident under way shows what was noted until now', async () => {
    const made = told(incident('lost-b', NOW - 650_000, undefined) as never);
    const one = await history(made.deps, { workload: 'gitlab', incident: 'lost-b' });
    expect(one.ok && one.entries).toHaveLength(2);
  });

  it('of no such incident says which there are', async () => {
    expect(await history(told().deps, { workload: 'gitlab', incident: 2 })).toMatchObject({
      ok: false,
      code: 'invalid',
      path: 'incident',
      expected: '1 to 1, or an id',
    });
    expect(await history(ports().deps, { workload: 'gitlab', incident: 1 })).toMatchObject({
      expected: 'nothing: there was no incident',
    });
  });

  it('of no such workload is refused', async () => {
    const made = ports();
    expect(await history(made.deps, { workload: 'nobody' })).toEqual({
      ok: false,
      code: 'not-found',
      workload: 'nobody',
      says: 'there is no workload nobody',
    });
    made.put('zeta', { ...record(), schema: 99 } as never);
    expect(await history(made.deps, { workload: 'zeta' })).toEqual({
      ok: false,
      code: 'unreadable',
      workload: 'zeta',
      says: 'written by a later version (schema 99)',
    });
  });
});

describe('plan', () => {
  it('shows the next step and writes nothing', async () => {
    const made = ports(
      { cloud: { volumes: async () => [] } },
      record({
        owner: undefined,
        volume: undefined,
        state: 'parked',
        provedGeneration: 0,
        generation: 0,
        lastGeneration: 0,
        snapshots: [],
      }),
    );
    const answer = await preview(made.deps, 'gitlab');
    if (!answer.ok) throw new Error(answer.says);
    expect(answer.effect?.kind).toBe('launch');
    expect(answer).toMatchObject({
      ok: true,
      workload: 'gitlab',
      state: 'launching',
      settled: false,
      underWay: false,
      nextCheckAt: iso(NOW),
      hold: undefined,
    });
    expect(answer.reason).toContain('launch spot in eu-west-1a');
    expect(made.named('save')).toEqual([]);
    expect(made.named('launch')).toEqual([]);
    expect(made.named('snapshots')).toHaveLength(1);
  });

  it('shows waits and a hold, and whether a loop is at work', async () => {
    const hold = { code: 'volume-error' as const, at: ago(minutes(2)), evidence: 'x' };
    const held = ports(
      {},
      record({ owner: undefined, hold, state: 'held', lease: { by: 'x', until: add(NOW, ms(1)) } }),
    );
    expect(await preview(held.deps, 'gitlab')).toMatchObject({
      hold: { code: 'volume-error' as const, at: iso(ago(minutes(2))), evidence: 'x' },
      underWay: true,
      settled: true,
    });
    const pause = { until: add(NOW, minutes(5)), why: 'a test' };
    const waiting = ports(
      {},
      record({
        owner: undefined,
        state: 'launching',
        launchPause: pause,
        volume: undefined,
        snapshots: [],
        lease: { by: 'x', until: NOW },
      }),
    );
    expect(await preview(waiting.deps, 'gitlab')).toMatchObject({
      underWay: false,
      reason: 'a test',
      waits: [{ step: 'launch-pause', what: 'a test', until: iso(add(NOW, minutes(5))) }],
      waitingFor: { step: 'launch-pause', what: 'a test' },
    });
  });

  it('of what is not there or cannot be read is refused', async () => {
    const made = ports();
    expect(await preview(made.deps, 'nobody')).toEqual({
      ok: false,
      code: 'not-found',
      workload: 'nobody',
      says: 'there is no workload nobody',
    });
    made.put('zeta', { ...record(), schema: 99 } as never);
    expect(await preview(made.deps, 'zeta')).toMatchObject({
      ok: false,
      code: 'unreadable',
      workload: 'zeta',
      says: 'written by a later version (schema 99)',
    });
  });
});

describe('differences', () => {
  it.each<[string, unknown, unknown, unknown[]]>([
    ['nothing', { a: 1 }, { a: 1 }, []],
    ['a leaf', { a: { b: 1 } }, { a: { b: 2 } }, [{ path: 'a.b', from: 1, to: 2 }]],
    ['an element', { a: [1, 2] }, { a: [1, 3] }, [{ path: 'a[1]', from: 2, to: 3 }]],
    ['a longer list', { a: [1] }, { a: [1, 3] }, [{ path: 'a[1]', from: undefined, to: 3 }]],
    ['a list that was empty', { a: [] }, { a: [1] }, [{ path: 'a', from: [], to: [1] }]],
    ['a field more', { a: 1 }, { a: 1, b: { c: 2 } }, [{ path: 'b', from: undefined, to: { c: 2 } }]],
    ['a field less', { a: 1, b: 2 }, { a: 1 }, [{ path: 'b', from: 2, to: undefined }]],
    ['another kind', { a: [1] }, { a: { b: 1 } }, [{ path: 'a', from: [1], to: { b: 1 } }]],
    ['null', { a: null }, { a: { b: 1 } }, [{ path: 'a', from: null, to: { b: 1 } }]],
    ['a deep list', { a: [{ b: 1 }] }, { a: [{ b: 2 }] }, [{ path: 'a[0].b', from: 1, to: 2 }]],
    [
      'all that is new',
      undefined,
      { a: 1, b: { c: 2 } },
      [
        { path: 'a', from: undefined, to: 1 },
        { path: 'b', from: undefined, to: { c: 2 } },
      ],
    ],
    ['a whole text', 'x', 'y', [{ path: '', from: 'x', to: 'y' }]],
    ['a list for nothing', undefined, [1], [{ path: '', from: undefined, to: [1] }]],
  ])('of %s', (_name, from, to, expected) => {
    expect(differences(from, to)).toEqual(expected);
  });
});
