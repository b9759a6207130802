// Other people in the account: an instance of anybody's that is tagged like ours, and a second stage with a workload of the
// same name. Nothing of theirs is touched, and none of it is a hold; what is ours stays ours when its tags are lost.

import { describe, expect, it } from 'vitest';
import { hours, minutes } from '../../shared/base/time.ts';
import { relaunchOther, secondStage, strangerInstance } from '../../simulator/region/others.ts';
import type { Region } from '../../simulator/region/region.ts';
import { createTemplate } from '../../simulator/region/templates.ts';
import { PROJECT } from '../../simulator/world.ts';
import { type Operated, operated, serving } from './operator-world.ts';
import { expectUnheld, lines, servedShare, tell } from './story.ts';

const TABLE = 'spotkeep-demo';
const OURS = `spotkeep:project: ${PROJECT}, spotkeep:workload: gitlab`;

const alertsOf = (told: Awaited<ReturnType<typeof tell>>): unknown[] =>
  lines(told, 'alert').map(({ fields }) => fields.code);

describe('a stranger', () => {
  it('with the workload’s tag alone stops nothing, and nobody is told', async () => {
    const told = await tell({ steps: ['{at: T10:00, do: stranger, tags: {spotkeep:workload: gitlab}}'] });
    expectUnheld(told);
    expect(servedShare(told)).toBeGreaterThan(0.99);
    expect(alertsOf(told)).toEqual([]);
  });

  it('with all our tags stops nothing, and is told of once an hour', async () => {
    const launch = 'spotkeep:launch: 01JQ0000000000000000000009';
    const told = await tell({ steps: [`{at: T10:00, do: stranger, tags: {${OURS}, ${launch}}}`] });
    expectUnheld(told);
    expect(servedShare(told)).toBeGreaterThan(0.99);
    const alerts = alertsOf(told);
    expect(new Set(alerts)).toEqual(new Set(['foreign-instance']));
    expect(alerts.length).toBeGreaterThanOrEqual(3);
  });
});

describe('a second stage with a workload of the same name', () => {
  it('stops nothing, through an interruption, a move and the night', async () => {
    const told = await tell({
      steps: [
        '{at: T08:00, do: second-stage}',
        '{at: T09:40, do: warn}',
        '{at: T10:30, do: capacity, zone: eu-west-1a, purchase: spot, available: false, for: 4h}',
        '{at: T10:35, do: reclaim}',
      ],
    });
    expectUnheld(told);
    expect(told.report.moves).toBe(1);
    expect(servedShare(told)).toBeGreaterThan(0.95);
  });

  it('before the first start is not taken for ours', async () => {
    const told = await tell({
      steps: ['{at: T00:00, do: second-stage}', `{at: T00:01, do: stranger, tags: {${OURS}}}`],
    });
    expectUnheld(told);
    expect(servedShare(told)).toBeGreaterThan(0.95);
  });
});

const ec2 = (region: Region, name: string, input: Record<string, unknown>) =>
  region.applyNow({ service: 'ec2', name, input });

/** By hand: the judge judges the product's calls alone. */
const byHand = ({ world: { region } }: Operated, name: string, input: Record<string, unknown>): void => {
  const { watch } = region;
  region.watch = undefined;
  ec2(region, name, input);
  region.watch = watch;
};

/** All that is not ours, as it is now. */
const theirs = ({ world: { region } }: Operated): unknown =>
  JSON.parse(
    JSON.stringify({
      instances: [...region.instances.values()].filter(({ id }) => region.others.has(id)),
      volumes: [...region.volumes.values()].filter(({ id }) => region.others.has(id)),
      snapshots: [...region.snapshots.values()].filter(({ id }) => region.others.has(id)),
      templates: [...region.templates.values()].filter(({ id }) => region.others.has(id)),
    }),
  );

const servedAt = async (): Promise<Operated> => {
  const on = await operated();
  await on.until('serving', serving, hours(2));
  return on;
};

/** The stack's template takes a new id, as when a stack's update replaces it. */
const replaceTemplate = (region: Region): void => {
  const old = [...region.templates.values()].find(({ name }) => name === PROJECT);
  if (!old) throw new Error('no template');
  region.templates.delete(old.id);
  createTemplate(region, { name: old.name, tags: old.tags });
};

