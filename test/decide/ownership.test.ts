// The write by which an instance becomes the owner of the volume: each thing that has to be seen first.

import { describe, expect, it } from 'vitest';
import { add, minutes, seconds } from '../../shared/base/time.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import {
  ago,
  attachedTo,
  candidate,
  decide,
  inFlight,
  instance,
  migration,
  NIGHT,
  NOW,
  OWNER,
  owner,
  reading,
  record,
  type Seen,
  SUCCESSOR,
  VOLUME,
  volume,
} from './scene.ts';

/** Nobody owns the volume; the candidate is online. */
const ready = (changes: Partial<RecordBody> = {}): RecordBody =>
  record({ state: 'launching', owner: undefined, candidate: candidate(), ...changes });
const seen = (more: Seen = {}) => reading({ hosts: [instance(SUCCESSOR)], disks: [volume()], ...more });

describe('a candidate', () => {
  it('becomes owner of the free volume', () => {
    const { record: after, effect } = decide(ready({ refusedSince: ago(minutes(3)) }), seen());
    expect(effect).toBeUndefined();
    expect(after).toMatchObject({
      state: 'attaching',
      owner: { instanceId: SUCCESSOR, zone: 'eu-west-1a', startFailures: 0, seenAliveAt: NOW },
    });
    expect(after.candidate).toBeUndefined();
    expect(after.refusedSince).toBeUndefined();
    expect(after.leaving).toEqual([]);
  });

  it.each<[string, RecordBody, ReturnType<typeof reading>]>([
    [
      'its agent is not online',
      ready({ candidate: candidate({ onlineAt: undefined }) }),
      seen({ online: [] }),
    ],
    ['it is not seen', ready(), seen({ hosts: [] })],
    ['it is not running yet', ready(), seen({ hosts: [instance(SUCCESSOR, { state: 'pending' })] })],
    ['it is in another zone', ready(), seen({ hosts: [instance(SUCCESSOR, { zone: 'eu-west-1b' })] })],
    ['the volume is not seen', ready(), seen({ disks: [] })],
    [
      'the volumes were not read',
      ready(),
      seen({ volumes: { kind: 'unknown' as const, why: 'throttled' as const } }),
    ],
    ['the volume is attached', ready(), seen({ disks: [volume({ attachments: attachedTo(OWNER) })] })],
    [
      'the volume is still detaching',
      ready(),
      seen({
        disks: [
          volume({ attachments: [{ instanceId: OWNER, state: 'detaching', deleteOnTermination: false }] }),
        ],
      }),
    ],
    ['the volume is still in use', ready(), seen({ disks: [volume({ state: 'in-use' })] })],
    ['the volume is still being made', ready(), seen({ disks: [volume({ state: 'creating' })] })],
    ['the volume is frozen', ready(), seen({ disks: [volume({ tags: { 'spotkeep:role': 'frozen' } })] })],
    [
      'the volume has another generation',
      ready(),
      seen({ disks: [volume({ tags: { 'spotkeep:generation': '2' } })] }),
    ],
    ['the table is another', ready(), seen({ tableId: { kind: 'read' as const, value: 'table-2' } })],
    ['a migration is under way', ready({ migration: migration({ phase: 'freezing' }) }), seen()],
    [
      'the workload is held',
      ready({ hold: { code: 'volume-missing' as const, at: NOW, evidence: 'y' } }),
      seen(),
    ],
    [
      'its predecessor serves',
      ready({ owner: owner() }),
      seen({ hosts: [instance(OWNER), instance(SUCCESSOR)] }),
    ],
    [
      'its predecessor drains and has not answered',
      ready({ owner: owner({ draining: { since: NOW, reason: 'warned' } }) }),
      seen({ hosts: [instance(OWNER), instance(SUCCESSOR)] }),
    ],
  ])('does not while %s', (_what, r, view) => {
    expect(decide(r, view).record.owner?.instanceId).not.toBe(SUCCESSOR);
  });

  it.each(['unmountedAt', 'stopGivenUpAt'] as const)('follows a drained owner by its %s', (field) => {
    const r = ready({
      owner: owner({
        draining: { since: ago(seconds(9)), reason: 'warned', [field]: ago(seconds(2)) },
        terminateSentAt: ago(seconds(2)),
      }),
    });
    const { record: after } = decide(r, seen({ hosts: [instance(OWNER), instance(SUCCESSOR)] }));
    expect(after.owner?.instanceId).toBe(SUCCESSOR);
    expect(after.leaving).toMatchObject([
      { instanceId: OWNER, wasOwner: true, reason: 'warned', volumeId: VOLUME },
    ]);
  });

  it('ends a command to its predecessor and keeps a wish to move elsewhere', () => {
    const command = inFlight('stop');
    const elsewhere = { toZone: 'eu-west-1b', at: NOW };
    expect(decide(ready({ command }), seen()).record.command).toBeUndefined();
    expect(
      decide(ready({ moveRequest: { toZone: 'eu-west-1a', at: NOW } }), seen()).record.moveRequest,
    ).toBeUndefined();
    const wished = decide(ready({ moveRequest: elsewhere }), seen()).record;
    expect(wished.moveRequest).toEqual(elsewhere);
  });
});

describe('a candidate is given up', () => {
  const given = (r: RecordBody, view = seen(), at = NOW) => {
    const { record: after, history } = decide(r, view, at);
    return {
      left: after.leaving.map((one) => one.instanceId),
      why: history.find((one) => one.kind === 'candidate-given-up')?.reason,
    };
  };

  it.each<[string, RecordBody, ReturnType<typeof reading>, string]>([
    [
      'in a hold',
      ready({ hold: { code: 'volume-missing' as const, at: NOW, evidence: 'y' } }),
      seen(),
      'on hold',
    ],
    [
      'when it will be taken itself',
      ready({ candidate: candidate({ interrupted: true }) }),
      seen(),
      'it will be taken itself',
    ],
    [
      'when it ends',
      ready(),
      seen({ hosts: [instance(SUCCESSOR, { state: 'shutting-down' })] }),
      'it is shutting-down',
    ],
    [
      'when its agent does not come',
      ready({ candidate: candidate({ onlineAt: undefined, deadline: NOW }) }),
      seen({ online: [] }),
      'its agent did not come online in time',
    ],
    [
      'when the data is elsewhere',
      ready({ candidate: candidate({ zone: 'eu-west-1b', purpose: 'start' }) }),
      seen({ hosts: [instance(SUCCESSOR, { zone: 'eu-west-1b' })] }),
      'the data goes to eu-west-1a',
    ],
  ])('%s', (_what, r, view, why) => {
    expect(given(r, view)).toEqual({ left: [SUCCESSOR], why });
  });

  it('when its hours are over', () => {
    expect(given(ready(), seen(), NIGHT).why).toBe('its hours are over');
  });

  it('not a moment before its deadline, and not for being pending', () => {
    const soon = ready({ candidate: candidate({ onlineAt: undefined, deadline: add(NOW, seconds(1)) }) });
    expect(given(soon, seen({ online: [] })).left).toEqual([]);
    const pending = seen({ hosts: [instance(SUCCESSOR, { state: 'pending' })], online: [] });
    expect(given(soon, pending).left).toEqual([]);
  });
});
