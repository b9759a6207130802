// The watcher against a metadata server of the tests' own, the grant, and the setup script from Parameter Store.

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NspawnInstance } from '../../../simulator/real-host/nspawn.ts';
import { endProcess, must, sleep, until } from '../../../simulator/real-host/shell.ts';
import { type Bench, type Dataset, expect } from '../bench.ts';
import type { Case } from '../cases.ts';

const NONE = { token: 200, notice: { code: 404, body: '' }, setup: { code: 400, body: '{}' } };
const SERVER = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'metadata-server.ts');

interface Watched {
  instance: NspawnInstance;
  dataset: Dataset;
  answer(now: Partial<typeof NONE>): void;
  requests(): string;
  end(): void;
}

async function watched(bench: Bench): Promise<Watched> {
  const instance = await bench.launch();
  const folder = path.join(instance.folder, 'metadata');
  mkdirSync(folder);
  const answer = (now: Partial<typeof NONE>): void =>
    writeFileSync(path.join(folder, 'answers.json'), JSON.stringify({ ...NONE, ...now }));
  answer({});
  const host = 'ssm.eu-central-1.amazonaws.test';
  await must('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    `/CN=${host}`,
    '-addext',
    `subjectAltName=DNS:${host}`,
    '-keyout',
    `${folder}/key.pem`,
    '-out',
    `${folder}/cert.pem`,
  ]);
  await instance.copyIn(`${folder}/cert.pem`, '/run/cert.pem');
  await instance.inside(
    `cat /run/cert.pem >>/etc/ssl/certs/ca-certificates.crt; echo 127.0.0.1 ${host} >>/etc/hosts`,
  );
  const server: ChildProcess = spawn(
    'nsenter',
    ['-t', String(instance.pid), '-n', process.execPath, SERVER, folder],
    { stdio: 'inherit' },
  );
  await until('the metadata server is ready', 20_000, () => existsSync(`${folder}/requests`));
  const dataset = bench.dataset();
  return {
    instance,
    dataset,
    answer,
    requests: () => readFileSync(`${folder}/requests`, 'utf8'),
    end: () => endProcess(server),
  };
}

const at = (seconds: number): string =>
  new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+Z/, 'Z');
const notice = (seconds: number) => ({
  notice: { code: 200, body: JSON.stringify({ action: 'terminate', time: at(seconds) }) },
});
const mounted = async (instance: NspawnInstance) =>
  (await instance.run('mountpoint -q /var/lib/docker')).code === 0;
const drained = (instance: NspawnInstance) => existsSync(`${instance.root}/run/spotkeep/drained`);
const noticed = (instance: NspawnInstance) => existsSync(`${instance.root}/run/spotkeep/spot-notice`);

const run = (test: (bench: Bench, watched: Watched) => Promise<void>) => async (bench: Bench) => {
  const all = await watched(bench);
  try {
    await bench.serving(all.instance, all.dataset);
    await test(bench, all);
  } finally {
    all.end();
  }
};

/** Answers of metadata that are no notice: none may stop anything. */
async function noNotice(_: Bench, { instance, answer, requests }: Watched): Promise<void> {
  for (const now of [
    NONE,
    { token: 500 },
    { token: 403 },
    { notice: { code: 500, body: 'oops' } },
    { notice: { code: 401, body: '' } },
  ]) {
    answer(now);
    const before = requests().length;
    await until('the watcher asked', 15_000, () => requests().length > before);
  }
  await sleep(500);
  expect('no notice, nothing stopped', !noticed(instance) && !drained(instance) && (await mounted(instance)));
}

async function inTime(bench: Bench, { instance, dataset, answer }: Watched): Promise<void> {
  answer(notice(56));
  await until('the notice is seen', 15_000, () => noticed(instance));
  expect('the watcher waits for the control plane', !drained(instance) && (await mounted(instance)));
  const probe = await bench.send(instance, 'probe', dataset);
  expect('the probe tells the announced time', /^20\d\d-/.test(probe.spotNotice ?? ''), probe.spotNotice);
  await bench.row(instance, 'start', dataset, 'guard-spot-notice');
  await until(
    'it stops by itself 45 s before',
    25_000,
    async () => drained(instance) && !(await mounted(instance)),
  );
  await until('completely', 10_000, async () => (await instance.run('pgrep -x dockerd')).code !== 0);
}

