// The stories that need real hardware's manners: NVMe serials, hot-plug, exclusive volumes, power failures.

import type { HostAnswer } from '../../../shared/host/answer.ts';
import type { Instance } from '../../../simulator/real-host/instance.ts';
import { type Bench, type Dataset, expect } from '../bench.ts';
import type { Case } from '../cases.ts';
import { Gone } from '../line-socket.ts';
import type { QemuInstance } from '../qemu.ts';

const KILLS = 5;
const TRIES = 3;
/** At this kill the volume gets larger. */
const GROWS_AT = 3;
const LOG = '/var/lib/docker/volumes/data/_data/log';

/** Records on the volume, read inside the guest: in order, none twice, every acknowledged one. */
async function checkVolume(guest: Instance, acknowledged: number[]): Promise<void> {
  // Only the last record may be torn: it was being written.
  const { stdout } = await guest.run(
    `awk '!bad && ($1 + 0 != NR || length($1) != 8) { bad = NR } END { print NR, bad + 0 }' ${LOG}`,
  );
  const [lines = 0, bad = 0] = stdout.trim().split(' ').map(Number);
  const records = bad === 0 ? lines : bad - 1;
  const whole = (bad === 0 || bad === lines) && records >= (acknowledged.at(-1) ?? 0);
  expect('records in order, every acknowledged one there', whole, { stdout, last: acknowledged.at(-1) });
}

/**
 * A guest formats the volume; its first start and its container are an instance's work that is not so slow. The container
 * acknowledges to a serial port, which outlives the guest; its first instance has none.
 */
async function firstStart(bench: Bench, dataset: Dataset): Promise<void> {
  const instance = await bench.launch();
  await instance.attach(dataset.volume);
  const first = await bench.row(instance, 'start', dataset, 'running-done');
  expect('first mount', first.firstMount === true, first);
  await bench.importWriter(instance);
  await instance.inside(`mknod /dev/ttyS0 c 1 3
    docker run -d --name writer --network none --restart unless-stopped --device /dev/ttyS0:/dev/ack -e ACK=/dev/ack -e PAUSE=1.5 -v data:/data writer`);
  await bench.row(instance, 'stop', dataset, 'stopped-done');
  bench.end(instance);
}

const told = (error: Error): void =>
  console.log(`     a guest ended by itself, another one takes its place: ${error.message}`);

/** Now and then QEMU without KVM ends by itself: a loss like any other, for the service and for this test. */
async function newGuest(bench: Bench): Promise<QemuInstance> {
  try {
    return await bench.guest();
  } catch (error) {
    if (!(error instanceof Gone)) throw error;
    told(error);
    return bench.guest();
  }
}

/** Writes, keeps the volume from the next guest, and is killed in the middle of a burst of twelve. */
async function writeAndDie(bench: Bench, guest: QemuInstance, next: QemuInstance, dataset: Dataset) {
  try {
    await bench.untilAcknowledged(guest, 3, 90_000);
    let refused = '';
    await next.attach(dataset.volume).catch((error: unknown) => {
      if (error instanceof Gone) throw error;
      refused = String(error);
    });
    expect('a second guest does not get the volume', refused.includes('lock'), refused);
    const before = (await guest.acknowledged()).length;
    await bench.untilAcknowledged(guest, before + 2, 90_000);
  } catch (error) {
    if (!guest.ended || !(error instanceof Gone)) throw error;
    told(error);
  }
  await guest.kill();
}

/** A guest so slow that its Docker is not there in time is given up for another, as the control plane does. */
async function startOn(bench: Bench, guest: QemuInstance, dataset: Dataset, expectSizeGiB: string) {
  let answer: HostAnswer | undefined;
  try {
    await guest.attach(dataset.volume);
    answer = await bench.send(guest, 'start', dataset, { expectSizeGiB });
  } catch (error) {
    if (!(error instanceof Gone)) throw error;
    told(error);
  }
  if (answer?.row === 'running-done') return { guest, answer };
  if (answer) {
    const excused = answer.row === 'setup-docker-down' && answer.unmounted === true;
    expect('only a slow Docker is excused', excused, answer);
    console.log('     Docker was not up in time on this slow guest; another one takes the volume');
  }
  await guest.kill();
  bench.endGuest(guest);
  const other = await newGuest(bench);
  await other.attach(dataset.volume);
  await bench.row(other, 'start', dataset, 'running-done', { expectSizeGiB });
  return { guest: other, answer };
}

