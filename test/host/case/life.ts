// The dataset's ordinary life: format, start, write, stop, move to another instance or to a volume made from a copy.

import { readFileSync } from 'node:fs';
import type { NspawnInstance } from '../../../simulator/real-host/nspawn.ts';
import { must } from '../../../simulator/real-host/shell.ts';
import { loopsOf } from '../../../simulator/real-host/volume.ts';
import { RECORDS, wrongWith } from '../../../simulator/real-host/writer.ts';
import { type Bench, type Dataset, expect, ulid } from '../bench.ts';
import type { Case } from '../cases.ts';

/** Records on the volume: every acknowledged one is there, in order, none twice. */
export async function checkRecords(instance: NspawnInstance, acknowledged: number[]): Promise<void> {
  const text = readFileSync(`${instance.root}/var/lib/docker/${RECORDS}`, 'utf8');
  const wrong = wrongWith(text, acknowledged);
  expect('every acknowledged record is there, in order, none twice', wrong === undefined, wrong);
}

/** The volume of the next generation, made from a copy. */
export async function migrated(bench: Bench, from: Dataset): Promise<Dataset> {
  const volume = await bench.volumes.copy(from.volume);
  return {
    ...from,
    volume,
    generation: from.generation + 1,
    parentGeneration: from.generation,
    migrationId: ulid(),
  };
}

const firstLife = (fileSystem: 'ext4' | 'xfs') => async (bench: Bench) => {
  const instance = await bench.launch();
  const dataset = bench.dataset(1024, fileSystem);
  const answer = await bench.serving(instance, dataset);
  expect('it is the first mount', answer.firstMount === true, answer);
  expect('the driver is pinned', answer.driver === 'overlay2' && answer.imageStore === 'graph', answer);
  await bench.write(instance);
  await bench.untilAcknowledged(instance, 20);
  const probe = await bench.row(instance, 'probe', dataset, 'report-serving');
  expect('the probe names the volume', probe.mounted?.volumeId === dataset.volume.id, probe);
  expect('the probe lists the container', probe.containers?.[0]?.name === 'writer', probe);
  expect('the bind outside the volume is named', probe.unkeptBinds?.[0]?.source === '/var/ack', probe);
  const stop = await bench.row(instance, 'stop', dataset, 'stopped-done');
  expect('unmounted, nobody killed', stop.unmounted === true && stop.killed?.length === 0, stop);
  await instance.detach(dataset.volume);
};

async function handover(bench: Bench): Promise<void> {
  const a = await bench.launch();
  const dataset = bench.dataset();
  await bench.serving(a, dataset);
  await bench.write(a);
  await a.inside(
    'docker run -d --name other --network none --restart unless-stopped --stop-signal KILL --entrypoint sleep writer 100000',
  );
  await bench.untilAcknowledged(a, 50);
  await bench.row(a, 'stop', dataset, 'stopped-done');
  const acknowledged = await a.acknowledged();
  await a.detach(dataset.volume);
  const b = await bench.launch();
  await b.attach(dataset.volume);
  const answer = await bench.row(b, 'start', dataset, 'running-done');
  expect('not the first mount', answer.firstMount === false, answer);
  await checkRecords(b, acknowledged);
  await bench.untilAcknowledged(b, 5);
  expect(
    'the first new record follows the last',
    ((await b.acknowledged())[0] ?? 0) > (acknowledged.at(-1) ?? 0),
  );
  const names = await b.inside("docker ps --format '{{.Names}}' | sort | tr '\\n' ' '");
  expect('always and unless-stopped are both back', names === 'other writer', names);
}

async function move(bench: Bench): Promise<void> {
  const a = await bench.launch();
  const dataset = bench.dataset();
  await bench.serving(a, dataset);
  await bench.write(a);
  await bench.untilAcknowledged(a, 30);
  await bench.row(a, 'stop', dataset, 'stopped-done');
  await a.detach(dataset.volume);
  const next = await migrated(bench, dataset);
  const b = await bench.launch();
  await b.attach(next.volume);
  const first = await bench.row(b, 'start', next, 'running-done');
  expect(
    'it took the parent’s marker',
    first.rows?.includes('marker-go') === true && first.firstMount === true,
    first,
  );
  expect(
    'on its first mount',
    first.observed?.marker === 'equal' || first.observed?.marker === 'parent-first-mount',
    first,
  );
  await checkRecords(b, await a.acknowledged());
  await bench.row(b, 'stop', next, 'stopped-done');
  const again = await bench.row(b, 'start', next, 'running-done');
  expect('then its own', again.observed?.marker === 'equal' && again.firstMount === false, again);
  await bench.row(b, 'stop', next, 'stopped-done');
  await bench.refusal(b, 'start', { ...next, migrationId: ulid() }, 'marker-other-migration');
  await bench.refusal(
    b,
    'start',
    dataset.volume === next.volume ? next : { ...next, generation: 1 },
    'marker-newer',
  );
}

