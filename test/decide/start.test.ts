// A start that fails: another instance is tried, but not for ever. What no instance can start is for a person to see.

import { describe, expect, it } from 'vitest';
import { add, minutes, seconds } from '../../shared/base/time.ts';
import { endedHold } from '../../shared/operate/edit.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import {
  ago,
  answered,
  decide,
  inFlight,
  instance,
  NIGHT,
  NOW,
  OWNER,
  owner,
  reading,
  record,
} from './scene.ts';

const starting = (changes: Partial<RecordBody> = {}): RecordBody =>
  record({
    state: 'starting',
    owner: owner({ startedAt: undefined }),
    operationNumber: 8,
    command: inFlight('start', { deadline: add(NOW, seconds(200)) }),
    ...changes,
  });

const answering = (code: 'docker-down' | 'started', ok: boolean) =>
  answered({ ok, code, ...(!ok && { remedy: 'other-instance' as const }) });

describe('a start that fails for good', () => {
  it('is tried on another instance', () => {
    const { record: after } = decide(starting(), answering('docker-down', false));
    expect(after).toMatchObject({ failedInstances: 1, owner: { draining: { reason: 'replaced' } } });
    expect(after.hold).toBeUndefined();
  });

  it('is left to a person after three instances in a row: no fourth is launched and paid for', () => {
    const { record: after } = decide(starting({ failedInstances: 2 }), answering('docker-down', false));
    expect(after.hold).toMatchObject({ code: 'docker-down' });
    expect(after.hold?.evidence).toContain(OWNER);
    expect(after.owner?.draining).toBeUndefined();
  });

  it('counts instances in a row: one that serves ends the count, and so does a person', () => {
    expect(decide(starting({ failedInstances: 2 }), answering('started', true)).record.failedInstances).toBe(
      0,
    );
    const held = decide(starting({ failedInstances: 2 }), answering('docker-down', false)).record;
    expect(endedHold(held, NOW).failedInstances).toBe(0);
  });
});

describe('a hold whose instance was drained', () => {
  it('is shown as the hold again once the instance is proved dead, not as a drain without end', () => {
    const held = record({
      state: 'draining',
      hold: {
        code: 'fsck-failed',
        at: ago(minutes(20)),
        evidence: `the host answered fsck-failed on ${OWNER}`,
      },
      owner: owner({ startedAt: undefined, draining: { since: ago(minutes(2)), reason: 'closing' } }),
    });
    const ended = reading({ instances: { kind: 'read', value: [instance(OWNER, { state: 'terminated' })] } });
    const { record: after, settled } = decide(held, ended, NIGHT);
    expect(after).toMatchObject({ state: 'held', hold: { code: 'fsck-failed' } });
    expect(after.owner).toBeUndefined();
    expect(settled).toBe(true);
  });
});

describe('a start that may go better in a moment', () => {
  const absent = answered({ ok: false, code: 'device-absent', remedy: 'again' });

  it('is tried again after seven seconds, then after fourteen, then on another instance', () => {
    const first = decide(starting(), absent).record;
    expect(decide(first, reading(), add(NOW, seconds(6))).effect).toBeUndefined();
    expect(decide(first, reading(), add(NOW, seconds(6))).nextCheckAt).toBe(add(NOW, seconds(7)));
    expect(decide(first, reading(), add(NOW, seconds(7))).effect).toMatchObject({ document: 'start' });
    const second = decide(
      starting({ owner: { ...owner({ startedAt: undefined }), startFailures: 1 } }),
      absent,
    );
    expect(decide(second.record, reading(), add(NOW, seconds(13))).effect).toBeUndefined();
    expect(decide(second.record, reading(), add(NOW, seconds(14))).effect).toMatchObject({
      document: 'start',
    });
    const third = decide(
      starting({ owner: { ...owner({ startedAt: undefined }), startFailures: 2 } }),
      absent,
    );
    expect(third.record.owner?.draining).toMatchObject({ reason: 'replaced' });
  });
});
