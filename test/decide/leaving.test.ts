// How often an instance is looked for that is in no listing any more.

import { describe, expect, it } from 'vitest';
import { add, minutes, seconds } from '../../shared/port/time.ts';
import {
  ago,
  attachedTo,
  decide,
  former,
  instance,
  NOW,
  owner,
  record,
  SUCCESSOR,
  volume,
  world,
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

const seen = world({
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
