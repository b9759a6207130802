// Docker itself: never beside the volume, stopped within the budget, setup once, what it would lose.

import { boothookUserData } from '../../../shared/host/assemble.ts';
import { until } from '../../../simulator/real-host/shell.ts';
import { type Bench, expect } from '../bench.ts';
import type { Case } from '../cases.ts';
import { HOLD_LOCK } from './device.ts';

async function beside(bench: Bench): Promise<void> {
  const instance = await bench.launch({ dockerAtBoot: true });
  expect(
    'nothing of Docker runs after boot',
    (await instance.run('pgrep -x "dockerd"; pgrep -x containerd')).stdout === '',
  );
  for (const unit of ['docker.service', 'docker.socket', 'containerd.service', 'ecs.service'])
    expect(
      `${unit} is masked`,
      (await instance.run(`systemctl is-enabled ${unit}`)).stdout.trim() === 'masked',
    );
  await instance.run('docker ps');
  expect('asking for it starts nothing', (await instance.run('pgrep -x dockerd')).code !== 0);
  await instance.inside(
    'rm /etc/systemd/system/docker.service /etc/systemd/system/docker.socket /etc/systemd/system/containerd.service; systemctl daemon-reload',
  );
  expect('unmasked it demands the mount', (await instance.run('systemctl start docker.service')).code !== 0);
  expect('and its socket too', (await instance.run('systemctl start docker.socket')).code !== 0);
  await instance.inside('mount -t tmpfs tmpfs /var/lib/docker');
  expect('and with some mount the marker', (await instance.run('systemctl start docker.service')).code !== 0);
  await instance.inside('umount /var/lib/docker');
  await instance.run(
    '(timeout 8 dockerd --host unix:///run/by-hand.sock >/run/by-hand.log 2>&1; true) & wait',
  );
  expect(
    'started by hand it can write nothing',
    (await instance.inside('ls -A /var/lib/docker /var/lib/containerd')) ===
      '/var/lib/containerd:\n\n/var/lib/docker:',
  );
  expect('and ends', (await instance.inside('cat /run/by-hand.log')).includes('operation not permitted'));
}

async function stock(bench: Bench): Promise<void> {
  const instance = await bench.launch({ boothook: false, dockerAtBoot: true });
  await until(
    'the stock image starts Docker by itself',
    30_000,
    async () => (await instance.run('docker ps')).code === 0,
  );
  const dataset = bench.dataset();
  await instance.attach(dataset.volume);
  await bench.row(instance, 'format', dataset, 'guard-unguarded');
  await instance.run(
    `cat >/run/user-data <<'USER_DATA_END'\n${boothookUserData()}USER_DATA_END\nbash /run/user-data`,
  );
  expect('the boothook stopped it', (await instance.run('pgrep -x dockerd')).code !== 0);
  expect(
    'what it had made beside the volume is gone',
    (await instance.inside('ls -A /var/lib/docker /var/lib/containerd')) ===
      '/var/lib/containerd:\n\n/var/lib/docker:',
  );
  await bench.row(instance, 'format', dataset, 'formatted-done');
  await bench.row(instance, 'start', dataset, 'running-done');
  await instance.inside('bash /run/user-data');
  const probe = await bench.row(instance, 'probe', dataset, 'report-serving');
  expect(
    'a boothook run again leaves a mounted volume alone',
    probe.dockerUp === true && probe.mounted?.volumeId === dataset.volume.id,
    probe,
  );
}

async function rebooted(bench: Bench): Promise<void> {
  const instance = await bench.launch();
  const dataset = bench.dataset();
  await bench.serving(instance, dataset);
  // What a reboot leaves: unit files as they were, /run empty, nothing mounted.
  await instance.inside(
    'systemctl kill -s KILL docker containerd; systemctl stop docker.socket docker containerd; umount /var/lib/containerd /var/lib/docker; rm -r /run/spotkeep/expected /run/spotkeep/mounted',
  );
  expect('Docker does not come up alone', (await instance.run('systemctl start docker.service')).code !== 0);
  expect(
    'not even with the volume, before a start',
    (
      await instance.run(
        `mount ${instance.device(dataset.volume)} /var/lib/docker; systemctl reset-failed docker; systemctl start docker.service`,
      )
    ).code !== 0,
  );
  await instance.inside('umount /var/lib/docker');
  await bench.row(instance, 'start', dataset, 'running-done');
}

