// `npm run test:host`: the host's scripts on real Linux. Needs Linux and root. Says what it installs, builds its
// images once under .cache/, runs every test in turn, leaves nothing behind.
// With arguments, only tests whose name contains one of them.

import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { STAGES } from '../../shared/host/decision.ts';
import { buildImages } from '../../simulator/real-host/image.ts';
import { run, sleep, Undo } from '../../simulator/real-host/shell.ts';
import { Bench, type BenchImages } from './bench.ts';
import { type Case, LANES } from './cases.ts';
import { buildGuestImage } from './qemu-image.ts';

const PACKAGES =
  'systemd-container mmdebstrap e2fsprogs xfsprogs util-linux shellcheck cpio qemu-system-x86 qemu-utils openssl busybox-static'.split(
    ' ',
  );
const PROGRAMS =
  'systemd-nspawn mmdebstrap mkfs.ext4 mkfs.xfs losetup nsenter perl shellcheck cpio openssl qemu-system-x86_64 qemu-img'.split(
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

interface Outcomes {
  passed: number;
  failed: number;
}

async function runLane(cases: Case[], bench: Bench, outcomes: Outcomes): Promise<void> {
  for (const { name, test } of cases) {
    const began = performance.now();
    let note = 'ok  ';
    try {
      await test(bench);
      outcomes.passed += 1;
    } catch (error) {
      outcomes.failed += 1;
      note = 'FAIL';
      console.log(error instanceof Error ? error.stack : String(error));
      if (process.env.SPOTKEEP_KEEP) await sleep(3_600_000);
      // What the test left half done must not fail the others.
      bench.endKept();
    }
    bench.endAll();
    console.log(`${note} ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  }
  bench.endKept();
}

/** Every row of the table, given by the real scripts. */
function checkRows(seen: Set<string>, outcomes: Outcomes): void {
  const missing = [...STAGES.values()].flat().flatMap(({ id }) => (seen.has(id) ? [] : [id]));
  if (missing.length === 0) outcomes.passed += 1;
  else outcomes.failed += 1;
  const name = `every row of decision.json was taken by the real scripts (${seen.size} rows)`;
  console.log(missing.length === 0 ? `ok   ${name}` : `FAIL ${name}; never taken: ${missing.join(' ')}`);
}

async function runAll(images: BenchImages, folder: string, undo: Undo, wanted: string[]): Promise<Outcomes> {
  const outcomes = { passed: 0, failed: 0 };
  const chosen = LANES.map((cases) =>
    cases.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word))),
  );
  const benches = chosen.map((_, lane) => new Bench(path.join(folder, `lane-${lane}`), images, undo));
  await Promise.all(
    chosen.map((cases, lane) => runLane(cases, benches[lane] ?? new Bench(folder, images, undo), outcomes)),
  );
  if (wanted.length === 0) checkRows(new Set(benches.flatMap(({ rows }) => [...rows.keys()])), outcomes);
  return outcomes;
}

async function main(): Promise<number> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    console.log('test:host needs Linux and root: skipped');
    console.log(`0 passed, 0 failed, ${LANES.flat().length} skipped`);
    return 0;
  }
  const started = performance.now();
  await install();
  const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
  const cache = path.join(root, '.cache', 'host');
  mkdirSync(cache, { recursive: true });
  const undo = new Undo();
  const images = await buildImages(cache, ['bookworm', 'trixie']);
  const guestImage = await buildGuestImage(cache, images, undo);
  const folder = mkdtempSync(path.join(cache, 'run-'));
  const leave = (): void => {
    undo.all();
    if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      leave();
      process.exit(130);
    });
  process.on('exit', leave);
  let outcomes: Outcomes;
  try {
    outcomes = await runAll({ images, guest: async () => guestImage }, folder, undo, process.argv.slice(2));
  } finally {
    leave();
  }
  console.log(`in ${Math.round((performance.now() - started) / 1000)} s`);
  console.log(`${outcomes.passed} passed, ${outcomes.failed} failed, 0 skipped`);
  return outcomes.failed === 0 ? 0 : 1;
}

process.exitCode = await main();
