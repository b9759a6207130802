// How often an instance is looked for that is in no listing any more.

import { describe, expect, it } from 'vitest';
import { add, minutes, ms, seconds } from '../../shared/base/time.ts';
import {
  ago,
  attachedTo,
  decide,
  former,
  instance,
  NOW,
  OWNER,
  owner,
  reading,
  record,
  SUCCESSOR,
  UNKNOWN,
  volume,
} from './scene.ts';

/** A second owner serves; the first one vanished before anybody asked for its end. */
const haunted = (minutesAgo: number) =>
  record({
    owner: owner({ instanceId: SUCCESSOR, launchId: 'launch-2' }),
    leaving: [
      former({
        since: ago(minutes(minutesAgo)),
        lastSeenAt: ago(minutes(minutesAgo)),
        terminateSentAt: ago(minutes(4)),
        terminateAcceptedAt: undefined,
      }),
    ],
  });

const seen = reading({
  hosts: [instance(SUCCESSOR)],
  disks: [volume({ attachments: attachedTo(SUCCESSOR) })],
});

describe('an instance in no listing', () => {
  it('is looked for every half minute at first', () => {
    const { nextCheckAt, effect } = decide(haunted(20), seen);
    expect(effect).toBeUndefined();
    expect(nextCheckAt).toBe(add(NOW, seconds(30)));
  });

  it('is looked for when its end is asked for again, once half an hour has passed; probes do not wait for it', () => {
    const { nextCheckAt, effect, record: after } = decide(haunted(90), seen);
    expect(effect).toBeUndefined();
    expect(after.leaving).toHaveLength(1);
    // The service was probed a minute ago and is probed each five.
    expect(nextCheckAt).toBe(add(NOW, minutes(4)));
    const later = decide(haunted(90), seen, add(NOW, minutes(6)));
    expect(later.effect?.kind).toBe('command');
  });

  it('is never taken for dead for that', () => {
    let r = haunted(90);
    for (let turn = 0; turn < 40; turn += 1) r = decide(r, seen, add(NOW, minutes(turn * 11))).record;
    expect(r.leaving).toHaveLength(1);
  });
});

describe('a candidate that never had the volume', () => {
  const left = (changes: Parameters<typeof former>[0]) =>
    record({
      owner: owner({ instanceId: SUCCESSOR, launchId: 'launch-2' }),
      leaving: [
        former({
          wasOwner: false,
          terminateSentAt: ago(minutes(4)),
          terminateAcceptedAt: undefined,
          ...changes,
        }),
      ],
    });
  const names = (r: ReturnType<typeof record>, given = seen) => decide(r, given).record.leaving.length;

  it('is forgotten when it is in no listing twenty minutes after its end was accepted', () => {
    expect(names(left({ terminateAcceptedAt: ago(minutes(20)) }))).toBe(0);
    expect(names(left({ terminateAcceptedAt: ago(ms(1_199_999)) }))).toBe(1);
  });

  it('is forgotten when its end was asked for, and nobody has known it for two hours', () => {
    expect(names(left({ lastSeenAt: ago(minutes(120)) }))).toBe(0);
    expect(names(left({ lastSeenAt: ago(ms(7_199_999)) }))).toBe(1);
    // Asked for first: the call may yet find it.
    const never = left({ lastSeenAt: ago(minutes(120)), terminateSentAt: undefined });
    expect(names(never)).toBe(1);
    expect(decide(never, seen).effect?.kind).toBe('terminate');
  });

  it('is not forgotten while it is listed, or nothing can be read', () => {
    const old = left({ lastSeenAt: ago(minutes(300)), terminateAcceptedAt: ago(minutes(300)) });
    const ending = reading({
      hosts: [instance(SUCCESSOR), instance(OWNER, { state: 'shutting-down' })],
      disks: [volume({ attachments: attachedTo(SUCCESSOR) })],
    });
    expect(names(old, ending)).toBe(1);
    expect(names(old, reading({ instances: UNKNOWN }))).toBe(1);
  });

  it('is never taken for dead so where it was an owner', () => {
    const r = left({ wasOwner: true, lastSeenAt: ago(minutes(300)), terminateAcceptedAt: ago(minutes(30)) });
    expect(names(r)).toBe(1);
  });
});
