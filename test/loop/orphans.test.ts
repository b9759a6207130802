import { describe, expect, it } from 'vitest';
import { minutes, since } from '../../shared/base/time.ts';
import type { Deps } from '../../shared/loop/deps.ts';
import { endOrphans } from '../../shared/loop/wake.ts';
import type { InstanceView } from '../../shared/port/cloud.ts';
import { appliedWorld } from '../functions/small-world.ts';

const LAUNCH = '01JQ0000000000000000000001';

/** An instance of the workload's own launch, ten minutes old; `meanwhile` happens while the region is being listed. */
const sweepDuring = async (
  meanwhile: (deps: Deps) => Promise<void>,
  changes: Partial<InstanceView> = {},
): Promise<string[]> => {
  const world = await appliedWorld();
  const { deps } = world;
  const now = deps.clock.now();
  const view: InstanceView = {
    instanceId: 'i-0123456789abcdef0',
    state: 'running',
    zone: 'eu-west-1a',
    instanceType: 'm7g.large',
    purchase: 'spot',
    launchedAt: (now - minutes(10)) as typeof now,
    launchId: LAUNCH,
    workload: 'gitlab',
    project: 'spotkeep-demo',
    templateId: 'lt-gone',
    volumes: [],
    ...changes,
  };
  expect(since(view.launchedAt, now)).toBe(minutes(10));
  const ended: string[] = [];
  const watched: Deps = {
    ...deps,
    cloud: {
      ...deps.cloud,
      projectInstances: async () => {
        await meanwhile(deps);
        return [view];
      },
      launchTemplates: async () => [
        { templateId: 'lt-ours', project: 'spotkeep-demo' },
        { templateId: 'lt-other' },
      ],
      terminate: async (instanceId) => {
        ended.push(instanceId);
      },
    },
  };
  await world.call(
    () => async () => {
      await deps.records.claim({ id: LAUNCH, workload: 'gitlab', kind: 'launch', claimedAt: now });
      await endOrphans(watched, []);
    },
    undefined,
  );
  return ended;
};

describe('the sweep of orphans', () => {
  it('ends an instance of a launch that the record no longer knows', async () => {
    expect(await sweepDuring(async () => undefined)).toEqual(['i-0123456789abcdef0']);
  });

  it.each<[string, Partial<InstanceView>]>([
    ['from no template', { templateId: undefined }],
    ['from a template that is not of this stack', { templateId: 'lt-other' }],
    ['of another project', { project: 'spotkeep-other' }],
  ])('leaves one alone that is %s, whatever launch its tags say', async (_what, changes) => {
    expect(await sweepDuring(async () => undefined, changes)).toEqual([]);
  });

  it('reads the record after the region: an instance taken up meanwhile is not ended', async () => {
    const takeUp = async (deps: Deps): Promise<void> => {
      const stored = await deps.records.load('gitlab');
      if (!stored) throw new Error('no record');
      const now = deps.clock.now();
      const candidate = {
        launchId: LAUNCH,
        attempt: 1,
        purpose: 'start',
        zone: 'eu-west-1a',
        purchase: 'spot',
        instanceTypes: ['m7g.large'],
        requestedAt: now,
        deadline: now,
        instanceId: 'i-0123456789abcdef0',
      };
      const next = { ...stored, version: stored.version + 1, lastWriteId: 'taken-up' };
      await deps.records.save({ ...next, body: { ...stored.body, candidate } }, stored.lastWriteId);
    };
    expect(await sweepDuring(takeUp)).toEqual([]);
  });
});
