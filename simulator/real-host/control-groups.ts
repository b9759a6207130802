// An instance's control groups: its own one in every hierarchy (v1) or in the one (v2), so that its systemd finds what it
// needs, and all of them gone when it ends.

import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { quietly } from './shell.ts';

const CGROUP = '/sys/fs/cgroup';
const GROUP = 'spotkeep-test';

export const hierarchies = (): string[] =>
  existsSync(`${CGROUP}/cgroup.procs`)
    ? [CGROUP]
    : readdirSync(CGROUP)
        .map((name) => path.join(CGROUP, name))
        .filter((name) => existsSync(`${name}/cgroup.procs`));

/** Needs NAME and ROOT in the environment, the hierarchies as arguments. */
export const LAUNCH = `
for h in "$@"; do
  mkdir -p "$h/${GROUP}/$NAME"
  for g in "$h/${GROUP}" "$h/${GROUP}/$NAME"; do
    if [ -e "$g/cpuset.mems" ] && [ -z "$(cat "$g/cpuset.mems")" ]; then
      cat "$g/../cpuset.cpus" >"$g/cpuset.cpus"; cat "$g/../cpuset.mems" >"$g/cpuset.mems"
    fi
  done
  echo $$ >"$h/${GROUP}/$NAME/cgroup.procs"
done
exec systemd-nspawn -q -D "$ROOT" --private-network --capability=all --system-call-filter='@keyring bpf' \\
  --register=no --keep-unit --machine="$NAME" --boot --console=pipe \\
  --bind-ro=/sys/fs/ext4 --bind-ro=/sys/fs/xfs systemd.unit=multi-user.target
`;

/** Its processes may take a moment to be gone. */
export function removeGroups(name: string): void {
  const remove =
    'for i in 1 2 3 4 5 6 7 8; do find "$1" -depth -type d -exec rmdir {} + && exit 0; sleep 0.1; done';
  for (const hierarchy of hierarchies()) {
    const group = path.join(hierarchy, GROUP, name);
    if (existsSync(group)) quietly('bash', ['-c', remove, 'remove', group]);
    quietly('rmdir', [path.join(hierarchy, GROUP)]);
  }
}
