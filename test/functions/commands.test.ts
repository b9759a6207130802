// Functions that a person invokes, through their exports: bad payloads are answers and change nothing; what is so already
// stays so.

import { describe, expect, it } from 'vitest';
import { createHandler as apply } from '../../functions/apply-workload.ts';
import { createHandler as backup } from '../../functions/backup.ts';
import { createHandler as destroy } from '../../functions/destroy.ts';
import { createHandler as history } from '../../functions/history.ts';
import { createHandler as move } from '../../functions/move.ts';
import { createHandler as plan } from '../../functions/plan.ts';
import { createHandler as recover } from '../../functions/recover.ts';
import { createHandler as restore } from '../../functions/restore.ts';
import { createHandler as resume } from '../../functions/resume.ts';
import type { Handler, Runtime } from '../../functions/runtime/handler.ts';
import { createHandler as setSchedule } from '../../functions/set-schedule.ts';
import { createHandler as startNow } from '../../functions/start-now.ts';
import { createHandler as status } from '../../functions/status.ts';
import { createHandler as stopNow } from '../../functions/stop-now.ts';
import { instant } from '../../shared/base/time.ts';
import { appliedWorld } from './small-world.ts';

type Create = (runtime: Runtime) => Handler;
const WINDOWS = [{ days: 'mon-fri', from: '09:00', to: '18:00' }];
const zone = 'Europe/Riga';

const BAD: [name: string, create: Create, payload: unknown, path: string][] = [
  ['start-now without a workload', startNow, {}, 'workload'],
  ['start-now with an unknown field', startNow, { workload: 'gitlab', untill: '22:00' }, 'untill'],
  ['start-now until nonsense', startNow, { workload: 'gitlab', until: '$(reboot)' }, 'until'],
  ['start-now until a past time', startNow, { workload: 'gitlab', until: '2026-03-24T10:00' }, 'until'],
  ['start-now until a skipped time', startNow, { workload: 'gitlab', until: '2026-03-29T03:30' }, 'until'],
  ['stop-now of a list', stopNow, { workload: ['gitlab'] }, 'workload'],
  ['stop-now of nothing', stopNow, null, ''],
  ['stop-now until 25:61', stopNow, { workload: 'gitlab', until: '25:61' }, 'until'],
  ['resume of a path', resume, { workload: '../x' }, 'workload'],
  ['status with an argument with a newline', status, { workload: 'gitlab\nx' }, 'workload'],
  ['apply of nothing', apply, { definition: {} }, 'definition'],
  ['set-schedule without one', setSchedule, { workload: 'gitlab' }, 'schedule'],
  ['move to a zone of no definition', move, { workload: 'gitlab', zone: 'eu-west-1f' }, 'zone'],
  ['move to a zone id', move, { workload: 'gitlab', zone: 'euw1-az1' }, 'zone'],
  ['move to where it is', move, { workload: 'gitlab', zone: 'eu-west-1a' }, 'zone'],
  ['backup with a flag', backup, { workload: 'gitlab', force: true }, 'force'],
  ['restore of nothing', restore, { workload: 'gitlab' }, 'snapshotId'],
  ['restore of a path', restore, { workload: 'gitlab', snapshotId: '../snap' }, 'snapshotId'],
  ['recover with words', recover, { ended: ['all'] }, 'ended'],
  ['destroy without the name', destroy, { workload: 'gitlab', confirm: 'Gitlab' }, 'confirm'],
  ['destroy of nothing', destroy, {}, 'workload'],
  ['plan of a path', plan, { workload: '../x' }, 'workload'],
  ['history of incident zero', history, { workload: 'gitlab', incident: 0 }, 'incident'],
  ['history of an incident that was not', history, { workload: 'gitlab', incident: 3 }, 'incident'],
  ['apply with another dry run', apply, { definition: {}, dryRun: 'yes' }, 'dryRun'],
];

const SCHEDULES: [name: string, schedule: unknown][] = [
  ['zone EST5', { timeZone: 'EST5', windows: WINDOWS }],
  ['zone Mars/X', { timeZone: 'Mars/X', windows: WINDOWS }],
  ['start = end', { timeZone: zone, windows: [{ days: 'mon', from: '09:00', to: '09:00' }] }],
  ['9am', { timeZone: zone, windows: [{ days: 'mon', from: '9am', to: '18:00' }] }],
  ['25:61', { timeZone: zone, windows: [{ days: 'mon', from: '09:00', to: '25:61' }] }],
  ['30 February', { timeZone: zone, windows: WINDOWS, holidays: ['2026-02-30'] }],
];

