// Every command, as a new user types it, against a `spotkeep local` that is started for it: real processes, the packaged
// functions, the command's own file. `node scripts/run.mjs test/cli/tour.ts`; packages first. About three minutes.

import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { entriesOf } from '../../cli/program/entries.ts';
import { createProgram } from '../../cli/program/program.ts';
import { ROOT } from '../../infra/package/osls.ts';
import { packageFirst } from '../../local/package-first.ts';
import { clientEnvironment, inDirectory, LocalProcess } from '../local/local-process.ts';
import { runCommand, type Step } from './run-command.ts';

const tally = { passed: 0, failed: 0, skipped: 0 };
const seen = new Set<string>();

const ADOPTED = 'vol-0a1b2c3d4e5f60001';

function writeDefinitions(cwd: string): void {
  for (const file of ['gitlab.yml', 'gitlab-setup.sh'])
    copyFileSync(path.join(ROOT, 'examples', file), path.join(cwd, file));
  const text = readFileSync(path.join(cwd, 'gitlab.yml'), 'utf8');
  const adopting = text
    .replace('name: gitlab', 'name: old')
    .replace(/^volume:\n(?: {2}.*\n)+/m, `volume: {adopt: ${ADOPTED}, fileSystem: ext4}\n`);
  writeFileSync(path.join(cwd, 'old.yml'), adopting);
}

const INIT = [
  'init',
  '--name',
  'wiki',
  '--subnet',
  'eu-west-1a=subnet-0a1b2c3d4e5f60001',
  '--security-group',
  'sg-0a1b2c3d4e5f60001',
  '--time-zone',
  'Europe/Riga',
];

const MORNING: Step[] = [
  { argv: ['--version'], says: /^\d+\.\d+\.\d+\n$/ },
  { argv: [], says: /^Usage: spotkeep/ },
  { argv: ['list'], says: /no workloads yet/ },
  { argv: INIT, says: /wiki\.yml written/ },
  { argv: INIT, exit: 2, says: /already exists/ },
  { argv: ['validate', '-f', 'wiki.yml', 'gitlab.yml'], says: /gitlab is fine/ },
  { argv: ['schedule', 'explain', '-f', 'gitlab.yml'], says: /HOURS \(Europe\/Riga\)/ },
  { argv: ['doctor', '-f', 'gitlab.yml'], says: /no blocking problems found/ },
  ...['bash', 'zsh', 'fish'].map((shell) => ({ argv: ['completion', shell], says: /spotkeep/ })),
  { argv: ['apply', '-f', 'gitlab.yml'], exit: 2, says: /pass --yes/ },
  { argv: ['apply', '-f', 'gitlab.yml', '--yes'], says: /gitlab is known now/ },
  { argv: ['apply', '-f', 'gitlab.yml', '--yes'], says: /no changes/ },
  { argv: ['start', 'gitlab'], exit: 130, interruptAt: /waiting for/, says: /the work goes on/ },
  { argv: ['start', 'gitlab'], says: /gitlab {2}serving/ },
  { argv: ['status', 'gitlab', '--json'], says: /"state": "serving"/ },
  { argv: ['status', '--watch'], interruptAt: /serving/, says: /serving/ },
  { argv: ['dashboard', '--port', '0'], interruptAt: /Ctrl-C ends the page/, says: /127\.0\.0\.1/ },
  { argv: ['list', '--json'], says: /"name": "gitlab"/ },
  { argv: ['schedule', 'show', 'gitlab'], says: /mon-fri 09:00–18:00/ },
  { argv: ['schedule', 'explain', 'gitlab', '--json'], says: /"timeZone": "Europe\/Riga"/ },
  { argv: ['schedule', 'set', 'gitlab', '--always', '--yes'], says: /schedule changed/ },
  { argv: ['plan', 'gitlab'], says: /because/ },
  { argv: ['resume', 'gitlab'], says: /not on hold/ },
  { argv: ['recover', '--yes'] },
  { argv: ['start', 'nobody'], exit: 2, says: /there is no workload nobody/ },
  { argv: ['move', 'gitlab', '--zone', 'eu-west-1f'], exit: 2 },
  { argv: ['destroy', 'gitlab', '--confirm', 'gitlab'], exit: 2, says: /spotkeep stop gitlab/ },
];

