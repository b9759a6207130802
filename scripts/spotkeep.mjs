#!/usr/bin/env node
// The `spotkeep` command. Its sources are TypeScript, run by Node as they are; an older Node hands over to the packaged one.
import nodeModule from 'node:module';
import process from 'node:process';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 18)) {
  // Keeps what was stripped and compiled, in the system's folder for temporary files: half of every later start.
  nodeModule.enableCompileCache();
  await import('../cli/main.ts');
} else {
  // It starts the packaged Node, and passes signals on.
  process.argv.splice(2, 0, 'cli/main.ts');
  await import('./run.mjs');
}
