// `npm run test:host`: the host's scripts on real Linux. Needs Linux and root. Says what it installs, builds its
// images once under .cache/, runs every test in turn, leaves nothing behind.
// With arguments, only tests whose name contains one of them.

import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { STAGES } from '../../shared/host/decision.ts';
import { machineRefuses, missingPrograms, REAL_HOST_PROGRAMS } from '../../simulator/real-host/able.ts';
import { buildImages } from '../../simulator/real-host/image.ts';
import { run, sleep, Undo } from '../../simulator/real-host/shell.ts';
import { Bench, type BenchImages } from './bench.ts';
import { type Case, LANES } from './cases.ts';
import { buildGuestImage } from './qemu-image.ts';

/** What the suite needs beyond real instances, each program with Debian's package for it. */
const PROGRAMS: Record<string, string> = {
  ...REAL_HOST_PROGRAMS,
  'mkfs.xfs': 'xfsprogs',
  shellcheck: 'shellcheck',
  cpio: 'cpio',
  openssl: 'openssl',
  'qemu-system-x86_64': 'qemu-system-x86',
  'qemu-img': 'qemu-utils',
};

async function install(): Promise<void> {
  const missing = await missingPrograms(PROGRAMS);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.flatMap((program) => PROGRAMS[program] ?? []))];
  console.log(`missing: ${missing.join(', ')}; installing with apt-get: ${packages.join(' ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const { code, stderr } = await run('apt-get', args, { env, timeoutMs: 900_000 });
    if (code !== 0) throw new Error(`apt-get ${args[0]}: ${stderr}`);
  }
}

/** Where the suite cannot run at all; undefined: it can. */
async function skippedBecause(): Promise<string | undefined> {
  const refusal = machineRefuses();
  if (refusal !== undefined) return refusal;
  const lacking =
    (await missingPrograms(PROGRAMS)).length > 0 && (await missingPrograms({ 'apt-get': 'apt' })).length > 0;
  return lacking ? 'needs Debian’s packages, and there is no apt-get' : undefined;
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

/** Processes, loop devices, mounts and control groups of this run. */
async function checkLeft(folder: string, outcomes: Outcomes): Promise<void> {
  const { stdout } = await run('bash', ['-c', LEFT, 'left', folder, `sk${process.pid}-`]);
  const name = 'no process, loop device, mount or control group is left behind';
  if (stdout.trim() === '') outcomes.passed += 1;
  else outcomes.failed += 1;
  console.log(stdout.trim() === '' ? `ok   ${name}` : `FAIL ${name}:\n${stdout}`);
}

const LEFT = `
grep -F -- "$1" /proc/mounts
losetup -a | grep -F -- "$1"
find /sys/fs/cgroup -maxdepth 4 -type d -name "$2*"
for process in /proc/[0-9]*; do
  [ "\${process#/proc/}" = $$ ] && continue
  line=$(tr '\\0' ' ' <"$process/cmdline") && case "$line" in *"$1"*) echo "$process $line" ;; esac
done 2>/dev/null
`;

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
  const skipped = await skippedBecause();
  if (skipped !== undefined) {
    console.log(`skipped: ${skipped}`);
    // The tests, and the two checks at the end.
    console.log(`0 passed, 0 failed, ${LANES.flat().length + 2} skipped`);
    return 0;
  }
  const began = performance.now();
  const secondsSince = (from: number): number => Math.round((performance.now() - from) / 1000);
  await install();
  const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
  const cache = path.join(root, '.cache', 'host');
  mkdirSync(cache, { recursive: true });
  const undo = new Undo();
  const images = await buildImages(cache, ['bookworm', 'trixie']);
  const guestImage = await buildGuestImage(cache, images, undo);
  const prepared = secondsSince(began);
  const started = performance.now();
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
  await checkLeft(folder, outcomes);
  console.log(`in ${secondsSince(started)} s, after ${prepared} s for packages and images`);
  console.log(`${outcomes.passed} passed, ${outcomes.failed} failed, 0 skipped`);
  return outcomes.failed === 0 ? 0 : 1;
}

process.exitCode = await main();
