// The guests' first file system: busybox and the modules for a virtio disk, which Debian's kernel does not have built in.

import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { must } from '../../simulator/real-host/shell.ts';

/** In the order in which they need each other. */
const MODULES = [
  'virtio/virtio_ring.ko',
  'virtio/virtio.ko',
  'virtio/virtio_pci_modern_dev.ko',
  'virtio/virtio_pci_legacy_dev.ko',
  'virtio/virtio_pci.ko',
  'block/virtio_blk.ko',
];

export const INIT = `#!/bin/sh
mount -t devtmpfs dev /dev
for module in ${MODULES.map((file) => path.basename(file)).join(' ')}; do insmod /$module; done
while [ ! -b /dev/vda ]; do sleep 0.05; done
mount -t ext4 /dev/vda /root
mount --move /dev /root/dev
exec switch_root /root /sbin/init
`;

/** `modules`: the folder with the kernel's modules, one folder for the version in it. */
export async function buildInitrd(folder: string, modules: string, busybox: string): Promise<string> {
  const tree = path.join(folder, 'initrd-tree');
  const drivers = path.join(modules, readdirSync(modules)[0] ?? '', 'kernel', 'drivers');
  for (const name of ['bin', 'dev', 'root']) mkdirSync(path.join(tree, name), { recursive: true });
  await must('cp', [busybox, path.join(tree, 'bin/busybox')]);
  for (const name of ['sh', 'mount', 'insmod', 'sleep', 'switch_root', '['])
    symlinkSync('busybox', path.join(tree, 'bin', name));
  for (const file of MODULES)
    await must('cp', [path.join(drivers, file), path.join(tree, path.basename(file))]);
  writeFileSync(path.join(tree, 'init'), INIT, { mode: 0o755 });
  const initrd = path.join(folder, 'initrd.gz');
  await must('bash', [
    '-c',
    'cd "$1" && find . | cpio -o -H newc --quiet | gzip >"$2"',
    'pack',
    tree,
    initrd,
  ]);
  rmSync(tree, { recursive: true });
  return initrd;
}