async function once(bench: Bench): Promise<void> {
  const dataset = bench.dataset();
  const decoy = bench.dataset();
  let guest = await newGuest(bench);
  // Attached first, it takes the name that the data volume would have.
  await guest.attach(decoy.volume);
  await guest.attach(dataset.volume);
  await bench.row(guest, 'format', dataset, 'formatted-done');
  await guest.detach(dataset.volume);
  const links = await guest.run('ls /dev/disk/by-id; stty -F /dev/ttyS0 raw');
  expect('unplugged', !links.stdout.includes(dataset.volume.serial), links);
  await firstStart(bench, dataset);
  await guest.attach(dataset.volume);
  await bench.row(guest, 'start', dataset, 'running-done');
  let survived = 0;
  for (let kill = 1; kill <= KILLS; kill++) {
    const next = await newGuest(bench);
    await writeAndDie(bench, guest, next, dataset);
    const acknowledged = await guest.acknowledged();
    bench.endGuest(guest);
    // Enlarged while nobody has it, as a volume of EBS may be.
    if (kill === GROWS_AT) bench.volumes.enlarge(dataset.volume, 2048);
    const started = await startOn(bench, next, dataset, kill < GROWS_AT ? '1' : '2');
    guest = started.guest;
    const { answer } = started;
    // The answer of a guest that ended by itself is lost with it.
    if (answer) {
      expect('ext4 grows with the volume, once', (answer.grown === true) === (kill === GROWS_AT), answer);
      expect('a power failure leaves a journal to replay', answer.journalReplayed === true, answer);
    }
    await checkVolume(guest, acknowledged);
    survived += 1;
    console.log(
      `     power failure ${kill} of ${KILLS}: ${acknowledged.length} records acknowledged by that guest are there`,
    );
  }
  console.log(`QEMU: ${survived} of ${KILLS} kills survived`);
  await stalled(bench, guest, dataset);
}

/** The disk hangs for real. Stop says in time what it could not do; after the loss, another kind of instance has it all. */
async function stalled(bench: Bench, guest: QemuInstance, dataset: Dataset): Promise<void> {
  await bench.untilAcknowledged(guest, 3, 90_000);
  await guest.stall(dataset.volume);
  const answer = await bench.send(guest, 'stop', dataset, { stopBudgetSeconds: '20' });
  const honest = ['stopped-docker', 'stopped-hung', 'stopped-busy'].includes(answer.row ?? '');
  expect('it says that it could not', honest && !answer.ok && answer.unmounted === false, answer);
  expect('about in its time, on so slow a guest', (answer.tookMs ?? 1e9) < 45_000, answer);
  await guest.kill();
  const acknowledged = await guest.acknowledged();
  bench.endGuest(guest);
  const instance = await bench.launch();
  await instance.attach(dataset.volume);
  await bench.row(instance, 'start', dataset, 'running-done', { expectSizeGiB: '2' });
  await checkVolume(instance, acknowledged);
  await bench.row(instance, 'stop', dataset, 'stopped-done');
}

/** Where a guest that ends by itself cannot be replaced, all begins anew on a fresh volume; what was found wrong never does. */
async function story(bench: Bench): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await once(bench);
      return;
    } catch (error) {
      if (!(error instanceof Gone) || tries === TRIES) throw error;
      told(error);
      bench.endAll();
    }
  }
}

export const GUEST: Case[] = [
  {
    name: `${KILLS} of ${KILLS} power failures under QEMU lose no acknowledged record; exclusive volumes, decoys, growth of ext4, a disk that hangs`,
    test: story,
  },
];
