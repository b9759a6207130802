// The userlands of the tests' instances, built once and kept under .cache/: Debian root trees (nspawn runs an overlay
// of them, QEMU an ext4 image made from one) and the small container image of the writer.

import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { must } from './shell.ts';

const PACKAGES = [
  'systemd-sysv',
  'udev',
  'dbus',
  'kmod',
  'docker.io',
  'containerd',
  'runc',
  'e2fsprogs',
  'xfsprogs',
  'util-linux',
  'nvme-cli',
  'iproute2',
  'iptables',
  'busybox-static',
  'ca-certificates',
  'qemu-guest-agent',
  'curl',
  'procps',
];

/** Debian 13 has the client in a package of its own. */
const packagesOf = (release: string): string[] =>
  release === 'trixie' ? [...PACKAGES, 'docker-cli'] : PACKAGES;

/** Units that only wait for hardware or networks the tests do not have. */
const MASKED = [
  'systemd-networkd-wait-online.service',
  'systemd-networkd.service',
  'systemd-networkd.socket',
  'systemd-resolved.service',
  'systemd-timesyncd.service',
  'systemd-firstboot.service',
  'systemd-logind.service',
  'systemd-journal-flush.service',
  'systemd-update-utmp.service',
  'systemd-hwdb-update.service',
  'getty.target',
  'console-getty.service',
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'e2scrub_reap.service',
  'fstrim.timer',
  'nvmf-autoconnect.service',
  'nvmefc-boot-connections.service',
];

// cloud-init runs the boothook before network-online.target, which Docker waits for; its socket and containerd do not.
const CLOUD_INIT = `[Unit]
Description=The user data's boothook, where cloud-init runs it
After=network.target
Before=network-online.target
ConditionPathExists=/etc/user-data
[Service]
Type=oneshot
ExecStart=/bin/bash /etc/user-data
[Install]
WantedBy=multi-user.target
`;

// EBS volumes have such links through the image's own rules; QEMU's NVMe needs one by its serial.
const UDEV_RULE =
  'KERNEL=="nvme*n1", ATTRS{serial}=="vol*", SYMLINK+="disk/by-id/nvme-Amazon_Elastic_Block_Store_$attr{serial}"\n';

// Every record is on the disk before it is acknowledged. After a crash a torn last record is cut off, never counted. With
// PAUSE it writes in bursts, for guests that are slow enough without it.
const WRITER = `#!/bin/sh
set -e
trap 'exit 0' TERM
log=/data/log
ack=\${ACK:-/ack/log}
touch $log
size=$(stat -c %s $log)
truncate -s $((size / 9 * 9)) $log
n=$(tail -n 1 $log)
n=$(expr "\${n:-0}" + 0 || true)
while :; do
  n=$((n + 1))
  printf '%08d\\n' $n >>$log
  sync $log
  printf '%08d\\n' $n >>"$ack"
  if [ -n "$PAUSE" ] && [ $((n % 12)) = 0 ]; then sleep $PAUSE; fi
done
`;

export interface Images {
  root(release: 'bookworm' | 'trixie'): string;
  /** A tar for \`docker import\`. */
  writerTar: string;
}

async function buildRoot(folder: string, release: string, note: (text: string) => void): Promise<void> {
  if (existsSync(`${folder}/.complete`)) return;
  rmSync(folder, { recursive: true, force: true });
  note(`building the ${release} userland (once, about a minute) in ${folder}`);
  const args = [
    '--variant=essential',
    // A tree that was cut off is built again: nothing of it has to be synced.
    '--dpkgopt=force-unsafe-io',
    `--include=${packagesOf(release).join(',')}`,
    '--quiet',
    release,
    folder,
  ];
  await must('mmdebstrap', args, { timeoutMs: 900_000 });
  for (const unit of MASKED) {
    rmSync(`${folder}/etc/systemd/system/${unit}`, { force: true });
    symlinkSync('/dev/null', `${folder}/etc/systemd/system/${unit}`);
  }
  rmSync(`${folder}/etc/machine-id`, { force: true });
  writeFileSync(`${folder}/etc/machine-id`, '');
  writeFileSync(`${folder}/etc/systemd/system/cloud-init-boothook.service`, CLOUD_INIT);
  symlinkSync(
    '../cloud-init-boothook.service',
    `${folder}/etc/systemd/system/multi-user.target.wants/cloud-init-boothook.service`,
  );
  writeFileSync(`${folder}/etc/udev/rules.d/99-ebs.rules`, UDEV_RULE);
  writeFileSync(`${folder}/.complete`, '');
}

async function buildWriter(folder: string, busybox: string): Promise<string> {
  const tree = path.join(folder, 'writer');
  const tar = path.join(folder, 'writer.tar');
  rmSync(tree, { recursive: true, force: true });
  for (const name of ['bin', 'data', 'ack', 'tmp']) mkdirSync(path.join(tree, name), { recursive: true });
  await must('cp', [busybox, path.join(tree, 'bin/busybox')]);
  const applets = 'sh stat truncate tail expr printf sleep touch dd cat kill true trap sync ls'.split(' ');
  for (const applet of applets) if (applet !== 'trap') symlinkSync('busybox', path.join(tree, 'bin', applet));
  writeFileSync(path.join(tree, 'bin/writer'), WRITER);
  chmodSync(path.join(tree, 'bin/writer'), 0o755);
  await must('tar', ['-C', tree, '-cf', tar, '.']);
  return tar;
}

/** Cached by what goes into them: a change of the lists above builds again. */
export async function buildImages(
  cache: string,
  releases: ('bookworm' | 'trixie')[],
  note: (text: string) => void = console.log,
): Promise<Images> {
  const key = (release: string): string =>
    createHash('sha256')
      .update(JSON.stringify([packagesOf(release), MASKED, CLOUD_INIT, UDEV_RULE]))
      .digest('hex')
      .slice(0, 12);
  mkdirSync(cache, { recursive: true });
  const root = (release: string): string => path.join(cache, `${release}-${key(release)}`);
  await Promise.all(releases.map((release) => buildRoot(root(release), release, note)));
  const writerTar = await buildWriter(cache, path.join(root('bookworm'), 'bin/busybox'));
  return { root, writerTar };
}
