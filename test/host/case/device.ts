// Finding the device, and everything `start` refuses before it looks into the file system. No byte changes.

import { truncateSync } from 'node:fs';
import { run } from '../../../simulator/real-host/shell.ts';
import { hashOf } from '../../../simulator/real-host/volume.ts';
import { type Bench, expect } from '../bench.ts';
import type { Case } from '../cases.ts';

type Step = (bench: Bench) => Promise<void>;
const rule = (name: string, test: Step): Case => ({ name, test });

/** Provokes with one shell line, expects the row, and puts things back with another. */
const provoked =
  (row: string, provoke: string, restore: string, extra: Record<string, string> = {}): Step =>
  async (bench) => {
    const { instance, dataset } = await bench.quiet();
    await instance.inside(provoke);
    try {
      await bench.refusal(instance, 'start', dataset, row, extra);
    } finally {
      await instance.inside(restore);
    }
  };

async function absent(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  const before = await hashOf(dataset.volume);
  await instance.detach(dataset.volume);
  await bench.row(instance, 'start', dataset, 'device-absent');
  const link = `/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${dataset.volume.serial}`;
  await instance.inside(`ln -s ../../nvme77n1 ${link}`);
  await bench.row(instance, 'start', dataset, 'device-absent');
  await instance.inside(`rm ${link}`);
  await instance.attach(dataset.volume);
  expect('no byte changed', (await hashOf(dataset.volume)) === before);
}

async function decoys(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  const decoy = bench.dataset();
  await instance.attach(decoy.volume);
  const mine = instance.device(dataset.volume);
  const other = instance.device(decoy.volume);
  const link = `/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${dataset.volume.serial}`;
  await instance.inside(`ln -sfn ${other} ${link}`);
  await bench.refusal(instance, 'start', dataset, 'device-mismatch');
  await instance.inside(`ln -sfn ${mine} ${link}`);
  const serial = `/sys/block/${other.slice(5)}/device/serial`;
  await instance.inside(`cp ${serial} /run/serial; echo ${dataset.volume.serial} >${serial}`);
  await bench.refusal(instance, 'start', dataset, 'device-ambiguous');
  await instance.inside(`cp /run/serial ${serial}`);
  await instance.detach(decoy.volume);
}

async function xen(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  const device = instance.device(dataset.volume).slice(5);
  const link = `/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${dataset.volume.serial}`;
  const like = (name: string) =>
    `cp -a /dev/${device} /dev/${name}; mkdir -p /sys/block/${name}; cp /sys/block/${device}/size /sys/block/${name}/size`;
  await instance.inside(
    `mkdir /run/hidden; mv /sys/block/${device}/device/serial ${link} /run/hidden; ${like('xvdf')}`,
  );
  await bench.refusal(instance, 'start', dataset, 'device-absent', { expectSizeGiB: '2' });
  await instance.inside(like('xvdg'));
  await bench.refusal(instance, 'start', dataset, 'device-ambiguous');
  await instance.inside('rm -r /sys/block/xvdg /dev/xvdg');
  const answer = await bench.row(instance, 'start', dataset, 'running-done');
  expect('it served from the Xen name', answer.unmounted === false, answer);
  await bench.row(instance, 'stop', dataset, 'stopped-done');
  await instance.inside(
    `mv /run/hidden/serial /sys/block/${device}/device/; mv /run/hidden/nvme-* ${link}; rm -r /run/hidden /sys/block/xvdf /dev/xvdf`,
  );
}

/** Made up in a wrapper of readlink: an instance under nspawn has no root disk of its own. */
async function rootDisk(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  const device = instance.device(dataset.volume).slice(5);
  const remove = instance.fake(
    'readlink',
    `case "$2" in /sys/dev/block/0:*) echo /sys/block/${device} ;; *) exec /usr/bin/readlink "$@" ;; esac`,
  );
  try {
    await bench.refusal(instance, 'start', dataset, 'device-mismatch');
    await bench.refusal(instance, 'format', dataset, 'device-mismatch');
  } finally {
    remove();
  }
}

async function elsewhere(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  const device = instance.device(dataset.volume);
  await instance.inside(`mount -o ro,noload ${device} /mnt`);
  await bench.refusal(instance, 'start', dataset, 'device-elsewhere');
  await instance.inside('umount /mnt');
  // Held by a device mapper, as the kernel shows it.
  const holders = `/sys/block/$(basename "$(readlink -f /sys/dev/block/7:$(stat -c %T ${device} | sed 's/^/0x/' | xargs printf %d))")/holders`;
  await instance.inside(`mkdir -p ${holders}/dm-0`);
  await bench.refusal(instance, 'start', dataset, 'device-elsewhere');
  await instance.inside(`rm -r ${holders}/dm-0`);
}

