#!/usr/bin/env node
// The `spotkeep` command. Its sources are TypeScript, run by Node as they are; an older Node hands over to the packaged one.
import { spawnSync } from 'node:child_process';
import nodeModule from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 18)) {
  // Keeps what was stripped and compiled, in the system's folder for temporary files: half of every later start.
  nodeModule.enableCompileCache();
  await import('../cli/main.ts');
} else {
  const run = path.join(root, 'scripts', 'run.mjs');
  const { status } = spawnSync(process.execPath, [run, 'cli/main.ts', ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exit(status ?? 1);
}