async function stubborn(bench: Bench): Promise<void> {
  const instance = await bench.launch();
  const dataset = bench.dataset();
  await bench.serving(instance, dataset);
  const run = 'docker run -d --network none --stop-timeout 100';
  await instance.inside(`${run} --restart always --name deaf --entrypoint sh writer -c 'trap "" TERM; while :; do sleep 1; done'
    ${run} --restart unless-stopped --name deaf-too --entrypoint sh writer -c 'trap "" TERM; while :; do sleep 1; done'
    ${run} --restart always --name heavy -v heavy:/data --entrypoint sh writer -c 'while :; do dd if=/dev/zero of=/data/file bs=1M count=64; done'`);
  const answer = await bench.row(instance, 'stop', dataset, 'stopped-done', { stopBudgetSeconds: '15' });
  expect('within the budget', (answer.tookMs ?? 1e9) < 15_500, answer);
  expect(
    'who was killed is told',
    answer.killed?.includes('deaf') === true && answer.killed.includes('deaf-too'),
    answer,
  );
  await bench.row(instance, 'start', dataset, 'running-done');
  await until('all are back', 20_000, async () => (await instance.inside('docker ps -q | wc -l')) === '3');
  await bench.row(instance, 'stop', dataset, 'stopped-done', { stopBudgetSeconds: '15' });
}

async function busy(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  await bench.row(instance, 'start', dataset, 'running-done');
  await instance.inside('cd /var/lib/docker; (exec sleep 600 >/dev/null 2>&1 &)');
  const answer = await bench.row(instance, 'stop', dataset, 'stopped-busy', { stopBudgetSeconds: '4' });
  expect('it says who', answer.detail?.includes('sleep') === true && answer.unmounted === false, answer);
  expect('it is still really mounted', (await instance.run('mountpoint -q /var/lib/docker')).code === 0);
  await instance.inside('pkill -x sleep || true');
  await bench.row(instance, 'stop', dataset, 'stopped-done');
}

/** The hanging umount is made up: a real one would need a broken disk. */
async function hung(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  await bench.row(instance, 'start', dataset, 'running-done');
  const remove = instance.fake('umount', 'exec sleep 30');
  const answer = await bench.row(instance, 'stop', dataset, 'stopped-hung', { stopBudgetSeconds: '4' });
  remove();
  expect('it answers all the same', answer.unmounted === false && (answer.tookMs ?? 1e9) < 8000, answer);
  await bench.row(instance, 'stop', dataset, 'stopped-done');
}

/** In no list of mounts any more, and still alive: as a file system is while it flushes, here in another namespace. */
async function stillAlive(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  await bench.row(instance, 'start', dataset, 'running-done');
  await instance.inside(
    'systemctl stop docker.socket docker containerd; (exec unshare -m --propagation private sleep 600 >/dev/null 2>&1 &); sleep 0.5; umount /var/lib/containerd || true; umount /var/lib/docker',
  );
  const answer = await bench.row(instance, 'stop', dataset, 'stop-not-mounted');
  expect('it does not say that the disk may go', answer.unmounted === false, answer);
  await instance.inside('pkill -x sleep; sleep 0.5');
  const after = await bench.row(instance, 'stop', dataset, 'stop-not-mounted');
  expect('until the file system is gone', after.unmounted === true, after);
}

