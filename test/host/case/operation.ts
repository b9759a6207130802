// Operations repeated, reordered, cut, overtaken; the grant; and what no parameter can do.

import { readFileSync, statSync } from 'node:fs';
import { hostProgram, hostScript } from '../../../shared/host/assemble.ts';
import { PARAMETERS } from '../../../shared/host/parameters.ts';
import type { HostDocument } from '../../../shared/port/commands.ts';
import { run, sleep, until } from '../../../simulator/real-host/shell.ts';
import { hashOf } from '../../../simulator/real-host/volume.ts';
import { type Bench, expect, ulid } from '../bench.ts';
import type { Case } from '../cases.ts';

async function repeated(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  const start = bench.parameters('start', dataset);
  const first = await bench.sendRaw(instance, 'start', start);
  const began = await instance.inside('systemctl show -p ActiveEnterTimestampMonotonic docker');
  const again = await bench.sendRaw(instance, 'start', start);
  expect(
    'the same answer again',
    again.repeated === true && again.row === first.row && again.tookMs === first.tookMs,
    again,
  );
  expect(
    'nothing was started anew',
    (await instance.inside('systemctl show -p ActiveEnterTimestampMonotonic docker')) === began,
  );
  await bench.row(instance, 'start', dataset, 'guard-older', {
    operationNumber: start.operationNumber ?? '',
    operationId: ulid(),
  });
  await bench.row(instance, 'start', dataset, 'guard-older', { operationNumber: '1' });
  await bench.row(instance, 'stop', dataset, 'stop-older', { operationNumber: '1' });
  const already = await bench.row(instance, 'start', dataset, 'running-done');
  expect(
    'a new start while serving leaves Docker running',
    already.rows?.includes('check-already') === true,
    already,
  );
  expect(
    'really',
    (await instance.inside('systemctl show -p ActiveEnterTimestampMonotonic docker')) === began,
  );
  const stop = bench.parameters('stop', dataset);
  await bench.sendRaw(instance, 'stop', stop);
  const stopped = await bench.sendRaw(instance, 'stop', stop);
  expect('a stop repeated', stopped.repeated === true && stopped.unmounted === true, stopped);
  await bench.row(instance, 'stop', dataset, 'stop-not-mounted');
}

/** Ends the document under way the hard way, from inside a program that it runs. */
const KILL_SCRIPT = 'p=$(cut -d" " -f4 /var/lib/spotkeep/operation); p=${p#*:}; kill -9 "${p%:*}"; sleep 0.3';

async function cut(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  for (const program of ['blkid', 'e2fsck', 'fsfreeze']) {
    const remove = instance.fake(program, KILL_SCRIPT);
    const start = bench.parameters('start', dataset);
    const env = Object.fromEntries(Object.entries(start).map(([name, value]) => [`SSM_${name}`, value]));
    const { stdout } = await instance.run(hostScript('start'), env);
    remove();
    expect('a killed script answers nothing', stdout === '', stdout);
    const before = await hashOf(dataset.volume);
    const again = await bench.sendRaw(instance, 'start', start);
    expect(`cut in ${program}: unfinished`, again.row === 'guard-cut', again);
    expect('and nothing changed', (await hashOf(dataset.volume)) === before);
    await bench.row(instance, 'start', dataset, 'running-done');
    await bench.row(instance, 'stop', dataset, 'stopped-done');
  }
}

async function cutLook(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  const remove = instance.fake('tr', KILL_SCRIPT);
  const start = bench.parameters('start', dataset);
  await instance.run(
    hostScript('start'),
    Object.fromEntries(Object.entries(start).map(([k, v]) => [`SSM_${k}`, v])),
  );
  remove();
  expect('the look was left behind', (await instance.run('mountpoint -q /run/spotkeep/peek')).code === 0);
  await bench.row(instance, 'start', dataset, 'running-done');
  await bench.row(instance, 'stop', dataset, 'stopped-done');
}

