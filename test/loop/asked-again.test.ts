// A call whose answer was lost is asked again byte for byte, whatever an `apply` has made of the definition meanwhile: EC2
// refuses a token that comes with another request.

import { describe, expect, it } from 'vitest';
import { add, minutes, seconds } from '../../shared/base/time.ts';
import { loop } from '../../shared/loop/loop.ts';
import { apply } from '../../shared/operate/apply.ts';
import { CloudError } from '../../shared/port/errors.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import {
  candidate,
  instance,
  migration,
  record,
  SNAPSHOT,
  SUCCESSOR,
  snapshotView,
  volume,
} from '../decide/scene.ts';
import { definition } from '../definition/example.ts';
import { type Fakes, type Ports, ports } from './ports.ts';

/** Everything that may change of a running workload, changed. */
const OTHER = definition({
  'volume.sizeGiB': 90,
  'capacity.instanceTypes': ['r7i.large', 'm7i.large'],
  'capacity.zones': {
    'eu-west-1a': 'subnet-0a1b2c3d4e5f60009',
    'eu-west-1b': 'subnet-0a1b2c3d4e5f60008',
  },
  image: 'ubuntu-24.04',
  'network.securityGroups': ['sg-0a1b2c3d4e5f60009'],
  instance: { tags: { team: 'other' } },
});

const FREE = volume();
const FROZEN = volume({ tags: { 'spotkeep:role': 'frozen' } });
const DOWN = { owner: undefined, state: 'launching' as const };

const CASES: [string, 'launch' | 'createVolume', RecordBody, Fakes['cloud']][] = [
  ['a launch', 'launch', record({ ...DOWN }), { instances: async () => [], volumes: async () => [FREE] }],
  [
    'a blank volume',
    'createVolume',
    record({
      ...DOWN,
      volume: undefined,
      generation: 0,
      lastGeneration: 0,
      provedGeneration: 0,
      snapshots: [],
      candidate: candidate(),
    }),
    { instances: async () => [instance(SUCCESSOR)], volumes: async () => [] },
  ],
  [
    'a copy',
    'createVolume',
    record({
      ...DOWN,
      lastGeneration: 2,
      migration: migration({ phase: 'snapshotting', snapshotId: SNAPSHOT, snapshotAttempt: 1 }),
      candidate: candidate({ purpose: 'migration', zone: 'eu-west-1b' }),
    }),
    {
      instances: async () => [instance(SUCCESSOR, { zone: 'eu-west-1b' })],
      volumes: async () => [FROZEN],
      snapshots: async () => [snapshotView()],
    },
  ],
];

const once = (made: Ports) =>
  loop(made.deps, { name: 'gitlab', leaveAt: add(made.now, seconds(0)), mayDelete: false });

describe('an apply between a lost answer and its repeat', () => {
  it.each(CASES)('changes nothing in the request for %s', async (_name, call, body, cloud) => {
    let lost = 0;
    const lose = (): Promise<never> => {
      lost += 1;
      return Promise.reject(new CloudError('unknown-outcome', 'createVolume', 'Timeout', 'no answer'));
    };
    const online = { agents: async () => [{ instanceId: SUCCESSOR, online: true, agentVersion: '3' }] };
    const made = ports({ cloud: { ...cloud, [call]: lose }, commands: online }, body);
    await once(made);
    const [first] = made.named(call);
    expect(lost).toBeGreaterThan(0);
    const image = { parameter: async () => 'ami-0fffffffffffffff0' };
    Object.assign(made.deps.commands, image);
    expect(await apply(made.deps, { definition: OTHER })).toMatchObject({ ok: true, changed: true });
    expect(made.body()).toMatchObject({
      definition: { volume: { sizeGiB: 90 }, image: 'ubuntu-24.04' },
      imageId: 'ami-0fffffffffffffff0',
    });
    made.now = add(made.now, minutes(1));
    await once(made);
    const requests = made.named(call).map((given) => JSON.stringify(given));
    expect(requests.length).toBeGreaterThan(lost > 1 ? lost - 1 : 1);
    expect(new Set(requests)).toEqual(new Set([JSON.stringify(first)]));
  });
});
