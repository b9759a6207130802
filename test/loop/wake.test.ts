// From hints to loops: whose an event is, what is put aside for a loop, what is due, which instance nobody needs.

import { describe, expect, it } from 'vitest';
import { add, minutes, ms } from '../../shared/base/time.ts';
import type { CloudEvent } from '../../shared/event/parse.ts';
import {
  awaitsCommand,
  endOrphans,
  hasSurplus,
  noteEvent,
  tick,
  workloadOf,
} from '../../shared/loop/wake.ts';
import type { InstanceView } from '../../shared/port/cloud.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { intent, launching } from '../decide/intents.ts';
import {
  ago,
  candidate,
  inFlight,
  instance,
  NOW,
  OWNER,
  owner,
  record,
  SNAPSHOT,
  VOLUME,
} from '../decide/scene.ts';
import { ports, refusal } from './ports.ts';

const of = (event: object): CloudEvent => event as CloudEvent;

describe('an event', () => {
  it.each<[object, string]>([
    [{ kind: 'volume', volumeId: VOLUME }, VOLUME],
    [{ kind: 'snapshot', volumeId: VOLUME, snapshotId: SNAPSHOT }, VOLUME],
    [{ kind: 'snapshot', snapshotId: SNAPSHOT }, SNAPSHOT],
    [{ kind: 'interruption', instanceId: OWNER }, OWNER],
    [{ kind: 'instance-state', instanceId: OWNER, state: 'running' }, OWNER],
  ])('%o is the workload’s that claimed its resource', async (event, id) => {
    const { deps, calls, claims } = ports();
    claims.set(id, { id, workload: 'gitlab', kind: 'volume', claimedAt: NOW });
    expect(await workloadOf(deps, of(event))).toBe('gitlab');
    expect(calls).toEqual([['claimOf', id]]);
  });

  it('of a foreign resource is nobody’s, for one reading', async () => {
    const { deps, calls } = ports();
    expect(await workloadOf(deps, of({ kind: 'interruption', instanceId: 'i-foreign' }))).toBeUndefined();
    expect(calls).toHaveLength(1);
  });

  it('of the project’s own bus names its workload', async () => {
    const { deps, calls } = ports();
    expect(await workloadOf(deps, of({ kind: 'reconcile', workload: 'w' }))).toBe('w');
    expect(calls).toEqual([]);
  });
});

describe('what must not queue behind a loop', () => {
  const noted = async (event: object) => {
    const { deps, notices } = ports();
    const put = await noteEvent(deps, 'gitlab', of(event));
    return { put, notices };
  };

  it('is a warning, with EC2’s times', async () => {
    const actionAt = add(NOW, minutes(2));
    const noticedAt = ago(ms(700));
    expect(await noted({ kind: 'interruption', instanceId: OWNER, actionAt, noticedAt })).toEqual({
      put: true,
      notices: [
        {
          workload: 'gitlab',
          id: `interruption-${OWNER}`,
          kind: 'interruption',
          instanceId: OWNER,
          actionAt,
          receivedAt: noticedAt,
        },
      ],
    });
  });

  it('is a recommendation', async () => {
    expect(await noted({ kind: 'rebalance', instanceId: OWNER })).toEqual({
      put: true,
      notices: [
        {
          workload: 'gitlab',
          id: `rebalance-${OWNER}`,
          kind: 'rebalance',
          instanceId: OWNER,
          receivedAt: NOW,
        },
      ],
    });
  });

  it('is an end', async () => {
    expect(await noted({ kind: 'instance-state', instanceId: OWNER, state: 'terminated' })).toEqual({
      put: true,
      notices: [
        {
          workload: 'gitlab',
          id: `state-${OWNER}`,
          kind: 'instance-state',
          instanceId: OWNER,
          state: 'terminated',
          receivedAt: NOW,
        },
      ],
    });
  });

  it.each([
    { kind: 'instance-state', instanceId: OWNER, state: 'running' },
    { kind: 'volume', volumeId: VOLUME, state: 'terminated' },
    { kind: 'reconcile', workload: 'gitlab' },
  ])('is not %o', async (event) => {
    expect(await noted(event)).toEqual({ put: false, notices: [] });
  });
});

describe('the tick', () => {
  const ticked = async (minute: number, second = 0) => {
    const made = ports();
    made.now = (Date.parse('2026-03-24T09:00:00Z') + minute * 60_000 + second * 1000) as typeof NOW;
    const names = await tick(made.deps);
    return { names, made };
  };

  it('wakes what is due', async () => {
    const { names, made } = await ticked(1);
    expect(names).toEqual(['due']);
    expect(made.named('dueNames')).toEqual([[made.now]]);
    expect(made.published).toEqual([{ detailType: 'Reconcile Requested', detail: { workload: 'due' } }]);
  });

  it.each([
    [0, 0],
    [10, 59],
    [20, 30],
  ])('wakes all at minute %i, second %i', async (minute, second) => {
    expect((await ticked(minute, second)).names).toEqual(['gitlab']);
  });

  it.each([9, 11, 19])('wakes not all at minute %i', async (minute) => {
    expect((await ticked(minute, 59)).names).toEqual(['due']);
  });
});