const AFTERNOON: Step[] = [
  { argv: ['drill', 'interrupt', 'gitlab', '--yes'], says: /--incident 1/ },
  { argv: ['history', 'gitlab', '--incident', '1'], says: /incident 1: warned/ },
  { argv: ['history', 'gitlab', '--limit', '5'], says: /WHY/ },
  { argv: ['backup', 'create', 'gitlab', '--label', 'by the tour'], says: /snap-/ },
  { argv: ['backup', 'list', 'gitlab'], says: /backup +completed.*“by the tour”/ },
  { argv: ['backup', 'delete', 'gitlab', 'snap-00000000'], exit: 2, says: /has no snap-00000000/ },
  { argv: ['move', 'gitlab', '--zone', 'eu-west-1b'], says: /in eu-west-1b, generation 2/ },
];

const evening = (snapshotId: string): Step[] => [
  { argv: ['stop', 'gitlab', '--until', '2099-01-01T00:00'], says: /gitlab {2}parked/ },
  {
    argv: ['restore', 'gitlab', '--snapshot', snapshotId, '--yes'],
    exit: 2,
    says: /would be lost: give --accept-loss/,
  },
  { argv: ['restore', 'gitlab', '--snapshot', snapshotId, '--yes', '--accept-loss'], says: /generation 3/ },
  { argv: ['adopt', '-f', 'old.yml', '--yes'], exit: 2, says: new RegExp(`pass --confirm ${ADOPTED}`) },
  { argv: ['adopt', '-f', 'old.yml', '--yes', '--confirm', ADOPTED], says: /old is known now/ },
  { argv: ['destroy', 'gitlab', '--confirm', 'gitlab'], says: /A final snapshot is taken and stays/ },
];

async function walk(steps: readonly Step[], place: { cwd: string; env: NodeJS.ProcessEnv }): Promise<void> {
  for (const step of steps) {
    const began = Date.now();
    const ran = await runCommand(step, place);
    const wanted = step.exit ?? 0;
    const text = ran.out + ran.err;
    const good =
      ran.exit === wanted &&
      (step.says === undefined || step.says.test(text)) &&
      !/unexpected:|\n {4}at /.test(text);
    tally[good ? 'passed' : 'failed'] += 1;
    seen.add(pathOf(step.argv));
    console.log(
      `${good ? 'passed' : 'FAILED'}  spotkeep ${step.argv.join(' ')}  (${((Date.now() - began) / 1000).toFixed(1)} s)`,
    );
    if (!good)
      console.log(`  wanted ${wanted} and ${step.says}, got ${ran.exit}:\n${text.replace(/^/gm, '  | ')}`);
  }
}

const COMMANDS = entriesOf(createProgram(() => undefined))
  .filter(({ group }) => !group)
  .map(({ path: words }) => words.join(' '));

const pathOf = (argv: readonly string[]): string =>
  COMMANDS.find((words) => argv.slice(0, words.split(' ').length).join(' ') === words) ?? '';

async function lastBackup(place: { cwd: string; env: NodeJS.ProcessEnv }): Promise<string> {
  const { out } = await runCommand({ argv: ['backup', 'list', 'gitlab', '--json'] }, place);
  return /"snapshotId": "(snap-\w+)",\s+"kind": "backup"/.exec(out)?.[1] ?? 'snap-00000000';
}

const packageDirectory = path.join(ROOT, '.serverless');
await packageFirst({ directory: packageDirectory, mayPackage: true, tell: (text) => console.log(text) });
await inDirectory(async (cwd) => {
  writeDefinitions(cwd);
  const region = new LocalProcess({ latency: '0.1', packageDirectory });
  try {
    await region.start();
    const place = { cwd, env: clientEnvironment(region.endpoint) };
    await walk(MORNING, place);
    await walk(AFTERNOON, place);
    await walk(evening(await lastBackup(place)), place);
  } finally {
    await region.end('SIGINT');
  }
});
for (const words of COMMANDS.filter((one) => !seen.has(one))) {
  tally.failed += 1;
  console.log(`FAILED  spotkeep ${words}: not on the tour`);
}
console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
process.exitCode = tally.failed > 0 ? 1 : 0;
