// Runs the framework's package command on the Node that runs this: no shell, no credentials, no network.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const ROOT = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

/** Where it is going to be deployed; what is absent is as serverless.yml has it. */
export interface Destination {
  stage?: string;
  region?: string;
}

/** Packages the service in `serviceDirectory` into `packageDirectory`; rejects with the framework's output on failure. */
export async function packageService(
  serviceDirectory: string,
  packageDirectory: string,
  destination: Destination = {},
): Promise<void> {
  // The bundler leaves a folder per function in the directory for temporary files: it gets one that goes with it.
  const temporary = await mkdtemp(path.join(tmpdir(), 'spotkeep-osls-'));
  try {
    const { stage, region } = destination;
    const options = [
      ...(stage === undefined ? [] : ['--stage', stage]),
      ...(region === undefined ? [] : ['--region', region]),
    ];
    await runPackage(serviceDirectory, ['--package', packageDirectory, ...options], temporary);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function runPackage(
  serviceDirectory: string,
  options: readonly string[],
  temporary: string,
): Promise<void> {
  const bin = path.join(ROOT, 'node_modules', 'osls', 'bin', 'serverless.js');
  const child = spawn(process.execPath, [bin, 'package', ...options], {
    cwd: serviceDirectory,
    env: {
      ...withoutCredentials(process.env),
      SLS_TELEMETRY_DISABLED: '1',
      SLS_NOTIFICATIONS_MODE: 'off',
      NO_COLOR: '1',
      TMPDIR: temporary,
    },
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
  if (code !== 0) throw new Error(`osls package ended with ${code}:\n${output}`);
}

/** So that packaging can never come to depend on an account. */
function withoutCredentials(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('AWS_')));
}