async function frozenCopy(bench: Bench): Promise<void> {
  const a = await bench.launch();
  const dataset = bench.dataset();
  await bench.serving(a, dataset);
  await bench.write(a);
  await bench.untilAcknowledged(a, 30);
  await a.inside('fsfreeze -f /var/lib/docker');
  const acknowledged = await a.acknowledged();
  const next = await migrated(bench, dataset);
  await a.inside('fsfreeze -u /var/lib/docker');
  const b = await bench.launch();
  await b.attach(next.volume);
  await bench.row(b, 'start', next, 'running-done');
  await checkRecords(b, acknowledged);
}

// Growing a mounted ext4 needs a right that machines of CI may not have; QEMU's stories show it.
async function growth(bench: Bench): Promise<void> {
  const instance = await bench.launch();
  const dataset = bench.dataset(1024, 'xfs');
  await bench.serving(instance, dataset);
  await bench.row(instance, 'stop', dataset, 'stopped-done');
  bench.volumes.enlarge(dataset.volume, 2048);
  const [loop = ''] = await loopsOf(dataset.volume.file);
  await must('losetup', ['-c', loop]);
  const answer = await bench.row(instance, 'start', dataset, 'running-done', { expectSizeGiB: '2' });
  expect('the file system grew', answer.grown === true, answer);
  const size = await instance.inside('df --output=size -m /var/lib/docker | tail -n 1');
  expect('to the volume’s size', Number(size) > 1800, size);
}

async function newerEngine(bench: Bench): Promise<void> {
  const a = await bench.launch();
  const dataset = bench.dataset();
  await bench.serving(a, dataset);
  await bench.write(a);
  await bench.untilAcknowledged(a, 20);
  await bench.row(a, 'stop', dataset, 'stopped-done');
  const acknowledged = await a.acknowledged();
  await a.detach(dataset.volume);
  const b = await bench.launch({ release: 'trixie' });
  await b.attach(dataset.volume);
  const answer = await bench.row(b, 'start', dataset, 'running-done');
  expect(
    'a newer engine goes on',
    answer.observed?.engine === 'newer' && answer.engine?.startsWith('26') === true,
    answer,
  );
  expect('with the marker’s driver', answer.driver === 'overlay2', answer);
  await bench.untilAcknowledged(b, 5);
  await checkRecords(b, acknowledged);
  await bench.row(b, 'stop', dataset, 'stopped-done');
  await b.detach(dataset.volume);
  await a.attach(dataset.volume);
  await bench.refusal(a, 'start', dataset, 'engine-older');
}

async function containerdStore(bench: Bench): Promise<void> {
  const a = await bench.launch({ release: 'trixie' });
  const dataset = bench.dataset();
  await bench.formatted(a, dataset);
  await a.withMounted(
    dataset.volume,
    'sed -i s/^driver=.*/driver=overlayfs/\\;s/^store=.*/store=containerd/ .spotkeep/marker',
  );
  await bench.row(a, 'start', dataset, 'running-done');
  await bench.importWriter(a);
  await bench.write(a);
  await bench.untilAcknowledged(a, 10);
  await bench.row(a, 'stop', dataset, 'stopped-done');
  const acknowledged = await a.acknowledged();
  await a.detach(dataset.volume);
  const b = await bench.launch({ release: 'trixie' });
  await b.attach(dataset.volume);
  const answer = await bench.row(b, 'start', dataset, 'running-done');
  expect('images came along', answer.imageStore === 'containerd', answer);
  await bench.untilAcknowledged(b, 5);
  await checkRecords(b, acknowledged);
  await bench.row(b, 'stop', dataset, 'stopped-done');
  await b.withMounted(dataset.volume, 'mv .spotkeep/containerd .spotkeep/elsewhere');
  await bench.row(b, 'start', dataset, 'check-driver-gone');
}

async function exclusive(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  const other = await bench.launch();
  let refused = '';
  await other.attach(dataset.volume).catch((error: unknown) => {
    refused = String(error);
  });
  expect('a second instance does not get the volume', refused.includes('attached already'), refused);
  expect('the first keeps it', instance.device(dataset.volume).startsWith('/dev/nvme'));
}

export const LIFE: Case[] = [
  { name: 'formats a blank volume (ext4), starts Docker on it, stops it', test: firstLife('ext4') },
  { name: 'formats a blank volume (xfs), starts Docker on it, stops it', test: firstLife('xfs') },
  { name: 'hands over to another instance with every record and container', test: handover },
  { name: 'moves to a volume made from a copy, as the parent generation only once', test: move },
  { name: 'a copy taken while frozen, under writing, is whole', test: frozenCopy },
  { name: 'grows xfs when the volume was enlarged', test: growth },
  { name: 'a newer Docker goes on with the volume, the older one then refuses it', test: newerEngine },
  { name: 'images in containerd’s own store are on the volume too', test: containerdStore },
  { name: 'a volume is never at two instances', test: exclusive },
];
