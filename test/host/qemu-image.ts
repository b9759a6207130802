// What the QEMU guests wake from: Debian's cloud kernel, an ext4 image of the bookworm userland with the kernel's modules,
// and a golden guest that booted on them once and was put to sleep. Built once, kept under .cache/; each guest is a clone
// with an overlay and private memory of its own.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { boothookUserData } from '../../shared/host/assemble.ts';
import type { Images } from '../../simulator/real-host/image.ts';
import { GENERATORS, maskIn } from '../../simulator/real-host/masks.ts';
import { must, type Undo } from '../../simulator/real-host/shell.ts';
import { QemuInstance } from './qemu.ts';
import { buildInitrd, INIT } from './qemu-initrd.ts';
import { QEMU } from './qemu-machine.ts';

// Over a plain serial port, which the kernel has built in.
const AGENT = `[Unit]
Description=The tests' command channel
DefaultDependencies=no
After=local-fs.target
[Service]
ExecStart=/usr/sbin/qemu-ga -m isa-serial -p /dev/ttyS1
Restart=always
RestartSec=1
[Install]
WantedBy=multi-user.target
`;

// As Docker's own packages have it, and without the snapshotters that no guest can use.
const CONTAINERD = `version = 2
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.internal.v1.tracing", "io.containerd.tracing.processor.v1.otlp"]
`;

export interface GuestImage {
  kernel: string;
  initrd: string;
  /** Raw ext4, never written to. */
  root: string;
  /** The golden guest's disk, over `root`. */
  disk: string;
  memory: string;
  asleep: string;
}

/** Returns the folder of its modules. */
async function downloadKernel(folder: string): Promise<string> {
  const depends = await must('apt-cache', ['depends', 'linux-image-cloud-amd64']);
  const name = /Depends: (linux-image-[a-z0-9.+-]+-cloud-amd64)/.exec(depends)?.[1];
  if (!name) throw new Error(`no cloud kernel in the package lists: ${depends}`);
  await must('bash', [
    '-c',
    'cd "$1" && apt-get download "$2" && dpkg-deb -x "$2"_*.deb kernel',
    'get',
    folder,
    name,
  ]);
  return path.join(folder, 'kernel', 'lib', 'modules');
}

const kernelIn = (folder: string): string => {
  const boot = path.join(folder, 'kernel', 'boot');
  return path.join(boot, readdirSync(boot).find((file) => file.startsWith('vmlinuz-')) ?? '');
};

/** Changes with everything that goes into the image, QEMU's own version included. */
async function keyOf(base: string): Promise<string> {
  const version = await must(QEMU, ['--version']);
  return createHash('sha256')
    .update(JSON.stringify(['7', base, AGENT, INIT, CONTAINERD, GENERATORS, boothookUserData(), version]))
    .digest('hex')
    .slice(0, 12);
}

export async function buildGuestImage(cache: string, images: Images, undo: Undo): Promise<GuestImage> {
  const folder = path.join(cache, `guest-${await keyOf(images.root('bookworm'))}`);
  const at = (file: string): string => path.join(folder, file);
  const files = {
    initrd: at('initrd.gz'),
    root: at('root.img'),
    disk: at('golden.qcow2'),
    memory: at('golden.ram'),
  };
  const asleep = at('golden.state');
  if (existsSync(at('.complete'))) return { ...files, kernel: kernelIn(folder), asleep };
  for (const old of readdirSync(cache))
    if (old.startsWith('guest-')) rmSync(path.join(cache, old), { recursive: true });
  mkdirSync(folder, { recursive: true });
  console.log(`building the QEMU guest (once, one to three minutes) in ${folder}`);
  await buildRoot(folder, images);
  const kernel = kernelIn(folder);
  await QemuInstance.makeGolden(at('golden'), { ...files, kernel }, asleep, undo);
  writeFileSync(at('.complete'), '');
  return { ...files, kernel, asleep };
}

async function buildRoot(folder: string, images: Images): Promise<void> {
  const base = images.root('bookworm');
  const modules = await downloadKernel(folder);
  await buildInitrd(folder, modules, path.join(base, 'bin/busybox'));
  const tree = path.join(folder, 'tree');
  await must('cp', ['-a', base, tree]);
  mkdirSync(path.join(tree, 'lib', 'modules'), { recursive: true });
  await must('bash', [
    '-c',
    'cp -a "$1"/. "$2"/usr/lib/modules/; chroot "$2" depmod "$(ls "$1")"',
    'modules',
    modules,
    tree,
  ]);
  writeFileSync(path.join(tree, 'etc', 'user-data'), boothookUserData());
  writeFileSync(path.join(tree, 'etc/systemd/system/test-agent.service'), AGENT);
  // No guest has a network. Setting one up takes Docker longer than all the rest.
  writeFileSync(
    path.join(tree, 'etc/default/docker'),
    'DOCKER_OPTS="--bridge=none --iptables=false --ip-forward=false"\n',
  );
  writeFileSync(path.join(tree, 'etc/containerd/config.toml'), CONTAINERD);
  maskIn(tree, 'system-generators', GENERATORS);
  // Without KVM every start costs: Docker at boot, which the boothook would stop, is shown under nspawn.
  for (const unit of [
    'multi-user.target.wants/docker.service',
    'multi-user.target.wants/containerd.service',
    'sockets.target.wants/docker.socket',
  ])
    rmSync(path.join(tree, 'etc/systemd/system', unit), { force: true });
  writeFileSync(
    path.join(tree, 'etc/modprobe.d/slow.conf'),
    'blacklist kvm\nblacklist kvm_amd\nblacklist kvm_intel\nblacklist powernow_k8\n',
  );
  symlinkSync(
    '../test-agent.service',
    path.join(tree, 'etc/systemd/system/multi-user.target.wants/test-agent.service'),
  );
  writeFileSync(path.join(tree, 'etc', 'machine-id'), '0123456789abcdef0123456789abcdef\n');
  await must('mkfs.ext4', ['-q', '-d', tree, path.join(folder, 'root.img'), '4G'], { timeoutMs: 600_000 });
  rmSync(tree, { recursive: true });
}
