// A definition becomes a record, or changes one: what is claimed, kept and told, and what is refused.

import { describe, expect, it } from 'vitest';
import { hash } from '../../shared/base/hash.ts';
import { add, days, iso, minutes } from '../../shared/base/time.ts';
import { surplusSnapshots } from '../../shared/decide/volume/retention.ts';
import { afterChange } from '../../shared/decide/volume/rules.ts';
import type { Definition } from '../../shared/definition/definition.ts';
import { type ApplyRequest, apply } from '../../shared/operate/apply.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { ago, backupTaken, NOW, record, VOLUME } from '../decide/scene.ts';
import { definition } from '../definition/example.ts';
import { type Fakes, type Ports, ports, refusal } from '../loop/ports.ts';

const base = definition();
const adopting = { ...base, volume: { ...base.volume, kind: 'adopt', volumeId: VOLUME } } as Definition;
const none = undefined as RecordBody | undefined;

const applied = async (request: Partial<ApplyRequest> = {}, body = none, fakes: Fakes = {}) => {
  const made = ports(fakes, body ?? record());
  if (!body) made.items.clear();
  return { answer: await apply(made.deps, { definition: base, ...request }), made };
};
const known = (changes: Partial<RecordBody> = {}) =>
  record({ definitionHash: hash(JSON.stringify(base)), ...changes });

describe('a new workload', () => {
  it('is a record at rest, and wakes the loop', async () => {
    const { answer, made } = await applied();
    expect(answer).toEqual({
      ok: true,
      changed: true,
      workload: 'gitlab',
      state: 'parked',
      says: 'gitlab is known now',
    });
    expect(made.items.get('gitlab')).toMatchObject({ version: 1, wakeAt: NOW });
    expect(made.body()).toEqual({
      schema: 3,
      tableId: 'table-1',
      definition: base,
      definitionHash: hash(JSON.stringify(base)),
      imageId: 'ami-0123456789abcdef0',
      dataset: { id: 'ulid-1', fsUuid: 'uuid-2', formatted: false, setupDone: false },
      generation: 0,
      lastGeneration: 0,
      provedGeneration: 0,
      lineage: [],
      leaving: [],
      operationNumber: 0,
      state: 'parked',
      stateSince: NOW,
      unavailablePools: [],
      launches: [],
      suspended: [],
      failedInstances: 0,
      failedVolumes: 0,
      snapshots: [],
      retention: {},
      deletions: [],
    });
    expect(made.published).toEqual([{ detailType: 'Reconcile Requested', detail: { workload: 'gitlab' } }]);
    expect(made.named('routeNotifications')).toEqual([['gitlab', base.notifyTopicArn]]);
    expect(made.named('putParameter')).toEqual([]);
  });

  it('has its script kept before its record', async () => {
    const { made } = await applied({ setupScript: 'echo' });
    expect(made.named('putParameter')[0]).toEqual(['/spotkeep/test/gitlab/setup', 'echo']);
    const order = made.calls
      .map(([name]) => name)
      .filter((name) => name === 'putParameter' || name === 'create');
    expect(order).toEqual(['putParameter', 'create']);
  });

  it('whose name was taken a moment ago is changed instead', async () => {
    const fakes: Fakes = {};
    const made = ports(fakes, known());
    const load = made.deps.records.load.bind(made.deps.records);
    let asked = 0;
    made.deps.records.load = async (name) => {
      asked += 1;
      return asked === 1 ? undefined : load(name);
    };
    expect(await apply(made.deps, { definition: base })).toMatchObject({
      ok: true,
      changed: false,
      says: 'already so: nothing changed',
    });
  });

  it('that adopts a volume claims it, with its id typed once more', async () => {
    const right = await applied({ definition: adopting, confirmVolume: VOLUME });
    expect(right.answer.ok).toBe(true);
    expect(right.made.claims.get(VOLUME)).toEqual({
      id: VOLUME,
      workload: 'gitlab',
      kind: 'volume',
      claimedAt: NOW,
    });
    const wrong = await applied({ definition: adopting, confirmVolume: 'vol-x' });
    expect(wrong.answer).toMatchObject({
      ok: false,
      code: 'invalid',
      path: 'confirmVolume',
      expected: `the id typed once more: ${VOLUME}`,
    });
    expect(wrong.made.items.size).toBe(0);
    expect((await applied({ definition: adopting })).answer.ok).toBe(false);
    expect((await applied()).made.named('claim')).toEqual([]);
  });

  it('does not get another workload’s volume', async () => {
    const made = ports();
    made.items.clear();
    made.claims.set(VOLUME, { id: VOLUME, workload: 'other', kind: 'volume', claimedAt: NOW });
    expect(await apply(made.deps, { definition: adopting, confirmVolume: VOLUME })).toMatchObject({
      ok: false,
      path: 'volume.adopt',
      expected: 'a volume no other workload has (this one belongs to other)',
    });
    expect(made.items.size).toBe(0);
  });
});

