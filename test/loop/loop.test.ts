// The loop around the planner: what is written before and after a call, when it stands back, waits, leaves or is beaten.

import { describe, expect, it } from 'vitest';
import { add, minutes, ms, seconds } from '../../shared/base/time.ts';
import { loop } from '../../shared/loop/loop.ts';
import type { InstanceView, VolumeView } from '../../shared/port/cloud.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import {
  ago,
  attachedTo,
  candidate,
  former,
  inFlight,
  instance,
  NIGHT,
  NOW,
  OWNER,
  owner,
  record,
  SUCCESSOR,
  VOLUME,
  volume,
} from '../decide/scene.ts';
import { type Fakes, type Ports, ports, rejecting } from './ports.ts';

interface Region {
  hosts?: InstanceView[];
  disks?: VolumeView[];
  online?: string[];
}

/** The region shows these, whatever is called. */
const showing = ({ hosts = [instance(OWNER)], disks, online }: Region, fakes: Fakes = {}): Fakes => ({
  ...fakes,
  cloud: {
    instances: async () => hosts,
    volumes: async () => disks ?? [volume({ attachments: attachedTo(OWNER) })],
    ...fakes.cloud,
  },
  commands: {
    agents: async () =>
      (online ?? hosts.map((one) => one.instanceId)).map((instanceId) => ({
        instanceId,
        online: true,
        agentVersion: '3',
      })),
    ...fakes.commands,
  },
});

const run = async (made: Ports, options: { leaveIn?: number; mayDelete?: boolean; name?: string } = {}) => {
  const { leaveIn = 600_000, mayDelete = false, name = 'gitlab' } = options;
  const end = await loop(made.deps, { name, leaveAt: add(made.now, ms(leaveIn)), mayDelete });
  return { end, made };
};
const starting = async (body: RecordBody, region: Region = {}, fakes: Fakes = {}, options = {}) =>
  run(ports(showing(region, fakes), body), options);
const order = ({ calls }: Ports, ...names: string[]) =>
  calls.map(([name]) => name).filter((name) => names.includes(name));

const parked = (changes: Partial<RecordBody> = {}) =>
  record({ owner: undefined, state: 'parked', ...changes });
const REST = { hosts: [], disks: [volume()] };

/** Wanted, with nothing: the next call is a launch. */
const launching = (fakes: Fakes = {}, changes: Partial<RecordBody> = {}) =>
  ports(showing(REST, fakes), parked(changes));

describe('a workload', () => {
  it('that nobody knows is absent', async () => {
    const { end, made } = await run(ports(), { name: 'nobody' });
    expect(end).toEqual({ kind: 'absent', reason: 'no such workload' });
    expect(order(made, 'save', 'instances')).toEqual([]);
  });

  it('whose record cannot be read is left alone, and a person is called', async () => {
    const made = ports();
    made.put('gitlab', { ...record(), schema: 99 } as never);
    const { end } = await run(made);
    const reason = 'written by a later version (schema 99)';
    expect(end).toEqual({ kind: 'refused', reason });
    expect(made.published).toEqual([
      { detailType: 'Held', detail: { workload: 'gitlab', code: 'record-unreadable', evidence: reason } },
    ]);
    expect(made.logged[0]).toEqual({
      level: 'warn',
      message: 'record',
      fields: { workload: 'gitlab', operation: 'load', reason },
    });
    expect(order(made, 'save', 'instances')).toEqual([]);
  });
});

describe('the lease', () => {
  const leased = (until: number, by = 'another') => record({ lease: { by, until: until as never } });

  it('of another loop is respected: a notice is left for it', async () => {
    const { end, made } = await starting(leased(NOW + 1));
    expect(end).toEqual({ kind: 'busy', reason: `another loop has it until ${NOW + 1}` });
    expect(made.notices).toEqual([{ workload: 'gitlab', id: 'wake', kind: 'wake', receivedAt: NOW }]);
    expect(order(made, 'save', 'instances')).toEqual([]);
  });

  it('that is over is no hindrance', async () => {
    const { end, made } = await starting(leased(NOW));
    expect(end.kind).toBe('settled');
    expect(made.body().lease).toBeUndefined();
  });

  it('is taken with the first write, given back with the last', async () => {
    const made = launching();
    const leases: (RecordBody['lease'] | undefined)[] = [];
    const save = made.deps.records.save.bind(made.deps.records);
    made.deps.records.save = (one, before) => {
      leases.push(one.body.lease as RecordBody['lease']);
      return save(one, before);
    };
    await run(made, { leaveIn: 0 });
    expect(leases[0]).toEqual({ by: 'ulid-1', until: add(NOW, seconds(15)) });
    expect(leases.at(-1)).toBeUndefined();
  });
});

