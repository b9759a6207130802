// What `start` refuses once it has looked at the file system, its marker and the engine. No byte changes.

import { hashOf } from '../../../simulator/real-host/volume.ts';
import { type Bench, type Dataset, expect, type Quiet, ulid, uuid } from '../bench.ts';
import type { Case } from '../cases.ts';

const edited =
  (row: string, edit: string, extra: Record<string, string> = {}) =>
  async (bench: Bench) => {
    const { instance, dataset } = await bench.quiet();
    const keep = 'cp -a .spotkeep/marker .spotkeep/kept';
    await instance.withMounted(dataset.volume, `${keep}; ${edit}`);
    try {
      await bench.refusal(instance, 'start', dataset, row, extra);
    } finally {
      await instance.withMounted(
        dataset.volume,
        'rm -rf .spotkeep/marker; mv .spotkeep/kept .spotkeep/marker',
      );
    }
  };

const set = (key: string, value: string): string => `sed -i s/^${key}=.*/${key}=${value}/ .spotkeep/marker`;

/** A volume made to look like something, refused, and as it was. */
const looks =
  (row: string, make: (device: string, dataset: Dataset) => string, extra: Record<string, string> = {}) =>
  async (bench: Bench) => {
    const { instance } = await bench.quiet();
    const dataset = bench.dataset();
    await instance.attach(dataset.volume);
    await instance.inside(make(instance.device(dataset.volume), dataset));
    await bench.refusal(instance, 'start', dataset, row, extra);
    await instance.detach(dataset.volume);
  };

const ext4 = (device: string, { fsUuid }: Dataset): string =>
  `mkfs.ext4 -q -E nodiscard -U ${fsUuid} ${device}`;
const partitioned = (device: string): string =>
  `printf '\\x80\\0\\0\\0\\x83\\0\\0\\0\\0\\x08\\0\\0\\0\\0\\x10\\0' | dd of=${device} bs=1 seek=446 conv=notrunc status=none; printf '\\x55\\xaa' | dd of=${device} bs=1 seek=510 conv=notrunc status=none`;
const lvm = (device: string): string =>
  `printf 'LABELONE\\0\\0\\0\\0\\0\\0\\0\\0' | dd of=${device} bs=512 seek=1 conv=notrunc status=none; printf 'LVM2 001' | dd of=${device} bs=1 seek=536 conv=notrunc status=none`;

async function otherKind(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  await bench.refusal(instance, 'start', dataset, 'fs-other', { fileSystem: 'xfs' });
  await bench.refusal(instance, 'start', dataset, 'fs-uuid-other', { fsUuid: uuid() });
}

async function generations(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  await bench.refusal(instance, 'start', dataset, 'marker-older', { generation: '3', parentGeneration: '2' });
  await bench.refusal(instance, 'start', dataset, 'marker-older', {
    generation: '2',
    parentGeneration: 'none',
  });
  // The very volume that the marker names is no copy of itself.
  await bench.refusal(instance, 'start', dataset, 'marker-older', { generation: '2', parentGeneration: '1' });
  await bench.refusal(instance, 'start', dataset, 'marker-other-dataset', { datasetId: ulid() });
  await bench.refusal(instance, 'start', dataset, 'marker-other-migration', { migrationId: ulid() });
}

/** Made up in a wrapper of e2fsck: a marker that reads otherwise once the journal was replayed. */
async function changedMarker({ instance, dataset }: Quiet, bench: Bench): Promise<void> {
  await instance.withMounted(dataset.volume, 'cp -a .spotkeep/marker .spotkeep/kept');
  const real = instance.fake(
    'e2fsck',
    'mount "$2" /mnt; sed -i s/^generation=.*/generation=9/ /mnt/.spotkeep/marker; umount /mnt',
  );
  const answer = await bench.row(instance, 'start', dataset, 'check-marker');
  real();
  expect(
    'what it had mounted is unmounted',
    answer.unmounted === true && answer.did?.includes('undo') === true,
    answer,
  );
  await instance.withMounted(dataset.volume, 'mv .spotkeep/kept .spotkeep/marker');
}

