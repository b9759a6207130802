// Runs a TypeScript file (or, with --bin, a package's command) on a Node that strips types itself.
// npm puts node_modules/.bin first in PATH, so the optional `node` package (Lambda's own runtime) is found
// before the system's. Where that package could not be installed, a system Node >= 22.18 does as well.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const bundled = path.join(root, 'node_modules', 'node', 'bin', 'node');
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const suits = major > 22 || (major === 22 && minor >= 18);
const node = suits ? process.execPath : existsSync(bundled) ? bundled : undefined;
if (!node) {
  console.error(
    `spotkeep: needs Node >= 22.18, found ${process.versions.node}; the optional npm package "node" that brings one is not installed (run "npm ci" with optional packages and install scripts allowed)`,
  );
  process.exit(2);
}

let [entry, ...rest] = process.argv.slice(2);
if (entry === '--bin') {
  const name = rest.shift();
  const manifest = path.join(root, 'node_modules', name, 'package.json');
  const { bin } = createRequire(import.meta.url)(manifest);
  entry = path.join(path.dirname(manifest), typeof bin === 'string' ? bin : bin[name]);
} else {
  entry = path.join(root, entry);
}
const child = spawn(node, ['--disable-warning=ExperimentalWarning', entry, ...rest], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}` },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 130 : (code ?? 1)));
