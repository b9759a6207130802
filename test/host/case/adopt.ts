// Adoption of a volume that was laid out by hand: its top is Docker's data-root, and it has no marker.

import type { NspawnInstance } from '../../../simulator/real-host/nspawn.ts';
import { type Bench, type Dataset, expect } from '../bench.ts';
import type { Case } from '../cases.ts';
import { checkRecords } from './life.ts';

/** A real data-root, as Docker leaves it, without anything of ours. */
async function byHand(
  bench: Bench,
): Promise<{ instance: NspawnInstance; dataset: Dataset; acknowledged: number[] }> {
  const instance = await bench.launch();
  const dataset = bench.dataset();
  await bench.serving(instance, dataset);
  await bench.write(instance);
  await bench.untilAcknowledged(instance, 20);
  await bench.row(instance, 'stop', dataset, 'stopped-done');
  await instance.withMounted(dataset.volume, 'rm -r .spotkeep');
  return { instance, dataset, acknowledged: await instance.acknowledged() };
}

const look = { adoptMode: 'inspect', fsUuid: 'none' };

async function real(bench: Bench): Promise<void> {
  const { instance, dataset, acknowledged } = await byHand(bench);
  await bench.refusal(instance, 'start', dataset, 'marker-absent');
  await bench.refusal(instance, 'format', dataset, 'blank-not', {
    fsUuid: '00000000-0000-4000-8000-000000000000',
  });
  const inspected = await bench.row(instance, 'adopt', dataset, 'adopt-inspected', look);
  expect(
    'it tells what it found',
    inspected.fsUuid === dataset.fsUuid && inspected.driver === 'overlay2',
    inspected,
  );
  expect('and which containers', inspected.containers?.[0]?.name === 'writer', inspected);
  await bench.refusal(instance, 'start', dataset, 'marker-absent');
  await bench.refusal(instance, 'adopt', dataset, 'adopt-other-uuid', {
    fsUuid: '00000000-0000-4000-8000-000000000000',
  });
  await bench.row(instance, 'adopt', dataset, 'adopted-done');
  await bench.row(instance, 'adopt', dataset, 'adopt-already');
  await bench.refusal(instance, 'adopt', dataset, 'adopt-marked', { generation: '2' });
  const started = await bench.row(instance, 'start', dataset, 'running-done', {
    setupSha256: 'a'.repeat(64),
    setupParameter: '/spotkeep/x/setup',
  });
  expect('it has containers: no setup', started.setup === 'already', started);
  await bench.untilAcknowledged(instance, acknowledged.length + 5);
  await checkRecords(instance, acknowledged);
}

/** Data-roots made up of the directories that tell one kind from the other. */
const madeUp = (lines: string) => async (bench: Bench) => {
  const { instance } = await bench.quiet();
  const dataset = bench.dataset();
  await instance.attach(dataset.volume);
  await instance.inside(`mkfs.ext4 -q -U ${dataset.fsUuid} ${instance.device(dataset.volume)}`);
  await instance.withMounted(
    dataset.volume,
    `image() { mkdir -p "image/$1/imagedb/content/sha256"; echo "{\\"architecture\\":\\"$2\\"}" >"image/$1/imagedb/content/sha256/x"; }; ${lines}`,
  );
  return { instance, dataset };
};

const refused = (row: string, lines: string) => async (bench: Bench) => {
  const { instance, dataset } = await madeUp(lines)(bench);
  await bench.refusal(instance, 'adopt', dataset, row, look);
  await instance.detach(dataset.volume);
};

const ROOT = 'mkdir -p containers volumes';

async function dead(bench: Bench): Promise<void> {
  const { instance, dataset } = await madeUp(
    `${ROOT} aufs; image aufs amd64; mkdir -p volumes/data/_data; echo kept >volumes/data/_data/file`,
  )(bench);
  await bench.row(instance, 'adopt', dataset, 'adopt-inspected', look);
  await bench.refusal(instance, 'adopt', dataset, 'adopt-driver-dead');
  await bench.row(instance, 'adopt', dataset, 'adopted-done', { deadDriver: 'move-aside' });
  await bench.row(instance, 'start', dataset, 'running-done');
  expect(
    'volumes are kept',
    (await instance.inside('cat /var/lib/docker/volumes/data/_data/file')) === 'kept',
  );
  expect(
    'the rest is moved aside, not deleted',
    (await instance.inside('ls /var/lib/docker/.spotkeep/aside')).includes('aufs'),
  );
  await bench.row(instance, 'stop', dataset, 'stopped-done');
  await instance.detach(dataset.volume);
}

async function otherKinds(bench: Bench): Promise<void> {
  const { instance } = await bench.quiet();
  const dataset = bench.dataset();
  await instance.attach(dataset.volume);
  await bench.refusal(instance, 'adopt', dataset, 'adopt-no-fs', look);
  await instance.inside(`mkfs.xfs -q ${instance.device(dataset.volume)}`);
  await bench.refusal(instance, 'adopt', dataset, 'adopt-other-fs', look);
  await instance.detach(dataset.volume);
}

async function damaged(bench: Bench): Promise<void> {
  const { instance, dataset } = await madeUp(
    `${ROOT} a/b; echo text >a/b/c; echo other >a/d; image overlay2 amd64`,
  )(bench);
  const device = instance.device(dataset.volume);
  await instance.inside(`debugfs -w -R 'clri /a/b' ${device}; debugfs -w -R 'ssv state 2' ${device}`);
  await bench.row(instance, 'adopt', dataset, 'adopted-fsck');
  await instance.detach(dataset.volume);
}

export const ADOPT: Case[] = [
  { name: 'a data-root laid out by hand is adopted only when told so, and serves on', test: real },
  { name: 'an empty file system is not adopted', test: refused('adopt-not-data-root', 'true') },
  {
    name: 'a file system with something else is not adopted',
    test: refused('adopt-not-data-root', 'mkdir home; echo x >home/y'),
  },
  {
    name: 'images of another architecture are not adopted',
    test: refused('adopt-architecture', `${ROOT}; image overlay2 arm64`),
  },
  {
    name: 'a data-root of two storage drivers is not adopted',
    test: refused('adopt-driver-ambiguous', `${ROOT}; image overlay2 amd64; image vfs amd64`),
  },
  {
    name: 'a data-root of a storage driver the host lacks is not adopted',
    test: refused('adopt-driver-missing', `${ROOT}; image zfs amd64`),
  },
  // As Docker ≥ 29 leaves a fresh data-root: containers without images, which are in containerd's root elsewhere.
  {
    name: 'a data-root whose images are in containerd’s store elsewhere is not adopted',
    test: refused(
      'adopt-driver-missing',
      `${ROOT} containers/x; touch engine-id; echo '{"Name":"/web","Driver":"overlayfs"}' >containers/x/config.v2.json`,
    ),
  },
  { name: 'a driver that Docker dropped is adopted only with its layers moved aside', test: dead },
  { name: 'no file system, or another kind, is not adopted', test: otherKinds },
  { name: 'a damaged data-root is left to a person', test: damaged },
];
