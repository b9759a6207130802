// `npm run check`: types, format and lint, lint with type information, dead code, structure, shell. One line each; what a
// tool said follows only when it failed. Warnings fail too. The same command runs in CI.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ROOT } from '../infra/package/osls.ts';
import { hostProgram, hostScript } from '../shared/host/assemble.ts';

interface CheckResult {
  ok: boolean;
  output: string;
  note?: string;
}

const FOLDERS = [
  'functions',
  'shared',
  'simulator',
  'demo',
  'local',
  'cli',
  'text',
  'infra',
  'scripts',
  'test',
].filter((folder) => existsSync(path.join(ROOT, folder)));

const CHECKS: readonly { name: string; run: () => Promise<CheckResult> }[] = [
  { name: 'types', run: () => tool('typescript', 'bin/tsc', ['-p', '.']) },
  {
    name: 'format and lint',
    run: () => tool('@biomejs/biome', 'bin/biome', ['check', '--error-on-warnings', '.']),
  },
  {
    name: 'lint with types',
    run: () => tool('oxlint', 'bin/oxlint', ['--type-aware', '--deny-warnings', ...FOLDERS]),
  },
  { name: 'dead code', run: () => tool('knip', 'bin/knip.js', ['--no-config-hints']) },
  { name: 'structure', run: () => tool('vitest', 'vitest.mjs', ['run', 'test/structure', '--reporter=dot']) },
  { name: 'shell', run: shell },
];

let failed = 0;
for (const { name, run } of CHECKS) {
  const from = Date.now();
  const { ok, output, note } = await run();
  const seconds = ((Date.now() - from) / 1000).toFixed(1);
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)${note === undefined ? '' : `: ${note}`}`);
  if (ok) continue;
  failed += 1;
  console.log(output.trimEnd());
}
process.exitCode = failed > 0 ? 1 : 0;

/** A package's own command, on the Node that runs this. */
async function tool(name: string, bin: string, args: readonly string[]): Promise<CheckResult> {
  const child = spawn(process.execPath, [path.join(ROOT, 'node_modules', name, bin), ...args], {
    cwd: ROOT,
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { ok: code === 0, output };
}

/** The scripts as they are shipped; with shellcheck where it is installed, else their syntax alone. */
function shell(): Promise<CheckResult> {
  const scripts = [
    ...(['format', 'adopt', 'start', 'stop', 'probe'] as const).map((name) => ({
      name,
      text: hostScript(name),
    })),
    ...(['boothook', 'watch', 'drain', 'check-marker'] as const).map((name) => ({
      name,
      text: hostProgram(name),
    })),
  ];
  const checked = spawnSync('shellcheck', ['--version']).status === 0;
  const [command, args] = checked ? ['shellcheck', ['-s', 'bash', '-']] : ['bash', ['-n']];
  const problems = scripts.flatMap(({ name, text }) => {
    const { status, stdout, stderr, error } = spawnSync(command, args, { input: text, encoding: 'utf8' });
    return status === 0 ? [] : [`${name}: ${error?.message ?? `${stdout}${stderr}`}`];
  });
  return Promise.resolve({
    ok: problems.length === 0,
    output: problems.join('\n'),
    ...(checked ? {} : { note: 'syntax only, shellcheck is not installed' }),
  });
}
