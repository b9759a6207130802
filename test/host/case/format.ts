// Formatting: only what reads as blank, once, with the record's UUID; cut in half and repeated.

import { hostScript } from '../../../shared/host/assemble.ts';
import { type Bench, type Dataset, expect } from '../bench.ts';
import type { Case } from '../cases.ts';

async function fresh(
  bench: Bench,
  make: (device: string, dataset: Dataset) => string,
  fileSystem: 'ext4' | 'xfs' = 'ext4',
) {
  const { instance } = await bench.quiet();
  const dataset = bench.dataset(1024, fileSystem);
  await instance.attach(dataset.volume);
  await instance.inside(make(instance.device(dataset.volume), dataset));
  return { instance, dataset };
}

/** Everything that `blkid` calls nothing, and more. */
const NOT_BLANK: [string, (device: string) => string][] = [
  ['random bytes', (d) => `dd if=/dev/urandom of=${d} bs=1M count=1 conv=notrunc status=none`],
  [
    'an ext4 whose first 4 KiB are zeroes',
    (d) => `mkfs.ext4 -q ${d}; dd if=/dev/zero of=${d} bs=4k count=1 conv=notrunc status=none`,
  ],
  [
    'an ext4 whose first 16 MiB are zeroes',
    (d) =>
      `mkfs.ext4 -q -E lazy_itable_init=0 ${d}; dd if=/dev/zero of=${d} bs=1M count=16 conv=notrunc status=none`,
  ],
  [
    'an xfs whose first 16 MiB are zeroes',
    (d) => `mkfs.xfs -q ${d}; dd if=/dev/zero of=${d} bs=1M count=16 conv=notrunc status=none`,
  ],
  ['a half-written LVM label', (d) => `printf LABELONE | dd of=${d} bs=512 seek=1 conv=notrunc status=none`],
  ['one byte at the end', (d) => `printf x | dd of=${d} bs=1 seek=1073741823 conv=notrunc status=none`],
  ['another ext4', (d) => `mkfs.ext4 -q ${d}`],
];

async function notBlank(bench: Bench): Promise<void> {
  for (const [what, make] of NOT_BLANK) {
    const { instance, dataset } = await fresh(bench, make);
    const answer = await bench.refusal(instance, 'format', dataset, 'blank-not');
    expect(`${what} is not formatted`, answer.remedy === 'new-volume', answer);
    await instance.detach(dataset.volume);
    bench.volumes.remove(dataset.volume);
  }
}

async function again(bench: Bench): Promise<void> {
  for (const fileSystem of ['ext4', 'xfs'] as const) {
    const { instance, dataset } = await fresh(bench, () => 'true', fileSystem);
    const parameters = bench.parameters('format', dataset);
    const first = await bench.sendRaw(instance, 'format', parameters);
    expect('formatted', first.row === 'formatted-done' && first.format === 'formatted', first);
    expect('the answer is kept', (await bench.sendRaw(instance, 'format', parameters)).repeated === true);
    const second = await bench.row(instance, 'format', dataset, 'blank-already');
    expect('a new operation finds its own work', second.format === 'already', second);
    await instance.detach(dataset.volume);
  }
}

async function cut(bench: Bench): Promise<void> {
  const kill = 'p=$(cut -d" " -f4 /var/lib/spotkeep/operation); p=${p#*:}; kill -9 "${p%:*}"; sleep 0.3';
  const { instance, dataset } = await fresh(bench, () => 'true');
  const send = async () => {
    const env = Object.entries(bench.parameters('format', dataset)).map(([name, value]) => [
      `SSM_${name}`,
      value,
    ]);
    await instance.run(hostScript('format'), Object.fromEntries(env));
  };
  // Between the file system and its marker.
  const beforeMarker = instance.fake('fsfreeze', 'exit 0');
  const mount = instance.fake('mount', kill);
  await send();
  mount();
  beforeMarker();
  const answer = await bench.row(instance, 'format', dataset, 'formatted-done');
  expect('only the marker was missing', answer.rows?.includes('blank-markerless') === true, answer);
  await instance.detach(dataset.volume);
  // In the middle of mkfs: its first half is on the volume, the superblock too.
  const half = await fresh(
    bench,
    (d, { fsUuid }) =>
      `mkfs.ext4 -q -U ${fsUuid} ${d}; dd if=/dev/zero of=${d} bs=4096 seek=1 count=400 conv=notrunc status=none`,
  );
  await bench.refusal(half.instance, 'format', half.dataset, 'blank-cut');
  await half.instance.detach(half.dataset.volume);
}

async function failed(bench: Bench): Promise<void> {
  const { instance, dataset } = await fresh(bench, () => 'true');
  const remove = instance.fake('mkfs.ext4', 'exit 1');
  const answer = await bench.row(instance, 'format', dataset, 'formatted-failed');
  remove();
  expect('a new volume is the remedy', answer.remedy === 'new-volume', answer);
  await instance.detach(dataset.volume);
}

async function mounted(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  await bench.refusal(instance, 'format', dataset, 'blank-not', {
    fsUuid: '00000000-0000-4000-8000-000000000000',
  });
  await bench.row(instance, 'start', dataset, 'running-done');
  await bench.row(instance, 'format', dataset, 'blank-here');
  await bench.row(instance, 'adopt', dataset, 'adopt-here');
  await bench.row(instance, 'probe', dataset, 'report-serving');
  await bench.row(instance, 'stop', dataset, 'stopped-done');
}

export const FORMAT: Case[] = [
  { name: 'formats nothing that is not blank, whatever blkid says', test: notBlank },
  { name: 'a format repeated recognises its own work (ext4, xfs)', test: again },
  { name: 'a format cut in half is completed or given up, never done over', test: cut },
  { name: 'a format that fails asks for a new volume', test: failed },
  { name: 'a volume in service is never formatted or adopted', test: mounted },
];
