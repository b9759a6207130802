// Units and generators that instances without hardware do without. A test of Docker at boot asks for Docker's own.

import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';

// What an instance without hardware does not need; each of it costs every boot (udev in each one would look at every
// device of this machine) or every reload of systemd's.
export const UNITS =
  'systemd-udevd.service systemd-udevd-control.socket systemd-udevd-kernel.socket systemd-udev-trigger.service systemd-modules-load.service systemd-remount-fs.service dev-hugepages.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount sys-fs-fuse-connections.mount modprobe@configfs.service modprobe@dm_mod.service modprobe@drm.service modprobe@efi_pstore.service modprobe@fuse.service modprobe@loop.service';
export const GENERATORS =
  'systemd-bless-boot-generator systemd-cryptsetup-generator systemd-debug-generator systemd-fstab-generator systemd-getty-generator systemd-gpt-auto-generator systemd-hibernate-resume-generator systemd-integritysetup-generator systemd-rc-local-generator systemd-run-generator systemd-system-update-generator systemd-sysv-generator systemd-veritysetup-generator';
export const DOCKER_UNITS = 'docker.service docker.socket containerd.service';

/** Masks units or generators of a root by hand. */
export function maskIn(root: string, kind: 'system' | 'system-generators', names: string): void {
  const folder = path.join(root, 'etc/systemd', kind);
  mkdirSync(folder, { recursive: true });
  for (const name of names.split(' ')) {
    rmSync(path.join(folder, name), { force: true });
    symlinkSync('/dev/null', path.join(folder, name));
  }
}