describe('a workload that is known', () => {
  const larger = definition({ stopGraceSeconds: base.stopGraceSeconds + 5 });

  it('that is the same writes nothing into its record', async () => {
    const { answer, made } = await applied({}, known());
    expect(answer).toMatchObject({ ok: true, changed: false, says: 'already so: nothing changed' });
    expect(made.items.get('gitlab')?.version).toBe(1);
    expect(made.history).toEqual([]);
  });

  it('takes the new definition, with its hash and its script', async () => {
    const { answer, made } = await applied({ definition: larger, setupScript: 'echo' }, known());
    expect(answer).toMatchObject({ ok: true, changed: true });
    expect(answer.says).toMatch(/^definition changed/);
    expect(made.body()).toMatchObject({
      definition: larger,
      definitionHash: hash(JSON.stringify(larger)),
      imageId: 'ami-0123456789abcdef0',
    });
    expect(made.named('putParameter')).toHaveLength(1);
    expect(made.named('routeNotifications')).toEqual([['gitlab', larger.notifyTopicArn]]);
  });

  it('keeps its image while the definition names the same, and takes another', async () => {
    const now = { commands: { parameter: async () => 'ami-0fffffffffffffff0' } };
    const same = await applied({ definition: larger }, known(), now);
    expect(same.made.body().imageId).toBe('ami-0123456789abcdef0');
    const other = await applied({ definition: { ...larger, image: 'ubuntu-24.04' } }, known(), now);
    expect(other.made.body().imageId).toBe('ami-0fffffffffffffff0');
  });

  it('refuses what may not change', async () => {
    const arm = { ...base, region: 'eu-north-1' };
    const { answer, made } = await applied({ definition: arm, setupScript: 'echo' }, known());
    expect(answer).toMatchObject({ ok: false, code: 'invalid', path: 'region' });
    expect(made.items.get('gitlab')?.version).toBe(1);
    expect(made.named('putParameter')).toEqual([]);
  });

  it('refuses an image that nobody knows, before all else', async () => {
    const { answer, made } = await applied({ definition: { ...base, image: 'windows' } });
    expect(answer).toMatchObject({ ok: false, code: 'invalid', path: 'image' });
    expect(made.items.size).toBe(0);
  });
});

describe('an apply that ended after its record was written', () => {
  const routed = { ...base, notifyTopicArn: 'arn:aws:sns:eu-west-1:123456789012:on-call' };
  const request = { definition: routed, setupScript: 'echo' };
  const STEPS = ['putParameter', 'routeNotifications', 'publish'] as const;

  /** The n-th call of `step` is refused, and no other. */
  const failingOnce = (step: (typeof STEPS)[number], body: RecordBody | undefined, at = 1) => {
    let asked = 0;
    const once = async () => {
      asked += 1;
      if (asked === at) throw refusal('unknown-outcome', 'InternalFailure');
    };
    const made = ports(
      step === 'putParameter' ? { commands: { putParameter: once } } : { bus: { [step]: once } },
      body ?? record(),
    );
    if (!body) made.items.clear();
    return made;
  };
  const done = ({ calls }: Ports) => STEPS.filter((step) => calls.some(([name]) => name === step));

  it.each(STEPS.flatMap((step) => [[step, 'new'] as const, [step, 'known'] as const]))(
    'at %s (%s) is finished by the next',
    async (step, kind) => {
      const made = failingOnce(step, kind === 'new' ? none : known());
      await expect(apply(made.deps, request)).rejects.toMatchObject({ code: 'InternalFailure' });
      made.calls.length = 0;
      expect(await apply(made.deps, request)).toMatchObject({ ok: true });
      expect(done(made)).toEqual(STEPS);
      expect(made.named('routeNotifications')).toEqual([['gitlab', routed.notifyTopicArn]]);
      expect(made.body().definition).toEqual(routed);
    },
  );

  it('does the other steps although one fails', async () => {
    const made = failingOnce('routeNotifications', known({ definitionHash: hash(JSON.stringify(routed)) }));
    await expect(apply(made.deps, request)).rejects.toMatchObject({ code: 'InternalFailure' });
    expect(done(made)).toEqual(STEPS);
  });

  it('does no step of a definition that is refused', async () => {
    const made = ports({}, known());
    expect(
      await apply(made.deps, { ...request, definition: { ...routed, region: 'eu-north-1' } }),
    ).toMatchObject({ ok: false });
    expect(done(made)).toEqual([]);
  });
});