describe('a settled workload', () => {
  it('is not written when nothing changed', async () => {
    const made = ports(showing(REST), parked());
    made.now = NIGHT;
    const first = await run(made);
    expect(first.end.kind).toBe('settled');
    const { wakeAt, version } = made.items.get('gitlab') ?? {};
    if (first.end.kind !== 'settled') throw new Error('not settled');
    expect(wakeAt).toBe(first.end.nextCheckAt);
    const again = await run(made);
    expect(again.end).toEqual(first.end);
    expect(made.items.get('gitlab')?.version).toBe(version);
  });

  it('is written where only its next look is another', async () => {
    const made = ports(showing(REST), parked());
    made.now = NIGHT;
    await run(made);
    const stored = made.items.get('gitlab');
    if (stored) made.items.set('gitlab', { ...stored, wakeAt: add(NIGHT, seconds(3)) });
    await run(made);
    expect(made.items.get('gitlab')?.version).toBe((stored?.version ?? 0) + 1);
  });

  it('consumes the notices it read', async () => {
    const made = ports(showing(REST), parked());
    made.now = NIGHT;
    await run(made);
    made.notices.push({ workload: 'gitlab', id: 'wake', kind: 'wake', receivedAt: NIGHT });
    await run(made);
    expect(made.notices).toEqual([]);
  });

  it('logs how it ended', async () => {
    const made = ports(showing(REST), parked());
    made.now = NIGHT;
    const { end } = await run(made);
    expect(made.logged.at(-1)).toEqual({
      level: 'info',
      message: 'loop',
      fields: { workload: 'gitlab', operation: 'loop', reason: end.reason, end: 'settled', turns: 1 },
    });
  });
});