describe('a bad payload', () => {
  it.each([
    ...BAD,
    ...SCHEDULES.map(([name, schedule]): (typeof BAD)[number] => [
      `set-schedule with ${name}`,
      setSchedule,
      { workload: 'gitlab', schedule },
      'schedule',
    ]),
  ])(
    '%s is answered with its path and what was expected, and changes nothing',
    async (_, create, payload, path) => {
      const small = await appliedWorld();
      const before = await small.stored();
      const answer = await small.call(create, payload);
      expect(answer).toMatchObject({ ok: false, code: 'invalid', path: expect.stringContaining(path) });
      expect(answer).toMatchObject({ expected: expect.stringMatching(/./) });
      expect(await small.stored()).toBe(before);
      expect(small.published).toEqual([]);
    },
  );
});

describe('a schedule', () => {
  it.each([
    ['overnight', { timeZone: zone, windows: [{ days: 'mon-fri', from: '22:00', to: '06:00' }] }],
    ['to 24:00', { timeZone: zone, windows: [{ days: 'mon', from: '09:00', to: '24:00' }] }],
    ['never', { timeZone: zone, windows: [] }],
  ])('%s is accepted', async (_, schedule) => {
    const small = await appliedWorld();
    expect(await small.call(setSchedule, { workload: 'gitlab', schedule })).toMatchObject({
      ok: true,
      changed: true,
    });
    expect(await small.call(setSchedule, { workload: 'gitlab', schedule })).toMatchObject({
      ok: true,
      changed: false,
    });
  });
});

describe('twice the same command', () => {
  it.each([
    ['start-now until a time', startNow, { workload: 'gitlab', until: '22:00' }],
    ['start-now', startNow, { workload: 'gitlab' }],
    ['stop-now until a time', stopNow, { workload: 'gitlab', until: '22:00' }],
    ['stop-now', stopNow, { workload: 'gitlab' }],
  ])('%s is a no-op the second time', async (_, create, payload) => {
    const small = await appliedWorld();
    expect(await small.call(create, payload)).toMatchObject({ ok: true, changed: true });
    const before = await small.stored();
    small.published.length = 0;
    expect(await small.call(create, payload)).toMatchObject({ ok: true, changed: false });
    expect(await small.stored()).toBe(before);
    expect(small.published).toEqual([]);
  });

  it('apply is a no-op the second time', async () => {
    const small = await appliedWorld();
    const before = await small.stored();
    const { definition } = small;
    expect(await small.call(apply, { definition })).toMatchObject({ ok: true, changed: false });
    expect(await small.stored()).toBe(before);
  });
});

describe('a command', () => {
  it('wakes the loop once it is written', async () => {
    const small = await appliedWorld();
    await small.call(stopNow, { workload: 'gitlab' });
    expect(small.published).toEqual([{ type: 'Reconcile Requested', detail: { workload: 'gitlab' } }]);
    expect((await small.body()).override).toMatchObject({ kind: 'stop' });
  });

  it('for a workload that does not exist is refused', async () => {
    const small = await appliedWorld();
    expect(await small.call(startNow, { workload: 'wiki' })).toMatchObject({ ok: false, code: 'not-found' });
  });
});

describe('on hold', () => {
  const held = async () => {
    const small = await appliedWorld();
    await small.put((body) => ({
      ...body,
      state: 'held',
      hold: { code: 'newer-volume', at: instant(1_774_343_000_000), evidence: 'vol-1 is generation 7' },
    }));
    return small;
  };

  it('start-now is refused with the evidence, and changes nothing', async () => {
    const small = await held();
    const before = await small.stored();
    const answer = await small.call(startNow, { workload: 'gitlab' });
    expect(answer).toMatchObject({
      ok: false,
      code: 'held',
      says: expect.stringContaining('vol-1 is generation 7'),
    });
    expect(await small.stored()).toBe(before);
  });

  it('resume ends it, and a second resume has nothing to do', async () => {
    const small = await held();
    expect(await small.call(resume, { workload: 'gitlab' })).toMatchObject({ ok: true, changed: true });
    expect((await small.body()).hold).toBeUndefined();
    expect(await small.call(resume, { workload: 'gitlab' })).toMatchObject({ ok: true, changed: false });
  });

  it('status names code and evidence', async () => {
    const small = await held();
    expect(await small.call(status, { workload: 'gitlab' })).toMatchObject({
      ok: true,
      workloads: [{ state: 'held', hold: { code: 'newer-volume', evidence: 'vol-1 is generation 7' } }],
    });
  });
});
