// What the probe makes of containers that do not run, on real Docker: its states, its restart policies, and the flag by which
// it remembers who stopped a container, which it shows in no command.

import type { NspawnInstance } from '../../../simulator/real-host/nspawn.ts';
import { until } from '../../../simulator/real-host/shell.ts';
import { type Bench, type Dataset, expect } from '../bench.ts';
import type { Case } from '../cases.ts';

const OPTIONS = '--network none --stop-signal KILL --entrypoint sh';
const LOOP = "writer -c 'while :; do sleep 1; done'";

interface Place {
  bench: Bench;
  instance: NspawnInstance;
  dataset: Dataset;
}

/** A probe that answers so and names exactly these containers, `name state` each. */
async function probed(
  { bench, instance, dataset }: Place,
  row: string,
  named: readonly string[],
): Promise<void> {
  const answer = await bench.row(instance, 'probe', dataset, row);
  const told = (answer.unhealthy ?? []).map(({ name, state }) => `${name} ${state}`).toSorted();
  expect(`it names ${named.join(', ') || 'nobody'}`, String(told) === String(named), answer);
}

async function down(bench: Bench): Promise<void> {
  const instance = await bench.launch();
  const dataset = bench.dataset();
  const place = { bench, instance, dataset };
  await bench.serving(instance, dataset);
  await instance.inside(`docker run -d --restart unless-stopped --name db ${OPTIONS} ${LOOP}`);
  await probed(place, 'report-serving', []);
  await instance.inside(`docker create --restart always --name proxy ${OPTIONS} ${LOOP}`);
  await probed(place, 'report-unhealthy', ['proxy created']);
  await instance.inside('docker start proxy && docker pause proxy');
  await probed(place, 'report-unhealthy', ['proxy paused']);
  await instance.inside('docker unpause proxy');
  await probed(place, 'report-serving', []);
  await instance.inside(`docker run -d --name job ${OPTIONS} writer -c 'exit 3'`);
  await until('the job is over', 10_000, async () => (await instance.inside('docker ps -q | wc -l')) === '2');
  await probed(place, 'report-serving', []);
  // What a host change leaves of a container whose address is taken: exited, with a policy that has it run.
  await instance.inside('docker update --restart unless-stopped job');
  await probed(place, 'report-unhealthy', ['job exited']);
  await instance.inside('docker rm job');
}

async function byHand(bench: Bench): Promise<void> {
  const instance = await bench.launch();
  const dataset = bench.dataset();
  const place = { bench, instance, dataset };
  await bench.serving(instance, dataset);
  for (const name of ['db', 'proxy'])
    await instance.inside(`docker run -d --restart unless-stopped --name ${name} ${OPTIONS} ${LOOP}`);
  await instance.inside('docker stop proxy');
  await probed(place, 'report-serving', []);
  // The next host finds it stopped, and so it stays.
  await bench.row(instance, 'stop', dataset, 'stopped-done');
  await bench.row(instance, 'start', dataset, 'running-done');
  await until(
    'the other is back',
    20_000,
    async () => (await instance.inside('docker ps -q | wc -l')) === '1',
  );
  await probed(place, 'report-serving', []);
  await instance.inside('docker start proxy && docker kill proxy');
  await probed(place, 'report-serving', []);
  await instance.inside('docker stop db');
  const all = await bench.row(instance, 'probe', dataset, 'report-serving');
  expect('nothing is said of a service that was stopped by hand', all.health === 'unknown', all);
  await instance.inside('docker start proxy');
  const one = await bench.row(instance, 'probe', dataset, 'report-serving');
  expect('one that was started again is well', one.health === 'healthy', one);
}

export const HEALTH: Case[] = [
  { name: 'a container that its policy has run and does not is unhealthy, and named', test: down },
  { name: 'a container stopped by hand is not unhealthy, on this host and the next', test: byHand },
];