async function underWay(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  const remove = instance.fake('e2fsck', 'sleep 2; exec /usr/sbin/e2fsck "$@"');
  const start = bench.parameters('start', dataset);
  const running = bench.sendRaw(instance, 'start', start);
  await until(
    'the start is under way',
    10_000,
    async () => (await instance.run('pgrep -f e2fsck')).code === 0,
  );
  const twice = await bench.sendRaw(instance, 'start', start);
  expect('the same start is under way', twice.row === 'guard-under-way', twice);
  const stop = bench.send(instance, 'stop', dataset);
  const answer = await running;
  remove();
  expect('the start gave up', answer.row === 'step-overtaken' && answer.unmounted === true, answer);
  const stopped = await stop;
  expect('the stop had its way', stopped.ok && stopped.unmounted === true, stopped);
}

async function overtakenWhileStarting(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  const running = bench.send(instance, 'start', dataset);
  await until(
    'the volume is mounted',
    10_000,
    async () => (await instance.run('mountpoint -q /var/lib/docker')).code === 0,
  );
  const stopped = await bench.send(instance, 'stop', dataset);
  const answer = await running;
  expect(
    'the start gave up or was done',
    answer.row === 'step-overtaken' || answer.row === 'running-done',
    answer,
  );
  expect('the volume is unmounted', stopped.ok && stopped.unmounted === true, stopped);
  expect('Docker is down', (await instance.run('pgrep -x dockerd')).code !== 0);
}

async function noticeWhileStarting(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  const remove = instance.fake('resize2fs', 'touch /run/spotkeep/spot-notice');
  const answer = await bench.row(instance, 'start', dataset, 'step-spot-notice');
  remove();
  await instance.inside('rm /run/spotkeep/spot-notice');
  expect('it stopped what it had begun', answer.unmounted === true && answer.did?.at(-1) === 'undo', answer);
}

async function slowStop(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  const remove = instance.fake('umount', 'sleep 1; exec /bin/umount "$@"');
  await bench.row(instance, 'start', dataset, 'running-done');
  const stop = bench.parameters('stop', dataset);
  const running = bench.sendRaw(instance, 'stop', stop);
  await until(
    'the stop is under way',
    10_000,
    async () => (await instance.run('pgrep -x umount')).code === 0,
  );
  const twice = await bench.sendRaw(instance, 'stop', stop);
  expect('the same stop is under way', twice.row === 'stop-under-way', twice);
  expect('it ends well', (await running).row === 'stopped-done');
  remove();
  await bench.row(instance, 'start', dataset, 'running-done');
  const kill = instance.fake('umount', KILL_SCRIPT);
  const second = bench.parameters('stop', dataset);
  await instance.run(
    hostScript('stop'),
    Object.fromEntries(Object.entries(second).map(([k, v]) => [`SSM_${k}`, v])),
  );
  kill();
  expect('a stop cut is unfinished', (await bench.sendRaw(instance, 'stop', second)).row === 'stop-cut');
  await bench.row(instance, 'stop', dataset, 'stopped-done');
}

async function grants(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  const now = Math.floor(Date.now() / 1000);
  const until = (seconds: number) => ({ grantUntil: String(now + seconds) });
  const high = await bench.send(instance, 'probe', dataset, { operationNumber: '900000', ...until(5000) });
  expect('accepted', high.grant?.until === now + 5000, high);
  const low = await bench.send(instance, 'probe', dataset, until(90_000));
  expect(
    'a lower number changes nothing',
    low.grant?.until === now + 5000 && low.rows?.includes('grant-older') === true,
    low,
  );
  const shorter = await bench.send(instance, 'probe', dataset, { operationNumber: '900001', ...until(100) });
  expect('a higher number shortens', shorter.grant?.until === now + 100, shorter);
  const late = await bench.send(instance, 'probe', dataset, { operationNumber: '900001', ...until(50) });
  expect('a late renewal of the same number shortens nothing', late.grant?.until === now + 100, late);
  await instance.inside('rm /var/lib/spotkeep/grant');
}