describe('a call', () => {
  const instanceOf = { instanceId: SUCCESSOR, instanceType: 'm7i.large', zone: 'eu-west-1a' };

  it('is made after the record that names it was written, and its outcome is written after', async () => {
    const made = launching({ cloud: { launch: async () => ({ instance: instanceOf, errors: [] }) } });
    const bodies: RecordBody[] = [];
    const launch = made.deps.cloud.launch.bind(made.deps.cloud);
    made.deps.cloud.launch = (request) => {
      bodies.push(made.body());
      return launch(request);
    };
    await run(made, { leaveIn: 0 });
    expect(order(made, 'save', 'launch').slice(0, 3)).toEqual(['save', 'launch', 'save']);
    const [before] = bodies;
    expect(before?.intent?.effect.kind).toBe('launch');
    expect(before?.candidate?.instanceId).toBeUndefined();
    expect(before?.lease?.by).toBe('ulid-1');
    expect(made.body().candidate?.instanceId).toBe(SUCCESSOR);
    expect(made.body().intent).toBeUndefined();
  });

  it('is logged, and what the planner noted is kept with the version', async () => {
    const made = launching();
    await run(made, { leaveIn: 0 });
    expect(made.logged).toContainEqual({
      level: 'info',
      message: 'act',
      fields: {
        workload: 'gitlab',
        operation: 'launch',
        reason: expect.stringContaining('launch spot in eu-west-1a') as string,
      },
    });
    const state = made.history.find(({ kind }) => kind === 'state');
    expect(state).toMatchObject({ workload: 'gitlab', version: 2, at: NOW, detail: { to: 'launching' } });
    expect(made.logged).toContainEqual({
      level: 'info',
      message: 'state',
      fields: {
        workload: 'gitlab',
        operation: 'state',
        reason: state?.reason,
        from: 'parked',
        to: 'launching',
      },
    });
  });

  it('whose answer is lost leaves its intent, and says so', async () => {
    const made = launching({ cloud: { launch: rejecting('unknown-outcome', 'Timeout') } });
    await run(made, { leaveIn: 0 });
    expect(made.body().intent?.effect.kind).toBe('launch');
    expect(made.logged).toContainEqual({
      level: 'warn',
      message: 'effect',
      fields: { workload: 'gitlab', operation: 'launch', reason: 'no answer (Timeout)' },
    });
    expect(made.published.filter(({ detailType }) => detailType === 'Quota Error')).toEqual([]);
  });

  it('that is refused says why', async () => {
    const made = launching({ cloud: { launch: rejecting('throttled', 'RequestLimitExceeded') } });
    await run(made, { leaveIn: 0 });
    expect(made.logged).toContainEqual({
      level: 'warn',
      message: 'effect',
      fields: {
        workload: 'gitlab',
        operation: 'launch',
        reason: 'RequestLimitExceeded: says RequestLimitExceeded',
      },
    });
    expect(made.published.filter(({ detailType }) => detailType === 'Quota Error')).toEqual([]);
    expect(made.body().launchPause?.why).toBe('another try at a launch (throttled)');
  });

  it.each<[string, Fakes, string]>([
    [
      'as a refusal',
      { cloud: { launch: rejecting('quota', 'MaxSpotInstanceCountExceeded') } },
      'MaxSpotInstanceCountExceeded: says MaxSpotInstanceCountExceeded',
    ],
    [
      'within its answer',
      {
        cloud: {
          launch: async () => ({
            errors: [
              { code: 'MaxSpot', kind: 'quota', message: 'x' },
              { code: 'Other', kind: 'other', message: 'x' },
            ],
          }),
        },
      },
      'MaxSpot, Other',
    ],
  ])('that meets an account limit %s calls a person', async (_name, fakes, text) => {
    const made = launching(fakes);
    await run(made, { leaveIn: 0 });
    expect(made.published).toContainEqual({
      detailType: 'Quota Error',
      detail: { workload: 'gitlab', operation: 'launch', text },
    });
  });

  it('that was answered with other errors calls nobody', async () => {
    const made = launching({
      cloud: { launch: async () => ({ errors: [{ code: 'X', kind: 'capacity', message: 'x' }] }) },
    });
    await run(made, { leaveIn: 0 });
    expect(made.published.filter(({ detailType }) => detailType === 'Quota Error')).toEqual([]);
    expect(made.logged.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('to the host is looked after a second later', async () => {
    const fresh = owner({ startedAt: undefined, touchedAt: undefined });
    const made = ports(showing({}), record({ owner: fresh, state: 'starting' }));
    await run(made, { leaveIn: 500 });
    expect(made.named('send')).toHaveLength(1);
    expect(made.named('sleep')[0]).toEqual([1000]);
    expect(made.body().command).toMatchObject({ document: 'start', commandId: 'command-new' });
  });
});

describe('another writer', () => {
  const conflicting = (times: number): Ports => {
    const made = launching();
    const save = made.deps.records.save.bind(made.deps.records);
    let left = times;
    made.deps.records.save = async (one, before) => {
      if (left <= 0) return save(one, before);
      left -= 1;
      return { kind: 'conflict' };
    };
    return made;
  };

  it('is met by reading again', async () => {
    const made = conflicting(2);
    await run(made);
    expect(made.named('load')).toHaveLength(3);
    expect(made.named('launch').length).toBeGreaterThan(0);
  });

  it('three times in a row has it', async () => {
    const made = conflicting(3);
    const { end } = await run(made);
    expect(end).toEqual({ kind: 'busy', reason: 'another writer is at work' });
    expect(made.named('launch')).toEqual([]);
    expect(made.items.get('gitlab')?.version).toBe(1);
    expect(made.history).toEqual([]);
  });

  it('after the call is met as well: nothing of it is lost', async () => {
    const made = launching({
      cloud: {
        launch: async () => {
          const stored = made.items.get('gitlab');
          if (stored)
            made.items.set('gitlab', { ...stored, version: stored.version + 1, lastWriteId: 'theirs' });
          return { errors: [] };
        },
      },
    });
    await run(made, { leaveIn: 0 });
    expect(made.named('load').length).toBeGreaterThan(1);
    // Asked again under the same token: the intent was still there.
    const tokens = made.named('launch').map(([request]) => Reflect.get(Object(request), 'token'));
    expect(new Set(tokens).size).toBe(1);
  });
});

describe('a wait', () => {
  const waiting = (changes: Partial<RecordBody> = {}) =>
    ports(
      showing({ hosts: [instance(SUCCESSOR, { state: 'pending' })], disks: [volume()], online: [] }),
      parked({
        state: 'launching',
        candidate: candidate({ onlineAt: undefined, requestedAt: NOW, launchedAt: undefined }),
        ...changes,
      }),
    );

  it('is slept through in steps of at most five seconds, while the call lasts', async () => {
    const made = waiting();
    const { end } = await run(made, { leaveIn: 30_000 });
    const pauses = made.named('sleep').map(([pause]) => Number(pause));
    expect(Math.max(...pauses)).toBeLessThanOrEqual(5_000);
    expect(Math.min(...pauses)).toBeGreaterThan(0);
    expect(made.now).toBeGreaterThanOrEqual(add(NOW, seconds(30)));
    expect(made.now).toBeLessThan(add(NOW, seconds(40)));
    expect(end.kind).toBe('left');
  });

  it('that the call cannot stay for is left to another call', async () => {
    const made = waiting();
    const { end } = await run(made, { leaveIn: 0 });
    if (end.kind !== 'left') throw new Error(end.kind);
    expect(made.items.get('gitlab')?.wakeAt).toBe(end.nextCheckAt);
    expect(made.body().lease).toBeUndefined();
    expect(made.published).toContainEqual({
      detailType: 'Reconcile Requested',
      detail: { workload: 'gitlab' },
    });
  });

  it('needs no write while nothing changes and the lease lasts', async () => {
    const made = waiting();
    await run(made, { leaveIn: 30_000 });
    const looks = made.named('instances').length;
    expect(made.named('save').length).toBeLessThan(looks);
    for (const [one] of made.named('save')) expect(Reflect.get(Object(one), 'wakeAt')).toBeDefined();
  });

  it('of more than twenty seconds is left to the tick', async () => {
    const made = launching({}, { launchPause: { until: add(NOW, seconds(21)), why: 'a test' } });
    const { end } = await run(made);
    expect(end).toMatchObject({ kind: 'left', nextCheckAt: add(NOW, seconds(21)) });
    expect(made.named('sleep')).toEqual([]);
    const near = launching({}, { launchPause: { until: add(NOW, seconds(20)), why: 'a test' } });
    await run(near, { leaveIn: 10_000 });
    expect(near.named('sleep').length).toBeGreaterThan(0);
  });

  it('ends at once when a notice came meanwhile', async () => {
    const made = launching({}, { launchPause: { until: add(NOW, minutes(5)), why: 'a test' } });
    const notices = made.deps.records.notices.bind(made.deps.records);
    let asked = 0;
    made.deps.records.notices = async (name) => {
      asked += 1;
      // Between the reading and the leaving.
      if (asked === 2) made.notices.push({ workload: name, id: 'wake', kind: 'wake', receivedAt: NOW });
      return notices(name);
    };
    await run(made);
    expect(made.logged.at(-1)?.fields.turns).toBe(2);
    expect(made.notices).toEqual([]);
    // What the first turn decided was written, so it is told.
    expect(made.history.map(({ kind, version }) => [kind, version])).toContainEqual(['state', 2]);
  });
});

describe('what is told', () => {
  it('are the planner’s events, then its notes', async () => {
    const gone = owner({ missingSince: ago(minutes(7)) });
    const made = ports(showing({ hosts: [] }), record({ owner: gone }));
    await run(made, { leaveIn: 0 });
    expect(made.published).toContainEqual(
      expect.objectContaining({
        detailType: 'Interrupted',
        detail: expect.objectContaining({ workload: 'gitlab', kind: 'lost', instanceId: OWNER }) as unknown,
      }),
    );
    const first = order(made, 'publish', 'appendHistory').slice(0, 2);
    expect(first).toEqual(['publish', 'appendHistory']);
  });

  it('counts a state past its budget', async () => {
    const long = parked({
      state: 'launching',
      stateSince: ago(minutes(4)),
      launchPause: { until: add(NOW, minutes(5)), why: 'a test' },
    });
    const made = ports(showing(REST), long);
    await run(made);
    expect(made.counted).toEqual([['StateOverBudget', 1]]);
  });
});

describe('the sweep’s own call', () => {
  const surplus = {
    generation: 1,
    volumeId: 'vol-old',
    zone: 'eu-west-1a',
    role: 'deleting' as const,
    askedAt: ago(minutes(5)),
    since: ago(minutes(60_000)),
    promoted: false,
  };

  it('does nothing that is the loop’s: it wakes the loop', async () => {
    const made = launching();
    const { end } = await run(made, { mayDelete: true });
    expect(end.kind).toBe('left');
    expect(order(made, 'save', 'launch')).toEqual([]);
    expect(made.published).toEqual([{ detailType: 'Reconcile Requested', detail: { workload: 'gitlab' } }]);
  });

  it('wakes nobody where nothing is due', async () => {
    const made = ports(showing(REST), parked());
    made.now = NIGHT;
    const { end } = await run(made, { mayDelete: true });
    expect(end.kind).toBe('left');
    expect(made.published).toEqual([]);
    expect(made.named('snapshots')).toHaveLength(1);
  });

  it('deletes what the record names, then gives the lease back and wakes the loop', async () => {
    const disks = [
      volume({ tags: { 'spotkeep:generation': '2' } }),
      volume({ volumeId: 'vol-old', tags: { 'spotkeep:role': 'deleting', 'spotkeep:generation': '1' } }),
    ];
    const base = { ...record().snapshots[0], startedAt: ago(minutes(30)) };
    const made = ports(
      showing(
        { hosts: [], disks },
        {
          cloud: {
            snapshots: async () => [
              {
                snapshotId: 'snap-base',
                volumeId: VOLUME,
                state: 'completed',
                progressPercent: 100,
                startedAt: ago(minutes(30)),
                encrypted: true,
                sizeGiB: 20,
                tags: {},
              },
            ],
          },
        },
      ),
      parked({
        generation: 2,
        lastGeneration: 2,
        provedGeneration: 2,
        lineage: [surplus],
        snapshots: [base as never],
      }),
    );
    made.now = NIGHT;
    await run(made, { mayDelete: true });
    expect(made.named('deleteVolume')).toEqual([['vol-old']]);
    expect(made.body().lease).toBeUndefined();
    expect(made.items.get('gitlab')?.wakeAt).toBe(NIGHT);
    expect(made.published).toContainEqual({
      detailType: 'Reconcile Requested',
      detail: { workload: 'gitlab' },
    });
  });
});

describe('a reading', () => {
  it('of the table is made once a call', async () => {
    const made = launching();
    await run(made, { leaveIn: 20_000 });
    expect(made.named('tableId')).toHaveLength(1);
  });

  it('that ends the call is a defect or an expired key', async () => {
    const broken = ports(showing(REST, { cloud: { instances: rejecting('credentials') } }), parked());
    await expect(run(broken)).rejects.toMatchObject({ kind: 'credentials' });
    const passing = ports(showing(REST, { cloud: { instances: rejecting('throttled') } }), parked());
    passing.now = NIGHT;
    expect((await run(passing)).end.kind).toBe('settled');
  });

  it('after a probe is whole before the call is left', async () => {
    const command = inFlight('probe', { deadline: add(NOW, minutes(2)) });
    const answer = JSON.stringify({
      ok: true,
      code: 'serving',
      operation: command.operation,
      dockerUp: true,
    });
    const made = ports(
      showing(
        {},
        {
          commands: { result: async () => ({ kind: 'done', ok: true, output: answer, truncated: false }) },
        },
      ),
      record({ command, operationNumber: 8, leaving: [] }),
    );
    await run(made);
    expect(made.named('volumes').length).toBeGreaterThan(0);
    expect(made.body().owner?.probedAt).toBeGreaterThanOrEqual(NOW);
  });

  it('beside a former owner goes on until its end is proved', async () => {
    const made = ports(
      showing({ hosts: [instance(OWNER, { state: 'shutting-down' })], disks: [volume()] }),
      parked({ leaving: [former({ terminateSentAt: NOW, terminateAcceptedAt: NOW })] }),
    );
    made.now = NIGHT;
    const { end } = await run(made, { leaveIn: 10_000 });
    expect(end.kind).toBe('left');
    expect(made.body().leaving).toHaveLength(1);
  });
});