describe('an orphan', () => {
  const LAUNCH = 'launch-x';
  const orphan = (changes: Partial<InstanceView> = {}): InstanceView =>
    instance('i-orphan', { launchId: LAUNCH, launchedAt: ago(minutes(4)), ...changes });
  const swept = async (
    view: InstanceView,
    body: RecordBody = record(),
    claim: { kind: 'launch' | 'instance'; workload: string } | undefined = {
      kind: 'launch',
      workload: 'gitlab',
    },
  ) => {
    const made = ports({ cloud: { projectInstances: async () => [view] } }, body);
    if (claim) made.claims.set(LAUNCH, { id: LAUNCH, claimedAt: NOW, ...claim });
    return { ended: await endOrphans(made.deps, []), made };
  };

  it('is ended, claimed first, and named', async () => {
    const { ended, made } = await swept(orphan());
    expect(ended).toEqual(['i-orphan']);
    expect(made.named('terminate')).toEqual([['i-orphan', false]]);
    expect(made.calls.map(([name]) => name).slice(-2)).toEqual(['claim', 'terminate']);
    expect(made.claims.get('i-orphan')).toEqual({
      id: 'i-orphan',
      workload: 'gitlab',
      kind: 'instance',
      note: 'orphan',
      claimedAt: NOW,
    });
    expect(made.logged).toEqual([
      {
        level: 'warn',
        message: 'orphan',
        fields: {
          workload: 'gitlab',
          operation: 'terminate',
          reason: `i-orphan: launch ${LAUNCH} is in no record`,
        },
      },
    ]);
  });

  it.each<[string, Partial<InstanceView>]>([
    ['has no workload', { workload: undefined }],
    ['has no launch', { launchId: undefined }],
    ['is terminated', { state: 'terminated' }],
    ['is shutting down', { state: 'shutting-down' }],
    ['is younger than four minutes', { launchedAt: ago(ms(239_999)) }],
    [
      'has the data volume',
      { volumes: [{ volumeId: VOLUME, device: '/dev/sdf', deleteOnTermination: false }] as never },
    ],
  ])('is none that %s', async (_name, changes) => {
    expect((await swept(orphan(changes))).ended).toEqual([]);
  });

  it('with another volume is one', async () => {
    const volumes = [{ volumeId: 'vol-root', device: '/dev/xvda', deleteOnTermination: true }] as never;
    expect((await swept(orphan({ volumes }))).ended).toEqual(['i-orphan']);
  });

  it.each<[string, Partial<RecordBody>]>([
    ['on hold', { hold: { code: 'volume-missing' as const, at: NOW, evidence: 'x' } }],
    ['whose launch may still be answered', { intent: intent(launching()) }],
    ['that names the launch', { candidate: candidate({ launchId: LAUNCH }) }],
    ['whose owner is of the launch', { owner: owner({ launchId: LAUNCH }) }],
  ])('of a workload %s is left', async (_name, changes) => {
    expect((await swept(orphan(), record(changes))).ended).toEqual([]);
  });

  it('beside another call of the workload is one', async () => {
    const attaches = intent({ kind: 'attach', volumeId: VOLUME, instanceId: OWNER });
    expect((await swept(orphan(), record({ intent: attaches }))).ended).toEqual(['i-orphan']);
  });

  it.each<[string, { kind: 'launch' | 'instance'; workload: string } | null]>([
    ['nobody’s', null],
    ['another workload’s', { kind: 'launch', workload: 'other' }],
    ['no launch', { kind: 'instance', workload: 'gitlab' }],
  ])('whose launch is %s in our table is none', async (_name, claim) => {
    const made = ports({ cloud: { projectInstances: async () => [orphan()] } });
    if (claim) made.claims.set(LAUNCH, { id: LAUNCH, claimedAt: NOW, ...claim });
    expect(await endOrphans(made.deps, [])).toEqual([]);
  });

  it('that cannot be ended keeps no other waiting', async () => {
    const views = [orphan(), orphan({ instanceId: 'i-other' })];
    const made = ports({
      cloud: {
        projectInstances: async () => views,
        terminate: async (id) => {
          if (id === 'i-orphan') throw refusal('denied');
        },
      },
    });
    made.claims.set(LAUNCH, { id: LAUNCH, claimedAt: NOW, kind: 'launch', workload: 'gitlab' });
    const failures: unknown[] = [];
    expect(await endOrphans(made.deps, failures)).toEqual(['i-other']);
    expect(failures).toEqual([refusal('denied')]);
  });

  it('of a record that cannot be read is left', async () => {
    expect((await swept(orphan(), { ...record(), schema: 99 } as never)).ended).toEqual([]);
  });
});

describe('before the region is asked', () => {
  it('the record says whether there is anything to delete', async () => {
    const pending = { ...record().snapshots[0], snapshotId: 'snap-failed', state: 'error' } as never;
    const { deps } = ports({}, record({ snapshots: [...record().snapshots, pending] }));
    expect(await hasSurplus(deps, 'gitlab')).toBe(true);
    expect(await hasSurplus(ports().deps, 'gitlab')).toBe(false);
    expect(await hasSurplus(deps, 'nobody')).toBe(false);
  });

  it('the record says whether an answer is still waited for', async () => {
    const { deps } = ports({}, record({ command: inFlight('start') }));
    expect(await awaitsCommand(deps, 'gitlab', 'command-8')).toBe(true);
    expect(await awaitsCommand(deps, 'gitlab', 'command-9')).toBe(false);
    expect(await awaitsCommand(ports().deps, 'gitlab', 'command-8')).toBe(false);
    expect(await awaitsCommand(deps, 'nobody', 'command-8')).toBe(false);
  });
});