async function late(_: Bench, { instance, answer }: Watched): Promise<void> {
  answer(notice(12));
  const began = performance.now();
  await until('it stops at once', 18_000, async () => drained(instance) && !(await mounted(instance)));
  expect('before the announced time', performance.now() - began < 12_000, performance.now() - began);
}

async function malformed(_: Bench, { instance, answer }: Watched): Promise<void> {
  answer({ notice: { code: 200, body: '{"action":"terminate","time":"$(touch /run/canary)"' } });
  await until('it counts as a notice', 15_000, () => noticed(instance));
  await sleep(500);
  expect('with two minutes from now', !drained(instance) && (await mounted(instance)));
  expect('and its text is never run', !existsSync(`${instance.root}/run/canary`));
}

const powersOff =
  (prepare: string) =>
  async (_: Bench, { instance }: Watched) => {
    await instance.inside(
      'mkdir -p /run/out; printf "#!/bin/bash\\n[[ \\$1 == poweroff ]] && { mountpoint -q /var/lib/docker || touch /run/off; exit 0; }\\nexec /bin/systemctl \\"\\$@\\"\\n" >/usr/local/sbin/systemctl; chmod 755 /usr/local/sbin/systemctl',
    );
    await sleep(6000);
    expect('with a grant it stays on', !existsSync(`${instance.root}/run/off`));
    await instance.inside(prepare);
    await until('it stops, then powers off', 30_000, () => existsSync(`${instance.root}/run/off`));
  };

async function setup(bench: Bench): Promise<void> {
  const all = await watched(bench);
  const { instance, dataset } = all;
  try {
    await bench.serving(instance, dataset);
    const script =
      '#!/bin/bash\n# "quoted" \\ and\ttabbed\necho "ran as $(id -un)" >>/run/setup-ran\ndocker import /run/writer.tar second >/dev/null\n';
    const hash = createHash('sha256').update(script).digest('hex');
    const pinned = { setupSha256: hash, setupParameter: '/spotkeep/shop/setup' };
    const value = (text: string) => ({
      setup: { code: 200, body: JSON.stringify({ Parameter: { Name: 'x', Type: 'String', Value: text } }) },
    });
    await bench.row(instance, 'start', dataset, 'running-setup-refused', pinned);
    all.answer(value(`${script}# changed\n`));
    await bench.row(instance, 'start', dataset, 'running-setup-refused', pinned);
    expect('nothing ran', !existsSync(`${instance.root}/run/setup-ran`));
    const failing = 'exit 3\n';
    all.answer(value(failing));
    const failed = await bench.row(instance, 'start', dataset, 'running-setup-failed', {
      ...pinned,
      setupSha256: createHash('sha256').update(failing).digest('hex'),
    });
    expect(
      'Docker was left running',
      failed.unmounted === false && failed.detail?.includes('ended with 3') === true,
      failed,
    );
    all.answer(value(script));
    const ran = await bench.row(instance, 'start', dataset, 'running-done', pinned);
    expect(
      'it ran',
      ran.setup === 'ran' && readFileSync(`${instance.root}/run/setup-ran`, 'utf8') === 'ran as root\n',
      ran,
    );
    const already = await bench.row(instance, 'start', dataset, 'running-done', pinned);
    expect(
      'once',
      already.setup === 'already' &&
        readFileSync(`${instance.root}/run/setup-ran`, 'utf8') === 'ran as root\n',
      already,
    );
    expect(
      'signed with the role’s keys',
      all.requests().includes('SSM AmazonSSM.GetParameter to/ken== AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/'),
      all.requests(),
    );
    expect(
      'for the parameter named',
      all.requests().includes('{"Name":"/spotkeep/shop/setup","WithDecryption":true}'),
    );
  } finally {
    all.end();
  }
}

export const WATCH: Case[] = [
  { name: 'metadata that answers nothing, errors or nonsense is no notice', test: run(noNotice) },
  { name: 'with a spot notice the watcher waits, and stops 45 s before the end', test: run(inTime) },
  { name: 'a late spot notice stops everything at once', test: run(late) },
  { name: 'a malformed spot notice counts from when it was seen', test: run(malformed) },
  {
    name: 'past its grant the host stops Docker and powers off',
    test: run(powersOff('echo "7 1700000000" >/var/lib/spotkeep/grant')),
  },
  {
    name: 'without a grant the host powers off 30 minutes after boot',
    test: run(powersOff('rm /var/lib/spotkeep/grant; echo $(($(date +%s) - 1801)) >/run/spotkeep/booted-at')),
  },
  { name: 'the setup script runs once, only with the pinned hash', test: setup },
];