/** A directory cut loose from the tree: nothing that may be repaired without being asked. */
async function broken(bench: Bench): Promise<void> {
  const { instance } = await bench.quiet();
  const dataset = bench.dataset();
  await bench.formatted(instance, dataset);
  const device = instance.device(dataset.volume);
  await instance.withMounted(dataset.volume, 'mkdir -p a/b; echo text >a/b/c; echo other >a/d');
  await instance.inside(`debugfs -w -R 'clri /a/b' ${device}; debugfs -w -R 'ssv state 2' ${device}`);
  const answer = await bench.row(instance, 'start', dataset, 'check-failed');
  expect('a person has to decide', answer.hold === true && answer.unmounted === true, answer);
  await instance.detach(dataset.volume);
}

async function gone(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  await instance.withMounted(dataset.volume, 'mkdir -p containers/x; mv image/overlay2 image/vfs');
  await bench.row(instance, 'start', dataset, 'check-driver-gone');
  await instance.withMounted(dataset.volume, 'rmdir containers/x; mv image/vfs image/overlay2');
}

/** Killed right after its first start began: nothing of Docker is there yet, and that is no missing driver. */
async function cutFirstStart(bench: Bench): Promise<void> {
  const instance = await bench.launch();
  const dataset = bench.dataset();
  await bench.formatted(instance, dataset);
  await instance.withMounted(
    dataset.volume,
    `${set('started', 'yes')}; ${set('driver', 'overlay2')}; ${set('store', 'graph')}`,
  );
  await bench.row(instance, 'start', dataset, 'running-done');
}

async function unreplayed(bench: Bench): Promise<void> {
  const a = await bench.launch();
  const dataset = bench.dataset();
  await bench.serving(a, dataset);
  await bench.write(a);
  await bench.untilAcknowledged(a, 10);
  await a.kill();
  const before = await hashOf(dataset.volume);
  const { instance } = await bench.quiet();
  await instance.attach(dataset.volume);
  await bench.refusal(instance, 'start', dataset, 'marker-other-dataset', { datasetId: ulid() });
  await bench.refusal(instance, 'start', dataset, 'marker-older', { generation: '2' });
  expect('the journal waits as it was', (await hashOf(dataset.volume)) === before);
  await instance.detach(dataset.volume);
}

export const MARKER: Case[] = [
  { name: 'a blank volume is never formatted by a start', test: looks('fs-missing', () => 'true') },
  {
    name: 'an ext4 whose first 4 KiB are zeroes is not taken for blank',
    test: looks(
      'fs-missing',
      (d, s) => `${ext4(d, s)}; dd if=/dev/zero of=${d} bs=4096 count=1 conv=notrunc status=none`,
    ),
  },
  { name: 'a partition table is refused', test: looks('fs-other', partitioned) },
  { name: 'a half-written LVM label is not taken for blank', test: looks('fs-missing', lvm) },
  { name: 'a volume without a marker is refused', test: looks('marker-absent', ext4) },
  { name: 'another kind or UUID of file system is refused', test: otherKind },
  { name: 'other generations, datasets and migrations are refused', test: generations },
  { name: 'a newer generation is refused', test: edited('marker-newer', set('generation', '5')) },
  {
    name: 'a marker of another volume is refused',
    test: edited('marker-other-volume', set('volume', 'vol-0123456789abcdef0')),
  },
  {
    name: 'a marker that is not whole is refused',
    test: edited('marker-unreadable', 'sed -i /^end/d .spotkeep/marker'),
  },
  {
    name: 'a marker that is no file is refused',
    test: edited('marker-unreadable', 'rm .spotkeep/marker; ln -s /etc/hostname .spotkeep/marker'),
  },
  {
    name: 'another architecture is refused',
    test: edited('engine-architecture', set('architecture', 'arm64')),
  },
  // No engine ≥ 29 is to be had as a package: the decision is tested with the marker that one leaves.
  {
    name: 'a volume written by Docker 29 is refused by an older one',
    test: edited('engine-older', set('engine', '29.1.0')),
  },
  {
    name: 'a storage driver this host lacks is refused',
    test: edited('engine-driver-missing', set('driver', 'zfs')),
  },
  {
    name: 'a storage driver that Docker dropped is refused',
    test: edited('engine-driver-missing', set('driver', 'aufs')),
  },
  { name: 'containers without their driver’s data never meet an empty Docker', test: gone },
  { name: 'a first start cut before Docker wrote anything is simply repeated', test: cutFirstStart },
  { name: 'a refusal leaves the journal of a crashed volume unreplayed', test: unreplayed },
  {
    name: 'a marker that changes under the check stops the start',
    test: async (bench) => changedMarker(await bench.quiet(), bench),
  },
  { name: 'damage that needs a decision is left to a person', test: broken },
];
