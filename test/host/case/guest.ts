// The stories that need real hardware's manners: NVMe serials, hot-plug, exclusive volumes, power failures.

import { type Bench, type Dataset, expect } from '../bench.ts';
import type { Case } from '../cases.ts';
import type { QemuInstance } from '../qemu.ts';

const KILLS = 5;
/** At this kill the volume gets larger. */
const GROWS_AT = 3;
const LOG = '/var/lib/docker/volumes/data/_data/log';

/** Records on the volume, read inside the guest: in order, none twice, every acknowledged one. */
async function checkRecords(guest: QemuInstance, acknowledged: number[]): Promise<void> {
  const { stdout } = await guest.run(
    `awk '{ if ($1 + 0 != NR && NR <= ${acknowledged.length + 1}) bad = 1 } END { print NR, bad + 0 }' ${LOG}`,
  );
  const [records = 0, bad] = stdout.trim().split(' ').map(Number);
  const last = acknowledged.at(-1) ?? 0;
  expect('records in order, every acknowledged one there', bad === 0 && records >= last, { stdout, last });
}

async function write(guest: QemuInstance): Promise<void> {
  const { code, stderr } = await guest.run(`stty -F /dev/ttyS0 raw
    docker import -c 'ENTRYPOINT ["/bin/writer"]' /opt/writer.tar writer >/dev/null
    docker run -d --name writer --network none --restart unless-stopped --device /dev/ttyS0:/ack/log -v data:/data writer`);
  expect('the writer runs', code === 0, stderr);
}

/** A guest so slow that its Docker is not there in time is given up for another, as the control plane does. */
async function startOn(bench: Bench, guest: QemuInstance, dataset: Dataset, expectSizeGiB: string) {
  await guest.attach(dataset.volume);
  const answer = await bench.send(guest, 'start', dataset, { expectSizeGiB });
  if (answer.row === 'running-done') return { guest, answer };
  expect(
    'only a slow Docker is excused',
    answer.row === 'setup-docker-down' && answer.unmounted === true,
    answer,
  );
  console.log('     Docker was not up in time on this slow guest; another one takes the volume');
  await guest.kill();
  bench.endGuest(guest);
  const other = await bench.guest();
  await other.attach(dataset.volume);
  await bench.row(other, 'start', dataset, 'running-done', { expectSizeGiB });
  return { guest: other, answer };
}

async function story(bench: Bench): Promise<void> {
  const dataset = bench.dataset();
  const decoy = bench.dataset();
  let guest = await bench.guest();
  // Attached first, it takes the name that the data volume would have.
  await guest.attach(decoy.volume);
  await guest.attach(dataset.volume);
  await bench.row(guest, 'format', dataset, 'formatted-done');
  const first = await bench.row(guest, 'start', dataset, 'running-done');
  expect('first mount', first.firstMount === true, first);
  await write(guest);
  let survived = 0;
  for (let kill = 1; kill <= KILLS; kill++) {
    await bench.untilAcknowledged(guest, 3, 90_000);
    const next = await bench.guest();
    let refused = '';
    await next.attach(dataset.volume).catch((error: unknown) => {
      refused = String(error);
    });
    expect('a second guest does not get the volume', refused.includes('lock'), refused);
    const before = (await guest.acknowledged()).length;
    await bench.untilAcknowledged(guest, before + 2, 90_000);
    await guest.kill();
    const acknowledged = await guest.acknowledged();
    bench.endGuest(guest);
    // Enlarged while nobody has it, as a volume of EBS may be.
    if (kill === GROWS_AT) bench.volumes.enlarge(dataset.volume, 2048);
    const started = await startOn(bench, next, dataset, kill < GROWS_AT ? '1' : '2');
    guest = started.guest;
    const { answer } = started;
    expect('ext4 grows with the volume, once', (answer.grown === true) === (kill === GROWS_AT), answer);
    expect('a power failure leaves a journal to replay', answer.journalReplayed === true, answer);
    await checkRecords(guest, acknowledged);
    survived += 1;
    console.log(
      `     power failure ${kill} of ${KILLS}: ${acknowledged.length} records acknowledged by that guest are there`,
    );
  }
  console.log(`QEMU: ${survived} of ${KILLS} kills survived`);
  await bench.row(guest, 'stop', dataset, 'stopped-done');
  await guest.detach(dataset.volume);
  expect(
    'unplugged',
    (await guest.run('ls /dev/disk/by-id')).stdout.includes(dataset.volume.serial) === false,
  );
}

export const GUEST: Case[] = [
  {
    name: `${KILLS} of ${KILLS} power failures under QEMU lose no acknowledged record; exclusive volumes, decoys, growth of ext4`,
    test: story,
  },
];
