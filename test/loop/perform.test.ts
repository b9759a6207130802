// One effect through the ports: which call is made, what is claimed for it, and what an error of the region becomes.

import { describe, expect, it } from 'vitest';
import { perform } from '../../shared/loop/perform.ts';
import type { CloudErrorKind } from '../../shared/port/errors.ts';
import type { Effect } from '../../shared/record/effect.ts';
import { NOW, OWNER, SNAPSHOT, VOLUME } from '../decide/scene.ts';
import { ports, rejecting } from './ports.ts';

const LAUNCH = { kind: 'launch', request: { launchId: 'launch-9' } } as Effect;
const ATTACH: Effect = { kind: 'attach', volumeId: VOLUME, instanceId: OWNER };
const claim = (id: string, kind: string) => ({ id, kind, workload: 'gitlab', claimedAt: NOW });

describe('a call', () => {
  it.each<[Effect, string, unknown[]]>([
    [ATTACH, 'attachVolume', [VOLUME, OWNER, '/dev/sdf']],
    [{ kind: 'detach', volumeId: VOLUME, instanceId: OWNER }, 'detachVolume', [VOLUME, OWNER]],
    [{ kind: 'keep-volume', instanceId: OWNER }, 'keepOnTermination', [OWNER, '/dev/sdf']],
    [{ kind: 'terminate', instanceId: OWNER, force: true }, 'terminate', [OWNER, true]],
    [
      { kind: 'tag-volume', volumeId: VOLUME, role: 'frozen' },
      'tagVolume',
      [VOLUME, { 'spotkeep:role': 'frozen' }],
    ],
    [
      { kind: 'tag-volume', volumeId: VOLUME, role: 'active', generation: 3 },
      'tagVolume',
      [VOLUME, { 'spotkeep:role': 'active', 'spotkeep:generation': '3' }],
    ],
    [{ kind: 'delete-volume', volumeId: VOLUME }, 'deleteVolume', [VOLUME]],
    [{ kind: 'delete-snapshot', snapshotId: SNAPSHOT }, 'deleteSnapshot', [SNAPSHOT]],
    [
      { kind: 'associate-address', allocationId: 'eipalloc-1', instanceId: OWNER },
      'associateAddress',
      ['eipalloc-1', OWNER],
    ],
  ])('of %o is accepted', async (effect, name, given) => {
    const { deps, calls } = ports();
    expect(await perform(deps, 'gitlab', effect)).toEqual({ kind: 'accepted' });
    expect(calls.filter(([called]) => called !== 'claim')).toEqual([[name, ...given]]);
  });

  it('to launch claims its launch before and its instance after', async () => {
    const instance = { instanceId: OWNER, instanceType: 'm7i.large', zone: 'eu-west-1a' };
    const result = { instance, errors: [] };
    const { deps, calls } = ports({ cloud: { launch: async () => result } });
    expect(await perform(deps, 'gitlab', LAUNCH)).toEqual({ kind: 'launched', result });
    expect(calls).toEqual([
      ['claim', claim('launch-9', 'launch')],
      ['launch', { launchId: 'launch-9' }],
      ['claim', claim(OWNER, 'instance')],
    ]);
  });

  it('to launch that gave nothing claims no instance', async () => {
    const { deps, calls } = ports();
    expect(await perform(deps, 'gitlab', LAUNCH)).toEqual({ kind: 'launched', result: { errors: [] } });
    expect(calls.map(([name]) => name)).toEqual(['claim', 'launch']);
  });

  it('that makes a volume or a snapshot claims it after', async () => {
    const { deps, calls } = ports();
    const make = { kind: 'create-volume', purpose: 'blank', request: { zone: 'z' } } as Effect;
    expect(await perform(deps, 'gitlab', make)).toEqual({ kind: 'volume-created', volumeId: 'vol-new' });
    const snapshot: Effect = {
      kind: 'snapshot',
      purpose: 'base',
      volumeId: VOLUME,
      generation: 1,
      description: 'd',
      tags: { a: 'b' },
    };
    expect(await perform(deps, 'gitlab', snapshot)).toEqual({
      kind: 'snapshot-created',
      snapshotId: 'snap-new',
    });
    expect(calls).toEqual([
      ['createVolume', { zone: 'z' }],
      ['claim', claim('vol-new', 'volume')],
      ['createSnapshot', VOLUME, 'd', { a: 'b' }],
      ['claim', claim('snap-new', 'snapshot')],
    ]);
  });

  it('to the host is sent once', async () => {
    const { deps, calls } = ports();
    const command: Effect = { kind: 'command', document: 'start', instanceId: OWNER, parameters: { a: '1' } };
    expect(await perform(deps, 'gitlab', command)).toEqual({
      kind: 'command-sent',
      commandId: 'command-new',
    });
    expect(calls).toEqual([['send', { document: 'start', instanceId: OWNER, parameters: { a: '1' } }]]);
  });
});

describe('a claim', () => {
  it.each(['throttled', 'denied', 'unknown-outcome'] as const)(
    'that fails (%s) after the call leaves what was made to be found: its answer counts as lost',
    async (kind) => {
      const effect = { kind: 'create-volume', request: {} } as Effect;
      const { deps } = ports({
        cloud: { createVolume: async () => ({ volumeId: 'vol-new' }) },
        records: { claim: rejecting(kind, 'Claim') },
      });
      expect(await perform(deps, 'gitlab', effect)).toEqual({ kind: 'lost', code: 'Claim' });
      const broken = ports({
        cloud: { createVolume: async () => ({ volumeId: 'vol-new' }) },
        records: { claim: rejecting('unclassified') },
      });
      await expect(perform(broken.deps, 'gitlab', effect)).rejects.toThrow();
    },
  );

  it.each<[Effect, string]>([
    [LAUNCH, 'launch-9'],
    [ATTACH, VOLUME],
  ])('that another workload has keeps the call from being made', async (effect, id) => {
    const { deps, calls, claims } = ports();
    claims.set(id, { id, workload: 'other', kind: 'volume', claimedAt: NOW });
    expect(await perform(deps, 'gitlab', effect)).toEqual({
      kind: 'refused',
      error: 'conflict',
      code: 'ClaimedByOther',
      message: `${id} belongs to another workload`,
    });
    expect(calls.map(([name]) => name)).toEqual(['claim']);
    expect(calls[0]?.[1]).toMatchObject({ id, workload: 'gitlab', claimedAt: NOW });
  });
});

describe('an error of the region', () => {
  const failing = (kind: CloudErrorKind) =>
    perform(ports({ cloud: { attachVolume: rejecting(kind) } }).deps, 'gitlab', ATTACH);

  it.each<CloudErrorKind>(['capacity', 'quota', 'throttled', 'not-found', 'conflict'])(
    'of kind %s is a refusal',
    async (kind) => {
      expect(await failing(kind)).toEqual({
        kind: 'refused',
        error: kind,
        code: 'Code',
        message: 'says Code',
      });
    },
  );

  it('without an outcome is lost', async () => {
    expect(await failing('unknown-outcome')).toEqual({ kind: 'lost', code: 'Code' });
  });

  it.each<CloudErrorKind>(['unclassified', 'credentials'])('of kind %s ends the call', async (kind) => {
    await expect(failing(kind)).rejects.toMatchObject({ kind });
  });

  it('that is none of the region’s ends the call', async () => {
    const { deps } = ports({ cloud: { attachVolume: () => Promise.reject(new TypeError('defect')) } });
    await expect(perform(deps, 'gitlab', ATTACH)).rejects.toThrow('defect');
  });
});
