// How an instance is ended: the same for an owner that is drained, a former owner and a candidate that was given up.

import { describe, expect, it } from 'vitest';
import { add, type Instant, type Ms, minutes, ms, seconds } from '../../shared/base/time.ts';
import type { InstanceView } from '../../shared/port/cloud.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import {
  ago,
  decide,
  former,
  instance,
  NIGHT,
  NOW,
  OWNER,
  owner,
  reading,
  record,
  UNKNOWN,
  volume,
} from './scene.ts';

interface Asked {
  sent?: Ms | undefined;
  accepted?: Ms | undefined;
  shutting?: Ms | undefined;
  begun?: Ms;
}

const times = ({ sent, accepted, shutting }: Asked) => ({
  terminateSentAt: sent && ago(sent),
  terminateAcceptedAt: accepted && ago(accepted),
  shuttingDownSince: shutting && ago(shutting),
});
const draining = (asked: Asked) =>
  record({
    state: 'draining',
    owner: owner({
      ...times(asked),
      draining: { since: ago(minutes(9)), reason: 'lost', stopGivenUpAt: ago(minutes(8)) },
    }),
  });
const leaving = (wasOwner: boolean) => (asked: Asked) =>
  record({
    owner: undefined,
    state: 'launching',
    leaving: [former({ wasOwner, since: ago(asked.begun ?? minutes(1)), ...times(asked) })],
  });
const WHO: [string, (asked: Asked) => RecordBody][] = [
  ['a draining owner', draining],
  ['a former owner', leaving(true)],
  ['a candidate given up', leaving(false)],
];
const ALL = WHO.map(([who]) => who);
const OWNERS = ALL.slice(0, 2);

const shows = (state: InstanceView['state'] | 'absent' | 'unknown') => {
  const disks = [volume()];
  if (state === 'unknown') return reading({ instances: UNKNOWN, disks });
  return reading({ hosts: state === 'absent' ? [] : [instance(OWNER, { state })], disks });
};
const GENTLE = { kind: 'terminate', instanceId: OWNER, force: false };
const FORCED = { ...GENTLE, force: true };
/** Waiting for the end is one of several waits of such a turn. */
const waitOf = ({ waits }: ReturnType<typeof decide>, at: Instant) => {
  const found = waits.find(({ what }) => what === `${OWNER} to end`);
  return found && found.until - at;
};

describe.each(WHO)('%s', (who, body) => {
  const ends = (asked: Asked, state: Parameters<typeof shows>[0], at = NOW) =>
    decide(body(asked), shows(state), at);

  it.each(['running', 'stopping', 'absent', 'unknown'] as const)(
    'that is %s is asked to end at once',
    (state) => {
      const planned = ends({}, state);
      expect(planned.effect).toEqual(GENTLE);
      expect(planned.record.intent?.effect).toEqual(GENTLE);
    },
  );

  it('that runs on is asked again after two minutes', () => {
    expect(ends({ sent: ms(119_999) }, 'running').effect).not.toEqual(GENTLE);
    expect(ends({ sent: minutes(2) }, 'running').effect).toEqual(GENTLE);
  });

  it('that ends by itself is asked once where its acceptance is part of a proof', () => {
    const isProof = OWNERS.includes(who);
    expect(ends({}, 'shutting-down').effect).toEqual(isProof ? GENTLE : expect.not.objectContaining(GENTLE));
    expect(ends({ accepted: minutes(1) }, 'shutting-down').effect).not.toEqual(GENTLE);
    expect(ends({ sent: minutes(9) }, 'shutting-down').effect).not.toEqual(GENTLE);
  });

  it('that is stuck is ended with force, each ten minutes', () => {
    const since = { sent: minutes(11) };
    expect(ends({ ...since, shutting: ms(599_999) }, 'shutting-down').effect).not.toEqual(FORCED);
    const stuck = ends({ ...since, shutting: minutes(10) }, 'shutting-down');
    expect(stuck.effect).toEqual(FORCED);
    expect(stuck.reason).toBe(`${OWNER} has been shutting down for too long`);
    expect(ends({ sent: ms(599_999), shutting: minutes(20) }, 'shutting-down').effect).not.toEqual(FORCED);
    expect(ends({ sent: minutes(10), shutting: minutes(20) }, 'shutting-down').effect).toEqual(FORCED);
    expect(ends({ shutting: minutes(20) }, 'shutting-down').effect).toEqual(FORCED);
  });

  it('that is slow to end is told of after five minutes', () => {
    const told = (shutting: Ms) =>
      ends({ sent: minutes(6), shutting }, 'shutting-down').history.map(({ detail }) => detail.code);
    expect(told(ms(299_999))).not.toContain('slow-end');
    expect(told(minutes(5))).toContain('slow-end');
  });

  it('that no listing shows is asked each ten minutes', () => {
    expect(ends({ sent: ms(599_999) }, 'absent').effect).not.toEqual(GENTLE);
    expect(ends({ sent: minutes(10) }, 'absent').effect).toEqual(GENTLE);
  });

  it('that was asked and cannot be read is waited for', () => {
    const planned = ends({ sent: minutes(30) }, 'unknown');
    expect(planned.effect).toBeUndefined();
    expect(planned.waits.map(({ what }) => what)).toContain(`a reading of ${OWNER}`);
  });

  it('is looked at every other second while somebody waits for it, each half minute at night', () => {
    expect(waitOf(ends({ sent: seconds(5) }, 'shutting-down'), NOW)).toBe(2_000);
    const night = { sent: (NOW - NIGHT + 5_000) as Ms };
    expect(waitOf(ends(night, 'shutting-down', NIGHT), NIGHT)).toBe(30_000);
  });
});

describe('an end that takes long', () => {
  it.each(WHO.slice(1))('of %s is looked at less often', (_who, body) => {
    const at = (begun: Ms) => waitOf(decide(body({ begun, sent: seconds(9) }), shows('shutting-down')), NOW);
    expect(at(minutes(3))).toBe(2_000);
    expect(at(ms(180_001))).toBe(30_000);
    const gone = decide(body({ begun: minutes(30), sent: minutes(4) }), shows('absent'));
    expect(waitOf(gone, NOW)).toBe(360_000);
    expect(add(NOW, ms(360_000))).toBe(gone.waits.find(({ what }) => what === `${OWNER} to end`)?.until);
  });
});