const HOSTILE = [
  "'; touch /run/canary; '",
  '$(touch /run/canary)',
  '1\n touch /run/canary',
  'a[$(touch /run/canary)]',
  '`touch /run/canary`',
  '1;touch${IFS}/run/canary',
  '"$(touch /run/canary)"',
  '../../../../run/canary',
  '-rf /run/canary',
  '1\ttouch /run/canary',
  '',
];
const ALONE = ['$(touch /run/canary)', '1\n touch /run/canary', ''];
const ROW_OF: Record<HostDocument, string> = {
  format: 'guard-parameters',
  adopt: 'guard-parameters',
  start: 'guard-parameters',
  stop: 'stop-parameters',
  probe: 'grant-parameters',
};

async function injection(bench: Bench): Promise<void> {
  const { instance, dataset } = await bench.quiet();
  const before = await hashOf(dataset.volume);
  const canary = `${instance.root}/run/canary`;
  await instance.inside('echo alive >/run/canary; touch -d @0 /run/canary');
  let tried = 0;
  for (const document of ['format', 'adopt', 'start', 'stop', 'probe'] as const) {
    const good = bench.parameters(document, dataset);
    const names = Object.keys(PARAMETERS[document]);
    // All of the corpus in every parameter at once; then each parameter alone, to see that it alone is refused.
    const tries = [
      ...HOSTILE.map((text) => Object.fromEntries(names.map((name) => [name, text]))),
      ...names.flatMap((name) => ALONE.map((text) => ({ [name]: text }))),
    ];
    const calls = tries.map((hostile) => {
      const all: Record<string, string> = { ...good, ...hostile };
      const quoted = Object.entries(all).map(([k, v]) => `SSM_${k}='${v.replaceAll("'", "'\\''")}'`);
      return `env ${quoted.join(' ')} /run/document 2>/dev/null`;
    });
    await instance.inside(
      `cat >/run/document <<'DOCUMENT_END'\n${hostScript(document)}DOCUMENT_END\nchmod 700 /run/document`,
    );
    const { stdout } = await instance.run(calls.join('\n'));
    const answers = stdout.trimEnd().split('\n');
    expect(
      `${document}: every call is answered in one line`,
      answers.length === calls.length,
      answers.length,
    );
    for (const line of answers)
      expect(`${document} refuses`, line.includes(`"row":"${ROW_OF[document]}"`), line);
    bench.rows.set(ROW_OF[document], calls.length);
    tried += (HOSTILE.length + ALONE.length) * names.length;
  }
  await sleep(50);
  expect(
    'the canary was not touched',
    readFileSync(canary, 'utf8') === 'alive\n' && statSync(canary).mtimeMs === 0,
  );
  expect('the volume is untouched', (await hashOf(dataset.volume)) === before);
  await instance.inside('rm /run/canary');
  console.log(`     ${tried} hostile parameters refused`);
}

/** What is shipped, as it is shipped. */
async function shellcheck(): Promise<void> {
  const documents = (['format', 'adopt', 'start', 'stop', 'probe'] as const).map(hostScript);
  const programs = (['drain', 'watch', 'check-marker', 'boothook'] as const).map(hostProgram);
  for (const text of [...documents, ...programs]) {
    const { code, stdout } = await run('shellcheck', ['-s', 'bash', '-'], { input: text });
    expect('shellcheck has nothing to say', code === 0, stdout.slice(0, 1000));
  }
}

export const OPERATION: Case[] = [
  { name: 'the shipped scripts are clean to shellcheck', test: shellcheck },
  { name: 'an operation repeated gives its saved answer, an older one is refused', test: repeated },
  { name: 'a start cut anywhere is unfinished, and a new one goes through', test: cut },
  { name: 'a look at the volume cut in its middle does not keep the next start out', test: cutLook },
  { name: 'a stop makes a start under way give up', test: underWay },
  { name: 'a stop during a start leaves Docker down and the volume unmounted', test: overtakenWhileStarting },
  { name: 'a spot notice during a start makes it give up', test: noticeWhileStarting },
  { name: 'a stop repeated while it works, and one cut', test: slowStop },
  { name: 'of two grants the higher number wins, not the later time', test: grants },
  { name: 'no text in a parameter is ever run', test: injection },
];
