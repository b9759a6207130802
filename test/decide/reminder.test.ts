// What a person hears while nothing moves: a hold once an hour, a state past its budget, a wait that was worth telling.

import { describe, expect, it } from 'vitest';
import { add, minutes, seconds } from '../../shared/base/time.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import {
  ago,
  candidate,
  decide,
  former,
  instance,
  NIGHT,
  NOW,
  owner,
  reading,
  record,
  SUCCESSOR,
  volume,
} from './scene.ts';

const held = (minutesAgo: number, changes: Partial<RecordBody> = {}) =>
  record({
    state: 'held',
    hold: { code: 'volume-missing' as const, at: ago(minutes(minutesAgo)), evidence: 'because' },
    ...changes,
  });
const told = (r: RecordBody) => decide(r).events.map((one) => one.detailType);

describe('a hold', () => {
  it('is told again when an hour has passed, and each hour after', () => {
    expect(told(held(59))).toEqual([]);
    expect(decide(held(60)).events).toMatchObject([
      { detailType: 'Alert', detail: { code: 'still-held', text: 'volume-missing: because' } },
      { detailType: 'Held', detail: { code: 'volume-missing' as const, evidence: 'because', still: true } },
    ]);
    const { record: after } = decide(held(60));
    expect(after.alertedAt).toMatchObject({ 'still-held': NOW });
    const later = (by: number) => {
      const at = add(NOW, minutes(by));
      return decide({ ...after, owner: owner({ probedAt: at }) }, reading(), at).events;
    };
    expect(later(59)).toEqual([]);
    expect(later(60)).toHaveLength(2);
  });

  it('rests, but not while its instance drains or a candidate is still there', () => {
    expect(decide(held(5)).settled).toBe(true);
    const draining = owner({ draining: { since: NOW, reason: 'closing', unmountedAt: NOW } });
    expect(decide(held(5, { owner: draining }), reading(), NIGHT).settled).toBe(false);
  });

  it('gives up a candidate, launched or not', () => {
    const { record: after } = decide(
      held(5, { owner: undefined, candidate: candidate() }),
      reading({ hosts: [instance(SUCCESSOR)], disks: [volume()] }),
    );
    expect(after.candidate).toBeUndefined();
    expect(after.leaving).toMatchObject([{ instanceId: SUCCESSOR, wasOwner: false }]);
  });
});

describe('a state past its budget', () => {
  const launching = (secondsAgo: number, changes: Partial<RecordBody> = {}) =>
    record({
      state: 'launching',
      stateSince: ago(seconds(secondsAgo)),
      owner: undefined,
      launchPause: { until: add(NOW, minutes(30)), why: 'a test' },
      waitingFor: { what: 'a test', since: ago(seconds(secondsAgo)) },
      ...changes,
    });
  const seen = reading({ hosts: [], disks: [volume()] });

  it('is told once', () => {
    expect(decide(launching(179), seen).events).toEqual([]);
    const late = decide(launching(180), seen);
    expect(late.events).toMatchObject([{ detailType: 'Alert', detail: { code: 'budget-launching' } }]);
    expect(late.record.budgetAlertedAt).toBe(NOW);
    expect(decide(late.record, seen, add(NOW, minutes(1))).events).toEqual([]);
  });
});

describe('a wait', () => {
  const waiting = (what: string, secondsAgo: number) =>
    record({ waitingFor: { what, since: ago(seconds(secondsAgo)) } });
  const ends = (r: RecordBody) => decide(r).history.filter((one) => one.kind === 'waited');

  it('that is over is told when it lasted a minute and a half', () => {
    expect(ends(waiting('the agent', 89))).toEqual([]);
    expect(ends(waiting('the agent', 90))).toMatchObject([
      { detail: { for: 'the agent', seconds: 90, since: ago(seconds(90)) } },
    ]);
    expect(decide(waiting('the agent', 5)).record.waitingFor).toBeUndefined();
  });

  it('that goes on keeps its beginning, whatever share is done', () => {
    const r = record({
      owner: undefined,
      leaving: [former({ terminateSentAt: ago(seconds(10)) })],
      waitingFor: { what: 'i-00000000000000001 to end', since: ago(seconds(50)) },
      launchPause: { until: add(NOW, minutes(30)), why: 'a test' },
    });
    const { record: after } = decide(
      r,
      reading({ hosts: [instance('i-00000000000000001', { state: 'shutting-down' })], disks: [volume()] }),
      NIGHT,
    );
    expect(after.waitingFor?.since).toBe(ago(seconds(50)));
  });
});