/** An image of somebody's own, whose Docker is configured to keep its data elsewhere. */
async function otherRoot(bench: Bench): Promise<void> {
  const instance = await bench.launch();
  const dataset = bench.dataset();
  await instance.inside(
    `mkdir -p /etc/docker; echo '{"data-root": "/srv/docker", "log-level": "warn"}' >/etc/docker/daemon.json`,
  );
  await bench.formatted(instance, dataset);
  await bench.row(instance, 'start', dataset, 'running-done');
  const root = await instance.inside("docker info -f '{{.DockerRootDir}}'");
  expect('Docker is on the volume', root === '/var/lib/docker', root);
  const merged = await instance.inside('cat /etc/docker/daemon.json; ls -d /srv/docker 2>/dev/null || true');
  expect(
    'what else it said is kept',
    merged.includes('"log-level"') && !merged.includes('/srv/docker'),
    merged,
  );
  await bench.row(instance, 'stop', dataset, 'stopped-done');
  await instance.detach(dataset.volume);
}

/** Nothing fits on it any more, not even a new file of root's. */
async function full(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  await bench.row(instance, 'start', dataset, 'running-done');
  await bench.row(instance, 'probe', dataset, 'report-serving');
  const fill = 'for i in 1 2 3 4; do cat /dev/zero 2>/dev/null >/var/lib/docker/fill-$i || true; sync; done';
  await instance.inside(fill);
  const probe = await bench.row(instance, 'probe', dataset, 'report-serving');
  expect('a full volume is told', (probe.fullPercent ?? 0) >= 99, probe);
  await bench.row(instance, 'stop', dataset, 'stopped-done');
  await bench.row(instance, 'start', dataset, 'running-done');
  await instance.inside('rm -f /var/lib/docker/fill*');
  await bench.row(instance, 'stop', dataset, 'stopped-done');
}

async function otherStops(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  await instance.inside('mount -t tmpfs tmpfs /var/lib/docker');
  await bench.row(instance, 'stop', dataset, 'stop-other-mounted');
  const marker = await bench.row(instance, 'probe', dataset, 'report-other-mounted');
  expect('the probe says so too', !marker.ok, marker);
  await instance.inside('umount /var/lib/docker');
  await bench.row(instance, 'probe', dataset, 'report-not-mounted');
  await instance.inside(HOLD_LOCK);
  const parameters = bench.parameters('stop', dataset, { stopBudgetSeconds: '2' });
  const first = await bench.sendRaw(instance, 'stop', parameters);
  expect('it could not have the lock', first.row === 'stop-busy', first);
  await instance.inside('rm /run/hold');
  // It is not done: its repeat says so, and the next one does it.
  const repeat = await bench.sendRaw(instance, 'stop', parameters);
  expect('its repeat asks for another', repeat.row === 'stop-cut' && repeat.remedy === 'again', repeat);
  await bench.row(instance, 'stop', dataset, 'stop-not-mounted');
  await bench.row(instance, 'start', dataset, 'running-done');
  await instance.inside(
    'cp /bin/sleep /run/containerd-x; mkdir -p /run/beside; cp /bin/sleep /run/beside/dockerd; (exec setsid /run/beside/dockerd 600 >/dev/null 2>&1 &)',
  );
  await bench.row(instance, 'stop', dataset, 'stopped-docker', { stopBudgetSeconds: '13' });
  await instance.inside('pkill -x dockerd || true');
  await bench.row(instance, 'stop', dataset, 'stop-not-mounted');
}

async function down(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  const script = '#!/bin/sh\\n[ "$1" = --version ] && exec /run/dockerd --version\\nexit 1\\n';
  await instance.inside(
    `cp /usr/sbin/dockerd /run/dockerd; printf '${script}' >/run/broken; chmod 755 /run/broken; mount --bind /run/broken /usr/sbin/dockerd`,
  );
  const answer = await bench.row(instance, 'start', dataset, 'setup-docker-down');
  expect('unmounted again', answer.unmounted === true, answer);
  await instance.inside('umount /usr/sbin/dockerd; rm /run/dockerd');
}