async function twin(bench: Bench): Promise<void> {
  const instance = await bench.launch();
  for (const fileSystem of ['ext4', 'xfs'] as const) {
    const dataset = bench.dataset(1024, fileSystem);
    await bench.formatted(instance, dataset);
    const copy = { ...dataset, volume: await bench.volumes.copy(dataset.volume) };
    await instance.attach(copy.volume);
    await instance.inside(
      `mount -o ro,${fileSystem === 'xfs' ? 'nouuid,norecovery' : 'noload'} ${instance.device(copy.volume)} /mnt`,
    );
    await bench.refusal(instance, 'start', dataset, 'device-twin');
    await instance.inside('umount /mnt');
    // The copy is told from the volume by its serial and by the marker inside, whatever its UUID says.
    await bench.refusal(instance, 'start', copy, 'marker-other-volume');
    await bench.row(instance, 'start', dataset, 'running-done');
    await bench.row(instance, 'stop', dataset, 'stopped-done');
  }
}

async function unreadable(bench: Bench): Promise<void> {
  const instance = await bench.launch();
  const dataset = bench.dataset();
  await bench.formatted(instance, dataset);
  truncateSync(dataset.volume.file, 1024 * 1024 * 1024 - 65_536);
  await bench.refusal(instance, 'start', dataset, 'device-unreadable');
  truncateSync(dataset.volume.file, 1024 * 1024 * 1024);
}

/** The lock of another operation, held for as long as the file is there. */
export const HOLD_LOCK =
  'touch /run/hold; (flock 9; touch /run/held; while [ -e /run/hold ]; do sleep 0.05; done; rm /run/held) 9>/run/spotkeep/work.lock >/dev/null 2>&1 & until [ -e /run/held ]; do sleep 0.02; done';

const beside =
  'mkdir -p /run/beside; cp /bin/sleep /run/beside/dockerd; (exec setsid /run/beside/dockerd 3600 >/dev/null 2>&1 &)';

export const DEVICE: Case[] = [
  rule('a start without its device says so, a stale link changes nothing', absent),
  rule('links and kernel must agree, and one device alone may carry the serial', decoys),
  rule('a Xen name serves only when one disk alone has the size', xen),
  rule('the root disk is never taken for the volume', rootDisk),
  rule('a device that something else uses is left alone', elsewhere),
  rule('a mounted copy with the same UUID keeps the volume from being mounted (ext4, xfs)', twin),
  rule('a device that cannot be read is not called blank', unreadable),
  rule(
    'a device smaller than recorded is refused',
    provoked('device-small', 'true', 'true', { expectSizeGiB: '2' }),
  ),
  rule(
    'another volume at Docker’s directory is refused',
    provoked('device-other-mounted', 'mount -t tmpfs tmpfs /var/lib/docker', 'umount /var/lib/docker'),
  ),
  rule(
    'files beside the volume are refused',
    provoked(
      'device-dirty',
      'chattr -i /var/lib/docker; touch /var/lib/docker/file',
      'rm /var/lib/docker/file; chattr +i /var/lib/docker',
    ),
  ),
  rule(
    'a start is refused once a spot notice is on the host',
    provoked('guard-spot-notice', 'touch /run/spotkeep/spot-notice', 'rm /run/spotkeep/spot-notice'),
  ),
  rule(
    'a host without the boothook’s work is refused',
    provoked('guard-unguarded', 'mv /run/spotkeep/guarded /run/g', 'mv /run/g /run/spotkeep/guarded'),
  ),
  rule(
    'a missing program is named before anything is done',
    provoked(
      'guard-tools',
      'mv /usr/sbin/resize2fs /usr/sbin/resize2fs.away',
      'mv /usr/sbin/resize2fs.away /usr/sbin/resize2fs',
    ),
  ),
  rule(
    'a second operation at the same time is told to come again',
    provoked('guard-busy', HOLD_LOCK, 'rm /run/hold; flock -w 10 /run/spotkeep/work.lock true'),
  ),
  rule(
    'Docker beside the volume that does not stop keeps it from being mounted',
    provoked('fs-docker', beside, 'pkill -x dockerd'),
  ),
  rule('the tests’ own machine is left as it was', async () => {
    const { stdout } = await run('findmnt', ['-no', 'TARGET', '/var/lib/docker']);
    expect('nothing is mounted here', stdout.trim() === '', stdout);
  }),
];