describe('rules of retention that keep less', () => {
  const keeping = (keep: Definition['backups']['keep']): Definition => ({
    ...base,
    backups: { ...base.backups, keep },
  });
  const many = Array.from({ length: 30 }, (_, n) =>
    backupTaken({ snapshotId: `snap-${n}`, startedAt: ago(days(n)) }),
  );
  const rich = known({ definition: keeping(30), snapshots: many, retention: {} });
  const WEEK = add(NOW, days(7));

  it('are written down with what would go and when, and nothing goes yet', async () => {
    const { answer, made } = await applied({ definition: keeping(1) }, rich);
    expect(answer).toMatchObject({
      ok: true,
      changed: true,
      retention: { effectiveAt: iso(WEEK), keeps: { daily: 30 }, volumes: [] },
      says: `definition changed; retention is lower from ${iso(WEEK)} on, and Spotkeep then deletes 28 snapshots (snap-2, snap-3, snap-4, snap-5, snap-6, …); to cancel, apply the previous rules`,
    });
    expect(Object(answer).retention.snapshots).toHaveLength(28);
    expect(made.body().retention).toMatchObject({ until: WEEK, before: { daily: 30 } });
    expect(surplusSnapshots(made.body(), NOW)).toEqual([]);
  });

  it('are told by a dry run, which writes nothing', async () => {
    const { answer, made } = await applied({ definition: keeping(1), dryRun: true }, rich);
    expect(answer).toMatchObject({
      retention: { effectiveAt: iso(WEEK) },
      warnings: expect.arrayContaining([
        { path: 'retention', kind: 'warning', text: expect.stringContaining('28 snapshots') },
      ]),
    });
    expect(made.body()).toEqual(rich);
  });

  it('are taken back by the rules before', async () => {
    const lowered = known({ ...rich, definition: keeping(1), retention: afterChange(rich, keeping(1), NOW) });
    const { answer, made } = await applied({ definition: keeping(30) }, lowered);
    expect(answer).toMatchObject({
      says: 'definition changed; the previous retention applies again: nothing is deleted because of the change',
    });
    expect(Object(answer).retention).toBeUndefined();
    expect(made.body().retention).toEqual({});
  });

  it('name the volumes that go with them', async () => {
    const left = {
      generation: 1,
      zone: 'eu-west-1a',
      role: 'superseded' as const,
      promoted: true,
      tagged: true,
    };
    const patient = { ...base, retention: { supersededDays: 30 } };
    const body = known({
      definition: patient,
      definitionHash: hash(JSON.stringify(patient)),
      retention: {},
      lineage: [
        { ...left, volumeId: 'vol-first', since: ago(days(10)) },
        { ...left, volumeId: 'vol-second', since: add(NOW, minutes(1)) },
      ],
    });
    expect((await applied({ definition: base }, body)).answer).toMatchObject({
      retention: { keeps: { supersededDays: 30 }, volumes: ['vol-first'] },
    });
  });

  it('that keep more are just applied', async () => {
    const { answer, made } = await applied(
      { definition: keeping({ daily: 30, weekly: 4, monthly: 3 }) },
      rich,
    );
    expect(answer).toMatchObject({ says: 'definition changed' });
    expect(made.body().retention).toEqual({});
  });
});

describe('a dry run', () => {
  const larger = definition({ stopGraceSeconds: base.stopGraceSeconds + 5 });
  const dry = (request: Partial<ApplyRequest>, body = none) => applied({ dryRun: true, ...request }, body);

  it('of a new workload shows it whole, and writes nothing', async () => {
    const { answer, made } = await dry({});
    expect(answer).toMatchObject({
      ok: true,
      changed: false,
      dryRun: true,
      workload: 'gitlab',
      state: 'parked',
      created: true,
      says: 'gitlab is new',
    });
    if (!('changes' in answer)) throw new Error('no dry run');
    expect(answer.changes).toContainEqual({ path: 'name', from: undefined, to: 'gitlab' });
    expect(made.items.size).toBe(0);
    expect(made.published).toEqual([]);
  });

  it('of a change shows what changes', async () => {
    const { answer, made } = await dry({ definition: larger }, known());
    expect(answer).toMatchObject({
      ok: true,
      created: false,
      state: 'serving',
      changes: [{ path: 'stopGraceSeconds', from: base.stopGraceSeconds, to: base.stopGraceSeconds + 5 }],
      says: '1 changes',
    });
    expect(made.items.get('gitlab')?.version).toBe(1);
  });

  it('says what would be refused', async () => {
    expect((await dry({ definition: { ...base, region: 'eu-north-1' } }, known())).answer).toMatchObject({
      ok: false,
      code: 'invalid',
      path: 'region',
    });
    const destroyed = { at: ago(minutes(3)), keepSnapshots: true };
    expect((await dry({}, known({ destroyed }))).answer).toMatchObject({
      ok: false,
      code: 'destroyed',
      says: `gitlab was destroyed at ${iso(destroyed.at)}: its name is not used again`,
    });
    expect((await dry({}, { ...known(), schema: 99 } as never)).answer).toMatchObject({
      ok: false,
      code: 'unreadable',
      workload: 'gitlab',
      says: 'written by a later version (schema 99)',
    });
  });
});
