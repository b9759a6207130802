// The stories that need real hardware's manners: NVMe serials, hot-plug, exclusive volumes, power failures.

import { type Bench, expect } from '../bench.ts';
import type { Case } from '../cases.ts';
import type { QemuInstance } from '../qemu.ts';

const KILLS = 5;
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
    guest = next;
    await guest.attach(dataset.volume);
    const answer = await bench.row(guest, 'start', dataset, 'running-done');
    expect('a power failure leaves a journal to replay', answer.journalReplayed === true, answer);
    await checkRecords(guest, acknowledged);
    survived += 1;
    console.log(`     power failure ${kill}: ${acknowledged.length} records acknowledged by that guest`);
  }
  console.log(`QEMU: ${survived} of ${KILLS} kills survived`);
  await bench.untilAcknowledged(guest, 3, 90_000);
  await bench.row(guest, 'stop', dataset, 'stopped-done');
  await guest.detach(dataset.volume);
  bench.volumes.enlarge(dataset.volume, 2048);
  await guest.attach(dataset.volume);
  const grown = await bench.row(guest, 'start', dataset, 'running-done', { expectSizeGiB: '2' });
  expect('ext4 grew with the volume', grown.grown === true, grown);
  await bench.untilAcknowledged(guest, 3, 90_000);
  await bench.row(guest, 'stop', dataset, 'stopped-done');
}

export const GUEST: Case[] = [
  {
    name: `${KILLS} of ${KILLS} power failures under QEMU lose no acknowledged record; exclusive volumes, decoys, growth of ext4`,
    test: story,
  },
];
