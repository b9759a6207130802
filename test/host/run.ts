// `npm run test:host`: the host's scripts on real Linux. Needs Linux and root. Says what it installs, builds its
// images once under .cache/, runs every test in turn, leaves nothing behind.
// With arguments, only tests whose name contains one of them.

import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Bench } from './bench.ts';
import { CASES } from './cases.ts';
import { buildImages } from './image.ts';
import { run, sleep, Undo } from './shell.ts';

const PACKAGES =
  'systemd-container mmdebstrap e2fsprogs xfsprogs util-linux shellcheck cpio qemu-system-x86 qemu-utils busybox-static'.split(
    ' ',
  );
const PROGRAMS =
  'systemd-nspawn mmdebstrap mkfs.ext4 mkfs.xfs losetup nsenter perl shellcheck cpio qemu-system-x86_64 qemu-img'.split(
    ' ',
  );

async function install(): Promise<void> {
  const missing: string[] = [];
  for (const program of PROGRAMS) if ((await run('which', [program])).code !== 0) missing.push(program);
  if (missing.length === 0) return;
  console.log(`missing: ${missing.join(', ')}; installing with apt-get: ${PACKAGES.join(' ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...PACKAGES]]) {
    const { code, stderr } = await run('apt-get', args, { env, timeoutMs: 900_000 });
    if (code !== 0) throw new Error(`apt-get ${args[0]}: ${stderr}`);
  }
}

async function main(): Promise<number> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    console.log('test:host needs Linux and root: skipped');
    console.log(`0 passed, 0 failed, ${CASES.length} skipped`);
    return 0;
  }
  const started = performance.now();
  await install();
  const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
  const cache = path.join(root, '.cache', 'host');
  mkdirSync(cache, { recursive: true });
  const images = await buildImages(cache, ['bookworm', 'trixie']);
  const folder = mkdtempSync(path.join(cache, 'run-'));
  const undo = new Undo();
  const leave = (): void => {
    undo.all();
    if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      leave();
      process.exit(130);
    });
  const wanted = process.argv.slice(2);
  // For work on the tests: SPOTKEEP_FROM=n begins with the nth.
  const chosen = CASES.slice(Number(process.env['SPOTKEEP_FROM'] ?? 1) - 1).filter(
    ({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)),
  );
  const bench = new Bench(folder, images, undo);
  let failed = 0;
  try {
    for (const { name, test } of chosen) {
      const began = performance.now();
      let note = 'ok  ';
      try {
        await test(bench);
      } catch (error) {
        failed += 1;
        note = 'FAIL';
        console.log(error instanceof Error ? error.stack : String(error));
        if (process.env['SPOTKEEP_KEEP']) await sleep(3_600_000);
      }
      bench.endAll();
      console.log(`${note} ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
    }
  } finally {
    bench.endKept();
    leave();
  }
  console.log(`in ${Math.round((performance.now() - started) / 1000)} s`);
  console.log(`${chosen.length - failed} passed, ${failed} failed, 0 skipped`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