/** Restores the table to `copy` and recovers. */
const recovered = async (
  on: Operated,
  copy: ReturnType<Operated['world']['region']['dynamo']['snapshot']>,
) => {
  on.world.lambda.killRunning();
  on.world.lambda.redeploy();
  on.world.region.dynamo.restoreAsNewTable(copy);
  on.world.judge.forget(on.name);
  for (let waited = 0; waited < 12 && !on.world.judge.records.has(on.name); waited += 1)
    await on.pass(minutes(1));
  await on.until('held', (body) => body.hold?.code === 'table-restored', minutes(40));
  expect(await on.ask('recover')).toMatchObject({ ok: true, changed: true });
  await on.until('recovered', (body) => body.recover === undefined && body.hold === undefined, hours(2));
};

describe('a recovery', () => {
  it('ends what is ours and touches nothing of the second stage’s, nor a copy of an instance of ours', async () => {
    const on = await servedAt();
    const { region } = on.world;
    const copy = region.dynamo.snapshot(TABLE);
    const [other] = secondStage(region, new Map([[on.name, on.volume().zone]]));
    const owner = region.instances.get(on.body().owner?.instanceId ?? '');
    const tags = Object.entries(owner?.tags ?? {}).filter(([key]) => !key.startsWith('aws:'));
    strangerInstance(region, { zone: on.volume().zone, tags: Object.fromEntries(tags) });
    const before = theirs(on);
    await recovered(on, copy);
    expect(owner?.state).toBe('terminated');
    expect(theirs(on)).toEqual(before);
    expect(on.body().lastGeneration).toBeLessThan(other?.generation ?? 0);
    on.expectSound();
  });

  it('ends an instance of a template that was made after the table’s time, and whose template is gone', async () => {
    for (const gone of [false, true]) {
      const on = await operated();
      const { region } = on.world;
      const copy = region.dynamo.snapshot(TABLE);
      replaceTemplate(region);
      await on.until('serving', serving, hours(2));
      const owner = region.instances.get(on.body().owner?.instanceId ?? '');
      if (gone) replaceTemplate(region);
      await recovered(on, copy);
      expect(owner?.state).toBe('terminated');
      on.expectSound();
    }
  });
});

describe('what the record names', () => {
  it('is the owner without its tags, serves on, and is ended at closing', async () => {
    const on = await servedAt();
    const owner = on.body().owner?.instanceId ?? '';
    byHand(on, 'DeleteTags', { Resources: [owner] });
    await on.pass(hours(1));
    expect(on.body()).toMatchObject({ state: 'serving', owner: { instanceId: owner } });
    await on.until('parked', (body) => body.state === 'parked' && body.leaving.length === 0, hours(5));
    expect(on.world.region.instances.get(owner)?.state ?? 'terminated').toBe('terminated');
    on.expectSound();
  });

  it('is the volume and its snapshots without our project’s and workload’s tags', async () => {
    const on = await servedAt();
    const keys = ['spotkeep:project', 'spotkeep:workload', 'spotkeep:dataset'];
    const Tags = keys.map((Key) => ({ Key }));
    const resources = [on.volume().id, ...on.body().snapshots.map(({ snapshotId }) => snapshotId)];
    byHand(on, 'DeleteTags', { Resources: resources, Tags });
    await on.until('parked', (body) => body.state === 'parked' && body.leaving.length === 0, hours(8));
    await on.until('serving again', serving, hours(24));
    expect(on.body().hold).toBeUndefined();
    on.expectSound();
  });
});

describe('the judge', () => {
  it('sees each call that names what is somebody else’s, and each record that does', async () => {
    const on = await servedAt();
    const { region, judge } = on.world;
    const [other] = secondStage(region, new Map([[on.name, on.volume().zone]]));
    if (!other) throw new Error('no second stage');
    const before = judge.violations.length;
    ec2(region, 'CreateSnapshot', { VolumeId: other.volume.id });
    ec2(region, 'TerminateInstances', { InstanceIds: [other.instance.id] });
    const found = judge.violations.slice(before).filter(({ invariant }) => invariant === 'S19');
    expect(found.map(({ what }) => what)).toEqual([
      `CreateSnapshot of ${other.volume.id}, which is not the stack's`,
      `TerminateInstances of ${other.instance.id}, which is not the stack's`,
    ]);
    await on.pass(minutes(10));
    expect(relaunchOther(region, other).id).not.toBe(other.instance.id);
  });
});
