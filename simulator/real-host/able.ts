// Whether this machine can run real instances, and what it lacks.

import { existsSync } from 'node:fs';
import process from 'node:process';
import { run } from './shell.ts';

/** Programs of real instances, each with Debian's package for it. */
export const REAL_HOST_PROGRAMS: Record<string, string> = {
  'systemd-nspawn': 'systemd-container',
  mmdebstrap: 'mmdebstrap',
  'mkfs.ext4': 'e2fsprogs',
  losetup: 'mount',
  nsenter: 'util-linux',
  perl: 'perl-base',
};

export async function missingPrograms(
  programs: Record<string, string> = REAL_HOST_PROGRAMS,
): Promise<string[]> {
  const missing: string[] = [];
  for (const program of Object.keys(programs))
    if ((await run('which', [program])).code !== 0) missing.push(program);
  return missing;
}

/** Of the machine itself, which no package changes. Undefined: it can. */
export function machineRefuses(): string | undefined {
  if (process.platform !== 'linux') return `needs Linux, this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'needs root: it mounts file systems and boots instances';
  if (!existsSync('/dev/loop-control')) return 'needs loop devices (/dev/loop-control is not there)';
  if (!existsSync('/sys/fs/cgroup')) return 'needs control groups (/sys/fs/cgroup is not there)';
  return undefined;
}

/** Why real instances cannot be had here, in one line; undefined: they can. */
export async function whyNot(): Promise<string | undefined> {
  const refusal = machineRefuses();
  if (refusal !== undefined) return refusal;
  const missing = await missingPrograms();
  if (missing.length === 0) return undefined;
  const packages = [...new Set(missing.map((program) => REAL_HOST_PROGRAMS[program]))].join(' ');
  return `${missing.join(', ')} missing: apt-get install ${packages}`;
}
