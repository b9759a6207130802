// Two listings that disagree do not make the loop spin: 900 writes in 73 seconds, once.

import { describe, expect, it } from 'vitest';
import { add, ms } from '../../shared/base/time.ts';
import { loop } from '../../shared/loop/loop.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { instance, OWNER, owner, record, volume } from '../decide/scene.ts';
import { ports } from './ports.ts';

/** DescribeVolumes goes on showing what DescribeInstances does not show any more. */
const spun = async (body: RecordBody) => {
  const disks = [
    volume({ attachments: [{ instanceId: OWNER, state: 'attached', deleteOnTermination: true }] }),
  ];
  const made = ports(
    {
      cloud: {
        instances: async () => [instance(OWNER)],
        volumes: async () => disks,
        keepOnTermination: async () => {
          made.now = add(made.now, ms(80));
        },
      },
      commands: { agents: async () => [{ instanceId: OWNER, online: true, agentVersion: '3' }] },
    },
    body,
  );
  const until = add(made.now, ms(73_000));
  while (made.now < until) {
    const end = await loop(made.deps, { name: 'gitlab', leaveAt: until, mayDelete: false });
    // What is settled is looked at again when it says, or at the next tick.
    if (end.kind === 'settled') made.now = add(made.now, ms(60_000));
  }
  return made;
};

describe('keep-volume while the listings disagree', () => {
  it.each<[string, RecordBody]>([
    [
      'before the first start',
      record({
        owner: owner({ attachedAt: undefined, startedAt: undefined, touchedAt: undefined }),
        state: 'attaching',
      }),
    ],
    ['while it serves', record()],
  ])('is a few calls and a few writes a minute: %s', async (_, body) => {
    const made = await spun(body);
    expect(made.named('keepOnTermination').length).toBeGreaterThan(1);
    expect(made.named('keepOnTermination').length).toBeLessThanOrEqual(5);
    expect(made.named('save').length).toBeLessThanOrEqual(30);
  });
});
