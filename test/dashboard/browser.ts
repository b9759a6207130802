// Chromium for the tests: found, or Debian's installed as root. Without one the tests are skipped, with the reason.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const APT = '/usr/bin/apt-get';
const INSTALL_LIMIT_MS = 600_000;

export type Found = { kind: 'found'; path: string } | { kind: 'none'; why: string };

/** Says what it installs before it does. */
export function findBrowser(say: (text: string) => void): Found {
  const there = PLACES.find((place) => existsSync(place));
  if (there !== undefined) return { kind: 'found', path: there };
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return { kind: 'none', why: 'no Chromium here, and only root on Debian can install one' };
  if (!existsSync(APT)) return { kind: 'none', why: 'no Chromium here, and no apt-get' };
  say('Chromium is missing; installing it with apt-get: chromium');
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const { status, stderr, error } = spawnSync(APT, args, {
      encoding: 'utf8',
      timeout: INSTALL_LIMIT_MS,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status !== 0) {
      const last = (error?.message ?? stderr).trim().split('\n').at(-1) ?? '';
      return { kind: 'none', why: `apt-get ${args[0]} failed: ${last}` };
    }
  }
  const installed = PLACES.find((place) => existsSync(place));
  return installed === undefined
    ? { kind: 'none', why: 'apt-get installed no Chromium' }
    : { kind: 'found', path: installed };
}