async function probes(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  await bench.row(instance, 'start', dataset, 'running-done');
  const plain = await bench.row(instance, 'probe', dataset, 'report-serving');
  expect('no container yet: health unknown', plain.health === 'unknown' && plain.dockerUp === true, plain);
  await instance.inside(
    "docker run -d --name page --network host --stop-signal KILL --entrypoint sh writer -c 'while :; do sleep 1; done' >/dev/null",
  );
  await bench.row(instance, 'probe', dataset, 'report-unhealthy', {
    healthKind: 'http',
    healthPort: '8080',
    healthPath: '/up',
  });
  await bench.row(instance, 'probe', dataset, 'report-unhealthy', { healthKind: 'tcp', healthPort: '8080' });
  await instance.inside(
    'cd /run; mkdir -p www/cgi; echo yes >www/up; (exec busybox httpd -f -p 127.0.0.1:8080 -h /run/www >/dev/null 2>&1 &) ; sleep 0.3',
  );
  await bench.row(instance, 'probe', dataset, 'report-serving', {
    healthKind: 'http',
    healthPort: '8080',
    healthPath: '/up',
  });
  await bench.row(instance, 'probe', dataset, 'report-unhealthy', {
    healthKind: 'http',
    healthPort: '8080',
    healthPath: '/other',
  });
  await bench.row(instance, 'probe', dataset, 'report-serving', { healthKind: 'tcp', healthPort: '8080' });
  await bench.row(instance, 'probe', dataset, 'report-marker', { generation: '2' });
  await instance.inside('docker rm -f page; pkill busybox; systemctl stop docker.socket docker');
  await bench.row(instance, 'probe', dataset, 'report-docker-down');
  await instance.inside('cd /var/lib/docker/.spotkeep; rm -f probe; mkdir probe');
  await bench.row(instance, 'probe', dataset, 'report-unwritable');
  await instance.inside('rmdir /var/lib/docker/.spotkeep/probe');
  await instance.breakVolume();
  await bench.row(instance, 'probe', dataset, 'report-broken');
  await bench.row(instance, 'stop', dataset, 'stopped-done');
}

async function unkept(bench: Bench): Promise<void> {
  const instance = await bench.launch();
  const dataset = bench.dataset();
  await bench.serving(instance, dataset);
  const run = 'docker run -d --network none --restart always --stop-signal KILL --entrypoint sleep';
  await instance.inside(`mkdir -p /srv/app; ${run} --name binds -v /srv/app:/app -v /srv/app:/ro:ro -v /run/docker.sock:/s -v kept:/kept writer 1000
    docker volume create -o type=none -o device=/srv/app -o o=bind disguised`);
  const probe = await bench.row(instance, 'probe', dataset, 'report-serving');
  const sources = probe.unkeptBinds?.map(({ source, target }) => `${source} ${target}`);
  expect(
    'a bind, and a volume that is one, are named',
    JSON.stringify(sources) === '["/srv/app /app","/srv/app volume disguised"]',
    sources,
  );
  await bench.row(instance, 'stop', dataset, 'stopped-done');
  const answer = await bench.row(instance, 'start', dataset, 'running-unkept', { unkeptBinds: 'refuse' });
  expect('refused, Docker down, unmounted', answer.hold === true && answer.unmounted === true, answer);
  expect('it names them', answer.unkeptBinds?.length === 2, answer);
  await bench.row(instance, 'start', dataset, 'running-done', { unkeptBinds: 'warn' });
}

export const DOCKER: Case[] = [
  { name: 'Docker never starts beside the volume', test: beside },
  { name: 'a stock image that starts Docker at boot is brought in order', test: stock },
  { name: 'after a reboot Docker waits for a start', test: rebooted },
  { name: 'deaf and heavily writing containers are stopped within the budget and come back', test: stubborn },
  { name: 'a busy mount is reported, never unmounted lazily', test: busy },
  { name: 'an umount that hangs is reported in time', test: hung },
  { name: 'a file system that still flushes is not called unmounted', test: stillAlive },
  { name: 'an image whose Docker keeps its data elsewhere serves from the volume', test: otherRoot },
  { name: 'a full volume is told, serves on and starts again', test: full },
  { name: 'stop tells what it finds: another mount, a lock, a daemon that stays', test: otherStops },
  { name: 'a Docker that does not come up is stopped and unmounted', test: down },
  { name: 'the probe tells apart what is wrong', test: probes },
  { name: 'binds outside the volume are named, and refused where the definition says so', test: unkept },
];
